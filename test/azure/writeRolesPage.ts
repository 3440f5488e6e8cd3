import * as fs from "node:fs";
import { rolesPage, rolesPageFile } from "./rolesPage";

// Writes the page on roles anew: npx tsx test/azure/writeRolesPage.ts
void rolesPage().then((page) => fs.writeFileSync(rolesPageFile, page));
