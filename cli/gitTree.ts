import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { BadInput } from "./exit";

/** A folder as it was at some commit. */
export interface GitTree {
    /** Where it lies, somewhere else than the repository. */
    readonly folder: string;
    /** Takes it away. */
    readonly remove: () => void;
}

/**
 * Lays a folder of a repository out as it was at a commit: in a folder of its own, with an index of its own, so that the
 * repository is only read. Packages are those that are installed now, by links. It is taken away when the process ends,
 * however it ends.
 *
 * @throws BadInput where the folder is in no repository, or the commit is none.
 */
export function gitTree(folder: string, commit: string): GitTree {
    const root = git(folder, ["rev-parse", "--show-toplevel"]);
    // A name that begins with a hyphen would be taken for an option.
    const tree = git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{tree}`]);
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "sysmon-azure-base-"));
    const remove = (): void => fs.rmSync(temporary, { recursive: true, force: true });
    const stop = (signal: NodeJS.Signals): void => {
        remove();
        process.removeListener(signal, stop);
        process.kill(process.pid, signal);
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    process.once("exit", remove);
    for (const signal of signals) process.on(signal, stop);
    try {
        const base = path.join(temporary, "tree");
        const env = { ...process.env, GIT_INDEX_FILE: path.join(temporary, "index") };
        git(root, ["read-tree", tree], env);
        git(root, ["checkout-index", "--all", `--prefix=${base}${path.sep}`], env);
        const inside = path.relative(fs.realpathSync(root), fs.realpathSync(folder));
        linkPackages(root, base, inside);
        return {
            folder: path.join(base, inside),
            remove: () => {
                remove();
                process.removeListener("exit", remove);
                for (const signal of signals) process.removeListener(signal, stop);
            },
        };
    } catch (error) {
        remove();
        throw error;
    }
}

/** Links the installed packages of a folder, and of those above it, into the laid out tree. */
function linkPackages(root: string, base: string, inside: string): void {
    const steps = inside === "" ? [] : inside.split(path.sep);
    for (let depth = 0; depth <= steps.length; depth++) {
        const place = path.join(...steps.slice(0, depth), "node_modules");
        const [installed, link] = [path.join(root, place), path.join(base, place)];
        if (fs.existsSync(installed) && fs.existsSync(path.dirname(link))) fs.symlinkSync(installed, link, "junction");
    }
}

function git(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
    try {
        return execFileSync("git", args, {
            cwd: folder,
            env,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "pipe"],
        }).trim();
    } catch (error) {
        const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
        const what = args.at(-1)?.replace("^{tree}", "") ?? "";
        if (args.includes("--verify"))
            throw new BadInput(`"${what}" is no commit of the repository at ${folder}, and no folder.`);
        throw new BadInput(`git ${args[0] ?? ""} failed in ${folder}: ${said}`);
    }
}
