import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const made: string[] = [];
process.on("exit", () => {
    for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});

/** A folder of a test's own with these files, by relative path; gone when the test process ends. */
export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sysmon-azure-test-"));
    made.push(folder);
    for (const [name, content] of Object.entries(files)) {
        const file = path.join(folder, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
    }
    return folder;
}
