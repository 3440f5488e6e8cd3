import { builtInRoles } from "../../azure";
import { checkQuery, workspaceTables, type StoredFunction } from "../../kql";
import { CloudError, itemsOf, objectOf, text, type CloudResource } from "./cloudResources";

/** A write that the service is about to take. */
export type CloudWrite = Omit<CloudResource, "outputs">;

/** What the service looks at before it takes a write. */
export interface Surroundings {
    readonly operation: "create" | "update" | "delete";
    /** Everything that is there, without what is on its way in or out. */
    readonly ready: readonly CloudResource[];
}

/** What a type needs of its surroundings; throws a CloudError where it is not so. */
export type Demand = (write: CloudWrite, surroundings: Surroundings) => void;

/** What the service demands of the order of writes of a type, beyond parents and references. */
export function demandOf(type: string): Demand | undefined {
    return demands[type];
}

const onboardingState = "azure-native:securityinsights:SentinelOnboardingState";
const assignsRole = "azure-native:authorization:RoleAssignment";

const demands: Readonly<Record<string, Demand>> = {
    "azure-native:authorization:RoleAssignment": principalSaysWhatItIs,
    "azure-native:monitor:ScheduledQueryRule": (write, surroundings) => {
        if (surroundings.operation === "delete") return;
        for (const workspace of itemsOf(write.inputs["scopes"])) {
            for (const condition of itemsOf(objectOf(write.inputs["criteria"])["allOf"]))
                namesWhatIsThere(text(objectOf(condition)["query"]), text(workspace), surroundings);
        }
        readsWithItsIdentity(write, surroundings);
    },
    "azure-native:policyinsights:RemediationAtManagementGroup": assignmentMayEquip,
    "azure-native:policyinsights:RemediationAtResourceGroup": assignmentMayEquip,
    "azure-native:policyinsights:RemediationAtSubscription": assignmentMayEquip,
    "azure-native:securityinsights:ASCDataConnector": isOnboarded,
    "azure-native:securityinsights:AutomationRule": isOnboarded,
    "azure-native:securityinsights:ScheduledAlertRule": (write, surroundings) => {
        isOnboarded(write, surroundings);
        if (surroundings.operation !== "delete")
            namesWhatIsThere(text(write.inputs["query"]), workspaceOf(write.id), surroundings);
    },
    "azure-native:securityinsights:SentinelOnboardingState": leavesNothingOfSentinel,
    "azure-native:securityinsights:Watchlist": isOnboarded,
};

/** A principal that was just made is not known everywhere: only one of a said type is not looked up. */
function principalSaysWhatItIs({ inputs }: CloudWrite, { operation }: Surroundings): void {
    if (operation !== "create" || text(inputs["principalType"]) !== "") return;
    const message = `Principal ${text(inputs["principalId"])} does not exist in the directory.`;
    throw new CloudError(400, "PrincipalNotFound", message);
}

/** A rule with an identity reads with it, and that must be allowed. */
function readsWithItsIdentity({ inputs }: CloudWrite, { ready }: Surroundings): void {
    const scopes = itemsOf(inputs["scopes"]).map(text);
    for (const id of itemsOf(objectOf(inputs["identity"])["userAssignedIdentities"])) {
        const identity = ready.find((resource) => isSame(resource.id, text(id)));
        // One that the program did not make has the roles that others gave it.
        if (identity === undefined) continue;
        const principal = text(identity.outputs["principalId"]);
        if (!scopes.every((scope) => hasRole(ready, principal, builtInRoles.logAnalyticsReader, scope)))
            throw new CloudError(403, "Forbidden", `The identity '${identity.id}' may not read ${scopes.join(", ")}.`);
    }
}

/** What a policy deploys is deployed by the assignment's identity, which needs the roles that its definitions name. */
function assignmentMayEquip({ inputs }: CloudWrite, { operation, ready }: Surroundings): void {
    if (operation !== "create") return;
    const assignmentId = text(inputs["policyAssignmentId"]);
    const assignment = ready.find(({ id }) => isSame(id, assignmentId));
    if (assignment === undefined) return;
    const principal = text(objectOf(assignment.outputs["identity"])["principalId"]);
    const missing = rolesToDeploy(text(assignment.inputs["policyDefinitionId"]), ready).filter(
        (role) => !hasRole(ready, principal, role, text(assignment.inputs["scope"])),
    );
    if (missing.length === 0) return;
    const message = `The identity of '${assignmentId}' lacks the roles ${missing.join(", ")} to deploy what it remediates.`;
    throw new CloudError(403, "AuthorizationFailed", message);
}

