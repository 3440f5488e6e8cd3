import assert from "node:assert/strict";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import { latestEvents } from "../../sysmon";
import { sysmonAzure } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

const hancitor = packagePath("detections", "recordings", "hancitor-verclsid", "events.jsonl");

describe("sysmon-azure sysmon explain", () => {
    it("has one line for each event, within the columns of a terminal, then the techniques", async () => {
        const { code, stdout } = await sysmonAzure(["sysmon", "explain", "--config", "injection"]);
        assert.equal(code, 0);
        const lines = stdout.split("\n");
        assert.equal(lines[0], "injection: schema 4.22, logs 4 of 30 events");
        for (const { id } of latestEvents) {
            assert.equal(lines.filter((line) => new RegExp(`^ *${id}  \\S`).test(line)).length, 1, String(id));
        }
        for (const line of lines) assert.ok(line.length <= 120, line);
        assert.match(stdout, /^ {3}10 {2}ProcessAccess +only what 1 rule includes +\[technique_id=T1055/m);
        assert.match(stdout, /^ {2}part {3}T1055\.002 {2}Portable Executable Injection$/m);
        assert.match(stdout, /^ +CreateRemoteThread has no rules: not logged$/m);
    });

    it("gives the same as JSON", async () => {
        const { stdout } = await sysmonAzure(["sysmon", "explain", "--config", "injection", "--json"]);
        const { events, techniques } = JSON.parse(stdout) as {
            events: { id: number; logged: string }[];
            techniques: { id: string; seen: string; signs: { logged: boolean; why: string }[] }[];
        };
        assert.equal(events.find(({ id }) => id === 10)?.logged, "some");
        const injected = techniques.find(({ id }) => id === "T1055.002");
        assert.deepEqual([injected?.seen, injected?.signs.map(({ logged }) => logged)], ["some", [true, false]]);
    });

    it("tells the filters tried on an event, in order, and which decided", async () => {
        const access = {
            id: 10,
            fields: {
                TargetImage: "C:\\Windows\\System32\\svchost.exe",
                GrantedAccess: "0x1fffff",
                CallTrace: "UNKNOWN(0)",
            },
        };
        const folder = temporaryFolder({ "event.json": JSON.stringify(access) });
        const file = path.join(folder, "event.json");
        const { code, stdout } = await sysmonAzure(["sysmon", "explain", "--config", "injection", "--event", file]);
        assert.equal(code, 0);
        assert.match(stdout, /^event 10 ProcessAccess: logged, rule name "technique_id=T1055/);
        assert.match(stdout, /no {3}TargetImage image "verclsid\.exe"/);
        assert.match(stdout, /yes {2}TargetImage image "svchost\.exe", .*← decided/);
        assert.match(stdout, /no {3}15 filters, lines \d+ to \d+/);
        const all = await sysmonAzure(["sysmon", "explain", "--config", "injection", "--event", file, "--all"]);
        assert.match(all.stdout, /no {3}GrantedAccess is "0x1F0FFF"/);
    });

    it("gives a JSON line for each event", async () => {
        const args = ["sysmon", "explain", "--config", "injection", "--event", hancitor, "--json"];
        const lines = (await sysmonAzure(args)).stdout.trimEnd().split("\n");
        const verdicts = lines.map((line) => JSON.parse(line) as { index: number; logged: boolean; blocks: unknown[] });
        assert.deepEqual(
            verdicts.map(({ index }) => index),
            verdicts.map((_, index) => index),
        );
        const logged = verdicts.filter((verdict) => verdict.logged);
        assert.deepEqual([logged.length, logged[0]?.blocks.length], [1, 1]);
    });

    it("takes two questions at once for a mistake, and a recording without one", async () => {
        const both = ["--config", "injection", "--event", hancitor, "--against", "injection-context"];
        const twice = await sysmonAzure(["sysmon", "explain", ...both]);
        assert.deepEqual([twice.code, twice.stdout], [2, ""]);
        assert.match(twice.stderr, /--event and --against/);
        const stray = await sysmonAzure(["sysmon", "explain", "--config", "injection", hancitor]);
        assert.deepEqual([stray.code, stray.stdout], [2, ""]);
        assert.match(stray.stderr, /--event /);
    });

    it("ends with bad input for a recording that is none", async () => {
        const folder = temporaryFolder({ "event.json": "hello" });
        const args = ["sysmon", "explain", "--config", "injection", "--event", path.join(folder, "event.json")];
        const { code, stdout, stderr } = await sysmonAzure(args);
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, /event\.json/);
    });
});

describe("sysmon-azure sysmon diff", () => {
    it("tells what changes: settings, what is logged, rules, and events over a recording", async () => {
        const { code, stdout } = await sysmonAzure(["sysmon", "diff", "published-2017", "injection-context", hancitor]);
        assert.equal(code, 0);
        assert.match(stdout, /^ {2}HashAlgorithms {2}not set → "SHA256,IMPHASH"$/m);
        assert.match(stdout, /^ {4}5 {2}ProcessTerminate +everything: there are no rules for it$/m);
        assert.match(stdout, /^Rules: 1 added, 3 removed$/m);
        assert.match(stdout, /- exclude TargetImage excludes "svchost\.exe".*; logs more$/m);
        assert.match(stdout, /^ {3}10 {2}ProcessAccess +\d+ +0 +1 +1 +0$/m);
        assert.match(stdout, /gained SourceImage=.*WINWORD\.EXE/);
        for (const line of stdout.split("\n")) assert.ok(line.length <= 120, line);
    });

    it("is what explain says against another configuration", async () => {
        const diff = await sysmonAzure(["sysmon", "diff", "injection-context", "injection", hancitor, "--json"]);
        const against = ["--config", "injection", "--against", "injection-context", hancitor, "--json"];
        const explain = await sysmonAzure(["sysmon", "explain", ...against]);
        assert.equal(explain.stdout, diff.stdout);
        const { before, after, recorded } = JSON.parse(diff.stdout) as Record<string, unknown>;
        assert.deepEqual([before, after, Array.isArray(recorded)], ["injection-context", "injection", true]);
    });

    it("says so where nothing changes", async () => {
        const { code, stdout } = await sysmonAzure(["sysmon", "diff", "injection", "injection"]);
        assert.deepEqual([code, stdout], [0, "No rule, option or default differs.\n"]);
    });

    it("counts what is too much to show", async () => {
        const rules = Array.from({ length: 30 }, (_, index) => `<QueryName>q${index}</QueryName>`).join("");
        const many = `<Sysmon schemaversion="4.90"><EventFiltering><DnsQuery onmatch="include">${rules}</DnsQuery></EventFiltering></Sysmon>`;
        const cwd = temporaryFolder({ "many.xml": many });
        const some = await sysmonAzure(["sysmon", "diff", "injection", "many.xml"], { cwd });
        assert.match(some.stdout, /20 more \(--all shows them\)/);
        const all = await sysmonAzure(["sysmon", "diff", "injection", "many.xml", "--all"], { cwd });
        assert.match(all.stdout, /q29/);
    });

    it("ends with bad input for a configuration that is none", async () => {
        const { code, stdout, stderr } = await sysmonAzure(["sysmon", "diff", "injection", "gone.xml"]);
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, /"gone\.xml" is neither/);
    });
});
