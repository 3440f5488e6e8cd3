import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath, packageRoot } from "../../package/root";
import { presetXml } from "../../sysmon";
import { readInlineScript } from "../../sysmon/installer";
import { sysmonAzure } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

/** A project with the package's own program, and the shipped dev stack with these settings of the sensor. */
function project(sensor: string, files: Readonly<Record<string, string>> = {}): string {
    return temporaryFolder({
        "Pulumi.yaml": `name: sysmon-azure\nruntime: nodejs\nmain: ${path.join(packageRoot, "index.ts")}\n`,
        "Pulumi.dev.yaml": fs
            .readFileSync(packagePath("Pulumi.dev.yaml"), "utf8")
            .replace("acceptEula: true", `acceptEula: true\n${sensor}`),
        ...files,
    });
}

describe("sysmon-azure installer export", () => {
    it("prints a script that carries the stack's configuration", async () => {
        const { code, stdout } = await sysmonAzure(["installer", "export", "--stack", "dev"]);
        assert.equal(code, 0);
        assert.deepEqual(readInlineScript(stdout), { configXml: presetXml("balanced") });
        assert.match(stdout, /SourceKind = 'microsoft'/);
    });

    it("writes it into a file, with source and presence as the stack has them", async () => {
        const sha256 = "ab".repeat(32);
        const folder = project(
            `    ensure: absent\n    source: { url: "https://mirror.example.com/Sysmon.zip", sha256: ${sha256} }`,
        );
        const { code, stdout } = await sysmonAzure(["installer", "export", "--out", "install.ps1"], { cwd: folder });
        assert.equal(code, 0);
        assert.equal(stdout, "");
        const script = fs.readFileSync(path.join(folder, "install.ps1"), "utf8");
        assert.match(script, /SourceUrl = 'https:\/\/mirror\.example\.com\/Sysmon\.zip'/);
        assert.match(script, /Ensure = 'absent'/);
    });

    it("leaves a Sysmon of the user's own out, and asks for its path where the script runs", async () => {
        const folder = project("    source: { file: own/Sysmon.zip }", { "own/Sysmon.zip": "a zip" });
        const { code, stdout, stderr } = await sysmonAzure(["installer", "export"], { cwd: folder });
        assert.equal(code, 0);
        assert.match(stdout, /\[Parameter\(Mandatory = \$true\)\]\n {4}\[string\] \$SysmonPath\n\)/);
        assert.match(stdout, /SourcePath = \$SysmonPath\n/);
        assert.match(stderr, /^Sysmon itself is not in it: .* -SysmonPath PATH\.$/m);
    });

    it("writes it for a ring, with the ring's configuration and the sensor's options", async () => {
        const { code, stdout } = await sysmonAzure([
            "installer",
            "export",
            "--stack",
            "everything",
            "--ring",
            "canary",
        ]);
        assert.equal(code, 0);
        assert.deepEqual(readInlineScript(stdout), { configXml: presetXml("balanced") });
        assert.match(stdout, /SourceKind = 'microsoft'/);
        assert.match(stdout, /ChannelMegabytes = 512\n/);
        assert.match(stdout, /ProxyUrl = 'http:\/\/proxy\.example\.com:8080'/);
    });

    it("tells which rings there are", async () => {
        const { code, stderr } = await sysmonAzure(["installer", "export", "--stack", "everything", "--ring", "early"]);
        assert.equal(code, 2);
        assert.equal(stderr, '--ring: the stack has no ring "early". There are: canary.\n');
    });

    it("refuses a file that cannot be written", async () => {
        const { code, stderr } = await sysmonAzure(["installer", "export", "--out", "nowhere/install.ps1"]);
        assert.equal(code, 2);
        assert.match(stderr, /nowhere\/install\.ps1 cannot be written/);
    });
});
