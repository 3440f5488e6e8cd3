import { once } from "node:events";

/** Writes JSON lines to standard output at the pace of whoever reads them. */
export async function writeJsonLine(value: unknown): Promise<void> {
    // A slow reader must not make this process hold all that it has not read yet.
    if (!process.stdout.write(`${JSON.stringify(value)}\n`)) await once(process.stdout, "drain");
}
