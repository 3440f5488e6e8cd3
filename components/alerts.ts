import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { ScheduledQueryRule } from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import {
    alertRuleLimits,
    alertRuleProblems,
    allowedDuration,
    builtInRoles,
    deterministicGuid,
    evaluationFrequencies,
    isGuid,
    locationProblem,
    muteDurations,
    nameProblem,
    parseIdOf,
    queryTimeRanges,
    roleDefinitionId,
    windowSizes,
} from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** Who is told by rules of some severities. */
export interface AlertTargetArgs {
    /** Required. Resource id of an action group. */
    actionGroupId: pulumi.Input<string>;
    /** Optional. Severities whose rules tell it, 0 to 4. Defaults to all. */
    severities?: number[];
}

/** What splits a rule's rows into alerts of their own. */
export interface DimensionArgs {
    /** Required. Column of the query's result, text or number. */
    name: string;
    /** Optional. Values to look at. Defaults to every value. */
    values?: string[];
}

/** How many of the last runs must ring before an alert is raised. */
export interface FailingPeriodsArgs {
    /** Required. Runs that are looked at, 1 to 6. */
    of: number;
    /** Required. How many of them must ring, 1 to `of`. */
    minimum: number;
}

/** A detection as a scheduled-query rule: it rings when its query returns more rows than the threshold. */
export interface AlertRuleArgs {
    /** Required. Stable key, kebab case, such as `verclsid-shellcode-injection`; names derive from it. */
    key: string;
    /** Optional. Name of the rule in Azure, 1 to 260 characters. Defaults to the component's name, a hyphen, the key. */
    ruleName?: string;
    /** Required. Title that people see. */
    displayName: string;
    /** Required. What the rule detects, at most 4,096 characters. */
    description: string;
    /** Required. 0 (critical) to 4 (verbose). */
    severity: number;
    /** Required. KQL text; each row of its result counts. */
    query: string;
    /** Required. How often the query runs, an ISO 8601 duration: PT1M, PT5M … PT6H, P1D. */
    evaluationFrequency: string;
    /** Required. How far back it looks, an ISO 8601 duration from the frequency to P2D. */
    windowSize: string;
    /** Required. The rule rings for more rows than this, a whole number from 0. */
    threshold: number;
    /** Optional. Range of data the query is given instead of the window, PT5M to P2D. Defaults to the window. */
    overrideQueryTimeRange?: string;
    /** Optional. Silence after an alert, PT5M to P2D. Defaults to none. */
    muteActionsDuration?: string;
    /** Optional. Columns that split rows into alerts of their own, at most 6. Defaults to one alert for all rows. */
    dimensions?: DimensionArgs[];
    /** Optional. How many of the last runs must ring. Defaults to the last one; what is missing is sought in 2 of 3. */
    failingPeriods?: FailingPeriodsArgs;
    /** Optional. Further properties of the alert's payload. Defaults to none. */
    customProperties?: { [key: string]: string };
    /** Optional. Whether the rule runs. Defaults to true. */
    enabled?: boolean;
}

/** The identity that rules read the workspace with. */
export interface RuleIdentityArgs {
    /** Required. Name of the user-assigned identity to create, 3 to 128 characters. */
    name: string;
    /** Required. GUID of the workspace's subscription; role definitions are named by it. */
    subscriptionId: string;
}

/** Arguments of Alerts. */
export interface AlertsArgs {
    /** Required. Resource group of the rules and of their identity. */
    resourceGroupName: pulumi.Input<string>;
    /** Required. Resource id of the workspace that the rules query. */
    workspaceId: pulumi.Input<string>;
    /** Required. Azure region of that workspace. */
    location: pulumi.Input<string>;
    /** Required. The rules; none is accepted. */
    rules: AlertRuleArgs[];
    /** Required. Who is told: every rule needs one to five action groups that its severity tells. */
    targets: AlertTargetArgs[];
    /**
     * Optional. An identity of the rules' own, with the role Log Analytics Reader before any rule exists. Without, a rule
     * has the permissions of whoever changed it last, and stops when these end. Defaults to none.
     */
    identity?: RuleIdentityArgs;
    /** Optional. Tags of everything that can be tagged. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** A rule with its defaults, known to be right; durations in the spelling that the service takes. */
interface SettledRule extends AlertRuleArgs {
    ruleName: string;
    enabled: boolean;
    /** Resource ids of the action groups that it tells. */
    actionGroups: pulumi.Input<string>[];
}

/**
 * Detections as scheduled-query rules of Azure Monitor, and who they tell. The rules are stateless: each run with rows
 * rings anew, unless the rule is muted.
 *
 * `dependsOn` of the component holds for each child: give the collection, whose function and workspace the rules need,
 * so that they are created after it and destroyed before it.
 */
export class Alerts extends pulumi.ComponentResource {
    /** Resource id of each rule by its key. */
    public readonly ruleIds: pulumi.Output<{ [key: string]: string }>;

    constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Alerts", name, {}, opts);
        const rules = settle(name, args);

        const childOptions = { parent: this, dependsOn: opts?.dependsOn };
        const reader = args.identity && this.createReader(name, args, args.identity, childOptions);
        const afterReader = pulumi.mergeOptions(childOptions, { dependsOn: reader ? [reader.grant] : [] });
        const ids = rules.map((rule) => {
            const resource = createRule(name, rule, args, reader?.identityId, afterReader);
            return resource.id.apply((id): [string, string] => [rule.key, id]);
        });

        this.ruleIds = pulumi.all(ids).apply((entries) => Object.fromEntries(entries));
        this.registerOutputs({ ruleIds: this.ruleIds });
    }

    /** The identity of the rules, and its role on the workspace, which no rule may exist without. */
    private createReader(
        name: string,
        args: AlertsArgs,
        { name: resourceName, subscriptionId }: RuleIdentityArgs,
        opts: pulumi.CustomResourceOptions,
    ): { identityId: pulumi.Output<string>; grant: pulumi.Resource } {
        const { resourceGroupName, location, workspaceId, tags } = args;
        const identity = new UserAssignedIdentity(
            `${name}-reader`,
            { resourceGroupName, location, resourceName, tags },
            opts,
        );
        const grant = new RoleAssignment(
            `${name}-reads-workspace`,
            {
                roleAssignmentName: pulumi
                    .all([workspaceId, identity.principalId])
                    .apply(([id, principal]) =>
                        deterministicGuid(id.toLowerCase(), principal, builtInRoles.logAnalyticsReader),
                    ),
                scope: workspaceId,
                principalId: identity.principalId,
                principalType: "ServicePrincipal",
                roleDefinitionId: roleDefinitionId(subscriptionId, "logAnalyticsReader"),
            },
            {
                ...opts,
                replaceOnChanges: ["principalId", "principalType", "roleDefinitionId", "scope"],
                deleteBeforeReplace: true,
                protect: false,
            },
        );
        return { identityId: identity.id, grant };
    }
}

function createRule(
    name: string,
    rule: SettledRule,
    args: AlertsArgs,
    identityId: pulumi.Output<string> | undefined,
    opts: pulumi.CustomResourceOptions,
): ScheduledQueryRule {
    const { of, minimum } = rule.failingPeriods ?? { of: 1, minimum: 1 };
    return new ScheduledQueryRule(
        `${name}-${rule.key}`,
        {
            resourceGroupName: args.resourceGroupName,
            ruleName: rule.ruleName,
            location: args.location,
            kind: "LogAlert",
            displayName: rule.displayName,
            description: rule.description,
            enabled: rule.enabled,
            severity: rule.severity,
            scopes: [args.workspaceId],
            evaluationFrequency: rule.evaluationFrequency,
            windowSize: rule.windowSize,
            overrideQueryTimeRange: rule.overrideQueryTimeRange,
            criteria: {
                allOf: [
                    {
                        query: rule.query,
                        timeAggregation: "Count",
                        operator: "GreaterThan",
                        threshold: rule.threshold,
                        resourceIdColumn: "_ResourceId",
                        failingPeriods: { numberOfEvaluationPeriods: of, minFailingPeriodsToAlert: minimum },
                        dimensions: rule.dimensions?.map(({ name: column, values = ["*"] }) => ({
                            name: column,
                            operator: "Include",
                            values,
                        })),
                    },
                ],
            },
            // Stateful rules ring once and then not until they resolve, and cannot be muted.
            autoMitigate: false,
            muteActionsDuration: rule.muteActionsDuration,
            checkWorkspaceAlertsStorageConfigured: false,
            actions: { actionGroups: rule.actionGroups, customProperties: rule.customProperties },
            identity: identityId && { type: "UserAssigned", userAssignedIdentities: [identityId] },
            tags: args.tags,
        },
        // The service refuses to point a rule at another workspace.
        { ...opts, replaceOnChanges: ["scopes"] },
    );
}

function settle(name: string, args: AlertsArgs): SettledRule[] {
    const problems = new ArgumentProblems();
    if (typeof args.location === "string") problems.addIf("location", locationProblem(args.location));
    checkTargets(args, problems);
    if (args.identity !== undefined) {
        problems.addIf("identity.name", nameProblem("userAssignedIdentity", args.identity.name));
        if (!isGuid(args.identity.subscriptionId))
            problems.add("identity.subscriptionId", `"${args.identity.subscriptionId}" is no GUID`);
    }
    const rules = settleRules(name, args, problems);
    if (problems.found) throw problems.toError("Alerts", name);
    return rules;
}

