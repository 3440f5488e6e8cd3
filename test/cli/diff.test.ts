import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import { sysmonAzure } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

const deaf = `<Sysmon schemaversion="4.90">
  <EventFiltering>
    <ProcessAccess onmatch="include"/>
    <CreateRemoteThread onmatch="exclude"/>
  </EventFiltering>
</Sysmon>`;

const stackFile = (config: string): string => `config:
  sysmon-azure:environment: dev
  sysmon-azure:location: westeurope
  sysmon-azure:subscriptionId: 00000000-0000-0000-0000-000000000000
  sysmon-azure:sensor: { config: ${config}, acceptEula: true, source: microsoft }
  sysmon-azure:alerts: { emails: [{ name: soc, address: soc@example.com }] }
  sysmon-azure:detections: { include: [svchost-thread-kill, verclsid-shellcode-injection, sysmon-process-access] }
`;

const reason = "We watch that elsewhere.";
const environments = `default: { level: mandatory, policies: { high-detections-are-kept: { except: {
  event-10: ${reason}, svchost-thread-kill: ${reason}, verclsid-shellcode-injection: ${reason},
  sysmon-process-access: ${reason} } } } }`;

/** A repository whose last commit has one Sysmon configuration, and whose files have another. */
function changedProject(after: string, files: Readonly<Record<string, string>> = {}): string {
    const folder = temporaryFolder({
        "Pulumi.yaml": `name: sysmon-azure\nruntime: nodejs\nmain: ${JSON.stringify(packagePath("index.ts"))}\n`,
        "Pulumi.dev.yaml": stackFile("injection"),
        "deaf.xml": deaf,
    });
    const git = (...args: string[]): string =>
        execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
            cwd: folder,
            encoding: "utf8",
        });
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "base");
    fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), stackFile(after));
    for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        fs.writeFileSync(path.join(folder, name), text);
    }
    return folder;
}

/** Folders that a run laid out and left behind. */
function leftBehind(): string[] {
    return fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith("sysmon-azure-base-"));
}

describe("the command diff", function () {
    this.timeout(120_000);

    it("names every detection that goes dark when ProcessAccess is no longer logged, and ends with 1", async () => {
        const cwd = changedProject("deaf.xml");
        const { code, stdout, stderr } = await sysmonAzure(["diff", "--base", "HEAD", "--markdown"], { cwd });
        assert.equal(code, 1, stderr);
        assert.match(stdout, /^<!-- sysmon-azure diff: dev -->/);
        assert.match(stdout, /Event 10 is no longer logged on machines to come/);
        for (const name of ["svchost-thread-kill", "verclsid-shellcode-injection", "sysmon-process-access"]) {
            assert.match(stdout, new RegExp(`${name} \\(\\w+\\) goes dark`));
        }
        assert.match(stdout, /Refused by `sysmon-config-feeds-detections`/);
        assert.deepEqual(leftBehind(), []);
        assert.equal(execFileSync("git", ["worktree", "list"], { cwd, encoding: "utf8" }).trim().split("\n").length, 1);
    });

    it("ends with 0 where each loss has a recorded reason", async () => {
        const cwd = changedProject("deaf.xml", { "policies/environments.yaml": environments });
        const { code, stdout, stderr } = await sysmonAzure(["diff", "--base", "HEAD", "--json"], { cwd });
        const { losses } = JSON.parse(stdout) as { losses: { about: string; reason: string | null }[] };
        const open = losses.filter(({ reason: recorded }) => recorded === null).map(({ about }) => about);
        assert.deepEqual([open, code], [[], 0], stderr);
    });

    it("compares with a folder as well, and finds no change in the same", async () => {
        const cwd = changedProject("injection");
        const { code, stdout } = await sysmonAzure(["diff", "--base", "."], { cwd });
        assert.deepEqual([code, stdout], [0, "Nothing changes for detection.\n"]);
    });

    it("says what is no commit, and leaves nothing behind", async () => {
        const cwd = changedProject("injection");
        const { code, stderr } = await sysmonAzure(["diff", "--base", "no-such-branch"], { cwd });
        assert.equal(code, 2);
        assert.match(stderr, /"no-such-branch" is no commit of the repository at .*, and no folder\./);
        assert.deepEqual(leftBehind(), []);
    });
});
