import * as crypto from "node:crypto";
import { plannedAssociations, plannedCollections, type PlannedCollection } from "./collections";
import type { Plan } from "./plan";
import { plannedSensors, type SensorDelivery } from "./sensors";

/** A distinct pair of sensor configuration and collection in a plan, with the machines it stands for. */
export interface Chain {
    /** Machines, as `resource group/name`; empty for machines to come. */
    readonly machines: readonly string[];
    /** Resource id of the first of them; null for machines to come. */
    readonly resourceId: string | null;
    /** The sensor's side. */
    readonly sensor: { readonly configXml: string; readonly configSha256: string; readonly via: SensorDelivery };
    /** The collector's side. */
    readonly collection: PlannedCollection;
}

/** The chains of a plan, and what stands in no chain though it should. */
export interface Chains {
    readonly chains: readonly Chain[];
    /** Sentences for a person: sensors that cannot be read, or whose events reach no table. */
    readonly gaps: readonly string[];
}

/**
 * Every distinct chain of a plan. A stack that names no machine yet is judged by its own payload and its own
 * collection rules: what machines to come would get.
 */
export function plannedChains(plan: Plan, folder: string): Chains {
    const collections = plannedCollections(plan);
    const associations = plannedAssociations(plan);
    const { sensors, problems } = plannedSensors(plan, folder);
    const gaps = problems.map(({ urn, message }) => `${urn}: ${message}`);
    const links = sensors.flatMap(({ machine, via, configXml, collections: named }) => {
        const own = associations.filter((association) => association.machine === machine);
        const associated = new Set(named ?? own.map(({ collection }) => collection));
        const toCome = machine === null && named === undefined;
        const reached = collections.filter(({ urn }) => toCome || associated.has(urn));
        if (reached.length === 0) gaps.push(unreached(machine, via));
        const machines = machine === null ? [] : [machine];
        const resourceId = own[0]?.resourceId ?? null;
        return reached.map((collection) => ({ machines, resourceId, sensor: sensorOf(configXml, via), collection }));
    });
    return { chains: distinct(links), gaps };
}

/** Why events of a sensor reach no table. */
function unreached(machine: string | null, via: SensorDelivery): string {
    if (machine !== null)
        return `${machine}: no data collection rule is associated with it; its events reach no table.`;
    return via === "policy"
        ? "The policies associate machines with no data collection rule of the stack: their events reach no table."
        : "The stack plans no data collection rule for Windows events: no machine's events reach a table.";
}

/** The same chains with another Sysmon configuration on every machine. */
export function withSensorConfig(chains: readonly Chain[], configXml: string): Chain[] {
    return distinct(chains.map((chain) => ({ ...chain, sensor: sensorOf(configXml, chain.sensor.via) })));
}

function sensorOf(configXml: string, via: SensorDelivery): Chain["sensor"] {
    return { configXml, configSha256: crypto.createHash("sha256").update(configXml, "utf8").digest("hex"), via };
}

/** Chains that differ in configuration or collection; the machines of equal ones are put together. */
function distinct(links: readonly Chain[]): Chain[] {
    const chains = new Map<string, Chain>();
    for (const link of links) {
        const key = [link.sensor.configSha256, link.collection.urn, link.collection.table].join(" ");
        const known = chains.get(key);
        chains.set(key, known ? { ...known, machines: [...known.machines, ...link.machines] } : link);
    }
    return [...chains.values()];
}
