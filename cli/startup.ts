import { createRequire } from "node:module";
import { loadCatalog } from "../detections";
import { closuresOnDemand } from "../rehearsal/plan/closuresOnDemand";

const load = createRequire(__filename);

/** The commands that start from a snapshot, what evaluates a stack's program, and what the package's own is made of. */
const modules = [
    "./coverage",
    "./diff",
    "./kql",
    "./plan",
    "./rehearse",
    "../rehearsal/plan/evaluate",
    "../azure",
    "../components",
    "../components/leftMachines",
    "../detections/workbook",
    "../settings",
    "../sysmon/installer",
] as const;

/**
 * Loads what a snapshot is to hold beside the parser of KQL: the modules of commands, and the detections that we ship. What
 * is not among it is loaded when a command comes to it.
 */
export function loadCommands(): void {
    // First, as it has to come before Pulumi.
    closuresOnDemand();
    for (const module of modules) load(module);
    loadCatalog();
}
