import { fieldsUsed, sysmonColumn } from "../../detections";
import { explainConfig, latestEvents, readConfig, releaseFor, type EventSummary } from "../../sysmon";
import type { SysmonEvent } from "../../sysmon/events";
import { openChain, type OpenChain } from "../openChain";
import type { Chain } from "../plan/chains";
import type { PlannedRule } from "../plan/rules";
import type { RecordingSource } from "../recordings";
import { rehearse } from "../rehearse";
import type { ChainSummary, RecordingProblem, Rehearsal, Station } from "../verdict";
import { eventsRead } from "./eventsRead";
import { readProofs, type RecordedProof } from "./recordedProofs";

/** What is asked: the planned chains and rules, and the recordings that prove rules. */
export interface CoverageArgs {
    /** Name of the stack, for the report. */
    readonly stack: string;
    /** The planned chains. */
    readonly chains: readonly Chain[];
    /** The planned rules. */
    readonly rules: readonly PlannedRule[];
    /** What the plan leaves open, for the report. */
    readonly gaps: readonly string[];
    /** Recordings; those in which nothing must ring prove nothing and are left out. */
    readonly sources: readonly RecordingSource[];
}

/** What a plan detects, chain by chain. */
export interface Coverage {
    /** The stack. */
    readonly stack: string;
    /** True where no rule is dead in any chain. */
    readonly ok: boolean;
    /** One entry a chain. */
    readonly chains: readonly ChainCoverage[];
    /** What the plan leaves open. */
    readonly gaps: readonly string[];
    /** Recordings that could not be read, or not whole. */
    readonly problems: readonly RecordingProblem[];
}

/** What one chain detects. */
export interface ChainCoverage {
    /** The chain. */
    readonly chain: ChainSummary;
    /** One entry a rule, in the order of the plan. */
    readonly detections: readonly DetectionCoverage[];
    /** Events that rules read and of which the Sysmon configuration logs nothing, by id. */
    readonly unlogged: readonly UnloggedEvent[];
}

/** An event that rules read and no configured machine logs. */
export interface UnloggedEvent {
    /** Event id. */
    readonly id: number;
    /** Its element, or the sensor's heading. */
    readonly name: string;
    /** Why nothing of it is logged, in words. */
    readonly why: string;
    /** How many rules read it. */
    readonly rules: number;
}

/**
 * `alive`: rings in a recording that proves it. `dead`: rings in none of them, so that no attack like those can ring it.
 * `unproven`: no recording shows what it needs.
 */
export type Life = "alive" | "dead" | "unproven";

/** What one rule gets from one chain. */
export interface DetectionCoverage {
    /** Name of the detection. */
    readonly detection: string;
    /** Name of the planned rule. */
    readonly rule: string;
    /** Severity of the detection. */
    readonly severity: string;
    /** ATT&CK techniques. */
    readonly techniques: readonly string[];
    /** Whether it can ring. */
    readonly life: Life;
    /** The events that its query reads, by id. */
    readonly events: readonly EventCoverage[];
    /** How many Sysmon fields its query reads. */
    readonly fields: number;
    /** Those that sensors of the configuration's schema version do not write. */
    readonly missingFields: readonly MissingField[];
    /** The recordings that must ring it, replayed through the chain. */
    readonly proofs: readonly ProofCoverage[];
}

/** One event that a rule reads. */
export interface EventCoverage {
    /** Event id. */
    readonly id: number;
    /** Its element, or the sensor's heading. */
    readonly name: string;
    /** How much of it the Sysmon configuration logs. */
    readonly sensor: EventSummary["logged"];
    /** How many of the events that the rule rings on are of this id, in all its proofs. */
    readonly needed: number;
    /** How many of them the Sysmon configuration logs. */
    readonly logged: number;
    /** How many of them the data collection rule sends. */
    readonly collected: number;
}

/** A field that a rule reads and that came with a later schema version. */
export interface MissingField {
    /** Column of `SysmonParsed`. */
    readonly name: string;
    /** First schema version that has it. */
    readonly since: number;
}

/** A rule in one recording that must ring it. */
export interface ProofCoverage {
    /** Name of the recording. */
    readonly recording: string;
    /** Null where it rings; otherwise where it is lost, and what lost it. */
    readonly lost: ProofLoss | null;
}

/** What keeps a rule from ringing in a recording. */
export interface ProofLoss {
    /** The station. */
    readonly station: Station;
    /** The id of the events that are lost; null where no single id is to blame. */
    readonly event: number | null;
    /** How many of the events of this id that it rings on are lost, of how many. */
    readonly count: { readonly lost: number; readonly of: number } | null;
    /** The filter, XPath, predicate or threshold that did it, in words. */
    readonly why: string;
}

/**
 * What the planned rules see through the planned chains, found by replaying the recordings that prove them: a rule that
 * rings is alive whatever its filter looks like, a rule that rings in none of its proofs is dead.
 *
 * @throws RehearsalError where the plan itself cannot work.
 */
export async function cover(args: CoverageArgs): Promise<Coverage> {
    const sources = args.sources.filter(({ manifest }) => manifest !== undefined && manifest.expect.ring.length > 0);
    const { stack, chains, rules, gaps } = args;
    const rehearsal = await rehearse({ stack, chains, rules, gaps, sources });
    const proofs = await readProofs(sources);
    const covered = chains.map((chain, index) => coverChain(chain, index, { rules, rehearsal, proofs }));
    return {
        stack,
        ok: covered.every(({ detections }) => detections.every(({ life }) => life !== "dead")),
        chains: covered,
        gaps,
        problems: rehearsal.problems,
    };
}

interface Known {
    readonly rules: readonly PlannedRule[];
    readonly rehearsal: Rehearsal;
    readonly proofs: readonly RecordedProof[];
}

