import { builtInRoles, featureRoles, type BuiltInRole, type FeatureRole } from "../azure";
import type { PipelineEnvironment } from "./settings";

/** A role that an identity gets. */
export interface Grant {
    /** Stable key, unique for one identity. */
    readonly key: string;
    /** Where: a resource id, or a thing that this program creates. */
    readonly on:
        { readonly kind: "scope"; readonly id: string } | { readonly kind: "state" } | { readonly kind: "key" };
    /** The built-in role. */
    readonly role: BuiltInRole;
    /** What narrows the role, in the language of role assignment conditions, version 2.0. */
    readonly condition?: string;
}

/**
 * Ids of the roles that a deployment itself may hand out at its scopes, or at those of its fleet: what the stack grants
 * there. What policies need to attach an identity is not among them: with User Access Administrator the pipeline could
 * become anything, so a person grants that.
 */
function grantableRoles(at: "scopes" | "fleet", hasFleet: boolean): string[] {
    const grantable = ({ granted, role, feature, scope }: FeatureRole): string[] =>
        granted === "byStack" &&
        role !== "Group.ReadWrite.All" &&
        feature !== "attachedIdentity" &&
        (hasFleet || feature !== "fleet") &&
        (scope === "fleetScope") === (at === "fleet")
            ? [builtInRoles[role]]
            : [];
    return [...new Set(featureRoles.flatMap(grantable))].sort();
}

/** Roles by which a deployment equips machines: extensions, run commands, and the association with the rule. */
const machineRoles = [
    "virtualMachineContributor",
    "azureConnectedMachineResourceAdministrator",
    "monitoringContributor",
] as const;

/**
 * What the identity of an environment may do. A preview reads: stacks, their state, and decrypts. A deployment writes,
 * and may hand out those roles only that a stack grants.
 */
export function grantsOf({ access, scopes, machines = [], fleet = [] }: PipelineEnvironment): Grant[] {
    const onEach = (ids: readonly string[], name: string, role: BuiltInRole, condition?: string): Grant[] =>
        ids.map((id) => ({
            key: `${name}-${scopeKey(id)}`,
            on: { kind: "scope", id },
            role,
            ...(condition === undefined ? {} : { condition }),
        }));
    const decrypting: Grant = { key: "key", on: { kind: "key" }, role: "keyVaultCryptoUser" };
    const handingOut = (at: "scopes" | "fleet", ids: readonly string[]): Grant[] =>
        onEach(
            ids,
            at === "fleet" ? "fleet-role-administrator" : "role-administrator",
            "roleBasedAccessControlAdministrator",
            onlyTheseRoles(grantableRoles(at, fleet.length > 0)),
        );
    switch (access) {
        case "preview":
            return [
                { key: "state", on: { kind: "state" }, role: "storageBlobDataReader" },
                decrypting,
                ...onEach([...new Set([...scopes, ...machines, ...fleet])], "reader", "reader"),
            ];
        case "deploy":
            return [
                { key: "state", on: { kind: "state" }, role: "storageBlobDataContributor" },
                decrypting,
                ...onEach(scopes, "contributor", "contributor"),
                ...handingOut("scopes", scopes),
                ...machineRoles.flatMap((role) => onEach(machines, role, role)),
                ...onEach(fleet, "policies", "resourcePolicyContributor"),
                ...handingOut("fleet", fleet),
            ];
    }
}

/** What people get who work with the stacks by hand. */
export const operatorGrants: readonly Grant[] = [
    { key: "state", on: { kind: "state" }, role: "storageBlobDataContributor" },
    { key: "key", on: { kind: "key" }, role: "keyVaultCryptoUser" },
];

/** Allows to assign and to remove these roles only (source: delegate-role-assignments-examples article). */
export function onlyTheseRoles(roleIds: readonly string[]): string {
    const set = `{${roleIds.join(", ")}}`;
    const clause = (action: string, attribute: string): string =>
        `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR ` +
        `(@${attribute}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals ${set}))`;
    return `${clause("write", "Request")} AND ${clause("delete", "Resource")}`;
}

/** A scope in logical names: its management group, or its subscription and the resource group in it. */
function scopeKey(id: string): string {
    const [, provider, subscription = "", , group] = id.toLowerCase().split("/");
    if (provider === "providers") return `management-group-${group ?? ""}`;
    return group === undefined ? subscription : `${subscription}-${group}`;
}
