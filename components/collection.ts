import { DataCollectionEndpoint, DataCollectionRule, DiagnosticSetting } from "@pulumi/azure-native/monitor";
import { DataSource, SavedSearch, Workspace } from "@pulumi/azure-native/operationalinsights";
import { SentinelOnboardingState } from "@pulumi/azure-native/securityinsights";
import * as pulumi from "@pulumi/pulumi";
import {
    isGuid,
    locationProblem,
    nameProblem,
    parseIdOf,
    regionName,
    transformationProblem,
    xPathQueriesProblems,
} from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** Table of the workspace that Sysmon's events are collected into. */
export enum EventTable {
    /** Azure Monitor's standard table; exists in every workspace. */
    Event = "Event",
    /** Microsoft Sentinel's table, EventData as a dynamic value; exists only where Sentinel is enabled. */
    WindowsEvent = "WindowsEvent",
}

/** A Log Analytics workspace to create. */
export interface NewWorkspaceArgs {
    /**
     * Optional. Name of the workspace: 4 to 63 letters, digits and hyphens, no hyphen at an end.
     * Defaults to `log-` and the component's name.
     */
    name?: string;
    /** Required. Azure region, such as `westeurope`. */
    location: string;
    /** Optional. Days of interactive retention, 30 to 730. Defaults to 90, what Microsoft Sentinel includes. */
    retentionDays?: number;
    /**
     * Optional. Gigabytes a day after which the workspace stops all billable collection until the next day, security
     * data included: a noisy machine can then blind detection. Defaults to no cap.
     */
    dailyCapGb?: number;
    /**
     * Optional. Refuse the workspace's shared keys and accept Microsoft Entra ID only. Defaults to true; false with
     * `legacyDataSource`, whose agent signs in with a key.
     */
    disableLocalAuth?: boolean;
}

/** A Log Analytics workspace that exists and stays as it is. Its id says neither where it is nor its customer id. */
export interface ExistingWorkspaceArgs {
    /** Required. Resource id, `/subscriptions/…/providers/Microsoft.OperationalInsights/workspaces/…`. */
    id: string;
    /** Required. Azure region of the workspace, such as `westeurope`. */
    location: string;
    /** Required. The GUID that queries and agents know the workspace by (in the portal: Workspace ID). */
    customerId: string;
}

/** A data collection endpoint: what machines of a region reach Azure Monitor by over private link. */
export interface EndpointArgs {
    /** Required. Azure region, unique among the endpoints. */
    location: string;
    /** Required. Name of the endpoint: 3 to 44 letters, digits and hyphens. */
    name: string;
}

