import assert from "node:assert/strict";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import { sysmonAzure } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

const hancitor = packagePath("detections", "recordings", "hancitor-verclsid", "events.jsonl");

/** JSON lines as values. */
function lines(text: string): Record<string, unknown>[] {
    return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("sysmon-azure plan", () => {
    it("prints resources with URN, parent, dependencies and inputs, secrets masked", async () => {
        const { code, stdout } = await sysmonAzure(["plan", "--stack", "everything", "--json"]);
        assert.equal(code, 0);
        const resources = JSON.parse(stdout) as Record<string, unknown>[];
        for (const key of ["urn", "type", "name", "parent", "custom", "dependencies", "protect", "inputs"]) {
            assert.ok(
                resources.every((resource) => key in resource),
                key,
            );
        }
        assert.ok(stdout.includes('"[secret]"'));
        assert.ok(!stdout.includes("hooks.example.com"), "the address of the webhook is a secret");
        assert.ok(!stdout.includes("x-ms-version"), "the sensor's command is a secret");
    });

    it("shows secrets where it is asked to", async () => {
        const { stdout } = await sysmonAzure(["plan", "--stack", "everything", "--json", "--show-secrets"]);
        assert.ok(stdout.includes("hooks.example.com"));
        assert.ok(stdout.includes("x-ms-version"));
    });

    it("draws a tree and tells warnings apart from it", async () => {
        const { code, stdout, stderr } = await sysmonAzure(["plan", "--stack", "everything"]);
        assert.equal(code, 0);
        assert.match(stdout, /└─ /);
        assert.match(stderr, /warning: legacyDataSource/);
    });
});

describe("sysmon-azure events", () => {
    it("prints normalized events that it reads back unchanged", async () => {
        const first = await sysmonAzure(["events", hancitor]);
        const file = path.join(temporaryFolder({ "again.jsonl": first.stdout }), "again.jsonl");
        const second = await sysmonAzure(["events", file]);
        assert.equal(second.code, 0);
        assert.equal(second.stdout, first.stdout);
        assert.ok(lines(first.stdout).every(({ id, fields }) => typeof id === "number" && typeof fields === "object"));
    });
});

describe("sysmon-azure sysmon filter", () => {
    const access = {
        id: 10,
        fields: {
            SourceImage: "C:\\Office\\WINWORD.EXE",
            TargetImage: "C:\\Windows\\System32\\verclsid.exe",
            GrantedAccess: "0x1fffff",
            CallTrace: "C:\\Windows\\SYSTEM32\\ntdll.dll+a5594|UNKNOWN(0000000006B15C08)",
        },
    };
    const creation = { id: 1, fields: { Image: "C:\\Windows\\notepad.exe" } };
    const stdin = `${JSON.stringify(access)}\n${JSON.stringify(creation)}\n`;

    it("gives a verdict for each event on standard input, in order", async () => {
        const { code, stdout } = await sysmonAzure(["sysmon", "filter", "--config", "injection"], { stdin });
        assert.equal(code, 0);
        const [first, second] = lines(stdout);
        assert.deepEqual([first?.index, first?.id, first?.logged, first?.reason], [0, 10, true, "match"]);
        assert.match(String(first?.ruleName), /T1055/);
        assert.deepEqual([second?.index, second?.id, second?.logged], [1, 1, false]);
    });

    it("reads recordings", async () => {
        const { stdout } = await sysmonAzure(["sysmon", "filter", "--config", "injection", hancitor]);
        assert.equal(lines(stdout).filter(({ logged }) => logged).length, 1);
    });

    it("tells a bad line, passes it over, and ends with bad input", async () => {
        const { code, stdout, stderr } = await sysmonAzure(["sysmon", "filter", "--config", "injection"], {
            stdin: `not json\n${stdin}`,
        });
        assert.equal(code, 2);
        assert.equal(lines(stdout).length, 2);
        assert.match(stderr, /line 1: /);
    });

    it("gives no verdict under a configuration that the sensor rejects", async () => {
        const file = path.join(temporaryFolder({ "bad.xml": "<Sysmon/>" }), "bad.xml");
        const { code, stdout, stderr } = await sysmonAzure(["sysmon", "filter", "--config", file], { stdin });
        assert.equal(code, 2);
        assert.equal(stdout, "");
        assert.match(stderr, /bad\.xml:1:\d+ SM/);
    });
});

describe("sysmon-azure kql", () => {
    it("runs a query over a recording", async () => {
        const { code, stdout } = await sysmonAzure([
            "kql",
            "Event | where EventID == 10 | summarize Accesses = count()",
            "--table",
            `Event=${hancitor}`,
            "--json",
        ]);
        assert.equal(code, 0);
        const { columns, rows } = JSON.parse(stdout) as { columns: unknown; rows: number[][] };
        assert.deepEqual(columns, [{ name: "Accesses", type: "long" }]);
        assert.ok((rows[0]?.[0] ?? 0) > 0);
    });

    it("runs over rows, with a function, at a time", async () => {
        const folder = temporaryFolder({
            "rows.jsonl": '{"Host":"a","At":"2026-01-01T00:00:00Z"}\n{"Host":"b","At":"2025-01-01T00:00:00Z"}\n',
            "Recent.kql": "T | where At > ago(1d) | project Host",
        });
        const { stdout } = await sysmonAzure([
            "kql",
            "Recent",
            ...["--table", `T=${path.join(folder, "rows.jsonl")}`],
            ...["--function", path.join(folder, "Recent.kql")],
            ...["--now", "2026-01-01T12:00:00Z", "--json"],
        ]);
        assert.deepEqual((JSON.parse(stdout) as { rows: unknown }).rows, [["a"]]);
    });

    it("draws a table for people", async () => {
        const { stdout } = await sysmonAzure(["kql", "print Answer = 42"]);
        assert.equal(stdout, "Answer\n------\n42\n");
    });
});

describe("sysmon-azure", () => {
    it("tells its version and its commands", async () => {
        const version = await sysmonAzure(["--version"]);
        assert.match(version.stdout, /^\d+\.\d+\.\d+/);
        const help = await sysmonAzure(["--help"]);
        assert.equal(help.code, 0);
        for (const command of ["plan", "rehearse", "events", "sysmon", "kql"])
            assert.match(help.stdout, new RegExp(`^  ${command}`, "m"));
    });

    it("ends with bad input for a command that there is not", async () => {
        const { code, stderr } = await sysmonAzure(["rehearsal"]);
        assert.equal(code, 2);
        assert.match(stderr, /Did you mean rehearse/);
    });
});
