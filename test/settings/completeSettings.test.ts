import assert from "node:assert/strict";
import { parseSettings, type Settings } from "../../settings";
import { ids, principal, resourceId, subscription, validSettings } from "./validSettings";

function settingsOf(changes: Record<string, unknown> = {}): Settings {
    const parsed = parseSettings(validSettings(changes), "Pulumi.dev.yaml");
    if ("problems" in parsed) assert.fail(JSON.stringify(parsed.problems, null, 2));
    return parsed.settings;
}

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
            collection: { table: "Event", eventIds: "all", legacyDataSource: false, functionAlias: "SysmonParsed" },
            sensor: {
                config: { kind: "preset", name: "injection-context" },
                acceptEula: true,
                source: { kind: "microsoft" },
                builtIn: "never",
                ensure: "present",
                delivery: "extension",
                attempt: 0,
            },
            artifacts: { kind: "own" },
            machines: [],
            detections: { include: "all", exclude: [], folders: [], overrides: {} },
            alerts: {
                emails: [{ name: "soc", address: "soc@example.com" }],
                webhooks: [],
                actionGroups: [],
                shortName: "sysmon",
            },
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
            title: "a group of readers that exists",
            changes: { access: { existing: "00000000-0000-0000-0000-0000000000AB" } },
            part: "access",
            expected: { kind: "existing", groupId: "00000000-0000-0000-0000-0000000000ab" },
        },
        {
            title: "a group of readers to create",
            changes: { access: { create: { name: "Readers" } } },
            part: "access",
            expected: { kind: "create", name: "Readers" },
        },
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
            title: "event ids, in order and once",
            changes: { collection: { table: "WindowsEvent", eventIds: [10, 255, 1, 10] } },
            part: "collection",
            expected: {
                table: "WindowsEvent",
                eventIds: [1, 10, 255],
                legacyDataSource: false,
                functionAlias: "SysmonParsed",
            },
        },
        {
            title: "a container that exists",
            changes: { artifacts: { container: "https://store.blob.core.windows.net/sysmon-files/" } },
            part: "artifacts",
            expected: { kind: "container", url: "https://store.blob.core.windows.net/sysmon-files" },
        },
        {
            title: "action groups alone",
            changes: {
                alerts: { actionGroups: [ids.actionGroup.toUpperCase().replace("RG", "rg").replace(/AG$/, "ag")] },
            },
            part: "alerts",
            expected: { emails: [], webhooks: [], actionGroups: [ids.actionGroup], shortName: "sysmon" },
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
            },
            part: "detections",
            expected: {
                include: ["a-b", "c"],
                exclude: ["d"],
                folders: ["../rules"],
                overrides: {
                    "a-b": { severity: "Low", frequency: "PT1H", window: "PT1H", parameters: { x: ["y"], z: 1 } },
                },
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
            },
            expected: {
                kind: "virtualMachine",
                id: ids.vm,
                location: "westeurope",
                identity: { kind: "system", principalId: principal },
                agent: "install",
                delivery: "extension",
                ring: "pilot",
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
        it(`take ${title}`, () => assert.deepEqual(settingsOf({ machines: [machine] }).machines, [expected]));
    }

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
