import { analyticsRuleFailures } from "../detections";
import {
    compileFeeding,
    shippedProofs,
    type EventConsumer,
    type PlannedSensor,
    type Proof,
} from "../rehearsal/analysis";
import { checkConfig, readConfig, type Issue } from "../sysmon";
import { sensorsOf } from "./judgedStack";
import { packageDetections, plannedDetections } from "./plannedDetections";
import { noSettings, stackPolicy, type Finding, type JudgedResource } from "./policy";

/** What the package knows of detections. */
interface Knowledge {
    /** Its detections, and the events that each reads. */
    readonly known: readonly EventConsumer[];
    /** Its recorded attacks. */
    readonly proofs: readonly Proof[];
}

/** Every detection of a stack gets from every sensor of it what it needs to ring. */
export const sysmonConfigFeedsDetections = stackPolicy(
    {
        name: "sysmon-config-feeds-detections",
        title: "The Sysmon configuration feeds the detections",
        description:
            "For each detection deployed, the planned Sysmon configuration logs what a recorded attack gives away.",
        severity: "critical",
        mend: "Widen the filter, or exclude the detection from the stack.",
        settings: noSettings,
    },
    async function* (resources): AsyncGenerator<Finding> {
        const rules = plannedDetections(resources);
        if (rules.length === 0) return;
        const { known, proofs } = await packageKnowledge();
        yield* unreadable(resources);
        for (const { configXml, machines } of byConfig(sensorsOf(resources).sensors)) {
            const { config } = readConfig(configXml);
            // What the sensor rejects is told by the policy that the configuration is accepted.
            if (config === undefined) continue;
            const feeding = compileFeeding(config, proofs);
            for (const { urn, name } of rules) {
                const detection = known.find((candidate) => candidate.name === name);
                // One over heartbeats or the workspace's own health lives on no sensor.
                if (detection?.events.length === 0) continue;
                const fed = detection === undefined ? undefined : feeding(detection);
                if (fed?.kind === "starved") {
                    const message = `The Sysmon configuration of ${machines} logs nothing that ${name} could ring on: of the recorded ${fed.recordings.join(", ")} it leaves out every event that matters.`;
                    yield { kind: "violation", urn, about: name, message };
                } else if (fed?.kind !== "fed") {
                    const message = `Whether the Sysmon configuration of ${machines} feeds ${name} is unknown: the package has no recording that rings it. Rehearse it with a recording of yours.`;
                    yield { kind: "unjudged", urn, about: name, message };
                }
            }
        }
    },
);

/** Every sensor of a stack takes its configuration, and it does what it says. */
export const sysmonConfigIsAccepted = stackPolicy(
    {
        name: "sysmon-config-is-accepted",
        title: "The Sysmon configuration is accepted",
        description: "The sensor takes each planned configuration, and everything that it names can be logged.",
        severity: "high",
        mend: "Mend the configuration; docs/sysmon-check has a page for each code.",
        settings: noSettings,
    },
    function* (resources): Generator<Finding> {
        for (const { configXml, machines } of byConfig(sensorsOf(resources).sensors)) {
            for (const { code, line, column, message } of errorsOf(configXml)) {
                const place = `The Sysmon configuration of ${machines}, line ${line}, column ${column}`;
                yield { kind: "violation", about: code, message: `${place}: ${code} ${message}` };
            }
        }
    },
);

/** Detections whose configurations cannot be read here. */
function* unreadable(resources: readonly JudgedResource[]): Generator<Finding> {
    const { sensors, problems } = sensorsOf(resources);
    for (const { urn, message } of problems) {
        yield {
            kind: "unjudged",
            urn,
            message: `Whether its Sysmon configuration feeds the detections is unknown: ${message}.`,
        };
    }
    if (sensors.length === 0 && problems.length === 0) {
        const message = "The stack carries no Sysmon configuration: what its detections are fed with is unknown.";
        yield { kind: "unjudged", message };
    }
}

/** Each distinct configuration once, with whom it is for in words. */
function byConfig(sensors: readonly PlannedSensor[]): { configXml: string; machines: string }[] {
    const machines = new Map<string, string[]>();
    for (const { configXml, machine } of sensors) {
        const names = machines.get(configXml) ?? [];
        if (machine !== null) names.push(machine);
        machines.set(configXml, names);
    }
    return [...machines].map(([configXml, names]) => {
        const [first, ...others] = names;
        const more = others.length > 0 ? ` and ${others.length} more` : "";
        return { configXml, machines: first === undefined ? "machines to come" : first + more };
    });
}

const checked = new Map<string, readonly Issue[]>();

/** Errors of a configuration; each distinct one is checked once in a process. */
function errorsOf(configXml: string): readonly Issue[] {
    const known = checked.get(configXml) ?? checkConfig(configXml).filter(({ severity }) => severity === "error");
    checked.set(configXml, known);
    return known;
}

let knowledge: Promise<Knowledge> | undefined;

/** What the package knows of detections, read once for all policies of the pack. */
function packageKnowledge(): Promise<Knowledge> {
    return (knowledge ??= shippedProofs().then((proofs) => ({
        known: [
            ...packageDetections().map(({ name, data }) => ({ name, events: data.events })),
            // The rule that watches Sentinel's own rules.
            { name: analyticsRuleFailures.name, events: [] },
        ],
        proofs,
    })));
}
