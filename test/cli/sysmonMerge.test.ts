import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { readConfig } from "../../sysmon";
import { sysmonAzure } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

const sysmon = (inner: string): string =>
    `<Sysmon schemaversion="4.90"><EventFiltering><RuleGroup groupRelation="or">${inner}</RuleGroup></EventFiltering></Sysmon>\n`;
const dns = (onmatch: string, name: string): string =>
    sysmon(`<DnsQuery onmatch="${onmatch}"><QueryName>${name}</QueryName></DnsQuery>`);

describe("sysmon-azure sysmon merge", () => {
    it("writes one configuration with the origin of every rule", async () => {
        const cwd = temporaryFolder({ "a.xml": dns("include", "a"), "b.xml": dns("include", "b") });
        const { code, stdout, stderr } = await sysmonAzure(["sysmon", "merge", "a.xml", "b.xml", "injection"], { cwd });
        assert.deepEqual(
            [code, readConfig(stdout).config?.blocks.map(({ element }) => element)],
            [0, ["ProcessCreate", "ProcessTerminate", "ProcessAccess", "DnsQuery"]],
        );
        for (const name of ["a.xml", "b.xml", "injection"]) assert.match(stdout, new RegExp(`<!-- ${name} -->`));
        assert.match(stderr, /^warning: ProcessCreate: the merge logs all/m);
    });

    it("takes a folder for one configuration in pieces, whatever the order on disk", async () => {
        const cwd = temporaryFolder({
            "rules/22_dns/include_b.xml": dns("include", "b"),
            "rules/22_dns/exclude_a.xml": dns("exclude", "a"),
            "rules/README.md": "no XML",
        });
        const { code, stdout, stderr } = await sysmonAzure(["sysmon", "merge", "rules/"], { cwd });
        assert.deepEqual([code, stderr], [0, ""]);
        assert.match(stdout, /<!-- rules\/22_dns\/exclude_a\.xml -->[^]*<!-- rules\/22_dns\/include_b\.xml -->/);
    });

    it("writes to a file where it is asked to", async () => {
        const cwd = temporaryFolder({ "a.xml": dns("include", "a") });
        const { code, stdout } = await sysmonAzure(["sysmon", "merge", "a.xml", "--out", "merged.xml"], { cwd });
        assert.deepEqual([code, stdout], [0, ""]);
        assert.ok(readConfig(fs.readFileSync(path.join(cwd, "merged.xml"))).config);
    });

    it("tells a conflict with both places, writes nothing, and ends with a failed check", async () => {
        const cwd = temporaryFolder({ "a.xml": dns("include", "a"), "b.xml": dns("exclude", "b") });
        const { code, stdout, stderr } = await sysmonAzure(["sysmon", "merge", "a.xml", "b.xml", "--out", "m.xml"], {
            cwd,
        });
        assert.deepEqual([code, stdout, fs.existsSync(path.join(cwd, "m.xml"))], [1, "", false]);
        assert.match(stderr, /^conflict: DnsQuery: a\.xml:1:\d+ .* b\.xml:1:\d+ /);
    });

    it("gives the same as JSON", async () => {
        const cwd = temporaryFolder({ "a.xml": dns("include", "a"), "b.xml": dns("exclude", "b") });
        const failed = await sysmonAzure(["sysmon", "merge", "a.xml", "b.xml", "--json"], { cwd });
        const { conflicts, xml } = JSON.parse(failed.stdout) as { conflicts: { kind: string }[]; xml: null };
        assert.deepEqual([conflicts.map(({ kind }) => kind), xml], [["rest"], null]);
        const done = await sysmonAzure(["sysmon", "merge", "a.xml", "--json"], { cwd });
        assert.match((JSON.parse(done.stdout) as { xml: string }).xml, /DnsQuery/);
    });

    it("tells what the sensor would drop: it is not part of the merge", async () => {
        const cwd = temporaryFolder({ "a.xml": sysmon("<DnsQuery><QueryName>a</QueryName></DnsQuery>") });
        const { code, stderr } = await sysmonAzure(["sysmon", "merge", "a.xml"], { cwd });
        assert.equal(code, 0);
        assert.match(stderr, /^a\.xml:1:\d+ SM101 /);
    });

    const bad: [string, string[], RegExp][] = [
        ["a file that is not there", ["gone.xml"], /"gone\.xml" is neither a preset .* nor a readable file/],
        ["a folder without configurations", ["empty"], /The folder "empty" holds no \.xml file/],
        [
            "every file that the sensor rejects",
            ["bad", "worse.xml"],
            /bad\/a\.xml:1:1 SM\d+[^]*bad\/b\.xml:1:6 SM\d+[^]*worse\.xml:1:1 SM\d+/,
        ],
    ];
    for (const [title, args, report] of bad) {
        it(`ends with bad input for ${title}`, async () => {
            const cwd = temporaryFolder({
                "empty/x.txt": "",
                "bad/a.xml": "<Sysmon/>",
                "bad/b.xml": "no XML",
                "worse.xml": "<Sysmon/>",
            });
            const { code, stdout, stderr } = await sysmonAzure(["sysmon", "merge", ...args], { cwd });
            assert.deepEqual([code, stdout], [2, ""]);
            assert.match(stderr, report);
        });
    }
});

describe("a folder in the place of a configuration", () => {
    const event = `${JSON.stringify({ id: 22, fields: { QueryName: "a" } })}\n`;

    it("stands for its files, merged", async () => {
        const cwd = temporaryFolder({ "rules/1.xml": dns("include", "a"), "rules/2.xml": dns("include", "b") });
        const { code, stdout } = await sysmonAzure(["sysmon", "filter", "--config", "rules"], { cwd, stdin: event });
        assert.equal(code, 0);
        assert.match(stdout, /"logged":true/);
    });

    it("is bad input where they contradict one another", async () => {
        const option = (value: string): string =>
            `<Sysmon schemaversion="4.90"><ArchiveDirectory>${value}</ArchiveDirectory></Sysmon>`;
        const cwd = temporaryFolder({ "rules/1.xml": option("a"), "rules/2.xml": option("b") });
        const { code, stderr } = await sysmonAzure(["sysmon", "filter", "--config", "rules"], { cwd, stdin: event });
        assert.equal(code, 2);
        assert.match(stderr, /ArchiveDirectory.*rules\/1\.xml:1:30.*rules\/2\.xml:1:30/);
    });
});
