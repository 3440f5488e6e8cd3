import assert from "node:assert/strict";
import { grantsOf, onlyTheseRoles, operatorGrants } from "../../bootstrap/grants";
import type { PipelineEnvironment } from "../../bootstrap/settings";
import { builtInRoles } from "../../azure";

const subscription = "/subscriptions/00000000-0000-4000-8000-000000000001";
const machines = ["/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/rg-Office"];
/** Grants as `role on place`, in order. */
const table = (environment: PipelineEnvironment): string[] =>
    grantsOf(environment).map(({ on, role }) => `${role} on ${on.kind === "scope" ? on.id : on.kind}`);

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

    it("hands out and takes back none but the two reading roles that a stack needs", () => {
        const grants = grantsOf({ access: "deploy", scopes: [subscription] });
        const conditional = grants.filter(({ condition }) => condition !== undefined);
        assert.deepEqual(
            conditional.map(({ role }) => role),
            ["roleBasedAccessControlAdministrator"],
        );
        const set = `{${builtInRoles.storageBlobDataReader}, ${builtInRoles.logAnalyticsReader}}`;
        const [{ condition = "" } = {}] = conditional;
        assert.equal(condition.split(`ForAnyOfAnyValues:GuidEquals ${set}`).length, 3);
        for (const action of ["write", "delete"]) assert.ok(condition.includes(`roleAssignments/${action}'`));
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
