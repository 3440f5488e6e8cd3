import assert from "node:assert/strict";
import { CloudDouble } from "../support/cloudDouble";
import type { CloudObject } from "../support/cloudResources";

const subscription = "00000000-0000-0000-0000-000000000000";
const group = `/subscriptions/${subscription}/resourceGroups/rg-test`;
const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm-1`;
const extension = "azure-native:compute:VirtualMachineExtension";

const script = (name: string, more: CloudObject = {}): CloudObject => ({
    resourceGroupName: "rg-test",
    vmName: "vm-1",
    vmExtensionName: name,
    publisher: "Microsoft.Compute",
    type: "CustomScriptExtension",
    forceUpdateTag: "1",
    protectedSettings: { commandToExecute: "install" },
    ...more,
});
const workspace: CloudObject = { resourceGroupName: "rg-test", workspaceName: "log-test", location: "westeurope" };
const savedSearch: CloudObject = { resourceGroupName: "rg-test", workspaceName: "log-test", savedSearchId: "parser" };

function cloudWithGroup(): CloudDouble {
    return new CloudDouble({ existing: [group] });
}

describe("the double of Azure", () => {
    it("names what it creates by resource id, and answers without what only goes in", () => {
        const cloud = cloudWithGroup();
        const created = cloud.create(extension, script("sysmon"), subscription);
        assert.equal(created.id, `${machine}/extensions/sysmon`);
        assert.equal(created.outputs["name"], "sysmon");
        assert.ok(!("protectedSettings" in created.outputs));
    });

    it("gives a workspace a customer id and an identity a principal, the same ones each time", () => {
        const make = (): CloudObject[] => {
            const cloud = cloudWithGroup();
            return [
                cloud.create("azure-native:operationalinsights:Workspace", workspace, subscription).outputs,
                cloud.create(
                    "azure-native:managedidentity:UserAssignedIdentity",
                    { resourceGroupName: "rg-test", resourceName: "id-test" },
                    subscription,
                ).outputs,
            ];
        };
        const [made, again] = [make(), make()];
        assert.deepEqual(made, again);
        for (const value of [made[0]?.["customerId"], made[1]?.["principalId"], made[1]?.["clientId"]]) {
            assert.match(JSON.stringify(value), /^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/);
        }
    });

    it("refuses to create what is there already, whatever the case of its name", () => {
        const cloud = cloudWithGroup();
        cloud.create(extension, script("sysmon"), subscription);
        assert.throws(() => cloud.create(extension, script("SYSMON"), subscription), /already existing resource/);
    });

    it("refuses a write over a saved search, by create and by update", () => {
        const cloud = cloudWithGroup();
        const type = "azure-native:operationalinsights:SavedSearch";
        cloud.create("azure-native:operationalinsights:Workspace", workspace, subscription);
        const { id } = cloud.create(type, savedSearch, subscription);
        assert.throws(() => cloud.create(type, savedSearch, subscription), /Status=409 Code="Conflict"/);
        assert.throws(() => cloud.update(type, id, { ...savedSearch, query: "Event" }), /Status=409 Code="Conflict"/);
    });

    it("refuses a second extension of one handler on a machine, whatever its name", () => {
        const cloud = cloudWithGroup();
        cloud.create(extension, script("sysmon"), subscription);
        assert.throws(
            () => cloud.create(extension, script("other"), subscription),
            /Multiple VMExtensions per handler/,
        );
        cloud.create(extension, script("other", { vmName: "vm-2" }), subscription);
    });

    it("sees the handler of an extension on an Arc machine, which nests it", () => {
        const cloud = cloudWithGroup();
        const arc = "azure-native:hybridcompute:MachineExtension";
        const nested = (name: string): CloudObject => ({
            resourceGroupName: "rg-test",
            machineName: "srv-1",
            extensionName: name,
            properties: { publisher: "Microsoft.Compute", type: "CustomScriptExtension" },
        });
        cloud.create(arc, nested("a"), subscription);
        assert.throws(() => cloud.create(arc, nested("b"), subscription), /Multiple VMExtensions per handler/);
    });

    describe("runs an extension", () => {
        const changes: [string, CloudObject, number][] = [
            ["with equal settings and an equal tag once", {}, 1],
            ["again with another tag", { forceUpdateTag: "2" }, 2],
            ["again with other protected settings", { protectedSettings: { commandToExecute: "other" } }, 2],
            ["not again for new tags of the resource", { tags: { team: "soc" } }, 1],
        ];
        for (const [what, change, runs] of changes) {
            it(what, () => {
                const cloud = cloudWithGroup();
                const { id } = cloud.create(extension, script("sysmon"), subscription);
                cloud.update(extension, id, script("sysmon", change));
                assert.equal(cloud.runs.length, runs);
                assert.equal(cloud.runs[0]?.machine, machine.toLowerCase());
            });
        }
    });

    it("refuses to create, change or delete an extension while its machine is stopped", () => {
        const cloud = cloudWithGroup();
        const { id } = cloud.create(extension, script("sysmon"), subscription);
        cloud.stoppedMachines.add(machine.toLowerCase());
        const stopped = /Status=409 Code="OperationNotAllowed".*VM is not running/;
        assert.throws(() => cloud.create(extension, script("agent", { type: "Agent" }), subscription), stopped);
        assert.throws(() => cloud.update(extension, id, script("sysmon")), stopped);
        assert.throws(() => cloud.delete(extension, id), stopped);
        assert.ok(cloud.find(id));
    });

    it("refuses a child before its parent, and a reference before what it refers to", () => {
        const cloud = new CloudDouble();
        const create = (type: string, inputs: CloudObject) => () => cloud.create(type, inputs, subscription);
        const type = "azure-native:operationalinsights:Workspace";
        assert.throws(create(type, workspace), /ParentResourceNotFound.*resourceGroups\/rg-test'/);
        cloud.create("azure-native:resources:ResourceGroup", { resourceGroupName: "rg-test" }, subscription);
        assert.throws(
            create("azure-native:operationalinsights:SavedSearch", savedSearch),
            /ParentResourceNotFound.*workspaces\/log-test'/,
        );
        assert.throws(
            create("azure-native:monitor:ScheduledQueryRule", {
                resourceGroupName: "rg-test",
                ruleName: "rule",
                scopes: [`${group}/providers/Microsoft.OperationalInsights/workspaces/log-test`],
            }),
            /ResourceNotFound.*workspaces\/log-test'/,
        );
        cloud.create(type, workspace, subscription);
        cloud.create("azure-native:operationalinsights:SavedSearch", savedSearch, subscription);
    });

    it("finds the parents of a blob and of what lies on a machine", () => {
        const cloud = cloudWithGroup();
        const account: CloudObject = { resourceGroupName: "rg-test", accountName: "sttest" };
        const container: CloudObject = { ...account, containerName: "sysmon" };
        const blob: CloudObject = { ...container, blobName: "ab/sysmon.xml" };
        const inOrder: [string, CloudObject][] = [
            ["azure-native:storage:StorageAccount", account],
            ["azure-native:storage:BlobContainer", container],
            ["azure-native:storage:Blob", blob],
        ];
        for (const [type, inputs] of inOrder.slice(1)) {
            assert.throws(() => cloud.create(type, inputs, subscription), /ParentResourceNotFound/, type);
        }
        for (const [type, inputs] of inOrder) cloud.create(type, inputs, subscription);
        const association: CloudObject = { resourceUri: machine, associationName: "sysmon" };
        cloud.create("azure-native:monitor:DataCollectionRuleAssociation", association, subscription);
        assert.equal(cloud.all().length, 4);
    });

    it("keeps a data collection rule as long as a machine is associated with it", () => {
        const cloud = cloudWithGroup();
        const type = "azure-native:monitor:DataCollectionRule";
        const rule: CloudObject = { resourceGroupName: "rg-test", dataCollectionRuleName: "dcr-test" };
        const { id } = cloud.create(type, rule, subscription);
        const association = cloud.create(
            "azure-native:monitor:DataCollectionRuleAssociation",
            { resourceUri: machine, associationName: "sysmon", dataCollectionRuleId: id },
            subscription,
        );
        assert.throws(() => cloud.delete(type, id), /Status=409.*is still used by/);
        cloud.delete(association.type, association.id);
        cloud.delete(type, id);
        assert.deepEqual(cloud.all(), []);
    });

    it("deletes what a resource holds with it, and takes what is gone for deleted", () => {
        const cloud = cloudWithGroup();
        const type = "azure-native:operationalinsights:Workspace";
        const { id } = cloud.create(type, workspace, subscription);
        cloud.create("azure-native:operationalinsights:SavedSearch", savedSearch, subscription);
        cloud.delete(type, id);
        cloud.delete(type, id);
        assert.deepEqual(cloud.all(), []);
    });

    it("refuses the one write it is told to refuse", () => {
        const cloud = cloudWithGroup();
        const create = (name: string) => cloud.create(extension, script("sysmon", { vmName: name }), subscription);
        cloud.refuseAfter(1);
        create("vm-1");
        assert.throws(() => create("vm-2"), /Status=500/);
        create("vm-2");
        assert.deepEqual(
            cloud.calls.map(({ operation }) => operation),
            ["create", "create", "create"],
        );
    });

    it("refuses a rule whose table or function is not there yet", () => {
        const cloud = cloudWithGroup();
        cloud.create("azure-native:operationalinsights:Workspace", workspace, subscription);
        const rule = (query: string) => () =>
            cloud.create(
                "azure-native:monitor:ScheduledQueryRule",
                {
                    resourceGroupName: "rg-test",
                    ruleName: "rule",
                    scopes: [`${group}/providers/Microsoft.OperationalInsights/workspaces/log-test`],
                    criteria: { allOf: [{ query }] },
                },
                subscription,
            );
        assert.throws(rule("SysmonParsed | where EventID == 10"), /Status=400.*SEM0100.*SysmonParsed/);
        assert.throws(rule("WindowsEvent | where EventID == 10"), /Status=400.*SEM0100.*WindowsEvent/);
        cloud.create(
            "azure-native:operationalinsights:SavedSearch",
            { ...savedSearch, functionAlias: "SysmonParsed", query: "Event" },
            subscription,
        );
        rule("SysmonParsed | where EventID == 10")();
    });

    it("lets a slow creation be seen only once it is finished, and a deletion until then", () => {
        const cloud = new CloudDouble({ existing: [group], slow: true });
        const { id, type } = cloud.create("azure-native:operationalinsights:Workspace", workspace, subscription);
        const search = () => cloud.create("azure-native:operationalinsights:SavedSearch", savedSearch, subscription);
        assert.throws(search, /ParentResourceNotFound/);
        cloud.finish(id);
        cloud.delete(type, id);
        assert.throws(search, /ParentResourceNotFound/);
        assert.ok(cloud.find(id));
        cloud.finish(id);
        assert.equal(cloud.find(id), undefined);
    });

    it("says what to do about a type that it does not know", () => {
        assert.throws(
            () => new CloudDouble().create("azure-native:web:Site", {}, subscription),
            /add it to resourceKinds/,
        );
    });
});
