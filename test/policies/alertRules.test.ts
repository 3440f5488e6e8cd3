import assert from "node:assert/strict";
import { alertRuleIsHeard } from "../../policies/alertRules";
import { unknownText, verdictOf, type Verdict } from "./violations";

const good = {
    enabled: true,
    autoMitigate: false,
    muteActionsDuration: "PT1H",
    actions: { actionGroups: [unknownText] },
};
const judge = (change: Record<string, unknown>, type = "ScheduledQueryRule"): Promise<Verdict> =>
    verdictOf(alertRuleIsHeard, { type: `azure-native:monitor:${type}`, props: { ...good, ...change } });

describe("the policy that alert rules are heard", () => {
    it("accepts a rule that tells a group whose id is not known yet, and does not resolve", async () => {
        assert.deepEqual(await judge({}), { violations: [] });
    });

    const broken: [string, Record<string, unknown>, RegExp][] = [
        ["resolves by itself", { autoMitigate: true }, /^autoMitigate is not false: .*Set autoMitigate: false\.$/],
        ["leaves it to Azure whether it resolves", { autoMitigate: undefined }, /^autoMitigate is not false/],
        ["has no actions", { actions: undefined }, /^actions\.actionGroups names no action group/],
        ["names no group", { actions: { actionGroups: [] } }, /^actions\.actionGroups names no action group/],
    ];
    for (const [what, change, expected] of broken) {
        it(`refuses a rule that ${what}`, async () => {
            const { violations } = await judge(change);
            assert.equal(violations.length, 1);
            assert.match(violations.join(), expected);
        });
    }

    it("names both defects of one rule", async () => {
        assert.equal((await judge({ autoMitigate: true, actions: {} })).violations.length, 2);
    });

    it("says what it cannot judge, after what it can", async () => {
        const { violations, unknown } = await judge({ autoMitigate: true, actions: { actionGroups: unknownText } });
        assert.match(violations.join(), /autoMitigate/);
        assert.equal(unknown, "actions.actionGroups");
    });

    it("leaves a rule alone that is switched off, and any other resource", async () => {
        assert.deepEqual(await judge({ enabled: false, actions: {} }), { violations: [] });
        assert.deepEqual(await judge({ actions: {} }, "MetricAlert"), { violations: [] });
    });
});
