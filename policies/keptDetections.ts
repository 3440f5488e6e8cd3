import { z } from "zod";
import { packageDetections, plannedDetections } from "./plannedDetections";
import { stackPolicy, type Finding } from "./policy";

/** No detection that matters goes away by a slip. */
export const highDetectionsAreKept = stackPolicy(
    {
        name: "high-detections-are-kept",
        title: "Detections of high severity are kept",
        description:
            "A stack that deploys detections of this package deploys each one of high severity, at that severity, unless a reason is recorded.",
        severity: "high",
        mend: "Deploy it again, or record why not under `except` of this policy.",
        settings: z.object({
            severities: z
                .array(z.string())
                .default(["Critical", "High"])
                .describe("Severities, as detections write them, that are high."),
        }),
    },
    function* (resources, { severities }): Generator<Finding> {
        const catalog = packageDetections();
        const deployed = new Map(plannedDetections(resources).map((planned) => [planned.name, planned]));
        if (!catalog.some(({ name }) => deployed.has(name))) return;
        for (const { name, severity } of catalog) {
            if (!severities.includes(severity)) continue;
            const rule = deployed.get(name);
            if (rule === undefined) {
                const message = `${name}, of severity ${severity}, is not deployed or switched off.`;
                yield { kind: "violation", about: name, message };
            } else if (rule.severity !== undefined && !severities.includes(rule.severity)) {
                const message = `${name} is deployed as ${rule.severity} instead of ${severity}.`;
                yield { kind: "violation", about: name, urn: rule.urn, message };
            }
        }
    },
);
