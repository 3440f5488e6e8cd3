import { ActionGroup, ScheduledQueryRule } from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import {
    alertRuleLimits,
    alertRuleProblems,
    allowedDuration,
    evaluationFrequencies,
    locationProblem,
    muteDurations,
    nameProblem,
    parseIdOf,
    queryTimeRanges,
    windowSizes,
} from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** A mailbox that is told of alerts. Azure asks a new address to confirm within 30 minutes. */
export interface EmailReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. The address. */
    address: string;
}

/** A web hook that is told of alerts, in the common alert schema. */
export interface WebhookReceiverArgs {
    /** Required. Name of the receiver, unique among all receivers. */
    name: string;
    /** Required. The address that is called, `https://…`; kept as a secret, since it often carries a token. */
    uri: pulumi.Input<string>;
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
    /** Optional. Further properties of the alert's payload. Defaults to none. */
    customProperties?: { [key: string]: string };
    /** Optional. Whether the rule runs. Defaults to true. */
    enabled?: boolean;
}

/** Arguments of Alerts. At least one receiver or existing action group is needed. */
export interface AlertsArgs {
    /** Required. Resource group of the rules and the action group. */
    resourceGroupName: pulumi.Input<string>;
    /** Required. Resource id of the workspace that the rules query. */
    workspaceId: pulumi.Input<string>;
    /** Required. Azure region of that workspace. */
    location: pulumi.Input<string>;
    /** Required. The rules; none is accepted. */
    rules: AlertRuleArgs[];
    /** Optional. Name of the action group, 1 to 260 characters. Defaults to `ag-` and the component's name. */
    actionGroupName?: string;
    /** Optional. Sender that mails and messages show, 1 to 12 characters. Defaults to `sysmon`. */
    actionGroupShortName?: string;
    /** Optional. Mailboxes to tell. Defaults to none. */
    emailReceivers?: EmailReceiverArgs[];
    /** Optional. Web hooks to call. Defaults to none. */
    webhookReceivers?: WebhookReceiverArgs[];
    /** Optional. Resource ids of action groups that exist; a rule takes 5 in all. Defaults to none. */
    existingActionGroupIds?: string[];
    /** Optional. Tags of everything that can be tagged. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** Azure's limits of an action group's receivers (source: Azure Monitor service limits). */
const receiverLimits = { emails: 1_000, webhooks: 10 };

/** Arguments with their defaults, known to be right; durations in the spelling that the service takes. */
interface SettledAlerts {
    rules: SettledRule[];
    actionGroup: SettledActionGroup | undefined;
    existingActionGroupIds: string[];
}

interface SettledRule extends AlertRuleArgs {
    ruleName: string;
    enabled: boolean;
}

interface SettledActionGroup {
    name: string;
    shortName: string;
    emails: EmailReceiverArgs[];
    webhooks: WebhookReceiverArgs[];
}

/**
 * Detections as scheduled-query rules of Azure Monitor, and the action group that they tell. The rules are stateless:
 * each run with rows rings anew, unless the rule is muted.
 *
 * `dependsOn` of the component holds for each child: give the collection, whose function and workspace the rules need,
 * so that they are created after it and destroyed before it.
 */
export class Alerts extends pulumi.ComponentResource {
    /** Resource id of each rule by its key. */
    public readonly ruleIds: pulumi.Output<{ [key: string]: string }>;
    /** Resource id of the action group; absent where only existing groups are told. */
    public readonly actionGroupId?: pulumi.Output<string>;

    constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Alerts", name, {}, opts);
        const settled = settle(name, args);

        const childOptions = { parent: this, dependsOn: opts?.dependsOn };
        const created = settled.actionGroup && createActionGroup(name, settled.actionGroup, args, childOptions);
        const actionGroups = [...(created ? [created.id] : []), ...settled.existingActionGroupIds];
        const ids = settled.rules.map((rule) => {
            const resource = createRule(name, rule, args, actionGroups, childOptions);
            return resource.id.apply((id): [string, string] => [rule.key, id]);
        });

        this.ruleIds = pulumi.all(ids).apply((entries) => Object.fromEntries(entries));
        if (created) this.actionGroupId = created.id;
        this.registerOutputs({ ruleIds: this.ruleIds, actionGroupId: this.actionGroupId });
    }
}

function createActionGroup(
    name: string,
    group: SettledActionGroup,
    args: AlertsArgs,
    opts: pulumi.CustomResourceOptions,
): ActionGroup {
    return new ActionGroup(
        `${name}-action-group`,
        {
            resourceGroupName: args.resourceGroupName,
            actionGroupName: group.name,
            groupShortName: group.shortName,
            location: "Global",
            enabled: true,
            emailReceivers: group.emails.map(({ name: receiver, address }) => ({
                name: receiver,
                emailAddress: address,
                useCommonAlertSchema: true,
            })),
            webhookReceivers: group.webhooks.map(({ name: receiver, uri }) => ({
                name: receiver,
                serviceUri: pulumi.secret(uri),
                useCommonAlertSchema: true,
            })),
            tags: args.tags,
        },
        { ...opts, additionalSecretOutputs: ["webhookReceivers"] },
    );
}

