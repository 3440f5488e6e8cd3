import assert from "node:assert/strict";
import * as fs from "node:fs";
import fc from "fast-check";
import { packagePath } from "../../package/root";
import {
    describeProblem,
    describeProblems,
    parseSettings,
    settingsCodes,
    unknownDetections,
    type SettingsProblem,
} from "../../settings";
import { ids, principal, validSettings } from "./validSettings";

function problemsOf(raw: unknown): SettingsProblem[] {
    const parsed = parseSettings(raw, "Pulumi.dev.yaml");
    return "problems" in parsed ? parsed.problems : [];
}

/** Code, key and nearest name of each problem: what a test states. */
function outline(problems: readonly SettingsProblem[]): string[] {
    return problems.map(({ code, path, nearest }) =>
        [code, path.replace("sysmon-azure:", ""), nearest ?? ""].join(" ").trim(),
    );
}

const vm = { id: ids.vm, location: "westeurope", identity: { system: principal } };
const scaleSet = { id: ids.scaleSet, location: "westeurope", identity: { user: ids.user }, orchestration: "uniform" };
const arc = { id: ids.arc, location: "westeurope", identity: { system: principal } };
const mailbox = { name: "soc", address: "soc@example.com" };
const webhook = { name: "hook", uri: "https://hooks.example.com/a" };

