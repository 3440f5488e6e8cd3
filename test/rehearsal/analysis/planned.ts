import * as path from "node:path";
import { packagePath } from "../../../package/root";
import type { Chain } from "../../../rehearsal/plan/chains";
import type { PlannedRule } from "../../../rehearsal/plan/rules";
import type { RecordingSource } from "../../../rehearsal/recordings";

const minute = 60_000;

/** A chain as a plan would hold it, over the table `Event` unless told otherwise. */
export function plannedChain(configXml: string, change: Partial<Chain["collection"]> = {}): Chain {
    return {
        machines: [],
        resourceId: null,
        sensor: { configXml, configSha256: "0".repeat(64), via: "payload" },
        collection: {
            urn: "urn:rule",
            kind: "dataCollectionRule",
            queries: ["Microsoft-Windows-Sysmon/Operational!*"],
            table: "Event",
            ...change,
        },
    };
}

/** A rule as a plan would hold it, that rings on every row. */
export function plannedRule(detection: string, query: string, change: Partial<PlannedRule> = {}): PlannedRule {
    return {
        kind: "scheduled-query",
        detection,
        rule: `rule-${detection}`,
        severity: "High",
        techniques: ["T1055"],
        query,
        frequencyMs: 5 * minute,
        windowMs: 30 * minute,
        threshold: 0,
        groupBy: ["_ResourceId"],
        entities: [],
        failingPeriods: { toAlert: 1, of: 1 },
        ...change,
    };
}

/** One of the shipped recordings, in which these detections must ring. */
export function shippedSource(name: string, ring: string[]): RecordingSource {
    return {
        name,
        files: [path.join(packagePath("detections", "recordings", name), "events.jsonl")],
        manifest: {
            title: name,
            description: name,
            reconstructed: true,
            sources: [],
            techniques: [],
            expect: { ring, quiet: "others" },
        },
    };
}
