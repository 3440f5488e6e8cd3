import type { SysmonConfig } from "../config";
import { issueAt, type Issue } from "../issue";
import { readFile } from "../readConfig";
import { positionOf, readEvents } from "./alternatives";
import { absentEvents, blockFindings, repeatedOptions } from "./blockFindings";
import { Budget } from "./budget";
import { excludeFindings } from "./excludeFindings";
import { filterFindings } from "./filterFindings";
import { needFindings, type Need } from "./needs";
import { relationFindings } from "./relationFindings";
import { archivingOptions, sensorFindings } from "./sensorFindings";
import { shadowFindings } from "./shadowFindings";
import { unlogged, unloggedFinding } from "./unloggedEvents";

/** What a configuration is checked for beside what holds for all. */
export interface CheckOptions {
    /** What detections need of the sensor. Default: nothing. */
    readonly needs?: readonly Need[];
}

/**
 * Everything there is to say about a configuration, in the order of the file: first of all what the sensor rejects, warns
 * of or drops silently; of a file that it takes also what does not do what it seems to. Every code has a page in
 * `docs/sysmon-check`. Never throws on what a file holds.
 */
export function checkConfig(xml: string | Uint8Array, options: CheckOptions = {}): readonly Issue[] {
    const { config, atNewestVersion, issues } = readFile(xml);
    const loaded = config ?? atNewestVersion;
    if (loaded === undefined) return issues;
    return inOrder([...issues, ...kept(lint(loaded, options))]);
}

function inOrder(issues: Issue[]): Issue[] {
    return issues.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Most findings that are kept beside those of the reader. */
const mostFindings = 100_000;

/** What is worth saying: not a cause that the finding about its effect tells, and not millions of them. */
function kept(found: readonly Issue[]): Issue[] {
    const place = ({ line, column }: Issue): string => `${line}:${column}`;
    const told = new Set(found.filter(({ code }) => code === "SM200").map(place));
    const worth = found.filter((issue) => issue.code !== "SM203" || !told.has(place(issue)));
    if (worth.length <= mostFindings) return worth;
    const text = `There are ${worth.length} findings, of which only ${mostFindings} are told. Mend these first.`;
    // Errors must not be lost among what is left out.
    const bySeverity = [...worth].sort((a, b) => weight(b) - weight(a));
    return [issueAt("SM299", positionOf({}), text), ...bySeverity.slice(0, mostFindings)];
}

function weight({ severity }: Issue): number {
    return { error: 2, warning: 1, info: 0 }[severity];
}

/** Steps that the comparison of rules with one another may take: some seconds. */
const mostSteps = 60_000_000;

function lint(config: SysmonConfig, options: CheckOptions): Issue[] {
    const budget = new Budget(mostSteps);
    const readings = readEvents(config);
    const silent = new Set<string>();
    const issues: Issue[] = [...absentEvents(config), ...repeatedOptions(config), ...archivingOptions(config)];
    const add = (found: Iterable<Issue>): void => {
        for (const issue of found) issues.push(issue);
    };
    for (const reading of readings) {
        const nothing = unlogged(reading, config, budget);
        if (nothing !== null) {
            silent.add(reading.element);
            issues.push(unloggedFinding(reading, nothing));
        }
        add(blockFindings(reading, config.schemaVersion));
        add(filterFindings(reading, config.schemaVersion));
        add(relationFindings(reading));
        add(shadowFindings(reading, budget));
        add(excludeFindings(reading));
        add(sensorFindings(reading, nothing === null));
    }
    add(needFindings(options.needs ?? [], config, readings, silent));
    if (budget.spent) {
        issues.push(
            issueAt(
                "SM299",
                positionOf({}),
                "The file has too many rules to compare all of them with one another: shadowed and repeated rules may be missing here. Split the file to have them all.",
            ),
        );
    }
    return issues;
}
