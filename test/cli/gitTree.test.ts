import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { gitTree } from "../../cli/gitTree";
import { packagePath } from "../../package/root";
import { temporaryFolder } from "../support/temporaryFolder";

function repository(): string {
    const folder = temporaryFolder({ "inner/file.txt": "before", "node_modules/one/index.js": "" });
    const git = (...args: string[]): string =>
        execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
            cwd: folder,
            encoding: "utf8",
        });
    git("init", "--quiet");
    git("add", "inner");
    git("commit", "--quiet", "--message", "base");
    fs.writeFileSync(path.join(folder, "inner", "file.txt"), "after");
    return folder;
}

describe("a folder as it was at a commit", () => {
    it("is laid out beside the repository, with the packages that are installed now", () => {
        const folder = repository();
        const tree = gitTree(path.join(folder, "inner"), "HEAD");
        assert.equal(fs.readFileSync(path.join(tree.folder, "file.txt"), "utf8"), "before");
        assert.ok(fs.existsSync(path.join(tree.folder, "..", "node_modules", "one", "index.js")));
        tree.remove();
        assert.ok(!fs.existsSync(tree.folder));
        assert.ok(fs.existsSync(path.join(folder, "node_modules", "one", "index.js")));
        assert.equal(fs.readFileSync(path.join(folder, "inner", "file.txt"), "utf8"), "after");
    });

    it("changes nothing in the repository", () => {
        const folder = repository();
        const status = (): string => execFileSync("git", ["status", "--porcelain"], { cwd: folder, encoding: "utf8" });
        const before = status();
        gitTree(folder, "HEAD").remove();
        assert.equal(status(), before);
    });

    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        it(`is taken away by ${signal}`, async () => {
            const script = `require(${JSON.stringify(packagePath("node_modules", "tsx", "dist", "cjs", "index.cjs"))});
                const { gitTree } = require(${JSON.stringify(packagePath("cli", "gitTree.ts"))});
                console.log(gitTree(${JSON.stringify(repository())}, "HEAD").folder);
                setInterval(() => undefined, 1000);`;
            const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
            const child = spawn(process.execPath, ["-e", script], { env, stdio: ["ignore", "pipe", "inherit"] });
            const ended = new Promise<NodeJS.Signals | null>((resolve) =>
                child.on("close", (_code, by) => resolve(by)),
            );
            const laidOut = await new Promise<string>((resolve) =>
                child.stdout.once("data", (line: Buffer) => resolve(line.toString().trim())),
            );
            assert.ok(fs.existsSync(laidOut));
            child.kill(signal);
            assert.equal(await ended, signal);
            assert.ok(!fs.existsSync(laidOut));
        });
    }
});
