import assert from "node:assert/strict";
import { loadCatalog } from "../../detections";
import { alertRule, analyticsRule, detectionRule, resource, findings, sensor, unknownText, verdicts } from "./judged";

const high = loadCatalog()
    .detections.filter(({ severity }) => severity === "High")
    .map(({ name }) => name);
const [first = "", ...others] = high;

describe("the policy that detections of high severity are kept", () => {
    const policy = "high-detections-are-kept";

    it("accepts a stack with each of them", async () => {
        assert.deepEqual(
            await verdicts(
                policy,
                high.map((name) => detectionRule(name)),
            ),
            [],
        );
    });

    it("accepts one that is deployed in Sentinel", async () => {
        const rest = others.map((name) => detectionRule(name));
        assert.deepEqual(await verdicts(policy, [analyticsRule(first, "Event"), ...rest]), []);
        const milder = analyticsRule(first, "Event", { severity: "Low" });
        assert.deepEqual(await verdicts(policy, [milder, ...rest]), [`! ${first} is deployed as Low instead of High.`]);
    });

    it("names one that is gone, and one that is switched off", async () => {
        const rest = others.map((name) => detectionRule(name));
        for (const rules of [rest, [detectionRule(first, { enabled: false }), ...rest]]) {
            const found = await findings(policy, rules);
            assert.deepEqual(
                found.map(({ about }) => about),
                [first],
            );
            assert.match(found[0]?.message ?? "", /not deployed or switched off/);
        }
    });

    it("names one that was made milder", async () => {
        const milder = alertRule({
            actions: { actionGroups: [unknownText], customProperties: { detection: first, severity: "Low" } },
        });
        const said = await verdicts(policy, [milder, ...others.map((name) => detectionRule(name))]);
        assert.deepEqual(said, [`! ${first} is deployed as Low instead of High.`]);
    });

    it("takes a recorded reason", async () => {
        const settings = { except: { [first]: "Nobody here runs that program." } };
        assert.deepEqual(
            await verdicts(
                policy,
                others.map((name) => detectionRule(name)),
                settings,
            ),
            [],
        );
    });

    it("asks nothing of a stack with none of the package's detections", async () => {
        assert.deepEqual(await verdicts(policy, [alertRule()]), []);
    });
});

describe("the policy that collection stays within the budget", () => {
    const stack = [
        ...sensor("vm-1", "balanced"),
        resource(
            "azure-native:monitor:DataCollectionRuleAssociation",
            { resourceUri: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1" },
            { dependencies: ["urn:pulumi:test::sysmon-azure::azure-native:monitor:DataCollectionRule::judged"] },
        ),
        resource("azure-native:monitor:DataCollectionRule", {
            dataSources: {
                windowsEventLogs: [
                    { streams: ["Microsoft-Event"], xPathQueries: ["Microsoft-Windows-Sysmon/Operational!*"] },
                ],
            },
            dataFlows: [{ streams: ["Microsoft-Event"], destinations: ["workspace"] }],
        }),
    ];
    const judge = (settings: object): Promise<string[]> => verdicts("cost-is-in-budget", stack, settings);

    it("asks nothing where no budget is set", async () => {
        assert.deepEqual(await judge({}), []);
    });

    it("accepts what costs less", async () => {
        assert.deepEqual(await judge({ perMonth: 1_000_000, pricePerGb: 2.5 }), []);
    });

    it("refuses what costs more, with volume and cost", async () => {
        assert.match(
            (await judge({ perMonth: 0.000_001, pricePerGb: 2.5 })).join(),
            /^! 1 machines? would send \d+\.\d+ GB a day, which costs \d+ a month; the budget is/,
        );
    });

    it("says that it needs a price", async () => {
        assert.match((await judge({ perMonth: 5 })).join(), /^\? .*pricePerGb is not set/);
    });
});
