import { DiagnosticSetting } from "@pulumi/azure-native/monitor";
import { ASCDataConnector, ScheduledAlertRule, Watchlist } from "@pulumi/azure-native/securityinsights";
import * as pulumi from "@pulumi/pulumi";
import { analyticsRuleProblems, deterministicGuid, durationMs, isGuid } from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** An entity that a rule finds in each row: who or what an alert is about. */
export interface EntityArgs {
    /** Required. Kind of entity: Account, Host, IP, Process, File, FileHash, RegistryKey, RegistryValue, DNS, URL, AzureResource. */
    entityType: string;
    /** Required. Identifier of that kind to column of the query's result, 1 to 3, such as `{ FullName: "Computer" }`. */
    identifiers: { [identifier: string]: string };
}

/** What joins alerts of one rule into one incident. */
export interface IncidentGroupingArgs {
    /** Required. Kinds of entity that two alerts must share, such as `["Host"]`. */
    entityTypes: string[];
    /** Required. How long an incident takes further alerts, an ISO 8601 duration from PT5M to P7D. */
    lookback: string;
}

/** A detection as a scheduled analytics rule. */
export interface AnalyticsRuleArgs {
    /** Required. Stable key, kebab case, such as `verclsid-shellcode-injection`; names derive from it. */
    key: string;
    /** Required. GUID of the rule, unique in the workspace and stable for ever. */
    ruleId: string;
    /** Required. Title that people see. */
    displayName: string;
    /** Required. What the rule detects, at most 5,000 characters. */
    description: string;
    /** Required. High, Medium, Low or Informational. */
    severity: string;
    /** Required. KQL text, 1 to 10,000 characters. */
    query: string;
    /** Required. How often the query runs, an ISO 8601 duration from PT5M to P14D. */
    queryFrequency: string;
    /** Required. How far back it looks, an ISO 8601 duration from the frequency to P14D. */
    queryPeriod: string;
    /** Required. The rule rings for more rows than this, a whole number from 0. */
    threshold: number;
    /** Optional. ATT&CK tactics, such as DefenseEvasion. Defaults to none. */
    tactics?: string[];
    /** Optional. ATT&CK techniques, T1055 or T1055.012; the service takes the technique of a sub-technique. Defaults to none. */
    techniques?: string[];
    /** Optional. Who and what an alert is about, at most 10. Defaults to none. */
    entities?: EntityArgs[];
    /** Optional. What stands beside an alert: name to column, at most 20. Defaults to none. */
    customDetails?: { [name: string]: string };
    /** Optional. Title of an alert; `{{Column}}` is a value, at most 3. Defaults to the display name. */
    alertTitle?: string;
    /** Optional. Description of an alert; `{{Column}}` is a value, at most 3. Defaults to the rule's. */
    alertDescription?: string;
    /** Optional. Silence after an alert, an ISO 8601 duration from PT5M to P1D. Defaults to none. */
    suppressFor?: string;
    /** Optional. What joins alerts into one incident. Defaults to an incident for each alert. */
    grouping?: IncidentGroupingArgs;
    /** Optional. Whether alerts open incidents. Without, the Defender portal does not show them. Defaults to true. */
    createIncident?: boolean;
    /** Optional. Whether the rule runs. Defaults to true. */
    enabled?: boolean;
}

/** A list that Sentinel's queries read by `_GetWatchlist("alias")`. */
export interface WatchlistArgs {
    /** Required. Name that queries use, 3 to 64 letters, digits and hyphens. */
    alias: string;
    /** Required. Title that people see. */
    displayName: string;
    /** Optional. What it is for. Defaults to none. */
    description?: string;
    /** Required. Column that queries look items up by; the first of `columns` in most lists. */
    searchKey: string;
    /** Required. Names of the columns. */
    columns: string[];
    /** Required. The items: one value for each column. */
    rows: string[][];
}

/** Arguments of Sentinel. */
export interface SentinelArgs {
    /** Required. Resource group of the workspace. */
    resourceGroupName: pulumi.Input<string>;
    /** Required. Name of the workspace, onboarded to Microsoft Sentinel. */
    workspaceName: pulumi.Input<string>;
    /**
     * Optional. Resource id of the workspace: have Sentinel log there how its rules run and who changes them (tables
     * SentinelHealth and SentinelAudit, billed as other data). Defaults to no such logs.
     */
    healthWorkspaceId?: pulumi.Input<string>;
    /** Required. The rules; none is accepted. */
    rules: AnalyticsRuleArgs[];
    /** Optional. Lists that queries read. Defaults to none. */
    watchlists?: WatchlistArgs[];
    /**
     * Optional. GUIDs of subscriptions whose alerts of Microsoft Defender for Cloud come to Sentinel. Defaults to none;
     * Defender's plans cost by themselves.
     */
    defenderSubscriptionIds?: string[];
}

