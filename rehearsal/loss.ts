import type { SysmonEvent } from "../sysmon/events";
import type { OpenChain } from "./openChain";
import type { OpenRule } from "./openRule";
import type { StoredRows } from "./tableStation";
import type { Miss } from "./verdict";

/** What a rule that did not ring is judged by. */
export interface LossEvidence {
    readonly rule: OpenRule;
    readonly chain: OpenChain;
    /** Every Sysmon event of the recording. */
    readonly events: readonly SysmonEvent[];
    /** The rows that they all would be, had no station lost one. */
    readonly unfiltered: StoredRows;
    /** Indexes of the events that the planned sensor logs. */
    readonly logged: ReadonlySet<number>;
    /** Indexes of the events that the planned rule collects. */
    readonly collected: ReadonlySet<number>;
    /** The most rows that an evaluation of the rule gave. */
    readonly mostRows: number;
}

/**
 * The station that lost a detection, and what there did it. Candidates are the events that the rule's own predicates
 * would let through if every recorded event reached the table.
 */
export function findLoss(evidence: LossEvidence): Miss {
    const { rule, chain, events, unfiltered, logged, collected, mostRows } = evidence;
    const detection = rule.planned.detection;
    const candidates = rule.candidates(unfiltered.table);
    const first = candidates[0];
    if (first === undefined) return lostInPredicates(evidence);

    const seen = count(candidates.length, "candidate event");
    const kept = candidates.filter((index) => logged.has(index));
    if (kept.length === 0)
        return {
            detection,
            lostAt: "sensor",
            why: `${seen}, none logged: ${explain(events, first, chain.explainSensor)}`,
        };

    const sent = kept.filter((index) => collected.has(index));
    if (sent.length === 0) {
        return {
            detection,
            lostAt: "collection",
            why: `${seen}, none collected: ${explain(events, kept[0] ?? first, chain.explainCollection)}`,
        };
    }
    const reached =
        sent.length === candidates.length ? `${seen} reach the query` : `${sent.length} of ${seen} reach the query`;
    if (mostRows === 0) {
        return {
            detection,
            lostAt: "query",
            why: `${reached}, but what follows its predicates on single events gives no row`,
        };
    }
    return {
        detection,
        lostAt: "alert",
        why: `${reached} and give ${count(mostRows, "row")} at most; the rule rings for ${ringsFor(rule)}`,
    };
}

/** Why a rule that looks for what is missing did not ring, though the recording gives all that it reads. */
export function findSilence(rule: OpenRule, mostRows: number): Miss {
    const { detection } = rule.planned;
    if (mostRows === 0)
        return { detection, lostAt: "query", why: "to the end of the recording, nothing that it looks for is missing" };
    const why = `it gives ${count(mostRows, "row")} at most, or not for long enough; the rule rings for ${ringsFor(rule)}`;
    return { detection, lostAt: "alert", why };
}

function ringsFor({ planned: { threshold, failingPeriods } }: OpenRule): string {
    const periods =
        failingPeriods.toAlert > 1 ? ` in ${failingPeriods.toAlert} of ${failingPeriods.of} evaluations` : "";
    return `more than ${threshold}${periods}`;
}

/** No event passes the rule's predicates: either the recording lacks such events, or one predicate drops them. */
function lostInPredicates({ rule, events, unfiltered }: LossEvidence): Miss {
    const detection = rule.planned.detection;
    const last = rule.funnel(unfiltered.table).find(({ rowsIn, rowsOut }) => rowsIn > 0 && rowsOut === 0);
    if (events.length === 0 || !last || /\b(EventID|Source|Provider|Channel|EventLog)\b/.test(last.text)) {
        const what = last ? `no event with ${oneLine(last.text)}` : "no Sysmon event";
        return { detection, lostAt: "recording", why: `the recording holds ${what}` };
    }
    return {
        detection,
        lostAt: "query",
        why: `of ${count(last.rowsIn, "event")} that come so far, none passes ${oneLine(last.text)} (line ${last.line} of the planned query)`,
    };
}

function explain(events: readonly SysmonEvent[], index: number, reason: (event: SysmonEvent) => string): string {
    const event = events[index];
    return event ? reason(event) : "";
}

function count(number: number, noun: string): string {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function oneLine(text: string): string {
    return text.replace(/\s+/g, " ").trim();
}
