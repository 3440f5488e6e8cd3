import { expressionLimit } from "./xpathCheck";

/**
 * Queries of a data collection rule that collect events by id: as few as the event log's limit of 20 expressions a query
 * allows, with a range where three or more ids follow one another.
 * @param channel the channel to read.
 * @param ids event ids in any order, or all of the channel's events. No ids give no query.
 */
export function xpathForEventIds(channel: string, ids: readonly number[] | "all"): readonly string[] {
    if (ids === "all") return [`${channel}!*`];
    const queries: string[] = [];
    let conditions: string[] = [];
    let expressions = 0;
    const close = (): void => {
        if (conditions.length > 0) queries.push(`${channel}!*[System[(${conditions.join(" or ")})]]`);
        conditions = [];
        expressions = 0;
    };
    for (const { first, last } of rangesOf(ids)) {
        const cost = first === last ? 1 : 2;
        if (expressions + cost > expressionLimit) close();
        conditions.push(first === last ? `EventID=${first}` : `(EventID>=${first} and EventID<=${last})`);
        expressions += cost;
    }
    close();
    return queries;
}

interface IdRange {
    readonly first: number;
    readonly last: number;
}

function rangesOf(ids: readonly number[]): IdRange[] {
    const runs: IdRange[] = [];
    for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
        const run = runs.at(-1);
        if (run !== undefined && run.last === id - 1) runs[runs.length - 1] = { first: run.first, last: id };
        else runs.push({ first: id, last: id });
    }
    // Two ids cost as much as a range of two, and read better.
    return runs.flatMap(({ first, last }) => (last === first + 1 ? [single(first), single(last)] : [{ first, last }]));
}

function single(id: number): IdRange {
    return { first: id, last: id };
}
