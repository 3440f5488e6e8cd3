import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Coverage, Life } from "../../rehearsal/analysis/coverage";
import type { NavigatorLayer } from "../../rehearsal/analysis/navigatorLayer";
import { packagePath } from "../../package/root";
import { sysmonAzure } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

async function coverage(...args: string[]): Promise<{ code: number | null; result: Coverage }> {
    const { code, stdout } = await sysmonAzure(["coverage", "--json", ...args]);
    return { code, result: JSON.parse(stdout) as Coverage };
}

function namesOf({ chains }: Coverage, life: Life): string[] {
    return chains.flatMap(({ detections }) =>
        detections.filter((covered) => covered.life === life).map(({ detection }) => detection),
    );
}

describe("sysmon-azure coverage", () => {
    it("finds every rule of the dev stack alive, without a cloud", async () => {
        const { code, result } = await coverage();
        assert.deepEqual([code, result.ok, result.problems], [0, true, []]);
        assert.deepEqual([namesOf(result, "dead"), namesOf(result, "unproven")], [[], []]);
        assert.ok(namesOf(result, "alive").includes("verclsid-shellcode-injection"));
    });

    it("fails for a configuration under which rules are dead, and names the filter", async () => {
        const { code, result } = await coverage("--sysmon-config", "published-2017");
        assert.equal(code, 1);
        const dead = result.chains[0]?.detections.find(({ detection }) => detection === "verclsid-shellcode-injection");
        assert.equal(dead?.life, "dead");
        assert.match(dead.proofs[0]?.lost?.why ?? "", /excluded by ProcessAccess exclude, line \d+/);
    });

    it("draws a line a rule within the columns of a terminal, uncolored when piped", async () => {
        const { stdout } = await sysmonAzure(["coverage", "--sysmon-config", "injection"]);
        assert.match(stdout, /^alive +High verclsid-shellcode-injection +[\d/]+ +\d+ +10:1\/1$/m);
        assert.match(stdout, /^Dead: \d+ rules/m);
        assert.ok(Math.max(...stdout.split("\n").map((line) => line.length)) <= 120);
        assert.ok(!stdout.includes("\u001b["), "no escape sequences");
    });

    it("writes a layer for the ATT&CK Navigator", async () => {
        const file = path.join(temporaryFolder(), "layer.json");
        const { code } = await sysmonAzure(["coverage", "--navigator", file]);
        assert.equal(code, 0);
        const layer = JSON.parse(fs.readFileSync(file, "utf8")) as NavigatorLayer;
        assert.equal(layer.versions.layer, "4.5");
        assert.ok(layer.techniques.some(({ techniqueID, score }) => techniqueID === "T1055" && score === 100));
    });

    it("takes recordings of the user's own as further proofs", async () => {
        const own = temporaryFolder();
        fs.cpSync(packagePath("detections", "recordings", "invoke-phant0m"), path.join(own, "our-phant0m"), {
            recursive: true,
        });
        const { result } = await coverage("--recordings", own);
        const proofs = result.chains[0]?.detections.find(
            ({ detection }) => detection === "svchost-thread-kill",
        )?.proofs;
        const names = proofs?.map(({ recording }) => recording) ?? [];
        for (const name of ["invoke-phant0m", "our-phant0m"]) assert.ok(names.includes(name), names.join());
    });

    for (const [title, args, message] of [
        ["a recording that is not there", ["--recordings", "nowhere.evtx"], /nowhere\.evtx: .*no such file/],
        ["a stack without a file", ["--stack", "nope"], /No stack "nope"/],
        ["a configuration that is neither preset nor file", ["--sysmon-config", "nope"], /"nope" is neither a preset/],
    ] as const) {
        it(`ends with bad input for ${title}`, async () => {
            const { code, stderr } = await sysmonAzure(["coverage", ...args]);
            assert.equal(code, 2);
            assert.match(stderr, message);
        });
    }
});
