import { z } from "zod";
import { liveError, LiveError, type Connection } from "./connection";
import { json, openPipeline, said } from "./pipeline";

/** Address of the query service in Azure's public cloud. */
const host = "https://api.loganalytics.io";

const answer = z.object({
    tables: z.array(
        z.object({
            columns: z.array(z.object({ name: z.string(), type: z.string() })),
            rows: z.array(z.array(z.unknown())),
        }),
    ),
});

/** A query of a workspace. */
export interface WorkspaceQuery<T> {
    /** Workspace id (customer id), a GUID. */
    readonly customerId: string;
    /** The query, which bounds the time itself. */
    readonly query: string;
    /** Shape of a row, by column. */
    readonly row: z.ZodType<T>;
}

/**
 * The rows that a query of a Log Analytics workspace gives.
 *
 * @throws LiveError where nobody is signed in, Azure refuses, cannot be reached, or answers in another shape.
 */
export async function queryWorkspace<T>(
    connection: Connection,
    { customerId, query, row }: WorkspaceQuery<T>,
): Promise<T[]> {
    const asked = `Log Analytics, workspace ${customerId}`;
    let reply;
    try {
        const send = await openPipeline(connection, host);
        reply = await send(`/v1/workspaces/${customerId}/query`, { query });
    } catch (error) {
        throw liveError(error, asked);
    }
    const advice = reply.status === 403 ? " Whoever is signed in lacks the role Log Analytics Reader there." : "";
    if (reply.status !== 200) {
        throw new LiveError(`${asked}: Azure answered ${reply.status}: ${said(reply.text)}${advice}`);
    }
    const parsed = answer.safeParse(json(reply.text));
    const [table] = parsed.data?.tables ?? [];
    if (table === undefined) throw new LiveError(`${asked}: the answer holds no table.`);
    const rows = table.rows.map((values) =>
        Object.fromEntries(table.columns.map(({ name }, index) => [name, values[index]])),
    );
    const checked = row.array().safeParse(rows);
    if (checked.success) return checked.data;
    const [issue] = checked.error.issues;
    throw new LiveError(
        `${asked}: a row has another shape than expected, at ${issue?.path.join(".")}: ${issue?.message}`,
    );
}
