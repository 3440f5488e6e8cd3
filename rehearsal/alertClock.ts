/**
 * When a rule rings. Azure evaluates a rule every so often, from a phase that nobody chooses: whether a burst of events
 * is seen whole, in part or twice can depend on it. Between two instants at which a row arrives, leaves the window or
 * crosses a time that the query compares with, the answer cannot change; so it is asked once between every two of them,
 * and what every phase would see follows by arithmetic.
 */

/** A row that a rule may see; times in milliseconds since 1970. */
export interface ClockRow {
    /** When the event happened. */
    readonly time: number;
    /** When the row becomes visible to queries. */
    readonly ingested: number;
}

/** How a rule is evaluated; durations in milliseconds. */
export interface Schedule {
    /** Time between two evaluations. */
    readonly frequency: number;
    /** How far an evaluation looks back, by the event's time. */
    readonly window: number;
    /** Rings when a group has more rows than this. */
    readonly threshold: number;
    /** Rings when `toAlert` of the last `of` evaluations were over the threshold. */
    readonly failingPeriods: { readonly toAlert: number; readonly of: number };
    /** Spans that the query subtracts from the present, in milliseconds: `ago(5m)` is 300,000. */
    readonly clockOffsets: readonly number[];
    /** Silence of a group after it rang, in milliseconds. Default: none. */
    readonly mute?: number;
    /** No evaluation is later than this, in milliseconds since 1970. Default: as long as an answer can change. */
    readonly until?: number;
}

/** Rows of a rule's result, by the group (resource, dimensions) that they ring for. */
export type Groups<Row> = ReadonlyMap<string, readonly Row[]>;

/** One alert, as one phase of the rule's clock would raise it. */
export interface Ring<Row> {
    /** The group that rings. */
    readonly group: string;
    /** The instant of the evaluation, in milliseconds since 1970. */
    readonly at: number;
    /** The rows behind it. */
    readonly rows: readonly Row[];
    /** `always`: from whatever phase the rule is evaluated; `sometimes`: from some phases only. */
    readonly certainty: "always" | "sometimes";
}

/** What became of a rule over a recording. */
export interface ClockOutcome<Row> {
    /** The alerts of one phase: the one that shows most rows in one alert, with the fewest alerts. */
    readonly rings: readonly Ring<Row>[];
    /** The most rows that any evaluation had in one group: 0 where the query never answered. */
    readonly mostRows: number;
}

/** The most evaluations of one rule over one recording; beyond, neighboring instants are taken together. */
const evaluationLimit = 400;

/** Grains in which instants are taken together, in milliseconds; each divides the minute, as frequencies do. */
const grains = [1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 300_000, 900_000, 3_600_000] as const;

/** A gap shorter than this, in milliseconds, is no phase that a rule's clock could be said to keep to. */
const slack = 1_000;

/** Range that the service gives to a query with `ago()`, whatever its window (Azure Monitor, log alert rules). */
const agoRange = 48 * 3_600_000;

/**
 * Evaluates a rule at every instant that matters.
 *
 * @param rows What the rule may see, in any order.
 * @param evaluate The rule's answer at an instant over the visible rows (indexes into `rows`, ascending).
 */
export function runClock<Row>(
    rows: readonly ClockRow[],
    schedule: Schedule,
    evaluate: (visible: readonly number[], now: number) => Groups<Row>,
): ClockOutcome<Row> {
    if (rows.length === 0) return { rings: [], mostRows: 0 };
    const ranges = rangesOf(schedule);
    const spans = between(breakpoints(rows, schedule, ranges)).map((span) => answer(span, rows, ranges, evaluate));
    return outcomeOf(spans, schedule);
}

/**
 * Evaluates a rule that looks for what is missing, from the first row to the end of the recording. Nearly every row moves
 * such an answer, and few change what rings: so it is asked several times a period, and where two neighbors differ, the
 * changes between them are sought, each to a second. What rings for less than a third of a period can go unseen.
 *
 * @param until End of the recording, in milliseconds since 1970.
 * @param evaluate As of {@link runClock}.
 */
export function runClockUntil<Row>(
    rows: readonly ClockRow[],
    schedule: Schedule,
    until: number,
    evaluate: (visible: readonly number[], now: number) => Groups<Row>,
): ClockOutcome<Row> {
    const first = rows.reduce((earliest, { ingested }) => Math.min(earliest, ingested), Infinity);
    if (first >= until) return { rings: [], mostRows: 0 };
    const ranges = rangesOf(schedule);
    const ask = (now: number): Answered<Row> => answer({ from: now, to: now }, rows, ranges, evaluate);
    const step = schedule.frequency / 3;
    const spans: Answered<Row>[] = [];
    let current = ask(first);
    for (let at = first; at < until;) {
        at = Math.min(at + step, until);
        const later = ask(at);
        while (!sameRings(current, later, schedule)) {
            const changed = ask(changeBetween(current, later, schedule, ask));
            spans.push({ ...current, to: changed.from });
            current = changed;
        }
        // The later answer has the newer rows.
        spans.push({ ...current, to: at });
        current = later;
    }
    return outcomeOf(spans, { ...schedule, until });
}

