import type { z } from "zod";
import type { PolicyScope } from "../azure/policy";
import { liveError, LiveError, type Connection } from "./connection";

/** Rows of one answer; Azure Resource Graph gives at most this many. */
const pageSize = 1000;

/**
 * All rows that a query of Azure Resource Graph gives below a scope, page by page. The query must sort by a unique
 * column, or pages could overlap.
 *
 * @throws LiveError where Azure refuses, cannot be reached, or answers in another shape than `row`.
 */
export async function queryResourceGraph<T>(
    connection: Connection,
    scope: PolicyScope,
    query: string,
    row: z.ZodType<T>,
): Promise<T[]> {
    const asked = `Azure Resource Graph, below ${scope.id}`;
    const { ResourceGraphClient } = await import("@azure/arm-resourcegraph");
    const { credential, httpClient } = connection;
    const client = new ResourceGraphClient(credential, httpClient === undefined ? {} : { httpClient });
    const rows: T[] = [];
    let skipToken: string | undefined;
    do {
        let page;
        try {
            page = await client.resources({
                ...scopeOf(scope),
                query: within(scope, query),
                options: {
                    resultFormat: "objectArray",
                    top: pageSize,
                    ...(skipToken === undefined ? {} : { skipToken }),
                },
            });
        } catch (error) {
            throw liveError(error, asked);
        }
        // The client reads the array of rows as an object whose keys are the indexes.
        const parsed = row.array().safeParse(Object.values(page.data));
        if (!parsed.success) {
            const [issue] = parsed.error.issues;
            throw new LiveError(
                `${asked}: a row has another shape than expected, at ${issue?.path.join(".")}: ${issue?.message}`,
            );
        }
        rows.push(...parsed.data);
        skipToken = page.skipToken;
    } while (skipToken !== undefined && skipToken !== "");
    return rows;
}

function scopeOf(scope: PolicyScope): { subscriptions: string[] } | { managementGroups: string[] } {
    return scope.kind === "managementGroup"
        ? { managementGroups: [scope.name] }
        : { subscriptions: [scope.subscriptionId] };
}

/** The query within a resource group, which the service takes only as a condition. */
function within(scope: PolicyScope, query: string): string {
    if (scope.kind !== "resourceGroup") return query;
    const [table = "", ...rest] = query.split("\n");
    return [table, `| where resourceGroup =~ '${scope.resourceGroupName}'`, ...rest].join("\n");
}