function coverChain(planned: Chain, index: number, { rules, rehearsal, proofs }: Known): ChainCoverage {
    const chain = openChain(planned);
    const { config } = readConfig(planned.sensor.configXml);
    const summaries = new Map(config === undefined ? [] : explainConfig(config).map((event) => [event.id, event]));
    const version = releaseFor(config?.schemaVersion ?? 0);
    const read = rules.map((rule) => ({ rule, ids: eventsRead(rule.query) }));
    const detections = read.map(({ rule, ids }): DetectionCoverage => {
        const own = proofs.filter(({ rings }) => rings.includes(rule.detection));
        const evidence = own.flatMap((proof) => evidenceOf(proof, rule.detection, ids));
        const outcomes = own.flatMap((proof) => proofCoverage(proof, rule, ids, { chain, index, rehearsal }));
        const used = fieldsUsed(rule.query);
        return {
            detection: rule.detection,
            rule: rule.rule,
            severity: rule.severity,
            techniques: rule.techniques,
            life: lifeOf(outcomes),
            events: ids.map((id) => eventCoverage(id, evidence, summaries, chain)),
            fields: used.length,
            missingFields: used.flatMap((name) => missingField(name, ids, version)),
            proofs: outcomes,
        };
    });
    const unlogged = [...summaries.values()].flatMap(({ id, name, logged, summary }) => {
        const readers = read.filter(({ ids }) => ids.includes(id)).length;
        const why = summary.replace(/^nothing: /, "");
        return logged === "nothing" && readers > 0 ? [{ id, name, why, rules: readers }] : [];
    });
    return { chain: chain.summary, detections, unlogged };
}

function lifeOf(proofs: readonly ProofCoverage[]): Life {
    if (proofs.length === 0) return "unproven";
    return proofs.some(({ lost }) => lost === null) ? "alive" : "dead";
}

/** The events that a detection rings on in a recording; where nobody noted them, all that its query reads. */
function evidenceOf({ events, evidence }: RecordedProof, detection: string, ids: readonly number[]): SysmonEvent[] {
    const noted = evidence?.[detection];
    return events.filter(({ id, recordId }) =>
        noted === undefined ? ids.includes(id) : recordId !== undefined && noted.includes(recordId),
    );
}

function eventCoverage(
    id: number,
    evidence: readonly SysmonEvent[],
    summaries: ReadonlyMap<number, EventSummary>,
    chain: OpenChain,
): EventCoverage {
    const needed = evidence.filter((event) => event.id === id);
    const logged = needed.filter((event) => chain.decide(event).logged);
    const summary = summaries.get(id);
    return {
        id,
        name: summary?.name ?? `event ${id}`,
        sensor: summary?.logged ?? "nothing",
        needed: needed.length,
        logged: logged.length,
        collected: logged.filter(chain.collects).length,
    };
}

interface Replayed {
    readonly chain: OpenChain;
    readonly index: number;
    readonly rehearsal: Rehearsal;
}

/** What became of a rule in one of its proofs; nothing where the recording could not be read. */
function proofCoverage(
    proof: RecordedProof,
    rule: PlannedRule,
    ids: readonly number[],
    { chain, index, rehearsal }: Replayed,
): ProofCoverage[] {
    const verdict = rehearsal.recordings.find(
        ({ files, chain: number }) => number === index && files[0] === proof.files[0],
    );
    if (verdict === undefined) return [];
    const recording = proof.recording;
    if (verdict.alerts.some((alert) => alert.rule === rule.rule)) return [{ recording, lost: null }];
    const lost = evidenceLoss(evidenceOf(proof, rule.detection, ids), chain);
    if (lost !== undefined) return [{ recording, lost }];
    const miss = verdict.missed.find(({ detection }) => detection === rule.detection);
    const { lostAt: station, why } = miss ?? { lostAt: "query" as const, why: "its query gives no row" };
    return [{ recording, lost: { station, event: null, count: null, why } }];
}

/** The event id of which most is lost before the query, and what lost the first of it; undefined where nothing is. */
function evidenceLoss(evidence: readonly SysmonEvent[], chain: OpenChain): ProofLoss | undefined {
    const losses = [...new Set(evidence.map(({ id }) => id))].flatMap((event): (ProofLoss & { share: number })[] => {
        const needed = evidence.filter(({ id }) => id === event);
        const unlogged = needed.filter((one) => !chain.decide(one).logged);
        const logged = needed.filter((one) => !unlogged.includes(one));
        const uncollected = logged.filter((one) => !chain.collects(one));
        const [station, lost] =
            unlogged.length > 0 ? (["sensor", unlogged] as const) : (["collection", uncollected] as const);
        const [first] = lost;
        if (first === undefined) return [];
        const why = station === "sensor" ? chain.explainSensor(first) : chain.explainCollection(first);
        const count = { lost: lost.length, of: needed.length };
        return [{ station, event, count, why, share: count.lost / count.of }];
    });
    const [worst] = losses.sort((left, right) => right.share - left.share);
    if (worst === undefined) return undefined;
    const { share: _, ...loss } = worst;
    return loss;
}

/** A column that none of the events has at a schema version, with the version that brought it to one of them. */
function missingField(column: string, ids: readonly number[], version: number): MissingField[] {
    const name = sysmonColumn(column)?.field;
    // An event that is newer itself is told as an event of which nothing is logged.
    const since = latestEvents
        .filter((event) => ids.includes(event.id) && event.since <= version)
        .flatMap((event) => event.fields.filter((field) => field.name === name).map((field) => field.since));
    return since.length === 0 || since.some((first) => first <= version)
        ? []
        : [{ name: column, since: Math.min(...since) }];
}
