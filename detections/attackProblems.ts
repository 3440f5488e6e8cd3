import { nearestName } from "../sysmon/nearestName";
import { attackTechniques } from "./attack";
import type { DetectionProblem, ProblemAt } from "./problems";

/** What something is of ATT&CK. */
export interface AttackClaim {
    readonly tactics: readonly string[];
    readonly techniques: readonly string[];
}

/** Techniques must exist, and the tactics be those that they serve. */
export function attackProblems({ tactics, techniques }: AttackClaim, at: ProblemAt): DetectionProblem[] {
    const problems: DetectionProblem[] = [];
    const served = new Set<string>();
    techniques.forEach((id, index) => {
        const technique = attackTechniques[id];
        for (const tactic of technique?.tactics ?? []) served.add(tactic);
        if (technique !== undefined) return;
        const near = nearestName(id, Object.keys(attackTechniques));
        const hint = near === undefined ? "" : `; did you mean ${near}, ${attackTechniques[near]?.name ?? ""}?`;
        problems.push(at(["techniques", index], "DT211", `${id} is not in the table of ATT&CK techniques${hint}`));
    });
    if (problems.length > 0) return problems;
    tactics.forEach((tactic, index) => {
        if (served.has(tactic)) return;
        const message = `none of the techniques serves ${tactic}; they serve ${[...served].join(", ")}`;
        problems.push(at(["tactics", index], "DT211", message));
    });
    return problems;
}
