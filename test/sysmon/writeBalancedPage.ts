import * as fs from "node:fs";
import { balancedPage, balancedPageFile } from "./balancedPage";

// Writes the page on the preset `balanced` anew: npx tsx test/sysmon/writeBalancedPage.ts
void balancedPage().then((page) => fs.writeFileSync(balancedPageFile, page));
