import * as fs from "node:fs";
import { packagePath } from "../../package/root";

/** Text of the installer that runs on the machine (Windows PowerShell 5.1, ASCII, line feeds). */
export function installerScript(): string {
    // A checkout on Windows may have turned the line ends; what is hashed and delivered must not depend on that.
    return fs.readFileSync(packagePath("sysmon", "installer", "install-sysmon.ps1"), "utf8").replace(/\r\n/g, "\n");
}