/** Arguments of Collection. */
export interface CollectionArgs {
    /** Required. Resource group of the data collection rule and of a new workspace. */
    resourceGroupName: pulumi.Input<string>;
    /** Conditional. The workspace to create; give this or `existingWorkspace`. */
    newWorkspace?: NewWorkspaceArgs;
    /** Conditional. The workspace to use; give this or `newWorkspace`. It must be in the provider's subscription. */
    existingWorkspace?: ExistingWorkspaceArgs;
    /**
     * Optional. Name of the data collection rule: 3 to 64 letters, digits, periods, underscores and hyphens.
     * Defaults to `dcr-` and the component's name.
     */
    dataCollectionRuleName?: string;
    /** Optional. Table that events are collected into. Defaults to Event. */
    table?: EventTable;
    /**
     * Required. What the agent reads, 1 to 100 queries `channel!XPath`, such as
     * `Microsoft-Windows-Sysmon/Operational!*`; at most 20 expressions in one query.
     */
    xPathQueries: string[];
    /**
     * Optional. Transformation of each row before it is stored, KQL over `source`. Dropping more than half of the bytes is
     * billed as processing where Sentinel is not enabled. Defaults to none.
     */
    transformKql?: string;
    /**
     * Optional. Onboards the workspace to Microsoft Sentinel, before anything is collected into its tables; taking it off
     * again loses incidents and rules. Defaults to false.
     */
    onboardSentinel?: boolean;
    /**
     * Optional. Endpoints that are closed to public networks, one a region of machines and one in the workspace's region;
     * add each to a private link scope. Defaults to none: machines reach Azure Monitor over public networks.
     */
    endpoints?: EndpointArgs[];
    /** Required. KQL text of the saved function that parses the table. */
    functionQuery: string;
    /**
     * Optional. Name that queries call the saved function by: a letter, then letters, digits and underscores; not the
     * name of a table. Defaults to SysmonParsed.
     */
    functionAlias?: string;
    /**
     * Optional. Adds the Windows event data source of the retired Log Analytics agent beside the data collection rule.
     * No agent reads it today; for those who still migrate. Defaults to false.
     */
    legacyDataSource?: boolean;
    /**
     * Optional. Has the workspace log who asked it what, in its own table LAQueryLogs; that is billed as other data.
     * Defaults to false.
     */
    auditQueries?: boolean;
    /** Optional. Tags of everything that can be tagged. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** Channel of Sysmon's events, and so the event log of the retired agent's data source. */
const sysmonChannel = "Microsoft-Windows-Sysmon/Operational";

/** Names that a function must not shadow: the tables that Sysmon's events and their neighbors are in. */
const tableNames = ["Event", "WindowsEvent", "SecurityEvent", "SysmonEvent", "Syslog", "Heartbeat"];

const retentionRange = { min: 30, max: 730 };

/** The value that the service reads as no daily cap. */
const noDailyCap = -1;

/** Arguments with their defaults, known to be right. */
interface SettledCollection {
    workspace: SettledWorkspace;
    dataCollectionRuleName: string;
    stream: string;
    xPathQueries: string[];
    transformKql: string | undefined;
    onboardSentinel: boolean;
    endpoints: EndpointArgs[];
    functionQuery: string;
    functionAlias: string;
    legacyDataSource: boolean;
}

type SettledWorkspace =
    | {
          kind: "new";
          name: string;
          location: string;
          retentionDays: number;
          dailyCapGb: number;
          disableLocalAuth: boolean;
      }
    | { kind: "existing"; id: string; name: string; resourceGroupName: string; location: string; customerId: string };

/**
 * Where children find the workspace, whether it is new or not. Its name is plain, so that a preview shows it; what is in
 * a new workspace depends on it explicitly.
 */
interface PlacedWorkspace {
    id: pulumi.Input<string>;
    name: string;
    resourceGroupName: pulumi.Input<string>;
    customerId: pulumi.Input<string>;
    created?: pulumi.Resource;
}

/**
 * Sysmon's events from the machines' event log into a Log Analytics workspace: the workspace (or one that exists), a
 * data collection rule, and the saved function that parses the table for people who hunt.
 *
 * `protect` of the component holds for the workspace and the rule; the function and the legacy data source are text out
 * of the arguments and stay replaceable. `dependsOn` of the component holds for each child.
 */
export class Collection extends pulumi.ComponentResource {
    /** Resource id of the workspace. */
    public readonly workspaceId: pulumi.Output<string>;
    /** GUID that queries know the workspace by. */
    public readonly customerId: pulumi.Output<string>;
    /** Name of the workspace. */
    public readonly workspaceName: pulumi.Output<string>;
    /** Azure region of the workspace; rules that query it must be there too. */
    public readonly workspaceLocation: pulumi.Output<string>;
    /** Resource id of the data collection rule. */
    public readonly dataCollectionRuleId: pulumi.Output<string>;
    /** Resource id of the data collection endpoint of each region that has one. */
    public readonly endpointIds: pulumi.Output<{ [location: string]: string }>;
    /** Name that queries call the saved function by. */
    public readonly functionAlias: pulumi.Output<string>;

