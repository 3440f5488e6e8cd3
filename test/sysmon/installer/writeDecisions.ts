import * as fs from "node:fs";
import { packagePath } from "../../../package/root";
import { decisionCasesText, withDecisions } from "./decisionText";

// Writes the installer's table and PowerShell's cases anew: npx tsx test/sysmon/installer/writeDecisions.ts
const installer = packagePath("sysmon", "installer", "install-sysmon.ps1");
fs.writeFileSync(installer, withDecisions(fs.readFileSync(installer, "utf8")));
fs.writeFileSync(packagePath("test", "sysmon", "installer", "decisionCases.json"), decisionCasesText());