/** GUIDs of the roles that the definitions of an initiative name; those of Azure's own definitions are not known. */
function rolesToDeploy(initiativeId: string, ready: readonly CloudResource[]): string[] {
    const initiative = ready.find(({ id }) => isSame(id, initiativeId));
    const definitions = itemsOf(initiative?.inputs["policyDefinitions"]).flatMap((reference) => {
        const definitionId = text(objectOf(reference)["policyDefinitionId"]);
        return ready.find(({ id }) => isSame(id, definitionId)) ?? [];
    });
    const named = definitions.flatMap(({ inputs }) => {
        const { details } = objectOf(objectOf(inputs["policyRule"])["then"]);
        return itemsOf(objectOf(details)["roleDefinitionIds"]).map((id) => guidAtEnd(text(id)));
    });
    return [...new Set(named)].sort();
}

/** Nothing of Sentinel's exists in a workspace that it is not enabled on. */
function isOnboarded({ id }: CloudWrite, { ready }: Surroundings): void {
    const workspace = workspaceOf(id);
    // A workspace that the program did not make may have been onboarded by others.
    if (!ready.some((resource) => isSame(resource.id, workspace)) || hasSentinel(workspace, ready)) return;
    throw new CloudError(400, "BadRequest", `'${workspace}' is not onboarded to Microsoft Sentinel.`);
}

/** The service may be laxer here; what stays behind could not be deleted afterwards. */
function leavesNothingOfSentinel({ id }: CloudWrite, { operation, ready }: Surroundings): void {
    if (operation !== "delete") return;
    const left = ready.find(
        (resource) =>
            resource.type !== onboardingState &&
            demands[resource.type] !== undefined &&
            resource.type.startsWith("azure-native:securityinsights:") &&
            isSame(workspaceOf(resource.id), workspaceOf(id)),
    );
    if (left !== undefined) throw new CloudError(409, "Conflict", `'${left.id}' is still there`);
}

/** Tables that a workspace has with Microsoft Sentinel only. */
const tablesOfSentinel: ReadonlySet<string> = new Set(["SecurityEvent", "WindowsEvent"]);

/** A rule's query is resolved when the rule is written: tables and functions must be there. */
function namesWhatIsThere(query: string, workspaceId: string, { ready }: Surroundings): void {
    const workspace = ready.find(({ id }) => isSame(id, workspaceId));
    const complete = workspace === undefined || hasSentinel(workspaceId, ready);
    const tables = Object.fromEntries(
        Object.entries(workspaceTables)
            .filter(([name]) => complete || !tablesOfSentinel.has(name))
            .map(([name, columns]) => [name, columns]),
    );
    const [problem] = checkQuery(query, { tables, functions: functionsOf(workspaceId, ready) }).filter(
        ({ severity }) => severity === "error",
    );
    if (problem !== undefined) throw new CloudError(400, "BadArgumentError", `SEM0100: ${problem.message}`);
}

function functionsOf(workspaceId: string, ready: readonly CloudResource[]): StoredFunction[] {
    return ready
        .filter(({ id, type }) => type.endsWith(":SavedSearch") && isWithin(id, workspaceId))
        .map(({ inputs }) => ({ name: text(inputs["functionAlias"]), body: text(inputs["query"]) }))
        .filter(({ name }) => name !== "");
}

function hasSentinel(workspaceId: string, ready: readonly CloudResource[]): boolean {
    return ready.some(({ id, type }) => type === onboardingState && isSame(workspaceOf(id), workspaceId));
}

/** Whether a principal has a role at a scope or above it. */
export function hasRole(ready: readonly CloudResource[], principal: string, role: string, scope: string): boolean {
    return grantsOf(ready, role, scope).some(({ inputs }) => isSame(text(inputs["principalId"]), principal));
}

/** The role assignments that give a role at a scope or above it. */
export function grantsOf(ready: readonly CloudResource[], role: string, scope: string): CloudResource[] {
    return ready.filter(
        ({ type, inputs }) =>
            type === assignsRole &&
            guidAtEnd(text(inputs["roleDefinitionId"])) === role &&
            (isSame(text(inputs["scope"]), scope) || isWithin(scope, text(inputs["scope"]))),
    );
}

/** The id of the resource that one of Sentinel's extends. */
function workspaceOf(id: string): string {
    return id.replace(/\/providers\/Microsoft\.SecurityInsights\/.*$/i, "");
}

function guidAtEnd(id: string): string {
    return id.split("/").pop()?.toLowerCase() ?? "";
}

function isSame(left: string, right: string): boolean {
    return left.toLowerCase() === right.toLowerCase();
}

function isWithin(id: string, outer: string): boolean {
    return id.toLowerCase().startsWith(`${outer.toLowerCase()}/`);
}
