import * as fs from "node:fs";
import * as path from "node:path";
import { indexText, pagesFolder } from "./pages";

/** Writes the index of the pages about what `kql check` finds: `npx tsx test/kql/check/writeIndex.ts`, then format. */
fs.writeFileSync(path.join(pagesFolder, "README.md"), indexText());
