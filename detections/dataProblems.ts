import { nearestName } from "../sysmon/nearestName";
import { sysmonColumns } from "./functions/sysmonParsed";
import { fieldsUsed } from "./plannedQuery";
import type { DetectionProblem, ProblemAt } from "./problems";

/** A query and the data that it says to read. */
export interface QueryOfEvents {
    readonly data: { readonly events: readonly number[]; readonly fields: readonly string[] };
    readonly query: string;
}

/** The data that a detection or a hunting query names must be Sysmon's, and what its query uses. */
export function dataProblems({ data, query }: QueryOfEvents, at: ProblemAt): DetectionProblem[] {
    const problems: DetectionProblem[] = [];
    const known = new Set(sysmonColumns.flatMap((column) => column.events));
    data.events.forEach((id, index) => {
        if (!known.has(id)) {
            const message = `Sysmon has no event ${id}; it has ${[...known].sort((left, right) => left - right).join(", ")}`;
            problems.push(at(["data", "events", index], "DT204", message));
        }
    });
    const fields = sysmonColumns.filter((column) => column.field !== undefined);
    const used = new Set(fieldsUsed(query));
    data.fields.forEach((name, index) => {
        const place = ["data", "fields", index];
        const column = fields.find((candidate) => candidate.name === name);
        if (column === undefined) {
            const near = nearestName(
                name,
                fields.map((candidate) => candidate.name),
            );
            const hint = near === undefined ? "" : `; did you mean ${near}?`;
            problems.push(at(place, "DT204", `SysmonParsed has no Sysmon field ${name}${hint}`));
        } else if (!column.events.some((id) => data.events.includes(id))) {
            const message = `no event of data.events has ${name}; events ${column.events.join(", ")} have`;
            problems.push(at(place, "DT204", message));
        } else if (!used.has(name))
            problems.push(at(place, "DT205", `the query does not use ${name}: take it off the list`));
    });
    for (const name of used) {
        if (!data.fields.includes(name))
            problems.push(at(["data", "fields"], "DT205", `the query uses ${name}: put it on the list`));
    }
    return problems;
}
