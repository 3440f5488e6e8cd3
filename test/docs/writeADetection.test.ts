import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import { sysmonAzure } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";
import { guideSteps } from "./guide";

const page = fs.readFileSync(packagePath("docs", "write-a-detection.md"), "utf8");

/** A project that runs the package's program, with the stack file that we ship. */
function project(): string {
    const stackFile = "Pulumi.dev.yaml";
    return temporaryFolder({
        "Pulumi.yaml": `name: sysmon-azure\nmain: ${JSON.stringify(packagePath("index.ts"))}\nruntime: nodejs\n`,
        [stackFile]: fs.readFileSync(packagePath(stackFile)),
    });
}

describe("the guide to writing a detection", () => {
    const steps = guideSteps(page);
    const folder = project();

    it("makes a detection, gives it to a stack, proves it, and tunes it", () => {
        const kinds = steps.map(({ kind }) => kind);
        assert.deepEqual([kinds.filter((kind) => kind === "run").length, kinds.includes("append")], [6, true]);
    });

    // The steps build on one another, as for the reader.
    for (const [index, step] of steps.entries()) {
        if (step.kind === "run") {
            it(`step ${index + 1}: ${step.command} ends with ${step.exit} and shows what the page shows`, async () => {
                const [npx, name, ...args] = step.command.split(" ");
                assert.deepEqual([npx, name], ["npx", "sysmon-azure"]);
                const { code, stdout, stderr } = await sysmonAzure(args, { cwd: folder });
                assert.equal(code, step.exit, stderr);
                const seen = stdout.replace(/[^\S\n]+/g, " ");
                for (const line of step.shows) assert.ok(seen.includes(line), `no "${line}" in\n${stdout}`);
            });
        } else {
            it(`step ${index + 1}: ${step.kind}s ${step.file}`, () => {
                const file = path.join(folder, step.file);
                fs.mkdirSync(path.dirname(file), { recursive: true });
                if (step.kind === "write") fs.writeFileSync(file, step.text);
                else fs.appendFileSync(file, step.text);
            });
        }
    }

    it("names pages that are there", () => {
        for (const [, target = ""] of page.matchAll(/\]\(([^)#]+)\)/g)) {
            assert.ok(fs.existsSync(packagePath("docs", target)), target);
        }
    });
});