/** The first instant, to a second, at which no longer the earlier of two answers holds. */
function changeBetween<Row>(
    earlier: Answered<Row>,
    later: Answered<Row>,
    schedule: Schedule,
    ask: (now: number) => Answered<Row>,
): number {
    let [before, after] = [earlier.from, later.from];
    while (after - before > slack) {
        const middle = (before + after) / 2;
        if (sameRings(earlier, ask(middle), schedule)) before = middle;
        else after = middle;
    }
    return after;
}

/** Whether the same groups are over the threshold in two answers, under either reading of the range. */
function sameRings<Row>(one: Answered<Row>, other: Answered<Row>, { threshold }: Schedule): boolean {
    const over = (groups: Groups<Row>): string =>
        JSON.stringify([...groups].flatMap(([group, { length }]) => (length > threshold ? [group] : [])).sort());
    return over(one.groups) === over(other.groups) && over(one.wide) === over(other.wide);
}

/** Both readings of the range must ring for a ring to be certain: the documents and the service differ on it. */
function rangesOf({ clockOffsets, window }: Schedule): number[] {
    return clockOffsets.length > 0 ? [window, agoRange] : [window];
}

function outcomeOf<Row>(spans: readonly Answered<Row>[], schedule: Schedule): ClockOutcome<Row> {
    const mostRows = Math.max(0, ...spans.flatMap(({ groups }) => [...groups.values()].map((found) => found.length)));
    const groups = [...new Set(spans.flatMap(({ groups: found }) => [...found.keys()]))].sort();
    const rings = groups.flatMap((group) => ringsOf(group, spans, schedule));
    return { rings: rings.sort((a, b) => a.at - b.at || compareText(a.group, b.group)), mostRows };
}

interface Span {
    readonly from: number;
    readonly to: number;
}

interface Answered<Row> extends Span {
    /** Rows that the rule has under its own window. */
    readonly groups: Groups<Row>;
    /** Groups and row counts under the service's wider range, where that differs. */
    readonly wide: Groups<Row>;
}

function breakpoints(rows: readonly ClockRow[], { clockOffsets }: Schedule, ranges: readonly number[]): number[] {
    const exact = new Set<number>();
    for (const { time, ingested } of rows) {
        exact.add(ingested);
        for (const range of ranges) exact.add(time + range);
        for (const offset of clockOffsets) exact.add(time + offset).add(ingested + offset);
    }
    const first = Math.min(...rows.map(({ ingested }) => ingested));
    let points = [...exact].filter((point) => point >= first);
    for (const grain of grains) {
        if (points.length <= evaluationLimit) break;
        points = [...new Set(points.map((point) => Math.ceil(point / grain) * grain))];
    }
    return points.sort((a, b) => a - b);
}

function between(points: readonly number[]): Span[] {
    return points.slice(1).map((to, index) => ({ from: points[index] ?? to, to }));
}

function answer<Row>(
    span: Span,
    rows: readonly ClockRow[],
    ranges: readonly number[],
    evaluate: (visible: readonly number[], now: number) => Groups<Row>,
): Answered<Row> {
    const now = (span.from + span.to) / 2;
    const [narrow, wide] = ranges.map((range) => visibleRows(rows, now, range));
    const groups = evaluate(narrow ?? [], now);
    const differs = wide !== undefined && wide.length !== narrow?.length;
    return { ...span, groups, wide: differs ? evaluate(wide, now) : groups };
}

function visibleRows(rows: readonly ClockRow[], now: number, range: number): number[] {
    const visible: number[] = [];
    rows.forEach(({ time, ingested }, index) => {
        if (ingested <= now && time > now - range) visible.push(index);
    });
    return visible;
}

function ringsOf<Row>(group: string, spans: readonly Answered<Row>[], schedule: Schedule): Ring<Row>[] {
    const { frequency, threshold } = schedule;
    const over = (groups: Groups<Row>): boolean => (groups.get(group)?.length ?? 0) > threshold;
    const narrow = ringing(
        spans.filter(({ groups }) => over(groups)),
        schedule,
    );
    const wide = ringing(
        spans.filter(({ wide: groups }) => over(groups)),
        schedule,
    );
    if (narrow.length === 0) return [];
    const phase = bestPhase(group, narrow, spans, frequency);
    return unmuted(instants(phase, narrow, frequency), schedule).map((at) => {
        const certain =
            coversEveryPhase(episode(at, narrow, frequency), frequency) &&
            coversEveryPhase(episode(at, wide, frequency), frequency);
        return {
            group,
            at,
            rows: spanAt(spans, at)?.groups.get(group) ?? [],
            certainty: certain ? "always" : "sometimes",
        };
    });
}

