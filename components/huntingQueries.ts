import { Query, QueryPack } from "@pulumi/azure-native/operationalinsights";
import * as pulumi from "@pulumi/pulumi";
import { isGuid, locationProblem, nameProblem } from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** A query for people who look for what no rule knows. */
export interface HuntingQueryArgs {
    /** Required. GUID of the query, unique in the stack and stable for ever; the resource is named by it. */
    queryId: string;
    /** Required. Title that people see. */
    displayName: string;
    /** Optional. What it goes by and how to read its rows. Defaults to none. */
    description?: string;
    /** Required. KQL text; whoever runs it chooses the time range. */
    body: string;
    /** Optional. ATT&CK tactics, by which people filter. Defaults to none. */
    tactics?: string[];
    /** Optional. ATT&CK techniques, by which people filter. Defaults to none. */
    techniques?: string[];
}

/** Arguments of HuntingQueries. */
export interface HuntingQueriesArgs {
    /** Required. Resource group of the query pack. */
    resourceGroupName: pulumi.Input<string>;
    /** Required. Azure region of the query pack. */
    location: string;
    /** Optional. Name of the query pack: 1 to 63 letters, digits and hyphens. Defaults to `pack-` and the component's name. */
    queryPackName?: string;
    /** Required. The queries, at least one. */
    queries: HuntingQueryArgs[];
    /** Optional. Tags of the query pack. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * Hunting queries in a query pack, which people add to their session in Log Analytics: no rule runs them, and Microsoft
 * Sentinel is not needed. Readers of the pack's resource group see and run them.
 */
export class HuntingQueries extends pulumi.ComponentResource {
    /** Resource id of the query pack. */
    public readonly queryPackId: pulumi.Output<string>;

    constructor(name: string, args: HuntingQueriesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:HuntingQueries", name, {}, opts);
        const queryPackName = args.queryPackName ?? `pack-${name}`;
        check(name, queryPackName, args);
        const { resourceGroupName, location, tags } = args;
        const pack = new QueryPack(
            name,
            { resourceGroupName, queryPackName, location, tags },
            { parent: this, dependsOn: opts?.dependsOn },
        );
        for (const { queryId, displayName, description, body, tactics = [], techniques = [] } of args.queries) {
            new Query(
                // The service wants a GUID for an id. The SDK sends no input of that name, and azure-native takes the logical
                // name for it (provider source: autonaming of what lies in another resource).
                queryId.toLowerCase(),
                {
                    resourceGroupName,
                    queryPackName,
                    displayName,
                    description,
                    body,
                    related: { categories: ["security"], resourceTypes: ["microsoft.operationalinsights/workspaces"] },
                    tags: { tactics, techniques },
                },
                { parent: this, dependsOn: pack, protect: false },
            );
        }
        this.queryPackId = pack.id;
        this.registerOutputs({ queryPackId: this.queryPackId });
    }
}

function check(name: string, queryPackName: string, { location, queries }: HuntingQueriesArgs): void {
    const problems = new ArgumentProblems();
    problems.addIf("location", locationProblem(location));
    problems.addIf("queryPackName", nameProblem("queryPack", queryPackName));
    if (queries.length === 0) problems.add("queries", "is empty; a pack holds at least one query");
    const ids = new Set<string>();
    queries.forEach(({ queryId, displayName, body }, index) => {
        const path = `queries[${index}]`;
        if (!isGuid(queryId)) problems.add(`${path}.queryId`, `"${queryId}" is no GUID`);
        if (ids.has(queryId.toLowerCase())) problems.add(`${path}.queryId`, `"${queryId}" is another query's id too`);
        ids.add(queryId.toLowerCase());
        if (displayName.trim() === "") problems.add(`${path}.displayName`, "is empty; people see it");
        if (body.trim() === "") problems.add(`${path}.body`, "is empty; there is nothing to run");
    });
    if (problems.found) throw problems.toError("HuntingQueries", name);
}
