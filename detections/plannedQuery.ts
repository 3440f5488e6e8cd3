import { alertRuleLimits, durationMs } from "../azure";
import { expectedMachines, heardMachines } from "./functions/expectedMachines";
import { sharedFunctions, sharedFunctionsIn } from "./functions/sharedFunctions";
import { sysmonColumn, sysmonParsedCut, type SysmonTable } from "./functions/sysmonParsed";
import { identifiersOf } from "./identifiers";
import { kqlLiteral, kqlTimespan, minutesOf } from "./kqlText";
import { nearestName } from "../sysmon/nearestName";
import { DetectionsError, type DetectionProblem } from "./problems";
import {
    frequencies,
    windows,
    type Detection,
    type DetectionParameter,
    type ParameterValue,
    type RuleKind,
} from "./schema";

/** Characters that the query of a Sentinel analytics rule may have (scheduled analytics rules overview). */
export const sentinelQueryLimit = 10_000;

/** Rows ingested in the last minute wait for the next run, so that a burst has arrived whole before it is counted. */
const settlingMinutes = 1;

/** What a stack decides about a planned query. */
export interface PlannedQueryOptions {
    /** The table that the stack collects into. */
    readonly table: SysmonTable;
    /** Values for the detection's parameters; the default where there is none. */
    readonly parameters?: Readonly<Record<string, ParameterValue>>;
    /** How often the rule runs (ISO 8601); default: the detection's. */
    readonly frequency?: string;
    /** How far back the rule looks (ISO 8601); default: the detection's. */
    readonly window?: string;
    /**
     * Resource ids of the machines that the stack equips, which a query knows as `ExpectedMachines`. Default: none. Without,
     * or where there are more than a rule has room for, those are expected that send heartbeats.
     */
    readonly machines?: readonly string[];
    /** The kind of rule that is to hold the text; default: whichever the detection is legal for. */
    readonly kind?: RuleKind;
}

/** Bytes of a rule that its other properties are left: the description may have 4,096 characters. */
const roomForProperties = 8_192;

/** Names that a planned query may define ahead of the detection's own text. */
export const plannedNames: readonly string[] = [
    "newFrom",
    "newUntil",
    "windowStart",
    "ExpectedMachines",
    "SysmonParsed",
    ...Object.keys(sharedFunctions),
];

/**
 * The text of the planned rule: the detection's query behind the definitions of what it uses.
 *
 * - a `let` for each parameter;
 * - `newFrom` and `newUntil`: a row is new to this run where `IngestionTime > newFrom and IngestionTime <= newUntil`. Runs
 *   follow on each other without gap or overlap, whatever the frequency, so that each row is new exactly once, after the
 *   detection's delay;
 * - `windowStart`, where it is used: how far back a query reads what is not `SysmonParsed`;
 * - `ExpectedMachines`, where it is used: one row a machine that should be heard, by `_ResourceId` in lower case;
 * - a `let` for each shared function that it calls;
 * - `SysmonParsed`, cut to the events and columns used, and to the window: `ago()` makes the service read 48 hours.
 *
 * @throws DetectionsError where a duration or a value fits no rule or parameter, or the text is longer than a rule may be.
 */
export function plannedQuery(detection: Detection, options: PlannedQueryOptions): string {
    const { parameters = {}, frequency = detection.frequency, window = detection.window } = options;
    const problems = [...timingProblems(detection, frequency, window), ...parameterProblems(detection, parameters)];
    if (problems.length > 0) throw new DetectionsError(problems);
    const written = (expected: string) =>
        [...preludeOf(detection, { ...options, parameters, frequency, window }, expected), detection.query].join("\n");
    const listed = expectedMachines(options.machines ?? []);
    const listing = listed === undefined ? undefined : written(listed);
    const query =
        listing !== undefined && hasRoom(listing, options.kind ?? narrowestKind(detection))
            ? listing
            : written(heardMachines);
    const bytes = Buffer.byteLength(query);
    if (bytes > alertRuleLimits.bytes) {
        const message = `the planned query has ${bytes} bytes, a rule may have ${alertRuleLimits.bytes}: shorten the query or its lists`;
        throw new DetectionsError([{ file: detection.folder, code: "DT209", message }]);
    }
    return query;
}

/** The kind of rule with the least room, among those that the detection is legal for. */
function narrowestKind({ legalFor }: Detection): RuleKind {
    return legalFor.includes("sentinel") ? "sentinel" : "scheduled-query";
}

function hasRoom(query: string, kind: RuleKind): boolean {
    return kind === "sentinel"
        ? query.length <= sentinelQueryLimit
        : Buffer.byteLength(query) <= alertRuleLimits.bytes - roomForProperties;
}

