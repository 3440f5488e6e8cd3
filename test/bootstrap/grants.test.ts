import assert from "node:assert/strict";
import { grantsOf, onlyTheseRoles, operatorGrants, type Grant } from "../../bootstrap/grants";
import type { PipelineEnvironment } from "../../bootstrap/settings";
import { builtInRoles } from "../../azure";

const subscription = "/subscriptions/00000000-0000-4000-8000-000000000001";
const machines = ["/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg-Office"];
/** Grants as `role on place`, in order. */
const table = (environment: PipelineEnvironment): string[] =>
    grantsOf(environment).map(({ on, role }) => `${role} on ${on.kind === "scope" ? on.id : on.kind}`);

/** Ids of the roles that the condition of the grant at a scope lists, the same for a write and a delete. */
function handedOut(grants: readonly Grant[], at: string): string[] {
    const conditions = grants.flatMap(({ on, condition }) =>
        condition !== undefined && on.kind === "scope" && on.id.toLowerCase() === at.toLowerCase() ? [condition] : [],
    );
    assert.equal(conditions.length, 1);
    const [written, deleted] = ["write", "delete"].map(
        (action) => new RegExp(`/${action}'.*?GuidEquals \\{([^}]*)\\}`).exec(conditions[0] ?? "")?.[1],
    );
    assert.equal(written, deleted);
    return (written ?? "").split(", ");
}

describe("what an environment's identity may do", () => {
    it("reads and decrypts for a preview, and changes nothing", () => {
        assert.deepEqual(table({ access: "preview", scopes: [subscription], machines }), [
            "storageBlobDataReader on state",
            "keyVaultCryptoUser on key",
            `reader on ${subscription}`,
            `reader on ${machines[0]}`,
        ]);
    });

    it("writes its scopes and its state for a deployment, and equips machines where they are", () => {
        assert.deepEqual(table({ access: "deploy", scopes: [subscription], machines }), [
            "storageBlobDataContributor on state",
            "keyVaultCryptoUser on key",
            `contributor on ${subscription}`,
            `roleBasedAccessControlAdministrator on ${subscription}`,
            `virtualMachineContributor on ${machines[0]}`,
            `azureConnectedMachineResourceAdministrator on ${machines[0]}`,
            `monitoringContributor on ${machines[0]}`,
        ]);
    });

    it("lets policies be assigned for a fleet, and reads it for a preview", () => {
        const fleet = ["/providers/Microsoft.Management/managementGroups/corp"];
        assert.deepEqual(table({ access: "deploy", scopes: [], fleet }).slice(2), [
            `resourcePolicyContributor on ${fleet[0]}`,
            `roleBasedAccessControlAdministrator on ${fleet[0]}`,
        ]);
        assert.deepEqual(table({ access: "preview", scopes: [], fleet }).slice(2), [`reader on ${fleet[0]}`]);
    });

    it("hands out and takes back what the stack grants there, and nothing else", () => {
        const fleet = [`${subscription}/resourceGroups/rg-fleet`];
        const [plain = [], beside = [], onFleet = []] = [
            handedOut(grantsOf({ access: "deploy", scopes: [subscription] }), subscription),
            handedOut(grantsOf({ access: "deploy", scopes: [subscription], fleet }), subscription),
            handedOut(grantsOf({ access: "deploy", scopes: [subscription], fleet }), fleet[0] ?? ""),
        ];
        const people = ["logAnalyticsReader", "monitoringContributor", "reader", "sentinelContributor"] as const;
        for (const role of ["storageBlobDataReader", ...people] as const) assert.ok(plain.includes(builtInRoles[role]));
        for (const role of ["roleBasedAccessControlAdministrator", "tagContributor"] as const) {
            assert.ok(!plain.includes(builtInRoles[role]));
            assert.ok(beside.includes(builtInRoles[role]));
        }
        assert.ok(onFleet.includes(builtInRoles.virtualMachineContributor));
        const never = ["contributor", "userAccessAdministrator"] as const;
        for (const role of never) assert.ok(![...plain, ...beside, ...onFleet].includes(builtInRoles[role]));
    });

    it("has one role a scope, with what both need, where a fleet is at a scope of the stack", () => {
        const grants = grantsOf({ access: "deploy", scopes: [subscription], fleet: [subscription.toUpperCase()] });
        const onScope = grants.flatMap(({ on, role }) =>
            on.kind === "scope" ? [`${role} on ${on.id.toLowerCase()}`] : [],
        );
        assert.deepEqual(onScope, [...new Set(onScope)]);
        const roles = handedOut(grants, subscription);
        for (const role of ["storageBlobDataReader", "tagContributor", "virtualMachineContributor"] as const) {
            assert.ok(roles.includes(builtInRoles[role]), role);
        }
    });

    it("has a condition whose brackets close", () => {
        const condition = onlyTheseRoles([builtInRoles.reader]);
        for (const [open, close] of ["()", "{}", "[]"].map((pair) => pair.split(""))) {
            assert.equal(condition.split(open ?? "").length, condition.split(close ?? "").length);
        }
    });

    it("has a key of its own for each grant, the same for a scope in any case", () => {
        const grants = grantsOf({
            access: "deploy",
            scopes: [subscription, `${subscription}/resourceGroups/rg-a`],
            machines,
        });
        assert.equal(new Set(grants.map(({ key }) => key)).size, grants.length);
        const upper = grantsOf({ access: "preview", scopes: machines.map((id) => id.replace("Office", "OFFICE")) });
        assert.ok(upper.some(({ key }) => key === "reader-00000000-0000-4000-8000-000000000002-rg-office"));
    });

    it("lets people work with state and key by hand", () => {
        assert.deepEqual(
            operatorGrants.map(({ on, role }) => `${role} on ${on.kind}`),
            ["storageBlobDataContributor on state", "keyVaultCryptoUser on key"],
        );
    });
});
