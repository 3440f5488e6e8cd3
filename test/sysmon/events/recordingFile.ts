import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "recordings-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** Path of a new file with this content; it is gone after the tests. */
export function recordingFile(content: string | Uint8Array, name = "recording"): string {
    const file = path.join(folder, `${count++}-${name}`);
    fs.writeFileSync(file, content);
    return file;
}
