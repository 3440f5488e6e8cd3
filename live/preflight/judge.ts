import { regionName } from "../../azure";
import type { BuiltInRole } from "../../azure/roles";
import { key, type EmailReceiver, type Findable, type Permission } from "./ask";
import { error, ok, same, unseen, warning, type Finding, type Subject } from "./finding";
import { judgeMachine } from "./judgeMachine";
import type { NeededPermission, StackNeeds } from "./needs";

/** Judges what Azure says by what a stack needs, in the order of the needs. */
export function judge(needs: StackNeeds, found: Findable): Finding[] {
    return [
        ...judgeProviders(needs, found),
        ...judgePermissions(needs, found),
        ...judgeResourceGroups(needs, found),
        ...judgeWorkspace(needs, found),
        ...judgeActionGroups(needs, found),
        ...needs.machines.flatMap((machine) => judgeMachine(machine, found)),
    ];
}

function judgeProviders({ providers }: StackNeeds, found: Findable): Finding[] {
    return providers.map(({ subscriptionId, namespace }) => {
        const about = { check: "provider", subject: namespace } as const;
        const state = found.providers.get(key(`${subscriptionId}/${namespace}`));
        if (state?.kind !== "found") return unseen(about, state, `the providers of subscription ${subscriptionId}`);
        if (state.value === "Registered") return ok(about, "registered");
        return error(
            about,
            `${state.value} in subscription ${subscriptionId}`,
            `az provider register --subscription ${subscriptionId} --namespace ${namespace} --wait`,
        );
    });
}

/** One line a scope and role: what one role would cure is one thing to do. */
function judgePermissions({ permissions }: StackNeeds, found: Findable): Finding[] {
    const byScope = group(permissions);
    return [...byScope].flatMap(([scope, needed]) => {
        const about = { check: "permission", subject: scope } as const;
        const answer = found.permissions.get(key(scope));
        if (answer?.kind !== "found") return [unseen(about, answer, "what you may do there")];
        const missing = needed.filter(({ action }) => !allowed(action, answer.value));
        if (missing.length === 0) return [ok(about, `${needed.length} operations allowed`)];
        const roles = [...new Set(missing.map(({ role }) => role))];
        return roles.map((role) =>
            error(
                about,
                `not allowed: ${missing.flatMap((one) => (one.role === role ? [one.action] : [])).join(", ")}`,
                `Ask for the role ${roleTitle(role)}, or one that allows as much, on ${scope}.`,
            ),
        );
    });
}

function group(permissions: readonly NeededPermission[]): Map<string, NeededPermission[]> {
    const scopes = new Map<string, NeededPermission[]>();
    for (const permission of permissions) {
        const own = scopes.get(permission.scope);
        if (own === undefined) scopes.set(permission.scope, [permission]);
        else own.push(permission);
    }
    return scopes;
}

/** Azure judges each grant by itself: what one leaves out, another may allow. */
function allowed(action: string, permissions: readonly Permission[]): boolean {
    const covers = (pattern: string): boolean =>
        new RegExp(
            `^${pattern
                .split("*")
                .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
                .join(".*")}$`,
            "i",
        ).test(action);
    return permissions.some(({ actions, notActions }) => actions.some(covers) && !notActions.some(covers));
}

/** The name of a role as the portal shows it. */
function roleTitle(role: BuiltInRole): string {
    const words = role.replace(/[A-Z]/g, (letter) => ` ${letter}`);
    return words.charAt(0).toUpperCase() + words.slice(1);
}

function judgeResourceGroups({ resourceGroups }: StackNeeds, found: Findable): Finding[] {
    return resourceGroups.map((id) => {
        const about = { check: "resource group", subject: id } as const;
        const answer = found.resourceGroups.get(key(id));
        if (answer?.kind === "missing")
            return error(about, "is not there", "Create it, or let the stack do so: resourceGroup: {create: NAME}.");
        return answer?.kind === "found" ? ok(about, "is there") : unseen(about, answer, "it");
    });
}

function judgeWorkspace({ workspace }: StackNeeds, found: Findable): Finding[] {
    if (workspace === undefined) return [];
    const about = { check: "workspace", subject: workspace.id } as const;
    const answer = found.workspace;
    if (answer?.kind === "missing")
        return [error(about, "is not there", "Correct workspace.existing.id, or let the stack create one.")];
    if (answer?.kind !== "found") return [unseen(about, answer, "it")];
    const { location, customerId } = answer.value;
    const findings: Finding[] = [];
    if (regionName(location) !== regionName(workspace.location)) {
        findings.push(
            error(
                about,
                `is in ${regionName(location)}, declared is ${regionName(workspace.location)}`,
                `Set workspace.existing.location: ${regionName(location)}; a data collection rule shares its region.`,
            ),
        );
    }
    if (!same(customerId, workspace.customerId)) {
        findings.push(
            error(
                about,
                `has the workspace id ${customerId}, declared is ${workspace.customerId}`,
                `Set workspace.existing.customerId: ${customerId}.`,
            ),
        );
    }
    return findings.length > 0 ? findings : [ok(about, "as declared")];
}

function judgeActionGroups({ actionGroups, ownActionGroups }: StackNeeds, found: Findable): Finding[] {
    const judgeGroup = (subject: string, whenMissing: (about: Subject) => Finding): Finding[] => {
        const about = { check: "action group", subject } as const;
        const answer = found.actionGroups.get(key(subject));
        if (answer?.kind === "found") return judgeReceivers(about, answer.value);
        return [answer?.kind === "missing" ? whenMissing(about) : unseen(about, answer, "it")];
    };
    return [
        ...actionGroups.flatMap(({ id }) =>
            judgeGroup(id, (about) => error(about, "is not there", "Correct or remove it under alerts.actionGroups.")),
        ),
        ...ownActionGroups.flatMap((id) =>
            judgeGroup(id, (about) => ok(about, "comes with the first up; owners of mailboxes then confirm them")),
        ),
    ];
}

function judgeReceivers(about: Subject, receivers: readonly EmailReceiver[]): Finding[] {
    const findings = receivers.flatMap(({ name, emailAddress, status }) => {
        if (same(status, "Enabled")) return [];
        const who = `mailbox ${name} (${emailAddress})`;
        return same(status, "Disabled")
            ? [error(about, `${who} is switched off: it gets no alert`, "Its owner or you switch it on in the portal.")]
            : [warning(about, `${who} is not confirmed`, "Its owner confirms it by the message that Azure sent.")];
    });
    return findings.length > 0 ? findings : [ok(about, `${receivers.length} mailboxes, all confirmed`)];
}
