import type { Filter, Position, SysmonConfig } from "./config";
import { defaultEnvironment } from "./environment";
import type { BoundBlock, BoundFilter, BoundRule } from "./boundBlock";
import type { EventFilter, Outcome } from "./eventFilter";
import { compileFilter, eventFilterFor, type FilterableEvent, type FilterOptions, type Verdict } from "./filter";
import { eventById } from "./schema";

/** Longest value that is shown whole. */
const shownLength = 80;

/**
 * Says in one line which block and filters decided about an event, and where they stand in the file, e.g.
 * `excluded by ProcessAccess exclude, line 12: TargetImage excludes "verclsid.exe"`. For many events see
 * {@link compileExplainer}.
 */
export function explainVerdict(config: SysmonConfig, event: FilterableEvent, options: FilterOptions = {}): string {
    return compileExplainer(config, options)(event);
}

/** Compiles a configuration into what explains its verdicts, as {@link explainVerdict} words them. */
export function compileExplainer(
    config: SysmonConfig,
    options: FilterOptions = {},
): (event: FilterableEvent) => string {
    const environment = options.environment ?? defaultEnvironment;
    const decide = compileFilter(config, options);
    const filters = new Map<number, EventFilter | null>();
    return (event) => {
        const verdict = decide(event);
        let filter = filters.get(event.id);
        if (filter === undefined) {
            filter = eventFilterFor(config, event.id, environment);
            filters.set(event.id, filter);
        }
        return explain(filter, event, verdict);
    };
}

function explain(filter: EventFilter | null, event: FilterableEvent, verdict: Verdict): string {
    if (verdict.reason === "exempt") return `event ${event.id} is never filtered: logged`;
    if (filter === null || verdict.reason === "no-rules") {
        const name = eventById(event.id)?.element ?? `event ${event.id}`;
        return `${name} has no rules: ${outcomeWord(verdict)}`;
    }
    filter.begin(event.fields);
    const deciding = verdict.group === null ? undefined : filter.blocks[verdict.group.index];
    return deciding === undefined ? explainDefault(filter, verdict) : explainMatch(filter, deciding, verdict);
}

function outcomeWord(verdict: Verdict): string {
    return verdict.logged ? "logged" : "not logged";
}

function explainMatch(filter: EventFilter, block: BoundBlock, verdict: Verdict): string {
    const matched = askAll(filter, block).filter((answer) => answer.outcome === "match");
    const decisive = decisiveFilters(matched);
    const verb = block.source.onmatch === "include" ? "included" : "excluded";
    const place = lineOf(decisive[0]?.position ?? block.source.position);
    const name = verdict.ruleName === null ? "" : `; rule name "${shorten(verdict.ruleName)}"`;
    return `${verb} by ${blockName(block)}${place}: ${conjunction(decisive)}${name}`;
}

/** One filter that was asked, and what stands or falls with it: itself, its rule, or the whole block. */
export interface Answer {
    readonly filter: BoundFilter;
    readonly whole: BoundFilter | BoundRule | BoundBlock;
    readonly outcome: Outcome;
}

/** Asks the filters of a block in the sensor's order, as far as the sensor gets. */
export function askAll(filter: EventFilter, block: BoundBlock): Answer[] {
    const wholes = new Map<BoundFilter, BoundFilter | BoundRule | BoundBlock>();
    for (const item of block.items) {
        for (const inner of item.kind === "rule" ? item.filters : [item]) {
            const whole = item.kind === "rule" && item.source.relation === "or" ? inner : item;
            wholes.set(inner, block.combine === "and" ? block : whole);
        }
    }
    const answers: Answer[] = [];
    filter.walk(block, {
        name: "",
        onFilter: (asked, outcome) => answers.push({ filter: asked, whole: wholes.get(asked) ?? asked, outcome }),
    });
    return answers;
}

/** In an `or` block what matched last decided, a filter or a whole rule; in an `and` block everything that matched. */
export function decisiveFilters(matched: readonly Answer[]): Filter[] {
    const whole = matched.at(-1)?.whole;
    return matched.filter((answer) => answer.whole === whole).map((answer) => answer.filter.source);
}

function explainDefault(filter: EventFilter, verdict: Verdict): string {
    const [only, ...others] = filter.tried;
    const outcome = outcomeWord(verdict);
    const miss = nearestMiss(filter);
    const nearest = miss === null ? "" : `; nearest: ${missText(miss)}`;
    if (only === undefined) return outcome;
    if (others.length > 0) {
        return `none of the ${filter.tried.length} ${only.source.element} blocks matched: ${outcome}${nearest}`;
    }
    const line = only.source.position === undefined ? "" : ` (line ${only.source.position.line})`;
    const name = `${blockName(only)}${line}`;
    if (only.items.length === 0) return `the ${name} has no filters: ${outcome}`;
    return `no filter of the ${name} matched: ${outcome}${nearest}`;
}

/** Filters of one `and` that matched, and the one at which it failed. */
interface Miss {
    readonly block: BoundBlock;
    readonly matched: readonly Filter[];
    readonly failed: Filter;
}

/** The `and` of an including block of which most filters matched; null where none matched at all. */
function nearestMiss(filter: EventFilter): Miss | null {
    let best: Miss | null = null;
    for (const block of filter.tried) {
        if (block.source.onmatch !== "include") continue;
        let whole: Answer["whole"] | null = null;
        let matched: Filter[] = [];
        for (const answer of askAll(filter, block)) {
            if (answer.whole !== whole) matched = [];
            whole = answer.whole;
            if (answer.outcome === "match") matched.push(answer.filter.source);
            else if (matched.length > (best?.matched.length ?? 0)) {
                best = { block, matched: [...matched], failed: answer.filter.source };
            }
        }
    }
    return best;
}

function missText({ block, matched, failed }: Miss): string {
    // In an `and` block filters on one field are alternatives, so naming one of them would mislead.
    const alternatives = block.source.items.filter((item) => item.kind === "filter" && item.field === failed.field);
    const isOneOfMany = block.combine === "and" && alternatives.length > 1 && block.source.items.includes(failed);
    const what = isOneOfMany ? `any of its ${alternatives.length} filters on ${failed.field}` : filterText(failed);
    return `${conjunction(matched)}, but not ${what}${lineOf(failed.position)}`;
}

function blockName(block: BoundBlock): string {
    return `${block.source.element} ${block.source.onmatch}`;
}

function lineOf(position: Position | undefined): string {
    return position === undefined ? "" : `, line ${position.line}`;
}

function conjunction(filters: readonly Filter[]): string {
    return filters.map(filterText).join(" and ");
}

function filterText(filter: Filter): string {
    return `${filter.field} ${filter.condition} "${shorten(filter.value)}"`;
}

function shorten(text: string): string {
    const line = text.replace(/\s+/g, " ");
    return line.length <= shownLength ? line : `${line.slice(0, shownLength)}…`;
}