/** The definitions ahead of a detection's own text: all that events need, and of the rest what the text mentions. */
function preludeOf(
    detection: Detection,
    {
        table,
        parameters: values,
        frequency,
        window,
    }: Required<Pick<PlannedQueryOptions, "table" | "parameters" | "frequency" | "window">>,
    expected: string,
): string[] {
    const lookback = kqlTimespan(minutesOf(window));
    const settled = settlingMinutes + delayOf(detection);
    const mentioned = identifiersOf(detection.query);
    const ofEvents = detection.kind === "events";
    const cut = sysmonParsedCut(table, {
        events: detection.data.events,
        // What falls silent is told by rows, whatever is in them; and columns that a query makes may be named like fields.
        columns: ofEvents ? mentioned : [],
        window: lookback,
    });
    const definitions = [
        { name: "newFrom", text: `ago(${kqlTimespan(minutesOf(frequency) + settled)})`, always: ofEvents },
        { name: "newUntil", text: `ago(${kqlTimespan(settled)})`, always: ofEvents },
        {
            name: "windowStart",
            text: `ago(${lookback})`,
            always: mentioned.has("ExpectedMachines") && expected === heardMachines,
        },
        { name: "ExpectedMachines", text: expected, always: false },
        ...sharedFunctionsIn(detection.query).map((shared) => ({ ...shared, always: true })),
        { name: "SysmonParsed", text: cut, always: ofEvents },
    ];
    return [
        ...Object.entries(detection.parameters).map(
            ([name, parameter]) => `let ${name} = ${kqlLiteral(parameter.type, values[name] ?? parameter.default)};`,
        ),
        ...definitions
            .filter(({ name, always }) => always || mentioned.has(name))
            .map(({ name, text }) => `let ${name} = ${text};`),
    ];
}

/** Minutes that an event waits before it is new to a detection. */
export function delayOf({ delay }: Pick<Detection, "delay">): number {
    return delay === undefined ? 0 : minutesOf(delay);
}

/** Sysmon's columns that a query uses, sorted; what the table itself knows of an event is left out. */
export function fieldsUsed(query: string): string[] {
    return [...identifiersOf(query)].filter((name) => sysmonColumn(name)?.field !== undefined).sort();
}

/** What is wrong with how often and how far back a rule is to look. */
function timingProblems(detection: Detection, frequency: string, window: string): DetectionProblem[] {
    const problem = (message: string): DetectionProblem => ({ file: detection.folder, code: "DT208", message });
    const wrong: DetectionProblem[] = [];
    if (!frequencies.includes(frequency))
        wrong.push(
            problem(`${detection.name}: frequency is ${frequency}; accepted is one of ${frequencies.join(", ")}`),
        );
    if (!windows.includes(window))
        wrong.push(problem(`${detection.name}: window is ${window}; accepted is one of ${windows.join(", ")}`));
    if (wrong.length === 0 && minutesOf(window) < minutesOf(frequency) + delayOf(detection)) {
        const delayed = detection.delay === undefined ? "" : ` and delay ${detection.delay}`;
        wrong.push(problem(`${detection.name}: window ${window} is shorter than frequency ${frequency}${delayed}`));
    }
    return wrong;
}

/** What is wrong with the values that a stack sets for a detection's parameters. */
export function parameterProblems(
    detection: Detection,
    values: Readonly<Record<string, ParameterValue>>,
): DetectionProblem[] {
    const names = Object.keys(detection.parameters);
    return Object.entries(values).flatMap(([name, value]) => {
        const problem = (message: string): DetectionProblem => ({ file: detection.folder, code: "DT208", message });
        const parameter = detection.parameters[name];
        if (parameter === undefined) {
            const near = nearestName(name, names);
            const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
            return [
                problem(
                    `${detection.name} has no parameter ${name}; ${near === undefined ? known : `did you mean ${near}?`}`,
                ),
            ];
        }
        if (accepts(parameter.type, value)) return [];
        return [
            problem(
                `${detection.name}: ${name} is ${JSON.stringify(value)}; accepted is ${parameterForms[parameter.type]}`,
            ),
        ];
    });
}

const parameterForms: Readonly<Record<DetectionParameter["type"], string>> = {
    long: "a whole number",
    real: "a number",
    bool: "true or false",
    string: "a text",
    stringList: "a list of texts",
    duration: "an ISO 8601 duration in whole minutes, such as PT30M",
};

function accepts(type: DetectionParameter["type"], value: ParameterValue): boolean {
    switch (type) {
        case "long":
            return Number.isSafeInteger(value);
        case "real":
            return typeof value === "number" && Number.isFinite(value);
        case "bool":
            return typeof value === "boolean";
        case "string":
            return typeof value === "string";
        case "duration":
            return (
                typeof value === "string" &&
                (durationMs(value) ?? 0) >= 60_000 &&
                (durationMs(value) ?? 0) % 60_000 === 0
            );
        case "stringList":
            return Array.isArray(value) && value.every((entry) => typeof entry === "string");
    }
}