/** Most characters of a watchlist's content (source: watchlists, 3.8 MB inline). */
const watchlistLimit = 3_800_000;

/**
 * Detections as scheduled analytics rules of Microsoft Sentinel: their alerts carry entities and open incidents, beside
 * everything else that the workspace knows.
 *
 * `dependsOn` of the component holds for each child: give the collection, which onboards the workspace and has the tables
 * that the rules need.
 */
export class Sentinel extends pulumi.ComponentResource {
    /** Resource id of each rule by its key. */
    public readonly ruleIds: pulumi.Output<{ [key: string]: string }>;

    constructor(name: string, args: SentinelArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Sentinel", name, {}, opts);
        check(name, args);
        const { resourceGroupName, workspaceName } = args;
        const place = { resourceGroupName, workspaceName };
        const childOptions: pulumi.CustomResourceOptions = {
            parent: this,
            dependsOn: opts?.dependsOn,
            protect: false,
        };

        if (args.healthWorkspaceId !== undefined) {
            const workspaceId = pulumi.output(args.healthWorkspaceId);
            new DiagnosticSetting(
                `${name}-health`,
                {
                    name: "sysmon-azure-health",
                    // Of Sentinel itself; only all logs have those of analytics rules (source: enable-monitoring article).
                    resourceUri: workspaceId.apply(
                        (id) => `${id}/providers/Microsoft.SecurityInsights/settings/SentinelHealth`,
                    ),
                    workspaceId,
                    logs: [{ categoryGroup: "allLogs", enabled: true }],
                },
                childOptions,
            );
        }

        const watchlists = (args.watchlists ?? []).map(
            (list) =>
                new Watchlist(
                    `${name}-watchlist-${list.alias}`,
                    {
                        ...place,
                        watchlistAlias: list.alias,
                        displayName: list.displayName,
                        description: list.description,
                        provider: "sysmon-azure",
                        source: "Local file",
                        itemsSearchKey: list.searchKey,
                        contentType: "text/csv",
                        numberOfLinesToSkip: 0,
                        rawContent: csv([list.columns, ...list.rows]),
                    },
                    // The service takes new content only with a new list.
                    { ...childOptions, replaceOnChanges: ["rawContent", "itemsSearchKey"], deleteBeforeReplace: true },
                ),
        );
        const afterLists = pulumi.mergeOptions(childOptions, { dependsOn: watchlists });
        const ids = args.rules.map((rule) => {
            const resource = new ScheduledAlertRule(
                `${name}-${rule.key}`,
                { ...place, ...ruleInputs(rule) },
                afterLists,
            );
            return resource.id.apply((id): [string, string] => [rule.key, id]);
        });
        for (const subscriptionId of args.defenderSubscriptionIds ?? []) {
            new ASCDataConnector(
                `${name}-defender-${subscriptionId}`,
                {
                    ...place,
                    kind: "AzureSecurityCenter",
                    dataConnectorId: deterministicGuid("defender", subscriptionId),
                    subscriptionId,
                    dataTypes: { alerts: { state: "Enabled" } },
                },
                childOptions,
            );
        }
        this.ruleIds = pulumi.all(ids).apply((entries) => Object.fromEntries(entries));
        this.registerOutputs({ ruleIds: this.ruleIds });
    }
}

type RuleInputs = Omit<ConstructorParameters<typeof ScheduledAlertRule>[1], "resourceGroupName" | "workspaceName">;

function ruleInputs(rule: AnalyticsRuleArgs): RuleInputs {
    const { alertTitle, alertDescription, grouping } = rule;
    const override = {
        ...(alertTitle === undefined ? {} : { alertDisplayNameFormat: alertTitle }),
        ...(alertDescription === undefined ? {} : { alertDescriptionFormat: alertDescription }),
    };
    return {
        ruleId: rule.ruleId.toLowerCase(),
        kind: "Scheduled",
        displayName: rule.displayName,
        description: rule.description,
        enabled: rule.enabled ?? true,
        severity: rule.severity,
        query: rule.query,
        queryFrequency: rule.queryFrequency,
        queryPeriod: rule.queryPeriod,
        triggerOperator: "GreaterThan",
        triggerThreshold: rule.threshold,
        // Both are required by the service, also where nothing is suppressed.
        suppressionEnabled: rule.suppressFor !== undefined,
        suppressionDuration: rule.suppressFor ?? "PT5H",
        tactics: rule.tactics ?? [],
        techniques: [...new Set((rule.techniques ?? []).map((technique) => technique.replace(/\.\d+$/, "")))],
        entityMappings: (rule.entities ?? []).map(({ entityType, identifiers }) => ({
            entityType,
            fieldMappings: Object.entries(identifiers).map(([identifier, columnName]) => ({ identifier, columnName })),
        })),
        customDetails: rule.customDetails ?? {},
        ...(Object.keys(override).length === 0 ? {} : { alertDetailsOverride: override }),
        // Each row is one finding, with entities of its own.
        eventGroupingSettings: { aggregationKind: "AlertPerResult" },
        incidentConfiguration: {
            createIncident: rule.createIncident ?? true,
            groupingConfiguration: {
                enabled: grouping !== undefined,
                reopenClosedIncident: false,
                lookbackDuration: grouping?.lookback ?? "PT5H",
                matchingMethod: grouping === undefined ? "AllEntities" : "Selected",
                groupByEntities: grouping?.entityTypes ?? [],
                groupByAlertDetails: [],
                groupByCustomDetails: [],
            },
        },
    };
}

