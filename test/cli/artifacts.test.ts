import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { stackPayload } from "../../cli/stackPayload";
import { packagePath, packageRoot } from "../../package/root";
import { presetXml } from "../../sysmon";
import { installerScript } from "../../sysmon/installer";
import { sysmonAzure } from "../support/command";
import { nobodySignedIn } from "./nobodySignedIn";
import { temporaryFolder } from "../support/temporaryFolder";

const container = "https://stpayload.blob.core.windows.net/sysmon";

/** A project with the package's own program and the shipped dev stack, changed. */
function project(change: (stack: string) => string, files: Readonly<Record<string, string>> = {}): string {
    return temporaryFolder({
        "Pulumi.yaml": `name: sysmon-azure\nruntime: nodejs\nmain: ${path.join(packageRoot, "index.ts")}\n`,
        "Pulumi.dev.yaml": change(fs.readFileSync(packagePath("Pulumi.dev.yaml"), "utf8")),
        ...files,
    });
}
const withContainer = (stack: string): string => `${stack}  sysmon-azure:artifacts:\n    container: ${container}\n`;

describe("The payload of a stack", () => {
    it("is installer and configuration, each under its hash, wherever the stack keeps them", async () => {
        const { files } = await stackPayload(project(withContainer), "dev");
        assert.deepEqual(
            files.map(({ blobName }) => blobName.split("/")[1]),
            ["install-sysmon.ps1", "sysmon.xml"],
        );
        assert.deepEqual(
            files.map(({ content }) => content.toString("utf8")),
            [installerScript(), presetXml("balanced")],
        );
        for (const { blobName, content } of files) {
            assert.equal(blobName.split("/")[0], crypto.createHash("sha256").update(content).digest("hex"));
        }
    });

    it("has the user's own Sysmon in it", async () => {
        const folder = project(
            (stack) =>
                withContainer(stack).replace(
                    "acceptEula: true",
                    "acceptEula: true\n    source: { file: own/Sysmon.zip }",
                ),
            { "own/Sysmon.zip": "a zip" },
        );
        const own = (await stackPayload(folder, "dev")).files.find(({ blobName }) => blobName.endsWith("/sysmon.zip"));
        assert.equal(own?.content.toString(), "a zip");
    });
});

describe("sysmon-azure artifacts push", () => {
    nobodySignedIn();

    it("ends in one line where nobody is signed in", async () => {
        const { code, stdout, stderr } = await sysmonAzure(["artifacts", "push", "--dry-run"], {
            cwd: project(withContainer),
        });
        assert.equal(code, 2);
        assert.equal(stdout, "");
        assert.match(stderr, /^https:\/\/stpayload\S+: nobody is signed in to Azure\.[^\n]*\n$/);
    });

    it("has nothing to push for a stack that keeps its files itself", async () => {
        const { code, stderr } = await sysmonAzure(["artifacts", "push"], { cwd: project((stack) => stack) });
        assert.equal(code, 2);
        assert.match(stderr, /has a store of its own, which pulumi up fills\. Set artifacts: \{container: URL\}/);
    });
});
