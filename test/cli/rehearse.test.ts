import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Rehearsal } from "../../rehearsal/verdict";
import { packagePath } from "../../package/root";
import { sysmonAzure } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

/** The JSON of a rehearsal. */
async function rehearsal(...args: string[]): Promise<{ code: number | null; stderr: string; result: Rehearsal }> {
    const { code, stdout, stderr } = await sysmonAzure(["rehearse", "--json", ...args]);
    return { code, stderr, result: JSON.parse(stdout) as Rehearsal };
}

/** What a recording of ours rings, by name. */
function rung({ recordings }: Rehearsal, name: string): string[] {
    const recording = recordings.find((candidate) => candidate.name === name);
    return [...new Set(recording?.alerts.map(({ detection }) => detection))].sort();
}

describe("sysmon-azure rehearse", () => {
    it("rings what the shipped recordings expect, without a cloud", async () => {
        const { code, result } = await rehearsal();
        assert.equal(code, 0);
        assert.equal(result.ok, true);
        assert.deepEqual(rung(result, "hancitor-verclsid"), [
            "sacrificial-process-without-arguments",
            "sysmon-process-access",
            "verclsid-shellcode-injection",
        ]);
        assert.deepEqual(rung(result, "invoke-phant0m"), ["svchost-thread-kill", "sysmon-process-access"]);
        assert.deepEqual(rung(result, "dotnet-opens-every-svchost"), ["svchost-mass-access", "sysmon-process-access"]);
        // Everyday accesses that the filter lets through are told of, and wake nobody.
        for (const quiet of ["quiet-workstation", "quiet-administration"])
            assert.deepEqual(rung(result, quiet), ["sysmon-process-access"]);
    });

    it("names the sensor as the station that loses the attacks under the filter of 2017", async () => {
        const { code, result } = await rehearsal("--sysmon-config", "published-2017");
        assert.equal(code, 1);
        assert.equal(result.ok, false);
        const misses = result.recordings.flatMap(({ missed }) => missed);
        const lost = misses.find(({ detection }) => detection === "verclsid-shellcode-injection");
        assert.equal(lost?.lostAt, "sensor");
        assert.match(lost?.why ?? "", /TargetImage excludes/);
    });

    it("rehearses the other stacks too", async () => {
        const { code, result } = await rehearsal("--stack", "prod");
        assert.equal(code, 0);
        assert.equal(result.stack, "prod");
    });

    it("reports a bad file among good ones, goes on, and ends with bad input", async () => {
        const folder = temporaryFolder({ "broken.evtx": "no recording at all", "empty.jsonl": "" });
        const good = packagePath("detections", "recordings", "hancitor-verclsid", "events.jsonl");
        fs.copyFileSync(good, path.join(folder, "good.jsonl"));
        const { code, stderr, result } = await rehearsal(folder);
        assert.equal(code, 2);
        assert.deepEqual(
            result.recordings.map(({ name }) => name),
            ["good.jsonl"],
        );
        assert.match(stderr, /broken\.evtx: /);
        assert.match(stderr, /empty\.jsonl: /);
    });

    it("draws within the columns of a terminal, uncolored when piped", async () => {
        const { stdout } = await sysmonAzure(["rehearse"]);
        const longest = Math.max(...stdout.split("\n").map((line) => line.length));
        assert.ok(longest <= 120, `a line has ${longest} columns`);
        assert.ok(!stdout.includes("\u001b["), "no escape sequences");
        assert.match(stdout, /would create \d+ resources/);
        assert.match(stdout, /WINWORD\.EXE → verclsid\.exe/);
    });

    it("writes the page it is asked for", async () => {
        const page = path.join(temporaryFolder(), "rehearsal.html");
        const { code } = await sysmonAzure(["rehearse", "--html", page]);
        assert.equal(code, 0);
        assert.match(fs.readFileSync(page, "utf8"), /verclsid-shellcode-injection/);
    });

    for (const [title, args, message] of [
        ["a recording that is not there", ["nowhere.evtx"], /nowhere\.evtx: .*no such file/],
        ["a stack without a file", ["--stack", "nope"], /No stack "nope".*There are: dev, everything, prod, staging\./],
        ["a latency that is no number", ["--latency", "soon"], /--latency takes minutes, 0 or more; found "soon"/],
        ["a configuration that is neither preset nor file", ["--sysmon-config", "nope"], /"nope" is neither a preset/],
        ["an unknown option", ["--loud"], /unknown option '--loud'/],
    ] as const) {
        it(`refuses ${title}`, async () => {
            const { code, stderr } = await sysmonAzure(["rehearse", ...args]);
            assert.equal(code, 2);
            assert.match(stderr, message);
            assert.ok(!stderr.includes("    at "), "no stack trace");
        });
    }
});
