import assert from "node:assert/strict";
import * as fs from "node:fs";
import {
    accessGroups,
    builtInRoles,
    featureRoles,
    rolesOfGroup,
    type AccessGroup,
    type RoleFeature,
} from "../../azure";
import { fleetPolicies } from "../../azure/policy";
import { rolesPage, rolesPageFile } from "./rolesPage";

const granted = (group: AccessGroup, ...features: RoleFeature[]): string[] =>
    rolesOfGroup(group, new Set(["always", ...features])).map(({ role, scope }) => `${role} on ${scope}`);

describe("the table of roles", () => {
    it("is told on its page; else run npx tsx test/azure/writeRolesPage.ts", async () => {
        assert.equal(fs.readFileSync(rolesPageFile, "utf8"), await rolesPage());
    });

    it("lets readers read and no more, with Sentinel its incidents too", () => {
        assert.deepEqual(granted("readers", "withoutSentinel"), ["logAnalyticsReader on workspace"]);
        assert.deepEqual(granted("readers", "sentinel", "fleet"), [
            "logAnalyticsReader on workspace",
            "sentinelReader on workspaceGroup",
        ]);
    });

    it("lets responders work on alerts or incidents, whichever there are", () => {
        assert.ok(granted("responders", "withoutSentinel").includes("monitoringContributor on resourceGroup"));
        assert.ok(granted("responders", "sentinel").includes("sentinelResponder on workspaceGroup"));
        assert.ok(!granted("responders", "sentinel").includes("monitoringContributor on resourceGroup"));
    });

    it("gives every group something, and none a role that grants roles", () => {
        for (const group of accessGroups) {
            const roles = rolesOfGroup(group, new Set(["always", "sentinel", "fleet"])).map(({ role }) => role);
            assert.ok(roles.length > 0, group);
            assert.deepEqual(
                roles.filter((role) => /^(contributor|userAccess|roleBased)/.test(role)),
                [],
            );
        }
    });

    it("has every role that the policies of a fleet need, and no other at its scope", () => {
        const id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id";
        const policies = fleetPolicies({ kind: "user", id, name: "id", resourceGroupName: "rg", attach: true });
        const listed = featureRoles.filter(({ holder, scope }) => holder === "fleetPolicies" && scope === "fleetScope");
        assert.deepEqual(
            listed.map(({ role }) => role).sort(),
            [...new Set(policies.flatMap(({ roles }) => roles))].sort(),
        );
    });

    it("names built-in roles, but for one permission of Microsoft Graph", () => {
        const others = featureRoles.filter(({ role }) => !Object.hasOwn(builtInRoles, role));
        assert.deepEqual(
            others.map(({ role, scope }) => [role, scope]),
            [["Group.ReadWrite.All", "directory"]],
        );
    });
});