describe("settings that do not pass", () => {
    const table: { title: string; changes: Record<string, unknown>; expected: string[] }[] = [
        // One value by itself.
        { title: "an unknown key", changes: { locatoin: "x" }, expected: ["ST101 locatoin location"] },
        { title: "an unknown key that is like no other", changes: { zzz: 1 }, expected: ["ST101 zzz"] },
        { title: "a missing key", changes: { location: undefined }, expected: ["ST102 location"] },
        { title: "an empty value", changes: { location: null }, expected: ["ST102 location"] },
        { title: "an environment in capitals", changes: { environment: "Prod" }, expected: ["ST105 environment"] },
        { title: "no region", changes: { location: "west-europe!" }, expected: ["ST105 location"] },
        { title: "a subscription by name", changes: { subscriptionId: "corp" }, expected: ["ST105 subscriptionId"] },
        { title: "a word for a switch", changes: { protect: "yes" }, expected: ["ST103 protect"] },
        { title: "a number for a text", changes: { tags: { costCenter: 4711 } }, expected: ["ST103 tags.costCenter"] },
        { title: "a tag that Azure refuses", changes: { tags: { "a/b": "c" } }, expected: ['ST201 tags["a/b"]'] },
        {
            title: "more tags than Azure takes",
            changes: { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, "x"])) },
            expected: ["ST201 tags"],
        },
        { title: "a list for a mapping", changes: { sensor: [] }, expected: ["ST103 sensor"] },
        { title: "a missing mapping", changes: { sensor: undefined }, expected: ["ST102 sensor"] },
        {
            title: "a licence not accepted",
            changes: { sensor: { acceptEula: false } },
            expected: ["ST103 sensor.acceptEula"],
        },
        { title: "a licence not mentioned", changes: { sensor: {} }, expected: ["ST102 sensor.acceptEula"] },
        {
            title: "a mistyped preset among configurations to merge",
            changes: { sensor: { acceptEula: true, config: ["balanced", "injecton"] } },
            expected: ["ST104 sensor.config[1] injection"],
        },
        {
            title: "no configuration to merge",
            changes: { sensor: { acceptEula: true, config: [] } },
            expected: ["ST106 sensor.config"],
        },
        {
            title: "a configuration to merge twice",
            changes: { sensor: { acceptEula: true, config: ["mine.xml", "injection", "Mine.xml"] } },
            expected: ["ST209 sensor.config[2]"],
        },
        {
            title: "a configuration that is neither a name nor a list",
            changes: { sensor: { acceptEula: true, config: { file: "mine.xml" } } },
            expected: ["ST103 sensor.config"],
        },
        {
            title: "a mistyped preset",
            changes: { sensor: { acceptEula: true, config: "injecton" } },
            expected: ["ST104 sensor.config injection"],
        },
        {
            title: "a mistyped word",
            changes: { sensor: { acceptEula: true, delivery: "runcomand", ensure: "gone", builtIn: "allways" } },
            expected: ["ST104 sensor.builtIn", "ST104 sensor.ensure", "ST104 sensor.delivery runCommand"],
        },
        {
            title: "a source without its hash",
            changes: { sensor: { acceptEula: true, source: { url: "https://example.com/Sysmon.zip" } } },
            expected: ["ST102 sensor.source.sha256"],
        },
        {
            title: "a source over plain HTTP, its hash cut",
            changes: { sensor: { acceptEula: true, source: { url: "http://example.com/Sysmon.zip", sha256: "abc" } } },
            expected: ["ST105 sensor.source.url", "ST105 sensor.source.sha256"],
        },
        {
            title: "a mistyped source",
            changes: { sensor: { acceptEula: true, source: "microsft" } },
            expected: ["ST104 sensor.source microsoft"],
        },
        {
            title: "a mistyped form of a resource group",
            changes: { resourceGroup: { exsting: "rg" } },
            expected: ["ST103 resourceGroup existing"],
        },
        {
            title: "two forms of a resource group at once",
            changes: { resourceGroup: { create: "a", existing: "b" } },
            expected: ["ST103 resourceGroup"],
        },
        {
            title: "a group that is no object id, and one of a mistyped name",
            changes: { access: { readers: { existing: "readers" }, responder: { existing: principal } } },
            expected: ["ST105 access.readers.existing", "ST101 access.responder responders"],
        },
        {
            title: "a proxy with a password, and a channel of no size",
            changes: { sensor: { acceptEula: true, proxy: "http://me:secret@proxy:8080", channelMegabytes: 0 } },
            expected: ["ST106 sensor.channelMegabytes", "ST105 sensor.proxy"],
        },
        {
            title: "a transformation over many rows",
            changes: { collection: { transform: "source | summarize count()" } },
            expected: ["ST105 collection.transform"],
        },
        {
            title: "telephones that Azure refuses",
            changes: { alerts: { sms: [{ name: "phone", countryCode: "+49", phoneNumber: 151 }] } },
            expected: ["ST105 alerts.sms[0].countryCode", "ST103 alerts.sms[0].phoneNumber"],
        },
        {
            title: "a group without severities",
            changes: { alerts: { emails: [mailbox], groups: [{ name: "g", severities: [], emails: [mailbox] }] } },
            expected: ["ST106 alerts.groups[0].severities"],
        },
        {
            title: "a silence that Azure does not know, and a mistyped target",
            changes: { detections: { overrides: { a: { suppressFor: "PT7M", target: "sentinal" } } } },
            expected: ["ST104 detections.overrides.a.suppressFor PT5M", "ST104 detections.overrides.a.target sentinel"],
        },
        {
            title: "a fleet at a machine",
            changes: { fleet: { scope: ids.vm, exclude: ["vm"], identity: { user: ids.user } } },
            expected: ["ST105 fleet.scope", "ST105 fleet.exclude[0]", "ST102 fleet.identity.principalId"],
        },
        {
            title: "a weak password of a lab",
            changes: { lab: { adminPassword: "password" } },
            expected: ["ST105 lab.adminPassword"],
        },
        {
            title: "a resource group that Azure refuses",
            changes: { resourceGroup: { create: "rg." } },
            expected: ["ST105 resourceGroup.create"],
        },
        {
            title: "a workspace out of bounds",
            changes: { workspace: { create: { name: "-x", retentionDays: 7, dailyCapGb: 0, days: 1 } } },
            expected: [
                "ST105 workspace.create.name",
                "ST106 workspace.create.retentionDays",
                "ST106 workspace.create.dailyCapGb",
                "ST101 workspace.create.days",
            ],
        },
        {
            title: "a cap in words",
            changes: { workspace: { create: { dailyCapGb: "nome" } } },
            expected: ["ST104 workspace.create.dailyCapGb none"],
        },
        {
            title: "an existing workspace by an id that is none, without region",
            changes: { workspace: { existing: { id: ids.vm, customerId: "x" } } },
            expected: [
                "ST105 workspace.existing.id",
                "ST102 workspace.existing.location",
                "ST105 workspace.existing.customerId",
            ],
        },
        {
            title: "events that Sysmon does not have",
            changes: { collection: { table: "event", eventIds: [10, 99, 1.5, "1"] } },
            expected: [
                "ST104 collection.table Event",
                "ST105 collection.eventIds[1]",
                "ST103 collection.eventIds[2]",
                "ST103 collection.eventIds[3]",
            ],
        },
        {
            title: "no events at all",
            changes: { collection: { eventIds: [] } },
            expected: ["ST106 collection.eventIds"],
        },
        {
            title: "a function that hides a table",
            changes: { collection: { functionAlias: "SysmonEvent" } },
            expected: ["ST105 collection.functionAlias"],
        },
        {
            title: "a container at no address of one",
            changes: { artifacts: { container: "https://example.com/files" } },
            expected: ["ST105 artifacts.container"],
        },
        {
            title: "a machine of the wrong type",
            changes: { machines: [{ ...vm, id: ids.workspace }] },
            expected: ["ST105 machines[0].id"],
        },
        {
            title: "an unknown key of a machine",
            changes: { machines: [vm, { ...arc, agents: "install" }] },
            expected: ["ST101 machines[1].agents agent"],
        },
        {
            title: "an identity in a word",
            changes: { machines: [{ ...vm, identity: "non" }] },
            expected: ["ST104 machines[0].identity none"],
        },
        {
            title: "an identity in two forms",
            changes: { machines: [{ ...vm, identity: { system: principal, user: ids.user } }] },
            expected: ["ST103 machines[0].identity"],
        },
        {
            title: "a detection's name in capitals",
            changes: { detections: { include: ["Big"], overrides: { "A B": {} } } },
            expected: ["ST105 detections.include[0]", 'ST105 detections.overrides["A B"]'],
        },
        {
            title: "an override with wrong values",
            changes: {
                detections: {
                    overrides: {
                        a: { severity: "high", frequency: "PT7M", threshold: -1, treshold: 1, parameters: { x: {} } },
                    },
                },
            },
            expected: [
                "ST104 detections.overrides.a.severity High",
                "ST104 detections.overrides.a.frequency PT5M",
                "ST106 detections.overrides.a.threshold",
                "ST103 detections.overrides.a.parameters.x",
                "ST101 detections.overrides.a.treshold threshold",
            ],
        },
        {
            title: "receivers without address",
            changes: { alerts: { emails: [{ name: "soc" }, { name: "", address: "soc" }] } },
            expected: [
                "ST102 alerts.emails[0].address",
                "ST105 alerts.emails[1].name",
                "ST105 alerts.emails[1].address",
            ],
        },
        {
            title: "a long short name",
            changes: { alerts: { emails: [mailbox], shortName: "thirteen-char" } },
            expected: ["ST105 alerts.shortName"],
        },
        // Between keys.
        {
            title: "a workspace in another subscription",
            changes: {
                workspace: {
                    existing: {
                        id: ids.workspace.replace(/0000/, "1111"),
                        location: "westeurope",
                        customerId: principal,
                    },
                },
            },
            expected: ["ST213 workspace.existing.id"],
        },
        {
            title: "a machine twice, whatever the case",
            changes: { machines: [vm, arc, { ...vm, id: ids.vm.toLowerCase() }] },
            expected: ["ST202 machines[2].id"],
        },
        {
            title: "a scale set without orchestration",
            changes: { machines: [{ ...scaleSet, orchestration: undefined }] },
            expected: ["ST203 machines[0].orchestration"],
        },
        {
            title: "a virtual machine with orchestration",
            changes: { machines: [{ ...vm, orchestration: "uniform" }] },
            expected: ["ST203 machines[0].orchestration"],
        },
        {
            title: "a flexible scale set with a system-assigned identity",
            changes: { machines: [{ ...scaleSet, orchestration: "flexible", identity: { system: principal } }] },
            expected: ["ST204 machines[0].identity"],
        },
        {
            title: "a scale set without identity",
            changes: { machines: [{ ...scaleSet, identity: "none" }] },
            expected: ["ST204 machines[0].identity"],
        },
        {
            title: "an Arc machine with a user-assigned identity",
            changes: { machines: [{ ...arc, identity: { user: ids.user } }] },
            expected: ["ST204 machines[0].identity"],
        },
        {
            title: "an extension on a machine without identity",
            changes: { machines: [{ ...vm, identity: "none" }] },
            expected: ["ST205 machines[0].delivery"],
        },
        {
            title: "a run command on a scale set",
            changes: { machines: [{ ...scaleSet, delivery: "runCommand" }] },
            expected: ["ST205 machines[0].delivery"],
        },
        {
            title: "a run command on a scale set, from the sensor",
            changes: { sensor: { acceptEula: true, delivery: "runCommand" }, machines: [scaleSet] },
            expected: ["ST205 machines[0].delivery"],
        },
        {
            title: "a run command that would have to carry Sysmon itself",
            changes: {
                sensor: { acceptEula: true, source: { file: "Sysmon.zip" } },
                machines: [{ ...vm, delivery: "runCommand" }, arc],
            },
            expected: ["ST205 machines[0].delivery"],
        },
        {
            title: "an agent on a machine without identity",
            changes: { machines: [{ ...vm, identity: "none", delivery: "runCommand", agent: "install" }] },
            expected: ["ST206 machines[0].agent"],
        },
        { title: "alerts that reach nobody", changes: { alerts: { emails: [] } }, expected: ["ST207 alerts"] },
        {
            title: "more action groups than a rule takes",
            changes: {
                alerts: { emails: [mailbox], actionGroups: [1, 2, 3, 4, 5].map((n) => `${ids.actionGroup}${n}`) },
            },
            expected: ["ST208 alerts.actionGroups"],
        },
        {
            title: "more action groups for one severity than a rule takes",
            changes: {
                alerts: {
                    emails: [mailbox],
                    groups: ["a", "b", "c", "d", "e"].map((name) => ({
                        name,
                        severities: [name === "e" ? "Low" : "High", "Medium"],
                        emails: [mailbox],
                    })),
                },
            },
            expected: ["ST208 alerts.groups"],
        },
        {
            title: "a group that tells nobody, and one twice",
            changes: {
                alerts: {
                    emails: [mailbox],
                    groups: [
                        { name: "on-call", severities: ["High"] },
                        { name: "on-call", severities: ["High"], emails: [mailbox] },
                    ],
                },
            },
            expected: ["ST207 alerts.groups[0]", "ST209 alerts.groups[1]"],
        },
        {
            title: "nobody who is told where one detection still rings in Azure Monitor",
            changes: { alerts: undefined, sentinel: {}, detections: { overrides: { a: { target: "both" } } } },
            expected: ["ST207 alerts"],
        },
        {
            title: "nobody where all alerts are Sentinel's: nothing",
            changes: { alerts: undefined, sentinel: {} },
            expected: [],
        },
        {
            title: "what exists with Sentinel only",
            changes: {
                collection: { table: "WindowsEvent" },
                diagnostics: { sentinelHealth: true },
                detections: { target: "both", overrides: { a: { target: "sentinel" }, b: { target: "azureMonitor" } } },
            },
            expected: [
                "ST223 diagnostics.sentinelHealth",
                "ST216 collection.table",
                "ST217 detections.target",
                "ST217 detections.overrides.a.target",
            ],
        },
        {
            title: "rings and machines that do not know each other",
            changes: {
                sensor: { acceptEula: true, rings: { canary: {}, early: {} } },
                machines: [
                    { ...vm, ring: "canari" },
                    { ...arc, ring: "early" },
                ],
            },
            expected: ["ST218 machines[0].ring canary", "ST218 sensor.rings.canary"],
        },
        {
            title: "a run command that would have to carry the Sysmon of its ring",
            changes: {
                sensor: { acceptEula: true, rings: { canary: { source: { file: "Sysmon.zip" } } } },
                machines: [
                    { ...vm, ring: "canary", delivery: "runCommand" },
                    { ...arc, ring: "canary", pin: true, delivery: "runCommand" },
                ],
            },
            expected: ["ST205 machines[0].delivery"],
        },
        {
            title: "a fleet out of reach, whose machines could not fetch the installer",
            changes: {
                fleet: { scope: "/subscriptions/11111111-1111-1111-1111-111111111111" },
                artifacts: { container: "https://store.blob.core.windows.net/sysmon" },
                collection: { privateLink: true },
            },
            expected: ["ST219 fleet.scope", "ST219 artifacts.resourceGroup", "ST219 collection.privateLink"],
        },
        {
            title: "a lab in production, beside a store that exists",
            changes: {
                environment: "prod",
                lab: { adminPassword: "Example-password-0" },
                artifacts: { container: "https://store.blob.core.windows.net/sysmon" },
            },
            expected: ["ST220 lab", "ST222 lab"],
        },
        {
            title: "watchlists that are no tables",
            changes: {
                sentinel: {
                    watchlists: [
                        { alias: "none", searchKey: "A" },
                        { alias: "two", searchKey: "A", rows: [{ A: "1" }], file: "a.csv" },
                        { alias: "odd", searchKey: "A", rows: [{ A: "1" }, { B: "2" }] },
                        { alias: "odd", searchKey: "A", rows: [{ A: "1" }] },
                    ],
                },
            },
            expected: [
                "ST221 sentinel.watchlists[0]",
                "ST221 sentinel.watchlists[1]",
                "ST221 sentinel.watchlists[2].searchKey",
                "ST209 sentinel.watchlists[3]",
            ],
        },
        {
            title: "an action group twice",
            changes: { alerts: { actionGroups: [ids.actionGroup, ids.actionGroup.toLowerCase()] } },
            expected: ["ST209 alerts.actionGroups[1]"],
        },
        {
            title: "two receivers of one name",
            changes: { alerts: { emails: [mailbox], webhooks: [{ ...webhook, name: "SOC" }] } },
            expected: ["ST209 alerts.webhooks[0].name"],
        },
        {
            title: "a detection both included and excluded",
            changes: { detections: { include: ["a", "b", "a"], exclude: ["b"] } },
            expected: ["ST210 detections.exclude[0]", "ST209 detections.include[2]"],
        },
        {
            title: "a window shorter than its frequency",
            changes: { detections: { overrides: { a: { window: "PT45M", frequency: "PT1H" } } } },
            expected: ["ST211 detections.overrides.a.window"],
        },
    ];
    for (const { title, changes, expected } of table) {
        it(`name ${title}`, () => assert.deepEqual(outline(problemsOf(validSettings(changes))), expected));
    }

    it("are told all at once, wrong values and what shows between keys", () => {
        const problems = problemsOf(
            validSettings({
                environment: 7,
                tag: {},
                machines: [
                    { ...vm, location: undefined, identity: "none" },
                    { ...vm, ring: "Ring One" },
                ],
                alerts: { shortName: "sysmon" },
            }),
        );
        assert.deepEqual(outline(problems), [
            "ST103 environment",
            "ST102 machines[0].location",
            "ST105 machines[1].ring",
            "ST101 tag tags",
            "ST205 machines[0].delivery",
            "ST202 machines[1].id",
            "ST207 alerts",
        ]);
    });

    it("do not draw conclusions from what is wrong by itself", () => {
        const machines = [
            { ...scaleSet, orchestration: "Unifrom" },
            { ...vm, identity: "none" },
            { ...arc, delivery: "none" },
        ];
        const sensor = { acceptEula: false, delivery: "agent" };
        const alerts = { emails: "soc@example.com" };
        assert.deepEqual(outline(problemsOf(validSettings({ sensor, machines, alerts }))), [
            "ST103 sensor.acceptEula",
            "ST104 sensor.delivery",
            "ST104 machines[0].orchestration uniform",
            "ST104 machines[2].delivery",
            "ST103 alerts.emails",
        ]);
    });

    for (const raw of [undefined, null, [], "text", 1]) {
        it(`name what is no mapping: ${JSON.stringify(raw)}`, () => {
            assert.deepEqual(outline(problemsOf(raw)), ["ST002 sysmon-azure"]);
        });
    }

    it("take a line each, whatever stands where settings belong", () => {
        fc.assert(
            fc.property(
                fc.constantFrom("tags", "machines", ...Object.keys(validSettings())),
                fc.anything(),
                (key, value) => {
                    const parsed = parseSettings(validSettings({ [key]: value }), "Pulumi.dev.yaml");
                    const problems = "problems" in parsed ? parsed.problems : [];
                    for (const problem of problems)
                        assert.match(describeProblem(problem), /^Pulumi.dev.yaml {2}.*ST\d{3}\]$/);
                },
            ),
        );
    });
});

