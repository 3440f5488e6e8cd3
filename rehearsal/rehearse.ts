import type { SysmonEvent } from "../sysmon/events";
import { describeProblem, loadRecording, RecordingError } from "../sysmon/events";
import { surroundingsOf } from "./fleet";
import { findLoss, findSilence } from "./loss";
import { openChain, type OpenChain } from "./openChain";
import { openRule, type OpenRule } from "./openRule";
import type { Chain } from "./plan/chains";
import type { PlannedRule } from "./plan/rules";
import type { RecordingSource } from "./recordings";
import { selectRows, storeRows } from "./tableStation";
import type { Alert, Miss, RecordingProblem, RecordingVerdict, Rehearsal } from "./verdict";

/** What is rehearsed, and how. */
export interface RehearsalArgs {
    /** Name of the stack, for the report. */
    stack: string;
    /** The planned chains. */
    chains: readonly Chain[];
    /** The planned rules. */
    rules: readonly PlannedRule[];
    /** What the plan leaves open, for the report. */
    gaps: readonly string[];
    /** The recordings. */
    sources: readonly RecordingSource[];
    /** Time between an event and its row's visibility, in milliseconds. Default: 3 minutes. */
    latencyMs?: number;
    /** Called before each recording. */
    onProgress?: (recording: string) => void;
}

/** Time between an event and its row's visibility where nothing else is said; 2 to 5 minutes are documented. */
export const defaultLatencyMs = 3 * 60_000;

/** The plan itself cannot work: nothing to rehearse. One line a defect. */
export class RehearsalError extends Error {
    override readonly name = "RehearsalError";
}

/**
 * Replays recordings through the planned chain: sensor, collection, table, query, alert. A damaged recording is
 * reported, and the rest goes on.
 *
 * @throws RehearsalError where the sensor would reject the planned configuration, the agent the planned XPath, or the
 * workspace a planned query.
 */
export async function rehearse(args: RehearsalArgs): Promise<Rehearsal> {
    const latencyMs = args.latencyMs ?? defaultLatencyMs;
    const chains = openAll(args.chains, openChain, () => "the planned sensor and collection");
    const tables = [...new Set(chains.map(({ table }) => table))];
    const rulesOf = new Map(
        tables.map((table) => [
            table,
            openAll(
                args.rules,
                (rule) => openRule(rule, table),
                ({ detection }) => `the planned query of ${detection}`,
            ),
        ]),
    );

    const verdicts: RecordingVerdict[] = [];
    const problems: RecordingProblem[] = [];
    const exercised = new Set<string>();
    let ok = true;
    for (const source of args.sources) {
        args.onProgress?.(source.name);
        const recording = await readSource(source);
        problems.push(...recording.problems);
        if (!recording.usable) continue;
        for (const [index, chain] of chains.entries()) {
            const { verdict, asked } = replay(source, recording, {
                chain,
                index,
                rules: rulesOf.get(chain.table) ?? [],
                latencyMs,
            });
            verdicts.push(verdict);
            for (const detection of asked) exercised.add(detection);
            ok &&= verdict.unexpected.length === 0 && (source.manifest === undefined || verdict.missed.length === 0);
        }
    }
    return {
        stack: args.stack,
        ok,
        chains: chains.map(({ summary }) => summary),
        recordings: verdicts,
        detections: detectionTotals(args.rules, verdicts, exercised),
        gaps: args.gaps,
        problems,
    };
}

/** Opens everything or reports every defect at once. */
function openAll<Planned, Open>(
    planned: readonly Planned[],
    open: (item: Planned) => Open,
    describe: (item: Planned) => string,
): Open[] {
    const defects: string[] = [];
    const opened = planned.flatMap((item) => {
        try {
            return [open(item)];
        } catch (error) {
            defects.push(`${describe(item)}: ${error instanceof Error ? error.message : String(error)}`);
            return [];
        }
    });
    if (defects.length > 0) throw new RehearsalError(defects.join("\n"));
    return opened;
}

interface ReadSource {
    readonly events: readonly SysmonEvent[];
    readonly read: number;
    readonly problems: readonly RecordingProblem[];
    /** False where no file of the recording could be read. */
    readonly usable: boolean;
}

async function readSource({ files }: RecordingSource): Promise<ReadSource> {
    const events: SysmonEvent[] = [];
    const problems: RecordingProblem[] = [];
    let read = 0;
    let usable = false;
    for (const file of files) {
        try {
            const recording = await loadRecording(file);
            for (const event of recording.events) events.push(event);
            read += recording.counts.read;
            problems.push(...recording.problems.map((problem) => ({ file, message: describeProblem(problem) })));
            usable = true;
        } catch (error) {
            if (!(error instanceof RecordingError)) throw error;
            problems.push({ file, message: error.reason });
        }
    }
    return { events, read, problems, usable };
}

