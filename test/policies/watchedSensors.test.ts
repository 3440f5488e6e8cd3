import assert from "node:assert/strict";
import type { JudgedResource } from "../../policies/policy";
import { alertRule, resource, sensor, unknownText, verdicts } from "./judged";

const machineId = "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/vm-1";
const agent = resource("azure-native:compute:VirtualMachineExtension", {
    resourceGroupName: "rg",
    vmName: "vm-1",
    type: "AzureMonitorWindowsAgent",
});
const association = (resourceUri = machineId): JudgedResource =>
    resource("azure-native:monitor:DataCollectionRuleAssociation", { resourceUri });
const collectionRule = (flow: string, query = "Microsoft-Windows-Sysmon/Operational!*"): JudgedResource =>
    resource("azure-native:monitor:DataCollectionRule", {
        dataSources: { windowsEventLogs: [{ streams: ["Microsoft-Event"], xPathQueries: [query] }] },
        dataFlows: [{ streams: [flow], destinations: ["workspace"] }],
    });

describe("the policy that what a sensor writes is collected", () => {
    const judge = (...resources: JudgedResource[]): Promise<string[]> => verdicts("sensor-is-collected", resources);

    it("accepts a sensor with agent and association", async () => {
        assert.deepEqual(await judge(...sensor("vm-1"), agent, association()), []);
    });

    it("names what a machine lacks", async () => {
        assert.deepEqual(await judge(...sensor("vm-1")), [
            "! rg/vm-1 has a sensor and no Azure Monitor Agent and no association with a data collection rule in this plan.",
        ]);
        assert.match((await judge(...sensor("vm-1"), agent)).join(), /^! rg\/vm-1 has a sensor and no association/);
    });

    it("says where an association's machine is not known yet", async () => {
        assert.match((await judge(...sensor("vm-1"), agent, association(unknownText))).join(), /^\? rg\/vm-1/);
    });

    it("leaves a machine alone of which somebody else takes care, and says so", async () => {
        const settings = { except: { "rg/vm-1": "The owners run their own agent." } };
        assert.deepEqual(await verdicts("sensor-is-collected", sensor("vm-1"), settings), []);
    });
});

describe("the policy that Sysmon's channel is collected", () => {
    const judge = (...resources: JudgedResource[]): Promise<string[]> =>
        verdicts("sysmon-channel-is-collected", [...sensor("vm-1"), ...resources]);

    it("accepts a rule that sends it to a table", async () => {
        assert.deepEqual(await judge(collectionRule("Microsoft-Event")), []);
    });

    it("refuses a stack without such a rule, with another channel, or with a stream that flows nowhere", async () => {
        for (const rules of [
            [],
            [collectionRule("Microsoft-Event", "Security!*")],
            [collectionRule("Microsoft-Perf")],
        ]) {
            assert.match((await judge(...rules)).join(), /^! No data collection rule of the stack sends/);
        }
    });

    it("says where the rule is not known yet", async () => {
        const vague = resource("azure-native:monitor:DataCollectionRule", { dataSources: unknownText });
        assert.match((await judge(vague)).join(), /^\? What the data collection rules collect/);
    });

    it("asks nothing of a stack without sensors", async () => {
        assert.deepEqual(await verdicts("sysmon-channel-is-collected", []), []);
    });
});

describe("the policy that a silent machine is noticed", () => {
    const judge = (...resources: JudgedResource[]): Promise<string[]> =>
        verdicts("silence-is-noticed", [...sensor("vm-1"), ...resources]);

    it("accepts a rule over the heartbeat", async () => {
        assert.deepEqual(await judge(alertRule({}, "Heartbeat | summarize max(TimeGenerated) by Computer")), []);
    });

    it("refuses a stack that looks for events only", async () => {
        assert.match((await judge(alertRule())).join(), /^! No alert rule rings/);
    });

    it("says where queries are not known yet", async () => {
        assert.match((await judge(alertRule({}, unknownText))).join(), /^\? Queries of alert rules/);
    });
});
