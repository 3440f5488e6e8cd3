import assert from "node:assert/strict";
import { parsePolicyScope } from "../../../azure/policy";

const subscription = "/subscriptions/00000000-0000-4000-8000-000000000000";

describe("The scope of a policy", () => {
    const accepted: readonly [string, string][] = [
        [subscription, "subscription"],
        [subscription.toUpperCase(), "subscription"],
        [`${subscription}/resourceGroups/rg-office`, "resourceGroup"],
        [`${subscription}/RESOURCEGROUPS/rg-office`, "resourceGroup"],
        ["/providers/Microsoft.Management/managementGroups/mg-servers", "managementGroup"],
    ];
    for (const [text, kind] of accepted) {
        it(`takes ${text} for a ${kind}`, () => {
            const parsed = parsePolicyScope(text);
            assert.equal(parsed.kind === "parsed" && parsed.value.kind, kind);
        });
    }

    it("is in Azure's usual spelling", () => {
        const parsed = parsePolicyScope(`${subscription.toUpperCase()}/RESOURCEGROUPS/rg-Office`);
        assert.equal(parsed.kind === "parsed" && parsed.value.id, `${subscription}/resourceGroups/rg-Office`);
    });

    for (const text of [
        "",
        "mg-servers",
        "/subscriptions/prod",
        `${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm`,
        "/providers/Microsoft.Management/managementGroups/",
    ]) {
        it(`is not ${JSON.stringify(text)}`, () => {
            const parsed = parsePolicyScope(text);
            assert.match(parsed.kind === "rejected" ? parsed.reason : "", /is no scope of a policy; accepted are/);
        });
    }
});
