import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath } from "../package/root";
import { attackProblems } from "./attackProblems";
import { dataProblems } from "./dataProblems";
import { sharedFunctionsIn } from "./functions/sharedFunctions";
import { kebabCase } from "./kebabCase";
import { DetectionsError, type DetectionProblem, type ProblemAt } from "./problems";
import { huntSchema, type Hunt } from "./schema";
import { readText } from "./textFile";
import { readYaml } from "./yamlFile";

/** Name by which a hunting query calls the saved function that parses Sysmon's events. */
const parser = "SysmonParsed";

/**
 * Reads hunting queries, sorted by name.
 *
 * @param folder Folder with one folder a query. Default: those that we ship.
 * @throws DetectionsError with every problem of every file.
 */
export function loadHunts(folder: string = packagePath("detections", "hunting")): Hunt[] {
    const problems: DetectionProblem[] = [];
    const hunts = fs
        .readdirSync(folder, { withFileTypes: true })
        .filter((child) => child.isDirectory())
        .map(({ name }) => name)
        .sort()
        .flatMap((name) => readHunt(path.join(folder, name), name, problems));
    for (const [index, hunt] of hunts.entries()) {
        const other = hunts.slice(0, index).find(({ id }) => id === hunt.id);
        if (other === undefined) continue;
        const message = `id ${hunt.id} belongs already to ${other.name}: make a new GUID`;
        problems.push({ file: path.join(hunt.folder, "hunt.yaml"), code: "DT202", message });
    }
    if (problems.length > 0) throw new DetectionsError(problems);
    return hunts;
}

/**
 * The text that people run: the query, behind the functions that it calls. It reads the saved function, and leaves the time
 * range to whoever runs it.
 *
 * @param functionAlias Name of the saved function that parses Sysmon's events.
 */
export function huntingQuery({ query }: Pick<Hunt, "query">, functionAlias: string = parser): string {
    return [
        ...(functionAlias === parser ? [] : [`let ${parser} = ${functionAlias};`]),
        ...sharedFunctionsIn(query).map(({ name, text }) => `let ${name} = ${text};`),
        query,
    ].join("\n");
}

function readHunt(folder: string, name: string, problems: DetectionProblem[]): Hunt[] {
    const file = path.join(folder, "hunt.yaml");
    if (!kebabCase.test(name)) {
        const message = `"${name}" is no name of a hunting query: kebab-case such as rare-named-pipe`;
        problems.push({ file: folder, code: "DT003", message });
    }
    const yaml = readText(file);
    const query = readText(path.join(folder, "query.kql"));
    for (const reading of [yaml, query]) if (!reading.ok) problems.push(reading.problem);
    if (!yaml.ok || !query.ok) return [];
    const reading = readYaml(file, yaml.text, huntSchema);
    if (!reading.ok) {
        problems.push(...reading.problems);
        return [];
    }
    const at: ProblemAt = (keys, code, message) => ({ file, ...reading.placeOf(keys), code, message });
    const hunt = { ...reading.value, name, folder, query: query.text };
    problems.push(...dataProblems(hunt, at), ...attackProblems(hunt, at));
    return [hunt];
}
