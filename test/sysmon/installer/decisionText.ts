import { decide, powershellDecisions, type Observation } from "../../../sysmon/installer/decisions";
import { decisionCases, standing } from "./decisionCases";

const begin = "# <decisions>\n";
const end = "# </decisions>\n";

/** The installer with the table of decisions as the rules say it today. */
export function withDecisions(script: string): string {
    const start = script.indexOf(begin) + begin.length;
    const stop = script.indexOf(end);
    if (start < begin.length || stop < start) throw new Error("The installer has no place for its decisions.");
    return script.slice(0, start) + powershellDecisions() + script.slice(stop);
}

/** The cases for PowerShell: each observation in full, with what follows. */
export function decisionCasesText(): string {
    const cases = decisionCases.map(({ name, seen }) => {
        const observation: Observation = { ...standing, ...seen };
        const decision = decide(observation);
        return { name, observation, step: decision.step, reason: decision.step === "Fail" ? decision.reason : "" };
    });
    return `${JSON.stringify(cases, null, 4)}\n`;
}
