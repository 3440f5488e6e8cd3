import assert from "node:assert/strict";
import { parseSettings, type Settings } from "../../settings";
import { ids, principal, resourceId, subscription, validSettings } from "./validSettings";

function settingsOf(changes: Record<string, unknown> = {}): Settings {
    const parsed = parseSettings(validSettings(changes), "Pulumi.dev.yaml");
    if ("problems" in parsed) assert.fail(JSON.stringify(parsed.problems, null, 2));
    return parsed.settings;
}

const noReceivers = {
    emails: [],
    sms: [],
    voice: [],
    appPush: [],
    webhooks: [],
    roles: [],
    logicApps: [],
    functions: [],
    runbooks: [],
    eventHubs: [],
    itsm: [],
};

const existingWorkspace = { existing: { id: ids.workspace, location: "westeurope", customerId: principal } };

describe("settings that pass", () => {
    it("are completed with defaults", () => {
        assert.deepEqual(settingsOf(), {
            environment: "dev",
            location: "westeurope",
            subscriptionId: subscription,
            resourceGroup: { kind: "create" },
            tags: {},
            protect: false,
            workspace: { kind: "create", retentionDays: 30, dailyCapGb: 1 },
            collection: {
                table: "Event",
                eventIds: "all",
                privateLink: false,
                legacyDataSource: false,
                functionAlias: "SysmonParsed",
            },
            sensor: {
                config: { kind: "preset", name: "balanced" },
                acceptEula: true,
                source: { kind: "microsoft" },
                builtIn: "never",
                ensure: "present",
                delivery: "extension",
                attempt: 0,
                rings: {},
            },
            artifacts: { kind: "own" },
            machines: [],
            detections: { include: "all", exclude: [], folders: [], overrides: {}, target: "azureMonitor" },
            alerts: {
                receivers: { ...noReceivers, emails: [{ name: "soc", address: "soc@example.com" }] },
                groups: [],
                actionGroups: [],
                shortName: "sysmon",
                ruleHealth: true,
                identity: true,
            },
            huntingQueries: true,
            diagnostics: { queries: true, sentinelHealth: false },
            workbook: true,
            access: {},
        });
    });

    const workspaces = [
        { environment: "dev", workspace: undefined, expected: { retentionDays: 30, dailyCapGb: 1 } },
        { environment: "staging", workspace: undefined, expected: { retentionDays: 90 } },
        { environment: "prod", workspace: undefined, expected: { retentionDays: 90 } },
        { environment: "dev", workspace: { create: { dailyCapGb: "none" } }, expected: { retentionDays: 30 } },
        {
            environment: "prod",
            workspace: { create: { dailyCapGb: 0.5 } },
            expected: { retentionDays: 90, dailyCapGb: 0.5 },
        },
        {
            environment: "dev",
            workspace: { create: { name: "log-x1", retentionDays: 730 } },
            expected: { name: "log-x1", retentionDays: 730, dailyCapGb: 1 },
        },
    ];
    for (const { environment, workspace, expected } of workspaces) {
        it(`in ${environment} with workspace ${JSON.stringify(workspace)} give ${JSON.stringify(expected)}`, () => {
            const changes = workspace === undefined ? { environment } : { environment, workspace };
            assert.deepEqual(settingsOf(changes).workspace, { kind: "create", ...expected });
        });
    }

    it("protect what holds data in prod, unless told otherwise", () => {
        assert.equal(settingsOf({ environment: "prod" }).protect, true);
        assert.equal(settingsOf({ environment: "prod", protect: false }).protect, false);
        assert.equal(settingsOf({ environment: "staging" }).protect, false);
    });

    const forms: { title: string; changes: Record<string, unknown>; part: keyof Settings; expected: unknown }[] = [
        { title: "a region in words", changes: { location: "West Europe" }, part: "location", expected: "westeurope" },
        {
            title: "a resource group to create",
            changes: { resourceGroup: { create: "rg-a" } },
            part: "resourceGroup",
            expected: { kind: "create", name: "rg-a" },
        },
        {
            title: "groups of people, that exist and to create",
            changes: {
                access: {
                    operators: { existing: "00000000-0000-0000-0000-0000000000AB" },
                    readers: { create: { name: "Readers" } },
                },
            },
            part: "access",
            expected: {
                readers: { kind: "create", name: "Readers" },
                operators: { kind: "existing", groupId: "00000000-0000-0000-0000-0000000000ab" },
            },
        },
        {
            title: "Sentinel, with a list in the stack file and one in a file",
            changes: {
                sentinel: {
                    defenderSubscriptions: [subscription],
                    watchlists: [
                        { alias: "tools", searchKey: "Image", rows: [{ Image: "a.exe" }] },
                        { alias: "hosts", displayName: "Hosts", searchKey: "Name", file: "hosts.csv" },
                    ],
                },
            },
            part: "sentinel",
            expected: {
                onboard: true,
                defenderSubscriptions: [subscription],
                watchlists: [
                    {
                        alias: "tools",
                        displayName: "tools",
                        searchKey: "Image",
                        content: { kind: "rows", rows: [{ Image: "a.exe" }] },
                    },
                    {
                        alias: "hosts",
                        displayName: "Hosts",
                        searchKey: "Name",
                        content: { kind: "file", path: "hosts.csv" },
                    },
                ],
            },
        },
        {
            title: "a fleet by its scope alone",
            changes: { fleet: { scope: `/SUBSCRIPTIONS/${subscription}` } },
            part: "fleet",
            expected: {
                scope: `/subscriptions/${subscription}`,
                exclude: [],
                identity: { kind: "system" },
                effect: "deployIfNotExists",
                remediate: true,
            },
        },
        {
            title: "a fleet with one identity, at rest",
            changes: {
                fleet: {
                    scope: "/providers/Microsoft.Management/managementGroups/corp",
                    exclude: [`/subscriptions/${subscription}`],
                    identity: { user: ids.user, principalId: principal.toUpperCase() },
                    effect: "disabled",
                    remediate: false,
                },
            },
            part: "fleet",
            expected: {
                scope: "/providers/Microsoft.Management/managementGroups/corp",
                exclude: [`/subscriptions/${subscription}`],
                identity: { kind: "user", resourceId: ids.user, principalId: principal, attach: false },
                effect: "disabled",
                remediate: false,
            },
        },
        {
            title: "a lab",
            changes: { lab: { adminPassword: "Example-password-0" } },
            part: "lab",
            expected: { adminPassword: "Example-password-0", size: "Standard_B2ms" },
        },
        { title: "no workbook", changes: { workbook: false }, part: "workbook", expected: false },
        {
            title: "a resource group that exists",
            changes: { resourceGroup: { existing: "rg-a" } },
            part: "resourceGroup",
            expected: { kind: "existing", name: "rg-a" },
        },
        {
            title: "a workspace that exists, its id in the usual spelling",
            changes: {
                workspace: {
                    existing: {
                        id: ids.workspace.toLowerCase(),
                        location: "North Europe",
                        customerId: principal.toUpperCase(),
                    },
                },
            },
            part: "workspace",
            expected: { kind: "existing", id: ids.workspace, location: "northeurope", customerId: principal },
        },
        {
            title: "a workspace of others, which is not told to log",
            changes: {
                workspace: { existing: { id: ids.workspace, location: "westeurope", customerId: principal } },
                sentinel: { onboard: false },
            },
            part: "diagnostics",
            expected: { queries: false, sentinelHealth: false },
        },
        {
            title: "Sentinel of the stack's own, whose health is logged",
            changes: { sentinel: {} },
            part: "diagnostics",
            expected: { queries: true, sentinelHealth: true },
        },
        {
            title: "logs that are not wanted",
            changes: { sentinel: {}, diagnostics: { queries: false, sentinelHealth: false } },
            part: "diagnostics",
            expected: { queries: false, sentinelHealth: false },
        },
        {
            title: "event ids, in order and once",
            changes: { sentinel: {}, collection: { table: "WindowsEvent", eventIds: [10, 255, 1, 10] } },
            part: "collection",
            expected: {
                table: "WindowsEvent",
                eventIds: [1, 10, 255],
                privateLink: false,
                legacyDataSource: false,
                functionAlias: "SysmonParsed",
            },
        },
        {
            title: "a container that exists",
            changes: { artifacts: { container: "https://store.blob.core.windows.net/sysmon-files/" } },
            part: "artifacts",
            expected: {
                kind: "container",
                url: "https://store.blob.core.windows.net/sysmon-files",
                subscriptionId: subscription,
            },
        },
        {
            title: "needed events by private link, transformed",
            changes: {
                collection: { eventIds: "needed", privateLink: true, transform: "source | where EventID != 7" },
            },
            part: "collection",
            expected: {
                table: "Event",
                eventIds: "needed",
                privateLink: true,
                transform: "source | where EventID != 7",
                legacyDataSource: false,
                functionAlias: "SysmonParsed",
            },
        },
        {
            title: "action groups alone, in another's workspace",
            changes: {
                workspace: existingWorkspace,
                alerts: {
                    actionGroups: [
                        ids.actionGroup.toUpperCase().replace("RG", "rg").replace(/AG$/, "ag"),
                        { id: `${ids.actionGroup}2`, severities: ["High"] },
                    ],
                },
            },
            part: "alerts",
            expected: {
                receivers: noReceivers,
                groups: [],
                actionGroups: [{ id: ids.actionGroup }, { id: `${ids.actionGroup}2`, severities: ["High"] }],
                shortName: "sysmon",
                ruleHealth: true,
                identity: false,
            },
        },
        {
            title: "a group for urgent alerts beside the one for all",
            changes: {
                alerts: {
                    shortName: "soc",
                    webhooks: [{ name: "hook", uri: "https://hooks.example.com/a" }],
                    groups: [
                        {
                            name: "on-call",
                            severities: ["High"],
                            sms: [{ name: "phone", countryCode: "49", phoneNumber: "15100000000" }],
                        },
                    ],
                },
            },
            part: "alerts",
            expected: {
                receivers: { ...noReceivers, webhooks: [{ name: "hook", uri: "https://hooks.example.com/a" }] },
                groups: [
                    {
                        name: "on-call",
                        shortName: "soc",
                        severities: ["High"],
                        receivers: {
                            ...noReceivers,
                            sms: [{ name: "phone", countryCode: "49", phoneNumber: "15100000000" }],
                        },
                    },
                ],
                actionGroups: [],
                shortName: "soc",
                ruleHealth: true,
                identity: true,
            },
        },
        {
            title: "overrides of detections",
            changes: {
                detections: {
                    include: ["a-b", "c"],
                    exclude: ["d"],
                    folders: ["../rules"],
                    overrides: {
                        "a-b": { severity: "Low", frequency: "PT1H", window: "PT1H", parameters: { x: ["y"], z: 1 } },
                    },
                },
                sentinel: {},
            },
            part: "detections",
            expected: {
                include: ["a-b", "c"],
                exclude: ["d"],
                folders: ["../rules"],
                overrides: {
                    "a-b": { severity: "Low", frequency: "PT1H", window: "PT1H", parameters: { x: ["y"], z: 1 } },
                },
                target: "sentinel",
            },
        },
    ];
    for (const { title, changes, part, expected } of forms) {
        it(`take ${title}`, () => assert.deepEqual(settingsOf(changes)[part], expected));
    }

    const sensors = [
        { sensor: { config: "published-2017" }, expected: { config: { kind: "preset", name: "published-2017" } } },
        { sensor: { config: "sysmon/own.XML" }, expected: { config: { kind: "file", path: "sysmon/own.XML" } } },
        {
            sensor: { config: ["injection", "own.xml"] },
            expected: {
                config: {
                    kind: "merge",
                    parts: [
                        { kind: "preset", name: "injection" },
                        { kind: "file", path: "own.xml" },
                    ],
                },
            },
        },
        { sensor: { source: "microsoft" }, expected: { source: { kind: "microsoft" } } },
        { sensor: { source: { file: "Sysmon.zip" } }, expected: { source: { kind: "file", path: "Sysmon.zip" } } },
        {
            sensor: { source: { url: "https://example.com/Sysmon.zip", sha256: "AB".repeat(32) } },
            expected: { source: { kind: "url", url: "https://example.com/Sysmon.zip", sha256: "ab".repeat(32) } },
        },
        {
            sensor: { builtIn: "require", ensure: "absent", delivery: "runCommand", attempt: 3 },
            expected: { builtIn: "require", ensure: "absent", delivery: "runCommand", attempt: 3 },
        },
        {
            sensor: { builtIn: "prefer", channelMegabytes: 512, proxy: "http://proxy.example.com:8080/" },
            expected: { builtIn: "prefer", channelMegabytes: 512, proxyUrl: "http://proxy.example.com:8080" },
        },
    ];
    for (const { sensor, expected } of sensors) {
        it(`take the sensor ${JSON.stringify(sensor)}`, () => {
            const settings = settingsOf({ sensor: { acceptEula: true, ...sensor } });
            assert.deepEqual(settings.sensor, { ...settingsOf().sensor, ...expected });
        });
    }

    const machines = [
        {
            title: "a virtual machine, its id in the usual spelling",
            machine: {
                id: ids.vm.replace("resourceGroups", "RESOURCEGROUPS"),
                location: "westeurope",
                identity: { system: principal },
                ring: "pilot",
                pin: true,
            },
            expected: {
                kind: "virtualMachine",
                id: ids.vm,
                location: "westeurope",
                identity: { kind: "system", principalId: principal },
                agent: "install",
                delivery: "extension",
                ring: "pilot",
                pin: true,
            },
        },
        {
            title: "a machine without identity, and so without agent",
            machine: { id: ids.vm, location: "westeurope", identity: "none", delivery: "runCommand" },
            expected: {
                kind: "virtualMachine",
                id: ids.vm,
                location: "westeurope",
                identity: { kind: "none" },
                agent: "present",
                delivery: "runCommand",
            },
        },
        {
            title: "a flexible scale set with a user-assigned identity",
            machine: {
                id: ids.scaleSet,
                location: "westeurope",
                identity: { user: ids.user, principalId: principal },
                orchestration: "flexible",
            },
            expected: {
                kind: "scaleSet",
                id: ids.scaleSet,
                location: "westeurope",
                identity: { kind: "user", resourceId: ids.user, principalId: principal },
                orchestration: "flexible",
                agent: "install",
                delivery: "extension",
            },
        },
        {
            title: "an Arc machine by run command",
            machine: {
                id: ids.arc,
                location: "westeurope",
                identity: { system: principal },
                delivery: "runCommand",
                agent: "present",
            },
            expected: {
                kind: "arcMachine",
                id: ids.arc,
                location: "westeurope",
                identity: { kind: "system", principalId: principal },
                agent: "present",
                delivery: "runCommand",
            },
        },
        {
            title: "a machine of another subscription",
            machine: {
                id: resourceId("Microsoft.Compute/virtualMachines", "vm", "11111111-1111-1111-1111-111111111111"),
                location: "westeurope",
                identity: { user: ids.user },
            },
            expected: {
                kind: "virtualMachine",
                id: resourceId("Microsoft.Compute/virtualMachines", "vm", "11111111-1111-1111-1111-111111111111"),
                location: "westeurope",
                identity: { kind: "user", resourceId: ids.user },
                agent: "install",
                delivery: "extension",
            },
        },
    ];
    for (const { title, machine, expected } of machines) {
        it(`take ${title}`, () => {
            const rings = "ring" in machine ? { [String(machine.ring)]: {} } : {};
            const changes = { sensor: { acceptEula: true, rings }, machines: [machine] };
            assert.deepEqual(settingsOf(changes).machines, [{ pin: false, ...expected }]);
        });
    }

    it("give a ring what the sensor has, but what the ring names itself", () => {
        const sensor = {
            acceptEula: true,
            config: "injection",
            source: { file: "Sysmon.zip" },
            rings: { canary: { config: ["balanced"] }, broad: {} },
        };
        const machines = ["canary", "broad"].map((ring, index) => ({
            id: `${ids.vm}${index}`,
            location: "westeurope",
            identity: { system: principal },
            ring,
        }));
        const { rings } = settingsOf({ sensor, machines }).sensor;
        const source = { kind: "file", path: "Sysmon.zip" };
        assert.deepEqual(rings, {
            canary: { config: { kind: "merge", parts: [{ kind: "preset", name: "balanced" }] }, source },
            broad: { config: { kind: "preset", name: "injection" }, source },
        });
    });

    it("give machines the sensor's delivery, unless a machine has its own", () => {
        const { machines } = settingsOf({
            sensor: { acceptEula: true, delivery: "runCommand" },
            machines: [
                { id: ids.vm, location: "westeurope", identity: "none" },
                { id: ids.arc, location: "westeurope", identity: { system: principal }, delivery: "extension" },
            ],
        });
        assert.deepEqual(
            machines.map(({ delivery }) => delivery),
            ["runCommand", "extension"],
        );
    });
});
