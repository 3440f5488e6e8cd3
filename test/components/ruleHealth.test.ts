import assert from "node:assert/strict";
import { RuleHealth, type RuleHealthArgs } from "../../components/ruleHealth";
import { problemsOf } from "../support/argumentErrors";
import { build } from "../support/mocks";

const group = "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg";
const soc = `${group}/providers/Microsoft.Insights/actionGroups/ag-soc`;
const args: RuleHealthArgs = { resourceGroupName: "rg", watchedGroupId: group, actionGroupIds: [soc] };

describe("RuleHealth", () => {
    it("tells everybody when a scheduled-query rule of the group was well and is not", async () => {
        const { inputs } = (await build(() => new RuleHealth("health", args))).resource(
            "health",
            "monitor:ActivityLogAlert",
        );
        assert.deepEqual(
            [inputs["activityLogAlertName"], inputs["location"], inputs["enabled"], inputs["scopes"]],
            ["health", "Global", true, [group]],
        );
        assert.deepEqual(inputs["actions"], { actionGroups: [{ actionGroupId: soc }] });
        assert.deepEqual(inputs["condition"], {
            allOf: [
                { field: "category", equals: "ResourceHealth" },
                { field: "resourceType", equals: "Microsoft.Insights/scheduledQueryRules" },
                { field: "status", equals: "Active" },
                {
                    anyOf: [
                        { field: "properties.currentHealthStatus", equals: "Degraded" },
                        { field: "properties.currentHealthStatus", equals: "Unavailable" },
                    ],
                },
                {
                    anyOf: [
                        { field: "properties.previousHealthStatus", equals: "Available" },
                        { field: "properties.previousHealthStatus", equals: "Degraded" },
                    ],
                },
            ],
        });
    });

    it("reports everything that is wrong at once", async () => {
        const problems = await problemsOf(
            () => new RuleHealth("health", { ...args, alertName: "a/b", actionGroupIds: [] }),
        );
        assert.equal(problems.length, 2);
        assert.match(problems[0] ?? "", /^alertName: "a\/b"/);
        assert.match(problems[1] ?? "", /^actionGroupIds: is empty/);
    });
});
