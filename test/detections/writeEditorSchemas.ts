import * as fs from "node:fs";
import { format } from "prettier";
import { editorSchemas } from "../../detections";
import { packagePath } from "../../package/root";

// Writes the JSON Schemas of detections and recordings anew: npx tsx test/detections/writeEditorSchemas.ts
for (const [name, schema] of Object.entries(editorSchemas())) {
    void format(JSON.stringify(schema), { parser: "json", printWidth: 120, tabWidth: 4 }).then((text) =>
        fs.writeFileSync(packagePath("detections", name), text),
    );
}