/** Spans of instants at which an evaluation alerts, failing periods considered; neighbors are joined. */
function ringing(over: readonly Span[], { frequency, failingPeriods, until = Infinity }: Schedule): Span[] {
    if (failingPeriods.toAlert <= 1) return join(over);
    const edges = new Set<number>();
    for (const { from, to } of over) {
        for (let period = 0; period < failingPeriods.of; period++) {
            edges.add(from + period * frequency).add(to + period * frequency);
        }
    }
    const failing = (instant: number): number =>
        Array.from({ length: failingPeriods.of }, (_, period) => instant - period * frequency).filter((evaluated) =>
            over.some(({ from, to }) => evaluated > from && evaluated < to),
        ).length;
    const pieces = between([...edges].sort((a, b) => a - b));
    const alerting = pieces.filter(({ from, to }) => failing((from + to) / 2) >= failingPeriods.toAlert);
    return join(alerting.flatMap(({ from, to }) => (from < until ? [{ from, to: Math.min(to, until) }] : [])));
}

/** Spans in order, those joined that overlap or lie no farther apart than the gap. */
function join(spans: readonly Span[], gap = 0): Span[] {
    const joined: Span[] = [];
    for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
        const last = joined.at(-1);
        if (last && from <= last.to + gap) joined[joined.length - 1] = { from: last.from, to: Math.max(to, last.to) };
        else joined.push({ from, to });
    }
    return joined;
}

/** The phase that shows most rows in one alert, with the fewest alerts among equals; then the earliest. */
function bestPhase<Row>(
    group: string,
    rings: readonly Span[],
    spans: readonly Answered<Row>[],
    frequency: number,
): number {
    let best = { phase: 0, rows: -1, alerts: 0 };
    for (const { from, to } of rings.flatMap((ring) => spans.flatMap((span) => overlap(ring, span)))) {
        const phase = modulo((from + to) / 2, frequency);
        const alerts = instants(phase, rings, frequency);
        const rows = Math.max(...alerts.map((at) => spanAt(spans, at)?.groups.get(group)?.length ?? 0));
        if (rows > best.rows || (rows === best.rows && alerts.length < best.alerts)) {
            best = { phase, rows, alerts: alerts.length };
        }
    }
    return best.phase;
}

/** What two spans have in common: one, or none. */
function overlap(one: Span, other: Span): Span[] {
    const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
    return from < to ? [{ from, to }] : [];
}

/** The instants of a phase that lie inside one of the spans. */
function instants(phase: number, spans: readonly Span[], frequency: number): number[] {
    return spans.flatMap(({ from, to }) => {
        const found: number[] = [];
        for (let at = from + modulo(phase - from, frequency); at < to; at += frequency) if (at > from) found.push(at);
        return found;
    });
}

/** The instants at which a group rings, those left out at which it is still muted after an earlier one. */
function unmuted(rings: readonly number[], { mute = 0 }: Schedule): number[] {
    let last = -Infinity;
    return rings.filter((at) => {
        if (at - last < mute) return false;
        last = at;
        return true;
    });
}

/** The spans that belong to the same happening: no farther from one another than one evaluation. */
function episode(at: number, spans: readonly Span[], frequency: number): Span[] {
    const sorted = [...spans].sort((a, b) => a.from - b.from);
    let current: Span[] = [];
    for (const span of sorted) {
        const last = current.at(-1);
        if (last && span.from - last.to > frequency) {
            if (contains(current, at)) return current;
            current = [];
        }
        current.push(span);
    }
    return contains(current, at) ? current : [];
}

function contains(spans: readonly Span[], at: number): boolean {
    return spans.some(({ from, to }) => at >= from && at <= to);
}

/** Whether an evaluation falls into one of the spans, whichever phase the clock has. */
function coversEveryPhase(spans: readonly Span[], frequency: number): boolean {
    const pieces: Span[] = [];
    for (const { from, to } of spans) {
        if (to - from >= frequency - slack) return true;
        const start = modulo(from, frequency);
        const end = start + (to - from);
        pieces.push({ from: start, to: Math.min(end, frequency) });
        if (end > frequency) pieces.push({ from: 0, to: end - frequency });
    }
    const [whole, ...others] = join(pieces, slack);
    return whole !== undefined && others.length === 0 && whole.from <= slack && whole.to >= frequency - slack;
}

function spanAt<Row>(spans: readonly Answered<Row>[], at: number): Answered<Row> | undefined {
    return spans.find(({ from, to }) => at >= from && at <= to);
}

function modulo(value: number, divisor: number): number {
    return ((value % divisor) + divisor) % divisor;
}

function compareText(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