function checkTargets({ targets, rules }: AlertsArgs, problems: ArgumentProblems): void {
    const seen = new Set<string>();
    targets.forEach(({ actionGroupId, severities }, index) => {
        const path = `targets[${index}]`;
        severities?.forEach((severity, at) => {
            if (!Number.isInteger(severity) || severity < 0 || severity > 4)
                problems.add(
                    `${path}.severities[${at}]`,
                    `${severity} is no severity; accepted are 0 (critical) to 4 (verbose)`,
                );
        });
        // Ids that are not known yet are those of groups that the program makes, each its own.
        if (typeof actionGroupId !== "string") return;
        const parsed = parseIdOf("actionGroup", actionGroupId);
        if (parsed.kind === "rejected") problems.add(`${path}.actionGroupId`, parsed.reason);
        if (seen.has(actionGroupId.toLowerCase()))
            problems.add(`${path}.actionGroupId`, `"${actionGroupId}" is there twice`);
        seen.add(actionGroupId.toLowerCase());
    });
    for (const severity of new Set(rules.map((rule) => rule.severity))) {
        const count = targetsOf(targets, severity).length;
        if (count === 0)
            problems.add(
                "targets",
                `tells nobody of severity ${severity}, which rules have; give an action group for it`,
            );
        if (count > alertRuleLimits.actionGroups)
            problems.add(
                "targets",
                `tells ${count} action groups of severity ${severity}, a rule takes at most ${alertRuleLimits.actionGroups}`,
            );
    }
}

function targetsOf(targets: readonly AlertTargetArgs[], severity: number): pulumi.Input<string>[] {
    return targets
        .filter(({ severities }) => severities === undefined || severities.includes(severity))
        .map(({ actionGroupId }) => actionGroupId);
}

function settleRules(name: string, { rules, targets }: AlertsArgs, problems: ArgumentProblems): SettledRule[] {
    const keys = new Set<string>();
    const ruleNames = new Set<string>();
    return rules.map((args, index) => {
        const path = `rules[${index}]`;
        const rule = {
            ...args,
            ruleName: args.ruleName ?? `${name}-${args.key}`,
            enabled: args.enabled ?? true,
            actionGroups: targetsOf(targets, args.severity),
        };
        if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(rule.key))
            problems.add(`${path}.key`, `"${rule.key}" is no key; accepted is kebab case, such as lsass-memory-read`);
        if (keys.has(rule.key)) problems.add(`${path}.key`, `"${rule.key}" is another rule's key too`);
        else if (ruleNames.has(rule.ruleName.toLowerCase()))
            problems.add(`${path}.ruleName`, `"${rule.ruleName}" is another rule's name too`);
        keys.add(rule.key);
        ruleNames.add(rule.ruleName.toLowerCase());
        problems.addAll(path, alertRuleProblems({ ...args, ruleName: rule.ruleName }));
        checkShape(path, args, problems);
        return {
            ...rule,
            evaluationFrequency: spelled(rule.evaluationFrequency, evaluationFrequencies),
            windowSize: spelled(rule.windowSize, windowSizes),
            overrideQueryTimeRange:
                rule.overrideQueryTimeRange && spelled(rule.overrideQueryTimeRange, queryTimeRanges),
            muteActionsDuration: rule.muteActionsDuration && spelled(rule.muteActionsDuration, muteDurations),
        };
    });
}

function checkShape(
    path: string,
    { dimensions = [], failingPeriods }: AlertRuleArgs,
    problems: ArgumentProblems,
): void {
    const { dimensions: most, periods } = alertRuleLimits;
    if (dimensions.length > most)
        problems.add(`${path}.dimensions`, `has ${dimensions.length} dimensions, at most ${most} are accepted`);
    if (failingPeriods === undefined) return;
    const { of, minimum } = failingPeriods;
    if (!Number.isInteger(of) || of < 1 || of > periods)
        problems.add(`${path}.failingPeriods.of`, `${of} is refused; accepted are 1 to ${periods} runs`);
    if (!Number.isInteger(minimum) || minimum < 1 || minimum > of)
        problems.add(`${path}.failingPeriods.minimum`, `${minimum} is refused; accepted are 1 to ${of} runs`);
}

/** The duration as the service spells it; one that it refuses stays as it is, and is a problem noted elsewhere. */
function spelled(duration: string, allowed: readonly string[]): string {
    return allowedDuration(duration, allowed) ?? duration;
}
