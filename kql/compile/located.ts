import { KqlError } from "../errors";
import { LimitExceeded } from "../limits";
import type { Relation, Source } from "../plan/scan";
import type { SyntaxNode } from "../syntax";

/** Runs a step; limits that it exceeds, and the end of the stack or of what one value can hold, are told of a node. */
export function located<T>(node: SyntaxNode, step: () => T): T {
    try {
        return step();
    } catch (error) {
        if (error instanceof LimitExceeded) throw node.error(error.code, error.reason);
        if (error instanceof RangeError) throw node.error("KQ302", tooLarge(error));
        throw error;
    }
}

/** As {@link located}, where no node is known. */
export function bounded<T>(step: () => T): T {
    try {
        return step();
    } catch (error) {
        if (error instanceof LimitExceeded) throw new KqlError(error.code, error.reason);
        if (error instanceof RangeError) throw new KqlError("KQ302", tooLarge(error));
        throw error;
    }
}

function tooLarge(error: RangeError): string {
    return `the query nests too deep, or makes a value too large (${error.message})`;
}

/** Rows whose limits, where working them out exceeds any, are told of a node. */
export function locatedRows(node: SyntaxNode, relation: Relation): Relation {
    if (relation.kind === "open") {
        return {
            kind: "open",
            resolve: (run) => {
                const scan = located(node, () => relation.resolve(run));
                return scan.over(locatedSource(node, scan.source));
            },
        };
    }
    return relation.over(locatedSource(node, relation.source));
}

function locatedSource(node: SyntaxNode, source: Source): Source {
    const reading: Source = { ...source, read: (run) => located(node, () => source.read(run)) };
    if (source.narrowedBy === undefined) return reading;
    return {
        ...reading,
        narrowedBy: (filter) => {
            const narrowed = source.narrowedBy?.(filter);
            return narrowed === undefined ? undefined : locatedSource(node, narrowed);
        },
    };
}
