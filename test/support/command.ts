import { spawn } from "node:child_process";
import { packagePath, packageRoot } from "../../package/root";

/** How a command ended, and what it wrote. */
export interface Ended {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs `sysmon-azure` as a user does: a process of its own, from the sources as they lie here. */
export function sysmonAzure(args: readonly string[], options: { cwd?: string; stdin?: string } = {}): Promise<Ended> {
    // No loader of this test run may reach the command.
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    const child = spawn(process.execPath, [packagePath("bin", "sysmon-azure.cjs"), ...args], {
        cwd: options.cwd ?? packageRoot,
        env: { ...env, NO_COLOR: "1" },
    });
    child.stdin.end(options.stdin ?? "");
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
}
