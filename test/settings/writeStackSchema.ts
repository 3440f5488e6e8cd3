import * as fs from "node:fs";
import { format } from "prettier";
import { packagePath } from "../../package/root";
import { stackFileSchema } from "../../settings/stackSchema";

// Writes the JSON Schema of stack files anew: npx tsx test/settings/writeStackSchema.ts
const file = packagePath("settings", "stack.schema.json");
void format(JSON.stringify(stackFileSchema()), { parser: "json", printWidth: 120, tabWidth: 4 }).then((text) =>
    fs.writeFileSync(file, text),
);