describe("the report of problems", () => {
    it("has a line for each: place, key, what was found, what is accepted, what was meant, code", () => {
        const text = describeProblems(problemsOf(validSettings({ locatoin: "x", protect: 1 })));
        const keys =
            "environment, location, subscriptionId, resourceGroup, tags, protect, workspace, collection, sensor, artifacts, machines, fleet, detections, alerts, sentinel, huntingQueries, diagnostics, workbook, access, lab";
        assert.deepEqual(text.split("\n"), [
            "2 problems in the settings of this stack:",
            "  Pulumi.dev.yaml  sysmon-azure:protect: found 1; accepted: true or false  [ST103]",
            `  Pulumi.dev.yaml  sysmon-azure:locatoin: found an unknown key; accepted: ${keys}; did you mean location?  [ST101]`,
        ]);
    });

    it("never shows what may be a secret: an address, a password, or what stands in its place", () => {
        const secret = "http://hooks.example.com/token-4711";
        const shapes = [
            { alerts: { webhooks: [{ name: "hook", uri: secret }] } },
            { alerts: { webhooks: [{ name: "hook", url: secret }] } },
            { alerts: { webhooks: [secret] } },
            { alerts: { webhooks: secret } },
            { alerts: secret },
            { alerts: { groups: [{ name: "g", severities: ["High"], functions: [secret] }] } },
            { alerts: { groups: [{ name: "g", severities: ["High"], runbooks: [{ serviceUri: secret }] }] } },
            { alerts: { groups: secret } },
            { alerts: { logicApps: [{ callbackUrl: secret }] } },
            { lab: { adminPassword: "4711" } },
            { lab: "4711" },
        ];
        for (const changes of shapes) {
            const problems = problemsOf(validSettings(changes));
            assert.ok(problems.length > 0);
            assert.equal(describeProblems(problems).includes("4711"), false);
        }
    });

    it("shows the beginning of a long value", () => {
        const [problem] = problemsOf(validSettings({ location: "!".repeat(5000) }));
        assert.ok(problem !== undefined && problem.found.length <= 80);
    });

    it("has a code for each problem, and a test for each code", () => {
        const folder = packagePath("test", "settings");
        const tests = fs.readdirSync(folder).map((name) => fs.readFileSync(`${folder}/${name}`, "utf8"));
        const untested = Object.keys(settingsCodes).filter((code) => !tests.some((text) => text.includes(code)));
        assert.deepEqual(untested, []);
    });
});

describe("names of detections", () => {
    const known = ["svchost-mass-access", "svchost-thread-kill"];
    const choice = {
        include: "all" as const,
        exclude: [],
        folders: [],
        overrides: {},
        target: "azureMonitor" as const,
    };

    it("pass where the catalog has them", () => {
        const settings = { ...choice, include: known, exclude: known, overrides: { "svchost-thread-kill": {} } };
        assert.deepEqual(unknownDetections(settings, known, "Pulumi.dev.yaml"), []);
    });

    it("are told with the nearest one where it has not", () => {
        const settings = {
            ...choice,
            include: ["svchost-mas-access"],
            exclude: ["x"],
            overrides: { "svchost-threadkill": {} },
        };
        assert.deepEqual(outline(unknownDetections(settings, known, "Pulumi.dev.yaml")), [
            "ST212 detections.include[0] svchost-mass-access",
            "ST212 detections.exclude[0]",
            "ST212 detections.overrides.svchost-threadkill svchost-thread-kill",
        ]);
    });
});
