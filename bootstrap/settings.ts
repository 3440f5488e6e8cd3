import type { z } from "zod";
import { guid, list, mapping, dictionary, policyScope, region, text, wholeNumber, word } from "../settings/forms";
import { explainIssues } from "../settings/issues";
import { problemAt, type SettingsProblem } from "../settings/problems";

/** What an environment's identity is for: `deploy` changes its scopes, `preview` reads them. */
export const environmentAccess = ["deploy", "preview"] as const;

/** A subscription, or a resource group in one. */
const scope = (): z.ZodString =>
    text(
        "the id of a subscription or a resource group, /subscriptions/<GUID>[/resourceGroups/<name>]",
        /^\/subscriptions\/[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?:\/resourceGroups\/[\w().-]{0,89}[\w()-])?$/,
    );

const scopes = (): z.ZodArray<z.ZodString> =>
    list(scope(), "ids of subscriptions or resource groups").min(1, {
        error: "at least one subscription or resource group",
    });

const environment = mapping({
    access: word(environmentAccess),
    scopes: scopes(),
    machines: scopes().optional(),
    fleet: list(policyScope(), "ids of management groups, subscriptions or resource groups").optional(),
});

/** Names are parts of GitHub's subject and of names in the directory; letters of either case would be one there. */
const environmentName = text(
    "a name of 1 to 60 lower-case letters, digits and single hyphens",
    /^(?=.{1,60}$)[a-z0-9]+(?:-[a-z0-9]+)*$/,
);

const schema = mapping({
    location: region(),
    subscriptionId: guid("the subscription of state and key"),
    tenantId: guid("the tenant of the directory"),
    github: mapping({
        owner: text("a GitHub account, letters, digits and hyphens", /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/),
        repository: text("a repository's name without its owner", /^[\w.-]{1,100}$/),
        ownerId: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
        repositoryId: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
    }),
    environments: dictionary(environmentName, environment, "a mapping from names of GitHub environments"),
    operators: list(guid("the object id of a user or group"), "object ids of users or groups").optional(),
});

/** A GitHub repository as its identity tokens name it. */
export interface GitHubRepository {
    /** Account that owns it, spelled as GitHub does: subjects are compared exactly. */
    readonly owner: string;
    /** Its name, spelled as GitHub does. */
    readonly repository: string;
    /** Number of the account; with `repositoryId` where GitHub puts immutable ids into subjects. */
    readonly ownerId?: number | undefined;
    /** Number of the repository. */
    readonly repositoryId?: number | undefined;
}

/** What a pipeline environment may do, and where. */
export interface PipelineEnvironment {
    /** `deploy` changes what lies in the scopes, `preview` reads it. */
    readonly access: (typeof environmentAccess)[number];
    /** Ids of subscriptions or resource groups that the stack deploys into. */
    readonly scopes: readonly string[];
    /** Ids of subscriptions or resource groups that hold machines, where those lie elsewhere. Default: none. */
    readonly machines?: readonly string[] | undefined;
    /** Ids of the scopes that the stack equips by policy, as `fleet.scope` of its settings. Default: none. */
    readonly fleet?: readonly string[] | undefined;
}

/** What the bootstrap program sets up. */
export interface BootstrapSettings {
    /** Azure region of state and key. */
    readonly location: string;
    /** Subscription of state and key, a lower-case GUID. */
    readonly subscriptionId: string;
    /** Tenant of the directory, a lower-case GUID. */
    readonly tenantId: string;
    /** Repository whose pipelines sign in. */
    readonly github: GitHubRepository;
    /** Environments of the repository, by name. */
    readonly environments: Readonly<Record<string, PipelineEnvironment>>;
    /** Object ids of users or groups who work with the stacks by hand. Default: none. */
    readonly operators: readonly string[];
}

/** Settings that may be used, or everything that is wrong with them. */
export type ParsedBootstrap = { settings: BootstrapSettings } | { problems: SettingsProblem[] };

/**
 * Checks the settings of the bootstrap program.
 *
 * @param raw Values by key without the namespace.
 * @param source Name of the stack file, for the report.
 */
export function parseBootstrapSettings(raw: Record<string, unknown>, source: string): ParsedBootstrap {
    const parsed = schema.safeParse(raw);
    if (!parsed.success) return { problems: explainIssues(parsed.error.issues, raw, source) };
    const { data } = parsed;
    const problems = halfImmutable(data.github, source);
    if (problems.length > 0) return { problems };
    return {
        settings: {
            ...data,
            subscriptionId: data.subscriptionId.toLowerCase(),
            tenantId: data.tenantId.toLowerCase(),
            operators: data.operators ?? [],
        },
    };
}

/** GitHub puts both ids into a subject, or none. */
function halfImmutable({ ownerId, repositoryId }: GitHubRepository, source: string): SettingsProblem[] {
    if ((ownerId === undefined) === (repositoryId === undefined)) return [];
    const [given, missing] = ownerId === undefined ? ["repositoryId", "ownerId"] : ["ownerId", "repositoryId"];
    const accepted = `beside ${given}, the ${missing} of the repository`;
    return [problemAt(source, ["github", missing ?? ""], { code: "ST102", found: "nothing", accepted })];
}
