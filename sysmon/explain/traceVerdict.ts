import type { Filter, OnMatch, Position, Relation, SysmonConfig } from "../config";
import { defaultEnvironment } from "../environment";
import type { BoundBlock } from "../boundBlock";
import type { EventFilter, Outcome } from "../eventFilter";
import { askAll, compileExplainer, decisiveFilters } from "../explainVerdict";
import { compileFilter, eventFilterFor, type FilterableEvent, type FilterOptions, type Verdict } from "../filter";
import type { Condition } from "../schema";

/** A filter that the sensor asked about an event. */
export interface FilterTrace {
    readonly field: string;
    readonly condition: Condition;
    /** What the field is compared with. */
    readonly value: string;
    /** What the event has there; null where it has nothing, which text filters see as `-`. */
    readonly found: string | null;
    /** `failed`: a number, flag or GUID without a value, at which the sensor gives up on the block. */
    readonly outcome: Outcome;
    /** Whether the verdict rests on it. */
    readonly decided: boolean;
    /** The rule name it reports; empty for none. */
    readonly ruleName: string;
    /** Where it stands in the file; absent in a configuration that was not read from one. */
    readonly position?: Position;
}

/** A block that the sensor tried on an event. */
export interface BlockTrace {
    readonly element: string;
    readonly onmatch: OnMatch;
    readonly combine: Relation;
    readonly outcome: Outcome;
    /** The filters asked, in the sensor's order, up to the one that settled the block. */
    readonly filters: readonly FilterTrace[];
    readonly position?: Position;
}

/** A verdict and how the sensor came to it. */
export interface VerdictTrace {
    readonly verdict: Verdict;
    /** The reason in one line, see `explainVerdict`. */
    readonly why: string;
    /** The blocks tried, in the sensor's order; empty where none is for the event. */
    readonly blocks: readonly BlockTrace[];
}

/** Compiles a configuration into what tells, for an event, every filter that the sensor asks and which decided. */
export function compileTracer(
    config: SysmonConfig,
    options: FilterOptions = {},
): (event: FilterableEvent) => VerdictTrace {
    const environment = options.environment ?? defaultEnvironment;
    const decide = compileFilter(config, options);
    const explain = compileExplainer(config, options);
    const filters = new Map<number, EventFilter | null>();
    return (event) => {
        let filter = filters.get(event.id);
        if (filter === undefined) {
            filter = eventFilterFor(config, event.id, environment);
            filters.set(event.id, filter);
        }
        const verdict = decide(event);
        const why = explain(event);
        return { verdict, why, blocks: filter === null ? [] : traceBlocks(filter, event) };
    };
}

function traceBlocks(filter: EventFilter, event: FilterableEvent): BlockTrace[] {
    const traces: BlockTrace[] = [];
    filter.begin(event.fields);
    for (const block of filter.tried) {
        const outcome = filter.walk(block, { name: "" });
        traces.push(blockTrace(filter, block, outcome, event));
        if (outcome === "match") break;
    }
    return traces;
}

function blockTrace(filter: EventFilter, block: BoundBlock, outcome: Outcome, event: FilterableEvent): BlockTrace {
    const answers = askAll(filter, block);
    const matched = answers.filter((answer) => answer.outcome === "match");
    const decisive: ReadonlySet<Filter> = new Set(outcome === "match" ? decisiveFilters(matched) : []);
    const { element, onmatch, position } = block.source;
    return {
        element,
        onmatch,
        combine: block.combine,
        outcome,
        filters: answers.map(({ filter: { source, name }, outcome: answered }) => ({
            field: source.field,
            condition: source.condition,
            value: source.value,
            found: event.fields[source.field] ?? null,
            outcome: answered,
            decided: answered === "match" && decisive.has(source),
            ruleName: name,
            ...placed(source.position),
        })),
        ...placed(position),
    };
}

function placed(position: Position | undefined): { readonly position?: Position } {
    return position === undefined ? {} : { position };
}
