import { at, listAt, readableInputs, textAt, type Plan, type PlannedResource, type PlanValue } from "./plan";

/** A table that Windows events are collected into. */
export type EventTableName = "Event" | "WindowsEvent";

/** What a data collection rule collects of Windows' event logs. */
export interface PlannedCollection {
    /** URN of the data collection rule. */
    readonly urn: string;
    /** Kind of collection; the only one that an agent reads today. */
    readonly kind: "dataCollectionRule";
    /** Its queries, as `Channel!XPath`. */
    readonly queries: readonly string[];
    /** Where the rows go. */
    readonly table: EventTableName;
}

const tables: Readonly<Record<string, EventTableName>> = {
    "Microsoft-Event": "Event",
    "Microsoft-WindowsEvent": "WindowsEvent",
};

/** Reads every data collection rule for Windows events back out of a plan: one entry a rule and table. */
export function plannedCollections(plan: Plan): PlannedCollection[] {
    return plan.resources
        .filter(({ type }) => type === "azure-native:monitor:DataCollectionRule")
        .flatMap(collectionsOf);
}

function collectionsOf(resource: PlannedResource): PlannedCollection[] {
    const inputs = readableInputs(resource);
    const flowing = new Set(listAt(inputs, "dataFlows").flatMap((flow) => texts(at(flow, "streams"))));
    const queries = new Map<EventTableName, string[]>();
    for (const source of listAt(inputs, "dataSources", "windowsEventLogs")) {
        for (const stream of texts(at(source, "streams"))) {
            const table = tables[stream];
            // A stream that no flow carries reaches no table.
            if (table === undefined || !flowing.has(stream)) continue;
            queries.set(table, [...(queries.get(table) ?? []), ...texts(at(source, "xPathQueries"))]);
        }
    }
    return [...queries].map(([table, xpaths]) => ({
        urn: resource.urn,
        kind: "dataCollectionRule",
        queries: xpaths,
        table,
    }));
}

/** A machine and a data collection rule that is associated with it. */
export interface PlannedAssociation {
    /** The machine as `resource group/name` in lower case. */
    readonly machine: string;
    /** Its resource id. */
    readonly resourceId: string;
    /** URN of the rule. */
    readonly collection: string;
}

/** Reads every association of a machine with a planned data collection rule back out of a plan. */
export function plannedAssociations(plan: Plan): PlannedAssociation[] {
    const rules = new Set(
        plan.resources.filter(({ type }) => type === "azure-native:monitor:DataCollectionRule").map(({ urn }) => urn),
    );
    return plan.resources
        .filter(({ type }) => type === "azure-native:monitor:DataCollectionRuleAssociation")
        .flatMap((resource) => {
            const resourceId = textAt(readableInputs(resource), "resourceUri");
            const machine = resourceId === undefined ? undefined : machineName(resourceId);
            // The rule's id is unknown before `up`; what the association depends on is not.
            const collection = resource.dependencies.find((urn) => rules.has(urn));
            if (resourceId === undefined || machine === undefined || collection === undefined) return [];
            return [{ machine, resourceId, collection }];
        });
}

/** `resource group/name` in lower case, of a resource id. */
function machineName(resourceId: string): string | undefined {
    const match = /\/resourceGroups\/([^/]+)\/providers\/.*\/([^/]+)$/i.exec(resourceId);
    return match ? `${match[1]}/${match[2]}`.toLowerCase() : undefined;
}

function texts(value: PlanValue | undefined): string[] {
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
