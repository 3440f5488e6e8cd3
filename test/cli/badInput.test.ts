import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath, packageRoot } from "../../package/root";
import { sysmonAzure, type Ended } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

const goodStack = fs.readFileSync(packagePath("Pulumi.dev.yaml"), "utf8");

/** Plans a stack file in a project whose program is that of this package. */
function plan(stack: string, files: Record<string, string> = {}): Promise<Ended> {
    const folder = temporaryFolder({
        "Pulumi.yaml": `name: sysmon-azure\nruntime: nodejs\nmain: ${path.join(packageRoot, "index.ts")}\n`,
        "Pulumi.dev.yaml": stack,
        ...files,
    });
    return sysmonAzure(["plan", "--json"], { cwd: folder });
}

/** The shipped dev stack with a line after the sensor's configuration. */
function withSensorConfig(config: string): string {
    return goodStack.replace(/config: balanced$/m, `config: ${config}`);
}

function withSettings(lines: string): string {
    return `${goodStack}${lines}\n`;
}

const sysmon = (inner: string): string =>
    `<Sysmon schemaversion="4.90"><EventFiltering>${inner}</EventFiltering></Sysmon>`;

const detection = fs
    .readFileSync(packagePath("detections", "rules", "verclsid-shellcode-injection", "detection.yaml"), "utf8")
    .replace("142ca824-32bd-41ce-ace7-5237784d6c6e", "5f2f3c39-6d2f-4d2b-b5a7-6f9f1cf0c001");
const query = fs.readFileSync(packagePath("detections", "rules", "verclsid-shellcode-injection", "query.kql"), "utf8");

const cases: { title: string; ended: () => Promise<Ended>; report: RegExp[] }[] = [
    {
        title: "an unknown settings key",
        ended: () => plan(withSettings("  sysmon-azure:locations: westeurope")),
        report: [/Pulumi\.dev\.yaml:\d+:\d+/, /sysmon-azure:locations/, /location\b/],
    },
    {
        title: "three wrong values at once",
        ended: () =>
            plan(
                goodStack
                    .replace("subscriptionId: 00000000-0000-0000-0000-000000000000", "subscriptionId: mine")
                    .replace("acceptEula: true", "acceptEula: false")
                    .replace("address: soc@example.com", "address: nobody"),
            ),
        report: [
            /sysmon-azure:subscriptionId/,
            /sysmon-azure:sensor\.acceptEula/,
            /sysmon-azure:alerts\.emails\[0\]\.address/,
        ],
    },
    {
        title: "settings and detections of the stack's own that are wrong at once",
        ended: () =>
            plan(
                goodStack.replace(/^( *)alerts:|sysmon-azure:alerts:$/m, "$&\n    shortName: thirteen-long") +
                    "  sysmon-azure:detections: { folders: [mine] }\n  sysmon-azure:access: { auditors: { create: { name: A } } }\n",
                {
                    "mine/no-such-column/detection.yaml": detection.replace("FullName: Computer", "FullName: Komputer"),
                    "mine/no-such-column/query.kql": query,
                    "mine/same-id/detection.yaml": detection,
                    "mine/same-id/query.kql": query,
                },
            ),
        report: [
            /sysmon-azure:alerts\.shortName.*1 to 12/,
            /sysmon-azure:access\.auditors: found an unknown key.*ST101/,
            /DT210 the query does not return Komputer/,
            /DT202 id 5f2f3c39-6d2f-4d2b-b5a7-6f9f1cf0c001 belongs already to/,
        ],
    },
    {
        title: "a Sysmon file that is not XML",
        ended: () => plan(withSensorConfig("my.xml"), { "my.xml": "event 10, please" }),
        report: [/my\.xml:1:\d+ SM\d+/],
    },
    {
        title: "a Sysmon file with an unknown field",
        ended: () =>
            plan(withSensorConfig("my.xml"), {
                "my.xml": sysmon('<ProcessAccess onmatch="include"><Target condition="is">x</Target></ProcessAccess>'),
            }),
        report: [/my\.xml:1:\d+ SM\d+ .*Target/],
    },
    {
        title: "Sysmon files to merge that contradict one another",
        ended: () =>
            plan(withSensorConfig("[mine.xml, theirs.xml]"), {
                "mine.xml": sysmon('<DnsQuery onmatch="include"><QueryName>a</QueryName></DnsQuery>'),
                "theirs.xml": sysmon('<DnsQuery onmatch="exclude"><QueryName>b</QueryName></DnsQuery>'),
            }),
        report: [/sysmon-azure:sensor\.config\[1\]: found DnsQuery: mine\.xml:1:\d+ .* theirs\.xml:1:\d+ .*ST214/],
    },
    {
        title: "a syntax error in a detection of the user's own",
        ended: () =>
            plan(withSettings("  sysmon-azure:detections:\n    folders: [mine]"), {
                "mine/my-rule/detection.yaml": detection,
                "mine/my-rule/query.kql": query.replace("| where New > 0", "| where New >"),
            }),
        report: [/query\.kql:\d+:\d+: KQ100/],
    },
    {
        title: "a limit that two detections share, changed for one of them",
        ended: () =>
            plan(
                withSettings(
                    "  sysmon-azure:detections:\n    overrides:\n      svchost-thread-kill: { parameters: { maxTargets: 3 } }",
                ),
            ),
        report: [/maxTargets must be the same for both, found svchost-mass-access: 10, svchost-thread-kill: 3/],
    },
    {
        title: "a machine id that is no machine",
        ended: () =>
            plan(
                withSettings(
                    "  sysmon-azure:machines:\n    - id: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/x\n      location: westeurope\n      identity: none\n      delivery: runCommand",
                ),
            ),
        report: [/sysmon-azure:machines\[0\]\.id/, /Microsoft\.Compute\/virtualMachines/],
    },
    {
        title: "a recording with no records",
        ended: () =>
            sysmonAzure(["events", path.join(temporaryFolder({ "empty.xml": "<Events></Events>" }), "empty.xml")]),
        report: [/empty\.xml: no events in it/],
    },
    {
        title: "a folder without a project",
        ended: () => sysmonAzure(["plan"], { cwd: temporaryFolder() }),
        report: [/No Pulumi\.yaml/],
    },
    {
        title: "a query that is not KQL",
        ended: () => sysmonAzure(["kql", "print 1 +"]),
        report: [/query:1:\d+ KQ100/],
    },
];

describe("Bad input", () => {
    for (const { title, ended, report } of cases) {
        it(`${title} ends with one clear report and exit code 2`, async () => {
            const { code, stdout, stderr } = await ended();
            assert.equal(code, 2, stderr);
            assert.equal(stdout, "", "nothing half-done");
            for (const expected of report) assert.match(stderr, expected);
            assert.ok(!stderr.includes("    at "), `no stack trace: ${stderr}`);
        });
    }

    it("shows the stack trace where it is asked for", async () => {
        const { stderr } = await sysmonAzure(["plan", "--stack", "nope", "--debug"]);
        assert.match(stderr, /^ {4}at /m);
    });
});
