import { checkQuery, type CheckOptions, type KqlIssue } from "../../../kql";

/** Where a finding stands: code, line, column. */
export type Place = readonly [code: string, line: number, column: number];

/** Findings of a query as places. */
export function places(query: string, options?: CheckOptions): Place[] {
    return checkQuery(query, options).map(placeOf);
}

/** A finding as a place. */
export function placeOf({ code, line, column }: KqlIssue): Place {
    return [code, line, column];
}

/** Findings of a query with a code. */
export function issues(code: string, query: string, options?: CheckOptions): KqlIssue[] {
    return checkQuery(query, options).filter((issue) => issue.code === code);
}