    constructor(name: string, args: CollectionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Collection", name, {}, opts);
        const settled = settle(name, args);
        const { location } = settled.workspace;
        const childOptions = { parent: this, dependsOn: opts?.dependsOn };
        const workspace = placeWorkspace(name, settled.workspace, args, childOptions);
        const inWorkspace = pulumi.mergeOptions(childOptions, { dependsOn: workspace.created ?? [], protect: false });

        const endpoints = new Map(
            settled.endpoints.map((endpoint) => [
                regionName(endpoint.location),
                new DataCollectionEndpoint(
                    `${name}-endpoint-${regionName(endpoint.location)}`,
                    {
                        resourceGroupName: args.resourceGroupName,
                        dataCollectionEndpointName: endpoint.name,
                        location: endpoint.location,
                        kind: "Windows",
                        description: "Private link for machines with Sysmon",
                        networkAcls: { publicNetworkAccess: "Disabled" },
                        tags: args.tags,
                    },
                    pulumi.mergeOptions(childOptions, { protect: false }),
                ),
            ]),
        );
        // The tables of Sentinel are there once the workspace is onboarded.
        const onboarding = settled.onboardSentinel
            ? [
                  new SentinelOnboardingState(
                      `${name}-sentinel`,
                      {
                          resourceGroupName: workspace.resourceGroupName,
                          workspaceName: workspace.name,
                          sentinelOnboardingStateName: "default",
                      },
                      inWorkspace,
                  ),
              ]
            : [];

        const rule = new DataCollectionRule(
            `${name}-rule`,
            {
                resourceGroupName: args.resourceGroupName,
                dataCollectionRuleName: settled.dataCollectionRuleName,
                location,
                kind: "Windows",
                description: "Sysmon events of Windows machines",
                dataCollectionEndpointId: endpoints.get(regionName(location))?.id,
                dataSources: {
                    windowsEventLogs: [
                        { name: "sysmon", streams: [settled.stream], xPathQueries: settled.xPathQueries },
                    ],
                },
                destinations: { logAnalytics: [{ name: "workspace", workspaceResourceId: workspace.id }] },
                dataFlows: [
                    {
                        streams: [settled.stream],
                        destinations: ["workspace"],
                        outputStream: settled.stream,
                        transformKql: settled.transformKql,
                    },
                ],
                tags: args.tags,
            },
            pulumi.mergeOptions(childOptions, { dependsOn: onboarding }),
        );

        new SavedSearch(
            `${name}-function`,
            {
                resourceGroupName: workspace.resourceGroupName,
                workspaceName: workspace.name,
                savedSearchId: settled.functionAlias,
                category: "Sysmon",
                displayName: settled.functionAlias,
                functionAlias: settled.functionAlias,
                query: settled.functionQuery,
                version: 2,
            },
            {
                ...inWorkspace,
                // The service refuses an update without an etag, and azure-native sends none: replace, under the same id.
                replaceOnChanges: ["category", "displayName", "functionAlias", "query", "version"],
                deleteBeforeReplace: true,
            },
        );

        if (args.auditQueries ?? false) {
            new DiagnosticSetting(
                `${name}-audit`,
                {
                    name: "sysmon-azure-audit",
                    resourceUri: workspace.id,
                    workspaceId: workspace.id,
                    // Who ran which query (source: query-audit article).
                    logs: [{ category: "Audit", enabled: true }],
                },
                inWorkspace,
            );
        }

        if (settled.legacyDataSource) {
            void pulumi.log.warn(
                "legacyDataSource: only the retired Log Analytics agent reads this data source; Azure Monitor Agent reads the data collection rule.",
            );
            new DataSource(
                `${name}-legacy-data-source`,
                {
                    resourceGroupName: workspace.resourceGroupName,
                    workspaceName: workspace.name,
                    dataSourceName: "sysmon",
                    kind: "WindowsEvent",
                    properties: {
                        eventLogName: sysmonChannel,
                        eventTypes: ["Error", "Warning", "Information"].map((eventType) => ({ eventType })),
                    },
                },
                inWorkspace,
            );
        }

        this.workspaceId = pulumi.output(workspace.id);
        this.customerId = pulumi.output(workspace.customerId);
        this.workspaceName = pulumi.output(workspace.name);
        this.workspaceLocation = pulumi.output(location);
        this.dataCollectionRuleId = rule.id;
        this.endpointIds = pulumi
            .all([...endpoints].map(([region, { id }]) => id.apply((known): [string, string] => [region, known])))
            .apply((entries) => Object.fromEntries(entries));
        this.functionAlias = pulumi.output(settled.functionAlias);
        this.registerOutputs({
            workspaceId: this.workspaceId,
            customerId: this.customerId,
            workspaceName: this.workspaceName,
            workspaceLocation: this.workspaceLocation,
            dataCollectionRuleId: this.dataCollectionRuleId,
            endpointIds: this.endpointIds,
            functionAlias: this.functionAlias,
        });
    }
}

function placeWorkspace(
    name: string,
    workspace: SettledWorkspace,
    args: CollectionArgs,
    opts: pulumi.CustomResourceOptions,
): PlacedWorkspace {
    if (workspace.kind === "existing") return workspace;
    const created = new Workspace(
        name,
        {
            resourceGroupName: args.resourceGroupName,
            workspaceName: workspace.name,
            location: workspace.location,
            sku: { name: "PerGB2018" },
            retentionInDays: workspace.retentionDays,
            workspaceCapping: { dailyQuotaGb: workspace.dailyCapGb },
            features: {
                disableLocalAuth: workspace.disableLocalAuth,
                enableLogAccessUsingOnlyResourcePermissions: true,
            },
            tags: args.tags,
        },
        opts,
    );
    return {
        id: created.id,
        name: workspace.name,
        resourceGroupName: args.resourceGroupName,
        customerId: created.customerId,
        created,
    };
}

function settle(name: string, args: CollectionArgs): SettledCollection {
    const problems = new ArgumentProblems();
    const table = args.table ?? EventTable.Event;
    const legacyDataSource = args.legacyDataSource ?? false;
    const dataCollectionRuleName = args.dataCollectionRuleName ?? `dcr-${name}`;
    const functionAlias = args.functionAlias ?? "SysmonParsed";

    const workspace = settleWorkspace(name, args, legacyDataSource, problems);
    problems.addIf("dataCollectionRuleName", nameProblem("dataCollectionRule", dataCollectionRuleName));
    problems.addUnlessOneOf("table", table, Object.values(EventTable));
    problems.addAll("xPathQueries", xPathQueriesProblems(args.xPathQueries));
    if (args.functionQuery.trim() === "") problems.add("functionQuery", "is empty; the function needs a query");
    problems.addIf("functionAlias", aliasProblem(functionAlias));
    if (args.transformKql !== undefined) problems.addIf("transformKql", transformationProblem(args.transformKql));
    checkEndpoints(args.endpoints ?? [], workspace?.location, problems);
    if (workspace === undefined || problems.found) throw problems.toError("Collection", name);

    return {
        workspace,
        dataCollectionRuleName,
        stream: `Microsoft-${table}`,
        xPathQueries: args.xPathQueries,
        transformKql: args.transformKql,
        onboardSentinel: args.onboardSentinel ?? false,
        endpoints: args.endpoints ?? [],
        functionQuery: args.functionQuery,
        functionAlias,
        legacyDataSource,
    };
}

function checkEndpoints(
    endpoints: readonly EndpointArgs[],
    workspaceLocation: string | undefined,
    problems: ArgumentProblems,
): void {
    const regions = new Set<string>();
    endpoints.forEach(({ location, name }, index) => {
        const path = `endpoints[${index}]`;
        const region = regionName(location);
        problems.addIf(`${path}.location`, locationProblem(location));
        problems.addIf(`${path}.name`, nameProblem("dataCollectionEndpoint", name));
        if (regions.has(region)) problems.add(`${path}.location`, `"${location}" has another endpoint already`);
        regions.add(region);
    });
    if (workspaceLocation !== undefined && endpoints.length > 0 && !regions.has(regionName(workspaceLocation)))
        problems.add("endpoints", `has none in ${workspaceLocation}, the workspace's region, which takes the events`);
}

function settleWorkspace(
    name: string,
    args: CollectionArgs,
    legacyDataSource: boolean,
    problems: ArgumentProblems,
): SettledWorkspace | undefined {
    const { newWorkspace, existingWorkspace } = args;
    if (newWorkspace !== undefined && existingWorkspace !== undefined) {
        problems.add("existingWorkspace", "is given beside newWorkspace; give one of them");
        return undefined;
    }
    if (newWorkspace !== undefined) return settleNewWorkspace(name, newWorkspace, legacyDataSource, problems);
    if (existingWorkspace !== undefined) return settleExistingWorkspace(existingWorkspace, problems);
    problems.add("newWorkspace", "is missing; give newWorkspace, or existingWorkspace for one that exists");
    return undefined;
}

function settleNewWorkspace(
    name: string,
    args: NewWorkspaceArgs,
    legacyDataSource: boolean,
    problems: ArgumentProblems,
): SettledWorkspace {
    const workspaceName = args.name ?? `log-${name}`;
    const retentionDays = args.retentionDays ?? 90;
    const disableLocalAuth = args.disableLocalAuth ?? !legacyDataSource;
    const { min, max } = retentionRange;
    problems.addIf("newWorkspace.name", nameProblem("workspace", workspaceName));
    problems.addIf("newWorkspace.location", locationProblem(args.location));
    if (!Number.isInteger(retentionDays) || retentionDays < min || retentionDays > max)
        problems.add(
            "newWorkspace.retentionDays",
            `${retentionDays} is refused; accepted are ${min} to ${max} whole days`,
        );
    if (args.dailyCapGb !== undefined && !(args.dailyCapGb > 0 && Number.isFinite(args.dailyCapGb)))
        problems.add(
            "newWorkspace.dailyCapGb",
            `${args.dailyCapGb} is refused; accepted are gigabytes above 0, or nothing for no cap`,
        );
    if (legacyDataSource && disableLocalAuth)
        problems.add(
            "newWorkspace.disableLocalAuth",
            "is true, yet the agent that legacyDataSource is for signs in with the workspace's key; leave out one of them",
        );
    return {
        kind: "new",
        name: workspaceName,
        location: args.location,
        retentionDays,
        dailyCapGb: args.dailyCapGb ?? noDailyCap,
        disableLocalAuth,
    };
}

function settleExistingWorkspace(
    args: ExistingWorkspaceArgs,
    problems: ArgumentProblems,
): SettledWorkspace | undefined {
    const parsed = parseIdOf("workspace", args.id);
    problems.addIf("existingWorkspace.location", locationProblem(args.location));
    if (!isGuid(args.customerId))
        problems.add(
            "existingWorkspace.customerId",
            `"${args.customerId}" is no GUID; it stands in the portal as Workspace ID`,
        );
    if (parsed.kind === "rejected") {
        problems.add("existingWorkspace.id", parsed.reason);
        return undefined;
    }
    const { id, name, resourceGroupName } = parsed.value;
    return { kind: "existing", id, name, resourceGroupName, location: args.location, customerId: args.customerId };
}

function aliasProblem(alias: string): string | undefined {
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(alias))
        return `"${alias}" is no function name; accepted are a letter, then letters, digits and underscores`;
    const table = tableNames.find((tableName) => tableName.toLowerCase() === alias.toLowerCase());
    return table === undefined ? undefined : `"${alias}" is the name of a table, which the function would hide`;
}
