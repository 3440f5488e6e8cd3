import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { loadCatalog } from "../detections";
import {
    compileFeeding,
    plannedSensors,
    shippedProofs,
    textAsset,
    textAt,
    type EventConsumer,
    type PlannedResource,
    type PlannedSensor,
    type PlanObject,
    type Proof,
} from "../rehearsal/analysis";
import { readConfig } from "../sysmon";
import { unguarded } from "./unguarded";

/** What a stack deploys, as far as sensors and detections go. */
export interface SensorStack {
    /** Resources of the stack; contents of blobs as Pulumi's marked assets. */
    readonly resources: readonly PlannedResource[];
    /** What the package knows of detections. */
    readonly known: readonly EventConsumer[];
    /** Recorded attacks. */
    readonly proofs: readonly Proof[];
}

/** Something that a policy has to say. */
export interface Finding {
    /** URN of the resource that it is about; absent: the stack. */
    readonly urn?: string;
    readonly message: string;
}

/** What is wrong with a stack's sensors, and what cannot be judged. */
export interface Judgement {
    /** Detections that a configuration starves. */
    readonly starved: readonly Finding[];
    /** Detections without proof, and configurations that cannot be read here. */
    readonly unjudged: readonly Finding[];
}

/** Holds each detection of a stack against each Sysmon configuration in it. */
export function judgeSensors({ resources, known, proofs }: SensorStack): Judgement {
    const starved: Finding[] = [];
    const unjudged: Finding[] = [];
    const rules = resources.flatMap(detectionOf);
    if (rules.length === 0) return { starved, unjudged };

    const plan = { project: "", stack: "", resources: [...resources], outputs: {}, warnings: [] };
    const { sensors, problems } = plannedSensors(plan, ".");
    for (const { urn, message } of problems) {
        unjudged.push({
            urn,
            message: `Whether its Sysmon configuration feeds the detections is unknown: ${message}.`,
        });
    }
    if (sensors.length === 0 && problems.length === 0) {
        const message = "The stack carries no Sysmon configuration: what its detections are fed with is unknown.";
        unjudged.push({ message });
    }
    for (const { configXml, machines } of byConfig(sensors)) {
        const { config, issues } = readConfig(configXml);
        if (config === undefined) {
            const [first] = issues;
            const message = `The Sysmon configuration of ${machines} would be rejected by the sensor: ${first?.message ?? "it is empty"}`;
            starved.push({ message });
            continue;
        }
        const feeding = compileFeeding(config, proofs);
        for (const { urn, name } of rules) {
            const detection = known.find((candidate) => candidate.name === name);
            const fed = detection === undefined ? undefined : feeding(detection);
            if (fed?.kind === "starved") {
                const message = `The Sysmon configuration of ${machines} logs nothing that ${name} could ring on: of the recorded ${fed.recordings.join(", ")} it leaves out every event that matters. Widen the filter, or exclude the detection.`;
                starved.push({ urn, message });
            } else if (fed?.kind !== "fed") {
                const message = `Whether the Sysmon configuration of ${machines} feeds ${name} is unknown: the package has no recording that rings it. Rehearse it with a recording of yours.`;
                unjudged.push({ urn, message });
            }
        }
    }
    return { starved, unjudged };
}

/** The detection behind an alert rule that is switched on, by what the rule's alerts say. */
function detectionOf({ urn, type, inputs }: PlannedResource): { urn: string; name: string }[] {
    const name = textAt(inputs, "actions", "customProperties", "detection");
    if (type !== "azure-native:monitor:ScheduledQueryRule" || inputs.enabled === false || name === undefined) return [];
    return [{ urn, name }];
}

/** Each distinct configuration once, with whom it is for in words. */
function byConfig(sensors: readonly PlannedSensor[]): { configXml: string; machines: string }[] {
    const machines = new Map<string, string[]>();
    for (const { configXml, machine } of sensors) {
        machines.set(configXml, [...(machines.get(configXml) ?? []), ...(machine === null ? [] : [machine])]);
    }
    return [...machines].map(([configXml, names]) => {
        const [first, ...others] = names;
        const more = others.length > 0 ? ` and ${others.length} more` : "";
        return { configXml, machines: first === undefined ? "machines to come" : first + more };
    });
}

async function judge(resources: readonly PolicyResource[]): Promise<Judgement> {
    const [planned, knowledge] = await Promise.all([Promise.all(resources.map(plainResource)), packageKnowledge()]);
    return judgeSensors({ resources: planned, ...knowledge });
}

let knowledge: Promise<Pick<SensorStack, "known" | "proofs">> | undefined;

/** What the package knows of detections, read once for all policies of the pack. */
function packageKnowledge(): Promise<Pick<SensorStack, "known" | "proofs">> {
    return (knowledge ??= shippedProofs().then((proofs) => ({
        known: loadCatalog().detections.map(({ name, data }) => ({ name, events: data.events })),
        proofs,
    })));
}

/** A policy's resource as plain data; the text of an asset is a promise there. */
async function plainResource({ urn, type, name, props }: PolicyResource): Promise<PlannedResource> {
    const inputs: PlanObject = { ...unguarded(props) };
    const source: unknown = inputs.source;
    // Marked as it stands in a plan. Other assets are files of the deploying machine, and no configuration.
    if (source instanceof pulumi.asset.StringAsset) inputs.source = textAsset(await source.text);
    return { urn, type, name, parent: null, custom: true, dependencies: [], protect: false, inputs };
}

/** Every detection of a stack gets from every sensor of it what it needs to ring. */
export const sysmonConfigFeedsDetections: StackValidationPolicy = {
    name: "sysmon-config-feeds-detections",
    displayName: "The Sysmon configuration feeds the detections",
    description:
        "For each detection deployed, the planned Sysmon configuration logs what a recorded attack gives away.",
    enforcementLevel: "mandatory",
    validateStack: async ({ resources }, report) => {
        for (const { message, urn } of (await judge(resources)).starved) report(message, urn);
    },
};

/** Says what {@link sysmonConfigFeedsDetections} cannot judge, so that nothing passes in silence. */
export const sysmonConfigCanBeJudged: StackValidationPolicy = {
    name: "sysmon-config-can-be-judged",
    displayName: "The Sysmon configuration can be judged",
    description: "The stack carries its Sysmon configuration, and a recorded attack proves each detection.",
    enforcementLevel: "advisory",
    validateStack: async ({ resources }, report) => {
        for (const { message, urn } of (await judge(resources)).unjudged) report(message, urn);
    },
};
