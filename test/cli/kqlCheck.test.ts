import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { loadHunts } from "../../detections";
import { packagePath } from "../../package/root";
import { sysmonAzure, type Ended } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

/** Runs `kql check` in a folder with these files. */
function check(files: Record<string, string>, ...args: string[]): Promise<Ended> {
    return sysmonAzure(["kql", "check", ...args], { cwd: temporaryFolder(files) });
}

const rule = `name: Everything
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  union *
  | where Computer contains "*srv"
`;

describe("sysmon-azure kql check", () => {
    it("tells what is wrong with line, column, severity and code, and ends with a failed check", async () => {
        const { code, stdout, stderr } = await check({ "bad.kql": "Event\n| where Nope == 1\n" }, "bad.kql");
        assert.deepEqual([code, stderr], [1, ""]);
        assert.match(stdout, /^bad\.kql:2:9 error KQ101 The name 'Nope'/);
    });

    it("tells nothing of a good query", async () => {
        const { code, stdout, stderr } = await check({ "good.kql": "Event | where EventID == 10" }, "good.kql");
        assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });

    it("gives a list for programs, and passes where there are warnings only", async () => {
        const { code, stdout } = await check({ "q.kql": "Event | where Source has '*x'" }, "q.kql", "--json");
        assert.equal(code, 0);
        const [finding, ...others] = JSON.parse(stdout) as Record<string, unknown>[];
        assert.deepEqual(others, []);
        assert.deepEqual(Object.keys(finding ?? {}), ["file", "line", "column", "severity", "code", "message"]);
        assert.deepEqual(
            [finding?.file, finding?.line, finding?.column, finding?.severity, finding?.code],
            ["q.kql", 1, 26, "warning", "KQ600"],
        );
    });

    it("checks what a kind of rule may do", async () => {
        const files = { "q.kql": "Event | evaluate narrow()" };
        const scheduled = await check(files, "q.kql", "--for", "scheduled-query");
        assert.equal(scheduled.code, 1);
        assert.match(scheduled.stdout, /q\.kql:1:18 error KQ500/);
        assert.equal((await check(files, "q.kql", "--for", "sentinel")).code, 0);
    });

    it("takes frequency and look-back of the rule", async () => {
        const flags = ["--for", "scheduled-query", "--frequency", "1m", "--window", "3d"];
        const { stdout } = await check({ "q.kql": "Event | extend t = ingestion_time()" }, "q.kql", ...flags);
        assert.match(stdout, /error KQ507 .*\n.*warning KQ506/);
    });

    it("reads rules as YAML, in their own lines, and whole folders", async () => {
        const files = { "rules/a.yaml": rule, "rules/deep/b.kql": "Nope | count", "rules/readme.yaml": "name: none\n" };
        const { code, stdout, stderr } = await check(files, "rules");
        assert.deepEqual([code, stderr], [1, ""], "a file without a query is passed over");
        assert.deepEqual(
            stdout.split("\n").map((line) => line.split(" ").slice(0, 3).join(" ")),
            [
                `${path.join("rules", "a.yaml")}:7:3 error KQ505`,
                `${path.join("rules", "a.yaml")}:8:29 warning KQ600`,
                `${path.join("rules", "deep", "b.kql")}:1:1 error KQ101`,
                "",
            ],
        );
    });

    it("takes tables and functions that the rule's workspace has", async () => {
        const files = {
            "q.kql": "Mine | where Count > One() | join Theirs on Name | join Rows on Name",
            "One.kql": "1",
            "Theirs.json": '[{"name":"Name","type":"string"}]',
            "Rows.jsonl": '{"Name":"x"}\n',
        };
        const { code, stdout, stderr } = await check(
            files,
            "q.kql",
            ...["--table", "Mine:Name,Count:long", "--table", "Theirs=Theirs.json", "--table", "Rows=Rows.jsonl"],
            ...["--function", "One.kql"],
        );
        assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });

    it("checks the queries of detections as they are planned", async () => {
        const shipped = await sysmonAzure(["kql", "check", packagePath("detections", "rules")]);
        assert.deepEqual([shipped.code, shipped.stdout, shipped.stderr], [0, "", ""]);
    });

    it("checks hunting queries as people run them", async () => {
        const folder = packagePath("detections", "hunting");
        const shipped = await sysmonAzure(["kql", "check", "--for", "hunting", folder]);
        assert.deepEqual([shipped.code, shipped.stdout, shipped.stderr], [0, "", ""]);
    });

    it("tells what is wrong with a hunting query in the lines of its file", async () => {
        const { folder, name } = loadHunts()[0] ?? assert.fail("none");
        const description = fs.readFileSync(path.join(folder, "hunt.yaml"), "utf8");
        const query = `${fs.readFileSync(path.join(folder, "query.kql"), "utf8")}| where FileNameOf(Nope) == "x"\n`;
        const files = { [`${name}/hunt.yaml`]: description, [`${name}/query.kql`]: query };
        const { code, stdout } = await check(files, name);
        assert.equal(code, 1);
        const line = query.trimEnd().split("\n").length;
        assert.match(stdout, new RegExp(`query\\.kql:${line}:20 error KQ101 The name 'Nope'`));
    });

    it("tells what it cannot read, checks the rest, and ends with bad input", async () => {
        const files = { "broken.yaml": "query: [\n", "none.yaml": "name: x\n", "q.kql": "Nope | count" };
        const { code, stdout, stderr } = await check(files, "broken.yaml", "none.yaml", "absent.kql", "q.kql");
        assert.equal(code, 2);
        assert.match(stdout, /^q\.kql:1:1 error KQ101/);
        assert.match(stderr, /broken\.yaml:\d+:\d+ not valid YAML/);
        assert.match(stderr, /none\.yaml: no query in it/);
        assert.match(stderr, /absent\.kql cannot be read/);
    });

    for (const [title, args, message] of [
        ["another kind of rule", ["--for", "splunk"], /scheduled-query, sentinel, hunting/],
        ["a frequency that is none", ["--frequency", "hourly"], /--frequency takes a duration such as 5m/],
        ["a table that is none", ["--table", "Mine"], /--table takes NAME:column:type/],
        ["a table with a type that is none", ["--table", "Mine:a:color"], /no KQL type/],
        ["a table's file that declares none", ["--table", "Mine=t.json"], /t\.json is no list of/],
        ["a function that is not there", ["--function", "absent.kql"], /absent\.kql cannot be read/],
    ] as const) {
        it(`refuses ${title}`, async () => {
            const { code, stderr } = await check({ "q.kql": "Event", "t.json": "{" }, "q.kql", ...args);
            assert.equal(code, 2);
            assert.match(stderr, message);
        });
    }
});