interface Replay {
    readonly chain: OpenChain;
    readonly index: number;
    readonly rules: readonly OpenRule[];
    readonly latencyMs: number;
}

function replay(
    source: RecordingSource,
    recording: ReadSource,
    { chain, index, rules, latencyMs }: Replay,
): { verdict: RecordingVerdict; asked: string[] } {
    const { events } = recording;
    const logged = new Set<number>();
    const collected = new Set<number>();
    const written = events.map((event, position) => {
        const verdict = chain.decide(event);
        if (!verdict.logged) return event;
        const renamed = withRuleName(event, verdict.ruleName);
        logged.add(position);
        if (chain.collects(renamed)) collected.add(position);
        return renamed;
    });
    const surroundings = surroundingsOf(source.manifest, events, { latencyMs, resourceId: chain.resourceId });
    // What would be there, had no station lost an event; what is there is part of it, so that a rule judges a row once.
    const everything = storeRows(written, { table: chain.table, senderOf: surroundings.senderOf });
    const arrived = written.flatMap((event, at) => (collected.has(at) && surroundings.arrives(event) ? [at] : []));
    const stored = selectRows(everything, arrived);

    const unasked = rules.filter((rule) => rule.watches.some((table) => !surroundings.tables.has(table)));
    const outcomes = rules
        .filter((rule) => !unasked.includes(rule))
        .map((rule) => ({ rule, ...rule.ring(stored, surroundings) }));
    const alerts = outcomes.flatMap((outcome) => outcome.alerts);
    const silent = outcomes.filter((outcome) => outcome.alerts.length === 0);
    const expected = source.manifest?.expect.ring;
    const missing = silent.flatMap(({ rule, mostRows }) =>
        rule.watches.length > 0 && expected?.includes(rule.planned.detection) ? [findSilence(rule, mostRows)] : [],
    );
    const missed = silent
        .filter(({ rule }) => rule.watches.length === 0)
        .filter(({ rule }) =>
            // Without expectations a reader wants to know where candidate events went, not what was never there.
            expected ? expected.includes(rule.planned.detection) : rule.candidates(everything.table).length > 0,
        )
        .map(({ rule, mostRows }) =>
            findLoss({ rule, chain, events, unfiltered: everything, mostRows, logged, collected }),
        );
    const verdict = {
        name: source.name,
        files: source.files,
        chain: index,
        events: { read: recording.read, sysmon: events.length, logged: logged.size, collected: collected.size },
        alerts,
        missed: [...missed, ...missing, ...notExercised(expected ?? [], unasked), ...unplanned(expected ?? [], rules)],
        unexpected: unexpectedDetections(source, alerts),
    };
    return { verdict, asked: outcomes.map(({ rule }) => rule.planned.detection) };
}

/** Expected detections whose rules read what the recording does not give. */
function notExercised(expected: readonly string[], unasked: readonly OpenRule[]): Miss[] {
    return unasked
        .filter(({ planned }) => expected.includes(planned.detection))
        .map(({ planned: { detection }, watches }) => ({
            detection,
            lostAt: "recording",
            why: `not exercised: its rule reads ${watches.join(" and ")}, of which recording.yaml gives no rows (fleet, rows)`,
        }));
}

/** Expected detections that the stack plans no rule for. */
function unplanned(expected: readonly string[], rules: readonly OpenRule[]): Miss[] {
    const planned = new Set(rules.map((rule) => rule.planned.detection));
    return expected
        .filter((detection) => !planned.has(detection))
        .map((detection) => ({ detection, lostAt: "alert", why: "the stack plans no rule for it" }));
}

/** The event as the planned sensor would write it: its rule name is that of the planned configuration. */
function withRuleName(event: SysmonEvent, ruleName: string | null): SysmonEvent {
    // Sysmon's own events (4, 16, 255) carry no rule name; recordings of sensors before 8.0 have none either.
    if (event.fields.RuleName === undefined) return event;
    return { ...event, fields: { ...event.fields, RuleName: ruleName ?? "-" } };
}

function unexpectedDetections({ manifest }: RecordingSource, alerts: readonly Alert[]): string[] {
    if (!manifest) return [];
    const { ring, quiet } = manifest.expect;
    const against = alerts.filter(({ detection, severity }) =>
        // An informational alert is a record of what the filter let through: it breaks no silence unless it is named.
        quiet === "others" ? !ring.includes(detection) && severity !== "Informational" : quiet.includes(detection),
    );
    return [...new Set(against.map(({ detection }) => detection))];
}

function detectionTotals(
    rules: readonly PlannedRule[],
    verdicts: readonly RecordingVerdict[],
    exercised: ReadonlySet<string>,
): Rehearsal["detections"] {
    const alerts = verdicts.flatMap((verdict) => verdict.alerts);
    return [...new Set(rules.map(({ detection }) => detection))].map((name) => ({
        name,
        alerts: alerts.filter(({ detection }) => detection === name).length,
        exercised: exercised.has(name),
    }));
}
