import { z } from "zod";
import { builtInRoles } from "../azure";
import { listAt, textAt, unknownValue, type PlanObject } from "../rehearsal/analysis";
import { noSettings, resourcePolicy, stackPolicy, type Finding, type JudgedResource } from "./policy";

const gitHubIssuer = "https://token.actions.githubusercontent.com";

/** Types of credentials that let tokens of others in, and where each keeps the subject. */
const federated: readonly string[] = [
    "azure-native:managedidentity:FederatedIdentityCredential",
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    "azuread:index/applicationFlexibleFederatedIdentityCredential:ApplicationFlexibleFederatedIdentityCredential",
];

/** Owner and repository, by name or with the immutable ids behind them; then an environment, a branch or a tag. */
const exactSubject =
    /^repo:[\w.-]+(?:@\d+)?\/[\w.-]+(?:@\d+)?:(?:environment:[^*?:]+|ref:refs\/(?:heads|tags)\/[^*?:]+)$/;

/** Who may sign in as an identity of the pipelines is said to the letter. */
export const federatedSubjectIsExact = resourcePolicy(
    {
        name: "federated-subject-is-exact",
        title: "Pipelines sign in by an exact subject",
        description: "A federated credential names one environment, branch or tag of one repository.",
        severity: "critical",
        mend: "Name an environment of the repository, repo:OWNER/REPO:environment:NAME, and protect it.",
        types: federated,
        settings: noSettings,
    },
    function* ({ type, inputs }): Generator<Finding> {
        if (type.endsWith("FlexibleFederatedIdentityCredential")) {
            const message = "It takes every subject that fits an expression, and not one.";
            yield { kind: "violation", message };
            return;
        }
        const { subject, issuer } = inputs;
        if (typeof subject !== "string" || subject === unknownValue) {
            yield { kind: "unjudged", message: "Its subject is known only at the deployment." };
        } else if (/:pull_request$/.test(subject)) {
            const message = `${subject} lets every pull request of the repository sign in.`;
            yield { kind: "violation", message };
        } else if (issuer === gitHubIssuer ? !exactSubject.test(subject) : /[*?]/.test(subject)) {
            yield { kind: "violation", message: `"${subject}" is no exact subject.` };
        }
        const audiences = listAt(inputs, "audiences");
        if (audiences.length > 1) {
            yield { kind: "violation", message: `It takes ${audiences.length} audiences, where one is meant.` };
        }
    },
);

/** Owner, by its id (article on built-in roles). */
const owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

/** Roles that reach everything, by the id of their definition. */
const broadRoles: ReadonlyMap<string, string> = new Map([
    [owner, "Owner"],
    [builtInRoles.contributor, "Contributor"],
    [builtInRoles.userAccessAdministrator, "User Access Administrator"],
]);

/**
 * Built-in policies and initiatives that put Azure Monitor Agent and a user-assigned identity on machines, by the id of
 * their definition (articles on built-in policies for Azure Monitor): their own identities need broad roles.
 */
const agentPolicies: readonly string[] = [
    "9575b8b7-78ab-4281-b53b-d3c1ace2260b",
    "0d1b56c6-6d1f-4a5d-8695-b15efbea6b49",
    "d367bd60-64ca-4364-98ea-276775bddd94",
    "516187d4-ef64-4a1b-ad6b-a7348502976c",
];

/** Identities get what they need, and people get it through groups. */
export const rolesAreNarrow = stackPolicy(
    {
        name: "roles-are-narrow",
        title: "Roles are narrow, and people have them through groups",
        description:
            "No identity is Owner, Contributor or User Access Administrator, who may give roles does so under a condition, and no role goes to a single person.",
        severity: "high",
        mend: "Grant the narrow role at the narrow scope; give people's roles to a group.",
        settings: z.object({
            agentPolicies: z
                .array(z.string())
                .default([...agentPolicies])
                .describe("Ids of policy definitions whose assignments' own identities may have broad roles."),
        }),
    },
    function* (resources, settings): Generator<Finding> {
        const allowed = new Set(settings.agentPolicies.map((id) => id.toLowerCase()));
        const assignments = new Set(
            resources.filter((resource) => assignsOneOf(resource, allowed)).map(({ urn }) => urn),
        );
        for (const { type, inputs, urn, name, dependencies } of resources) {
            if (type !== "azure-native:authorization:RoleAssignment") continue;
            const say = (kind: Finding["kind"], message: string): Finding => ({ kind, urn, about: name, message });
            const role = definitionOf(inputs, "roleDefinitionId");
            const broad = broadRoles.get(role ?? "");
            if (role === undefined) yield say("unjudged", "Its role is known only at the deployment.");
            else if (broad !== undefined && !dependencies.some((other) => assignments.has(other))) {
                yield say("violation", `It makes an identity ${broad}.`);
            } else if (role === builtInRoles.roleBasedAccessControlAdministrator && inputs.condition === undefined) {
                yield say("violation", "It lets an identity grant any role: no condition says which.");
            }
            const { principalType } = inputs;
            if (principalType === "User") yield say("violation", "It goes to a single person.");
            else if (principalType === undefined || principalType === unknownValue) {
                yield say("unjudged", "It does not say whether it goes to a group, an identity or a single person.");
            }
        }
    },
);

function assignsOneOf({ type, inputs }: JudgedResource, definitions: ReadonlySet<string>): boolean {
    return (
        type === "azure-native:authorization:PolicyAssignment" &&
        definitions.has(definitionOf(inputs, "policyDefinitionId") ?? "")
    );
}

/** The GUID at the end of a definition's id. */
function definitionOf(inputs: PlanObject, key: string): string | undefined {
    return textAt(inputs, key)?.split("/").pop()?.toLowerCase();
}
