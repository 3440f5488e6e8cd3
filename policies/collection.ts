import { xPathQueriesProblems } from "../azure";
import { listAt, plannedCollections, textAt, unknownValue, type PlanValue } from "../rehearsal/analysis";
import { compileXPath, XPathError } from "../sysmon/events";
import { planOf, sensorsOf } from "./judgedStack";
import { noSettings, resourcePolicy, stackPolicy, type Finding } from "./policy";

const collectionRule = "azure-native:monitor:DataCollectionRule";
const workspaceType = "azure-native:operationalinsights:Workspace";

/** Channel that Sysmon writes to. */
const sysmonChannel = "microsoft-windows-sysmon/operational";

/** The queries of a data collection rule are such that the agent can run them. */
export const collectionQueryIsValid = resourcePolicy(
    {
        name: "collection-query-is-valid",
        title: "Queries of data collection rules are valid",
        description: "Azure and the event log take each XPath of a data collection rule for Windows events.",
        severity: "high",
        mend: "Mend the query: Channel!XPath in the event log's subset of XPath 1.0, with at most 20 expressions.",
        types: [collectionRule],
        settings: noSettings,
    },
    function* ({ inputs }): Generator<Finding> {
        for (const source of listAt(inputs, "dataSources", "windowsEventLogs")) {
            const queries = texts(listAt(source, "xPathQueries"));
            if (queries.includes(unknownValue)) {
                yield { kind: "unjudged", message: "Its queries are known only at the deployment." };
                continue;
            }
            const refused = xPathQueriesProblems(queries);
            for (const { field, reason } of refused) {
                yield { kind: "violation", message: `xPathQueries${field}: ${reason}.` };
            }
            for (const [index, query] of queries.entries()) {
                const known = refused.some(({ field }) => field === `[${index}]`);
                const problem = known ? undefined : xPathProblem(query);
                if (problem !== undefined) yield { kind: "violation", message: `xPathQueries[${index}]: ${problem}` };
            }
        }
    },
);

function xPathProblem(query: string): string | undefined {
    try {
        const { warnings } = compileXPath(query);
        return warnings[0];
    } catch (error) {
        if (error instanceof XPathError) return error.message;
        throw error;
    }
}

/** What sensors write reaches a table. */
export const sysmonChannelIsCollected = stackPolicy(
    {
        name: "sysmon-channel-is-collected",
        title: "Sysmon's channel is collected",
        description: "A stack with sensors has a data collection rule that sends Sysmon's channel to a table.",
        severity: "critical",
        mend: "Collect Microsoft-Windows-Sysmon/Operational with a stream that a data flow carries to a workspace.",
        settings: noSettings,
    },
    function* (resources): Generator<Finding> {
        if (sensorsOf(resources).sensors.length === 0) return;
        const collections = plannedCollections(planOf(resources));
        const queries = collections.flatMap((collection) => collection.queries);
        if (queries.some((query) => query.toLowerCase().startsWith(`${sysmonChannel}!`))) return;
        const rules = resources.filter(({ type }) => type === collectionRule);
        const vague = rules.some(({ inputs }) =>
            [inputs.dataSources, inputs.dataFlows].some((part) => JSON.stringify(part ?? null).includes(unknownValue)),
        );
        const message = vague
            ? "What the data collection rules collect is known only at the deployment."
            : "No data collection rule of the stack sends Microsoft-Windows-Sysmon/Operational to a table: what the sensors write stays on the machines.";
        yield { kind: vague ? "unjudged" : "violation", message };
    },
);

/** A data collection rule is where its workspace is, which Azure asks for. */
export const collectionIsInRegion = stackPolicy(
    {
        name: "collection-is-in-region",
        title: "Data collection rules are where their workspace is",
        description: "A data collection rule has the region of the workspace that it sends to.",
        severity: "medium",
        mend: "Give both the same location.",
        settings: noSettings,
    },
    function* (resources): Generator<Finding> {
        const workspaces = resources.filter(({ type }) => type === workspaceType);
        const [workspace, ...others] = workspaces;
        // With several, or one that is there already, no plan says which is meant: ids are known at the deployment.
        if (workspace === undefined || others.length > 0) return;
        for (const { type, inputs, urn, name, dependencies } of resources) {
            if (type !== collectionRule || !dependencies.includes(workspace.urn)) continue;
            const [own, its] = [inputs.location, workspace.inputs.location].map(region);
            if (own === undefined || its === undefined) {
                const message = "Whether it is where its workspace is, is known only at the deployment.";
                yield { kind: "unjudged", urn, about: name, message };
            } else if (own !== its) {
                yield { kind: "violation", urn, about: name, message: `It is in ${own}, and its workspace in ${its}.` };
            }
        }
    },
);

/** A table that rules can query: not one of a plan made for rare looks. */
export const tableCanRing = resourcePolicy(
    {
        name: "table-can-ring",
        title: "Tables have a plan that alerts can query",
        description: "Tables of a workspace have the plan Analytics: rules cannot query Basic and Auxiliary ones.",
        severity: "high",
        mend: "Set plan: Analytics.",
        types: ["azure-native:operationalinsights:Table"],
        settings: noSettings,
    },
    function* ({ inputs }): Generator<Finding> {
        const { plan } = inputs;
        if (plan === unknownValue) yield { kind: "unjudged", message: "Its plan is known only at the deployment." };
        else if (plan === "Basic" || plan === "Auxiliary") {
            const message = `${textAt(inputs, "tableName") ?? "The table"} has the plan ${plan}, which alert rules cannot query.`;
            yield { kind: "violation", message };
        }
    },
);

function region(value: PlanValue | undefined): string | undefined {
    return typeof value === "string" && value !== unknownValue ? value.toLowerCase().replace(/ /g, "") : undefined;
}

function texts(values: readonly PlanValue[]): string[] {
    return values.filter((value) => typeof value === "string");
}