function createRule(
    name: string,
    rule: SettledRule,
    args: AlertsArgs,
    actionGroups: pulumi.Input<string>[],
    opts: pulumi.CustomResourceOptions,
): ScheduledQueryRule {
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
                        failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
                    },
                ],
            },
            // Stateful rules ring once and then not until they resolve, and cannot be muted.
            autoMitigate: false,
            muteActionsDuration: rule.muteActionsDuration,
            checkWorkspaceAlertsStorageConfigured: false,
            actions: { actionGroups, customProperties: rule.customProperties },
            tags: args.tags,
        },
        // The service refuses to point a rule at another workspace.
        { ...opts, replaceOnChanges: ["scopes"] },
    );
}

function settle(name: string, args: AlertsArgs): SettledAlerts {
    const problems = new ArgumentProblems();
    if (typeof args.location === "string") problems.addIf("location", locationProblem(args.location));
    const actionGroup = settleActionGroup(name, args, problems);
    const existingActionGroupIds = settleExistingGroups(args.existingActionGroupIds ?? [], problems);
    const groupCount = existingActionGroupIds.length + (actionGroup === undefined ? 0 : 1);
    if (groupCount > alertRuleLimits.actionGroups)
        problems.add(
            "existingActionGroupIds",
            `makes ${groupCount} action groups, a rule takes at most ${alertRuleLimits.actionGroups}`,
        );
    if (groupCount === 0 && args.rules.length > 0)
        problems.add(
            "emailReceivers",
            "is missing, so alerts would reach nobody; give emailReceivers, webhookReceivers or existingActionGroupIds",
        );
    const rules = settleRules(name, args.rules, problems);
    if (problems.found) throw problems.toError("Alerts", name);
    return { rules, actionGroup, existingActionGroupIds };
}

function settleActionGroup(name: string, args: AlertsArgs, problems: ArgumentProblems): SettledActionGroup | undefined {
    const groupName = args.actionGroupName ?? `ag-${name}`;
    const shortName = args.actionGroupShortName ?? "sysmon";
    const emails = args.emailReceivers ?? [];
    const webhooks = args.webhookReceivers ?? [];
    const { groupShortNameLength } = alertRuleLimits;

    problems.addIf("actionGroupName", nameProblem("actionGroup", groupName));
    if (shortName === "" || shortName.length > groupShortNameLength)
        problems.add(
            "actionGroupShortName",
            `"${shortName}" is refused; accepted are 1 to ${groupShortNameLength} characters`,
        );
    if (emails.length > receiverLimits.emails)
        problems.add("emailReceivers", `has ${emails.length} receivers, at most ${receiverLimits.emails} are accepted`);
    if (webhooks.length > receiverLimits.webhooks)
        problems.add(
            "webhookReceivers",
            `has ${webhooks.length} receivers, at most ${receiverLimits.webhooks} are accepted`,
        );

    const names = new Set<string>();
    const checkName = (path: string, receiver: string): void => {
        if (receiver.trim() === "") problems.add(`${path}.name`, "is empty; a receiver needs a name");
        if (names.has(receiver.toLowerCase()))
            problems.add(`${path}.name`, `"${receiver}" is another receiver's name too`);
        names.add(receiver.toLowerCase());
    };
    emails.forEach(({ name: receiver, address }, index) => {
        checkName(`emailReceivers[${index}]`, receiver);
        if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address))
            problems.add(`emailReceivers[${index}].address`, `"${address}" is no mail address`);
    });
    webhooks.forEach(({ name: receiver, uri }, index) => {
        checkName(`webhookReceivers[${index}]`, receiver);
        // The address may carry a token: it is not repeated.
        if (typeof uri === "string" && !isHttpsUrl(uri))
            problems.add(`webhookReceivers[${index}].uri`, "is no address; accepted are https://…");
    });
    if (emails.length + webhooks.length === 0) return undefined;
    return { name: groupName, shortName, emails, webhooks };
}

function isHttpsUrl(text: string): boolean {
    return URL.canParse(text) && new URL(text).protocol === "https:";
}

function settleExistingGroups(ids: string[], problems: ArgumentProblems): string[] {
    const seen = new Set<string>();
    ids.forEach((id, index) => {
        const path = `existingActionGroupIds[${index}]`;
        const parsed = parseIdOf("actionGroup", id);
        if (parsed.kind === "rejected") problems.add(path, parsed.reason);
        if (seen.has(id.toLowerCase())) problems.add(path, `"${id}" is there twice`);
        seen.add(id.toLowerCase());
    });
    return ids;
}

function settleRules(name: string, rules: AlertRuleArgs[], problems: ArgumentProblems): SettledRule[] {
    const keys = new Set<string>();
    const ruleNames = new Set<string>();
    return rules.map((args, index) => {
        const path = `rules[${index}]`;
        const rule = { ...args, ruleName: args.ruleName ?? `${name}-${args.key}`, enabled: args.enabled ?? true };
        if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(rule.key))
            problems.add(`${path}.key`, `"${rule.key}" is no key; accepted is kebab case, such as lsass-memory-read`);
        if (keys.has(rule.key)) problems.add(`${path}.key`, `"${rule.key}" is another rule's key too`);
        else if (ruleNames.has(rule.ruleName.toLowerCase()))
            problems.add(`${path}.ruleName`, `"${rule.ruleName}" is another rule's name too`);
        keys.add(rule.key);
        ruleNames.add(rule.ruleName.toLowerCase());
        problems.addAll(path, alertRuleProblems(rule));
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

/** The duration as the service spells it; one that it refuses stays as it is, and is a problem noted elsewhere. */
function spelled(duration: string, allowed: readonly string[]): string {
    return allowedDuration(duration, allowed) ?? duration;
}
