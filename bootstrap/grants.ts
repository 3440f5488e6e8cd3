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
 * Ids of the roles that a deployment itself may hand out at a scope of its own, at one of its fleet, or at one that is
 * both: what the stack grants there. What policies need to attach an identity is not among them: with User Access
 * Administrator the pipeline could become anything, so a person grants that.
 */
function grantableRoles(at: string, { scopes, fleet = [] }: PipelineEnvironment): string[] {
    const isAt = (ids: readonly string[]): boolean => ids.some((id) => scopeKey(id) === scopeKey(at));
    const grantable = ({ granted, role, feature, scope }: FeatureRole): string[] =>
        granted === "byStack" &&
        role !== "Group.ReadWrite.All" &&
        feature !== "attachedIdentity" &&
        (feature !== "fleet" || fleet.length > 0) &&
        isAt(scope === "fleetScope" ? fleet : scopes)
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
export function grantsOf(environment: PipelineEnvironment): Grant[] {
    const { access, scopes, machines = [], fleet = [] } = environment;
    const onEach = (ids: readonly string[], name: string, role: BuiltInRole): (Grant & { on: { id: string } })[] =>
        distinct(ids).map((id) => ({ key: `${name}-${scopeKey(id)}`, on: { kind: "scope", id }, role }));
    const decrypting: Grant = { key: "key", on: { kind: "key" }, role: "keyVaultCryptoUser" };
    switch (access) {
        case "preview":
            return [
                { key: "state", on: { kind: "state" }, role: "storageBlobDataReader" },
                decrypting,
                ...onEach([...scopes, ...machines, ...fleet], "reader", "reader"),
            ];
        case "deploy":
            return [
                { key: "state", on: { kind: "state" }, role: "storageBlobDataContributor" },
                decrypting,
                ...onEach(scopes, "contributor", "contributor"),
                ...onEach(fleet, "policies", "resourcePolicyContributor"),
                // Azure takes a role of somebody once at a scope, with one condition.
                ...onEach([...scopes, ...fleet], "role-administrator", "roleBasedAccessControlAdministrator").map(
                    (grant) => ({ ...grant, condition: onlyTheseRoles(grantableRoles(grant.on.id, environment)) }),
                ),
                ...machineRoles.flatMap((role) => onEach(machines, role, role)),
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

/** Scopes, each once, in whatever case it is written. */
function distinct(ids: readonly string[]): string[] {
    return [...new Map(ids.map((id) => [scopeKey(id), id])).values()];
}

/** A scope in logical names: its management group, or its subscription and the resource group in it. */
function scopeKey(id: string): string {
    const [, provider, subscription = "", , group] = id.toLowerCase().split("/");
    if (provider === "providers") return `management-group-${group ?? ""}`;
    return group === undefined ? subscription : `${subscription}-${group}`;
}