/** Rows as CSV with quoted values; a quote inside is doubled (RFC 4180). */
function csv(rows: readonly (readonly string[])[]): string {
    return rows.map((row) => `${row.map((value) => `"${value.replace(/"/g, '""')}"`).join(",")}\r\n`).join("");
}

function check(name: string, args: SentinelArgs): void {
    const problems = new ArgumentProblems();
    const keys = new Set<string>();
    const ids = new Set<string>();
    args.rules.forEach((rule, index) => {
        const path = `rules[${index}]`;
        if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(rule.key))
            problems.add(`${path}.key`, `"${rule.key}" is no key; accepted is kebab case, such as lsass-memory-read`);
        if (keys.has(rule.key)) problems.add(`${path}.key`, `"${rule.key}" is another rule's key too`);
        if (ids.has(rule.ruleId.toLowerCase()))
            problems.add(`${path}.ruleId`, `"${rule.ruleId}" is another rule's id too`);
        keys.add(rule.key);
        ids.add(rule.ruleId.toLowerCase());
        const { tactics = [], techniques = [], entities = [], customDetails = {} } = rule;
        problems.addAll(path, analyticsRuleProblems({ ...rule, tactics, techniques, entities, customDetails }));
        checkGrouping(`${path}.grouping`, rule, problems);
    });
    const aliases = new Set<string>();
    (args.watchlists ?? []).forEach((list, index) => {
        checkWatchlist(`watchlists[${index}]`, list, problems);
        if (aliases.has(list.alias.toLowerCase()))
            problems.add(`watchlists[${index}].alias`, `"${list.alias}" is another list's alias too`);
        aliases.add(list.alias.toLowerCase());
    });
    (args.defenderSubscriptionIds ?? []).forEach((id, index) => {
        if (!isGuid(id)) problems.add(`defenderSubscriptionIds[${index}]`, `"${id}" is no GUID`);
    });
    if (problems.found) throw problems.toError("Sentinel", name);
}

function checkGrouping(path: string, { grouping, entities = [] }: AnalyticsRuleArgs, problems: ArgumentProblems): void {
    if (grouping === undefined) return;
    const ms = durationMs(grouping.lookback);
    if (ms === undefined || ms < (durationMs("PT5M") ?? 0) || ms > (durationMs("P7D") ?? 0))
        problems.add(
            `${path}.lookback`,
            `"${grouping.lookback}" is refused; accepted are ISO 8601 durations from PT5M to P7D`,
        );
    if (grouping.entityTypes.length === 0) problems.add(`${path}.entityTypes`, "is empty; name what alerts must share");
    grouping.entityTypes.forEach((type, index) => {
        if (!entities.some(({ entityType }) => entityType === type))
            problems.add(`${path}.entityTypes[${index}]`, `"${type}" is no entity of this rule`);
    });
}

function checkWatchlist(path: string, list: WatchlistArgs, problems: ArgumentProblems): void {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{2,63}$/.test(list.alias))
        problems.add(`${path}.alias`, `"${list.alias}" is refused; accepted are 3 to 64 letters, digits and hyphens`);
    if (!list.columns.includes(list.searchKey))
        problems.add(`${path}.searchKey`, `"${list.searchKey}" is none of the columns ${list.columns.join(", ")}`);
    list.rows.forEach((row, index) => {
        if (row.length !== list.columns.length)
            problems.add(`${path}.rows[${index}]`, `has ${row.length} values for ${list.columns.length} columns`);
    });
    const bytes = Buffer.byteLength(csv([list.columns, ...list.rows]), "utf8");
    if (bytes > watchlistLimit)
        problems.add(`${path}.rows`, `make ${bytes} bytes, at most ${watchlistLimit} are accepted`);
}
