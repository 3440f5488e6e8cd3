import { bindBlock } from "./binding";
import { blockFilters, effectiveName } from "./config";
import type { Block, ConfigOption, Filter, OnMatch, Position, Relation, Rule, RuleGroup, SysmonConfig } from "./config";
import { decodeText } from "./decodeText";
import { mentionsEnvironment } from "./environment";
import { issueAt, type Issue, type IssueCode } from "./issue";
import { nearestName } from "./nearestName";
import {
    conditions,
    eventElements,
    eventsByElement,
    formatVersion,
    latestEvents,
    latestVersion,
    oldestAcceptedVersion,
    options as knownOptions,
    parseCondition,
    parseVersion,
    releaseFor,
    type EventFacts,
    type FieldFacts,
    type OptionFacts,
    type SchemaVersion,
} from "./schema";
import { firstPosition, parseXml, type XmlElement, type XmlProblem } from "./xmlTree";

/** A configuration as read, and everything there is to say about it. */
export interface ReadConfig {
    /** What the sensor would load; absent where it would reject the file. */
    readonly config?: SysmonConfig;
    /** In the order of the file. Any of severity `error` means that there is no `config`. */
    readonly issues: readonly Issue[];
}

/**
 * Reads a configuration as the sensor does: the same files are rejected, the same blocks are ignored (published rule
 * engine and schema). Never throws on what a file holds; all problems are collected, except that XML that is not
 * well-formed ends at its first one.
 */
export function readConfig(xml: string | Uint8Array): ReadConfig {
    const { config, issues } = readFile(xml);
    return config === undefined ? { issues } : { config, issues };
}

/** A file as read, and what would become of it. */
export interface ReadFile extends ReadConfig {
    /** What the sensor would load if the schema version were raised; present where that alone makes it reject the file. */
    readonly atNewestVersion?: SysmonConfig;
}

/** The same, and more where only the schema version is at fault: what else is wrong shows before it is raised. */
export function readFile(xml: string | Uint8Array): ReadFile {
    const decoded = typeof xml === "string" ? { ok: true as const, text: xml } : decodeText(xml);
    if (!decoded.ok) {
        return { issues: [issueAt(decoded.isTooLarge ? "SM003" : "SM002", decoded.position, decoded.reason)] };
    }
    const document = parseXml(decoded.text);
    if (!document.ok) return { issues: [xmlIssue(document.problem)] };
    return new Reader().read(document.root);
}

/** Longest rule name, in bytes of UTF-8. */
const maxNameBytes = 255;

/** Most issues that are kept: nobody reads more, and a hostile file has millions. */
const mostIssues = 100_000;

/** Issues up to here come with a guess at what was meant. */
const guessedIssues = 100;

/** Options that Microsoft documents, though the published schema spells them otherwise. */
const documentedOptions: ReadonlySet<string> = new Set([
    "CopyOnDeletePE",
    "CopyOnDeleteSIDs",
    "CopyOnDeleteExtensions",
    "CopyOnDeleteProcesses",
]);

/** A filter whose condition is still as written: the sensor looks at it only in blocks that it loads. */
type RawFilter = Omit<Filter, "condition"> & { readonly condition: string };
type RawRule = Omit<Rule, "filters"> & { readonly filters: readonly RawFilter[] };
type RawBlock = Omit<Block, "items" | "onmatch"> & {
    readonly onmatch: OnMatch | null;
    readonly items: readonly (RawFilter | RawRule)[];
};

function xmlIssue(problem: XmlProblem): Issue {
    switch (problem.reason) {
        case "malformed":
            return issueAt("SM001", problem.position, `The file is not well-formed XML: ${problem.message}`);
        case "too-large":
            return issueAt("SM003", problem.position, problem.message);
        case "doctype":
            return issueAt(
                "SM004",
                problem.position,
                "The sensor puts its own document type in front, so a second one makes the file unreadable. Remove it; write the text of its entities where they are used.",
            );
    }
}

/** Reads one document. */
class Reader {
    private readonly issues: Issue[] = [];
    private isRejected = false;
    private readonly blocks: RawBlock[] = [];
    private readonly options: ConfigOption[] = [];
    /** The version the file names; the newest while it is unreadable, so that the rest can still be checked. */
    private version: SchemaVersion = latestVersion;
    /** The schema the sensor checks the file against. */
    private release: SchemaVersion = latestVersion;

    read(root: XmlElement): ReadFile {
        this.readRoot(root);
        const blocks = this.loadBlocks();
        const issues = this.issues.sort((a, b) => a.line - b.line || a.column - b.column);
        const config = { schemaVersion: this.version, options: this.options, blocks };
        const errors = issues.filter((issue) => issue.severity === "error");
        if (errors.length === 0) return { config, issues };
        return errors.every(({ code }) => code === "SM011") ? { atNewestVersion: config, issues } : { issues };
    }

    private report(code: IssueCode, position: Position | undefined, message: string): void {
        const issue = issueAt(code, position ?? firstPosition, message);
        // An error must count, however many warnings came before it.
        if (this.issues.length < mostIssues || (issue.severity === "error" && !this.isRejected))
            this.issues.push(issue);
        this.isRejected ||= issue.severity === "error";
    }

    private readRoot(root: XmlElement): void {
        if (root.name !== "Sysmon") {
            this.report("SM005", root.position, `The root element is ${root.name}; the sensor reads only Sysmon.`);
            return;
        }
        this.checkAttributes(root, ["schemaversion"]);
        this.readVersion(root);
        this.checkNoText(root);
        for (const child of root.children) {
            if (child.name === "EventFiltering") this.readEventFiltering(child);
            else this.readOption(child);
        }
    }

    private readVersion(root: XmlElement): void {
        const text = attribute(root, "schemaversion");
        const version = text === undefined ? undefined : parseVersion(text);
        const advice = `Write schemaversion="${formatVersion(latestVersion)}", or the version of the sensor you run.`;
        if (text === undefined) {
            this.report("SM010", root.position, `The schemaversion is missing: the sensor crashes. ${advice}`);
        } else if (version === undefined) {
            this.report(
                "SM010",
                root.position,
                `The schemaversion "${text}" is no number: the sensor crashes. ${advice}`,
            );
        } else if (version < oldestAcceptedVersion || version >= 0x10000) {
            this.report(
                "SM011",
                root.position,
                `The sensor does not accept schema version ${formatVersion(version)}, only ${formatVersion(oldestAcceptedVersion)} and later. ${advice}`,
            );
        } else {
            this.version = version;
            this.release = releaseFor(version);
            if (!/^\d+\.\d{1,2}$/.test(text)) {
                this.report(
                    "SM109",
                    root.position,
                    `The sensor reads the schemaversion "${text}" as ${formatVersion(version)}. Write it so, if that is meant.`,
                );
            }
            if (version > latestVersion) {
                this.report(
                    "SM012",
                    root.position,
                    `Schema version ${formatVersion(version)} is newer than ${formatVersion(latestVersion)}: a sensor of that version checks the file against schema ${formatVersion(this.release)}.`,
                );
            }
        }
    }

    private readOption(element: XmlElement): void {
        const option = knownOptions.find((candidate) => optionElement(candidate) === element.name);
        if (["RuleGroup", "Rule", ...eventElements].includes(element.name)) {
            this.report("SM021", element.position, `${element.name} must stand inside EventFiltering.`);
            return;
        }
        this.checkAttributes(element, []);
        for (const child of element.children) {
            this.report("SM021", child.position, `The option ${element.name} holds only text.`);
        }
        if (option === undefined || option.internal) {
            if (documentedOptions.has(element.name)) {
                this.report(
                    "SM106",
                    element.position,
                    `${element.name} is documented, but the published schema does not have it: your sensor may reject the file.`,
                );
                this.options.push({ name: element.name, value: element.text, position: element.position });
                return;
            }
            const near = this.didYouMean(element.name, ["EventFiltering", ...knownOptions.map(optionElement)]);
            this.report("SM020", element.position, `The sensor has no option ${element.name}.${near}`);
            return;
        }
        if (this.release < option.since || this.release > (option.until ?? latestVersion)) {
            const span = option.until === undefined ? "" : `, gone after ${formatVersion(option.until)}`;
            this.report(
                "SM026",
                element.position,
                `The option ${element.name} came with schema version ${formatVersion(option.since)}${span}; the file is checked against ${formatVersion(this.release)}.`,
            );
        }
        if (option.argument === "none" && !element.bare) {
            this.report("SM029", element.position, `${element.name} takes no text: write <${element.name}/>.`);
        }
        this.options.push({ name: element.name, value: element.text, position: element.position });
    }

    private readEventFiltering(element: XmlElement): void {
        this.checkAttributes(element, []);
        this.checkNoText(element);
        for (const child of element.children) {
            if (child.name === "RuleGroup") this.readGroup(child);
            else this.readBlock(child, null);
        }
    }

    private readGroup(element: XmlElement): void {
        this.checkAttributes(element, ["name", "groupRelation"]);
        this.checkNoText(element);
        const text = attribute(element, "groupRelation");
        let relation: Relation = "and";
        if (text === undefined) {
            this.report(
                "SM025",
                element.position,
                'The RuleGroup has no groupRelation. Write groupRelation="or" or "and".',
            );
        } else if (text === "and" || text === "or") {
            relation = text;
        } else {
            this.report("SM024", element.position, `The groupRelation of a RuleGroup is "and" or "or", not "${text}".`);
        }
        const group = { relation, name: attribute(element, "name") ?? null, position: element.position };
        for (const child of element.children) {
            if (child.name === "RuleGroup") {
                this.report("SM021", child.position, "A RuleGroup must not stand inside another.");
            } else {
                this.readBlock(child, group);
            }
        }
    }

    private readBlock(element: XmlElement, group: RuleGroup | null): void {
        const events = eventsByElement(element.name);
        if (events.length === 0) {
            this.reportNoEvent(element);
            return;
        }
        const since = Math.min(...events.map((event) => event.acceptedSince));
        if (since > this.release) {
            this.report(
                "SM026",
                element.position,
                `${element.name} came with schema version ${formatVersion(since)}; the file is checked against ${formatVersion(this.release)}. Raise the schemaversion or remove it.`,
            );
            return;
        }
        this.checkAttributes(element, ["onmatch", "default"]);
        this.checkNoText(element);
        const onmatch = this.readOnMatch(element);
        const items: (RawFilter | RawRule)[] = [];
        for (const child of element.children) {
            if (child.name === "Rule") {
                const rule = this.readRule(child);
                items.push(rule);
                if (child.bare && onmatch !== null) {
                    this.report(
                        "SM032",
                        child.position,
                        "There is nothing inside this Rule: loading it crashes the sensor. Remove it.",
                    );
                } else if (rule.filters.length === 0) {
                    this.report("SM105", child.position, "This Rule holds no filter: the sensor passes over it.");
                }
            } else {
                const filter = this.readFilter(child, element.name, events);
                if (filter !== undefined) items.push(filter);
            }
        }
        this.blocks.push({ element: element.name, onmatch, group, items, position: element.position });
    }

    private reportNoEvent(element: XmlElement): void {
        const isOption = knownOptions.some((option) => optionElement(option) === element.name);
        if (isOption || element.name === "EventFiltering" || element.name === "Sysmon") {
            this.report("SM021", element.position, `${element.name} must not stand inside EventFiltering.`);
        } else if (latestEvents.some((event) => event.fields.some((field) => field.name === element.name))) {
            this.report(
                "SM021",
                element.position,
                `${element.name} is a field: it must stand inside the element of an event.`,
            );
        } else if (element.name === "Rule") {
            this.report("SM021", element.position, "A Rule must stand inside the element of an event.");
        } else {
            const near = this.didYouMean(element.name, ["RuleGroup", ...eventElements]);
            this.report("SM020", element.position, `The sensor has no event ${element.name}.${near}`);
        }
    }

    /** What the block does on a match; null where the sensor ignores the block. */
    private readOnMatch(element: XmlElement): OnMatch | null {
        for (const name of ["onmatch", "default"]) {
            const text = attribute(element, name);
            if (text !== undefined && text !== "include" && text !== "exclude") {
                this.report(
                    "SM024",
                    element.position,
                    `The ${name} of ${element.name} is "include" or "exclude", not "${text}".`,
                );
            }
        }
        const onmatch = attribute(element, "onmatch");
        const fallback = attribute(element, "default");
        if (onmatch !== undefined && fallback !== undefined) {
            this.report(
                "SM102",
                element.position,
                `${element.name} has both onmatch and default: the sensor ignores it with all its filters. Remove default.`,
            );
            return null;
        }
        if (onmatch === undefined && fallback === undefined) {
            this.report(
                "SM101",
                element.position,
                `${element.name} has no onmatch: the sensor ignores it with all its filters. Write onmatch="include" or "exclude".`,
            );
            return null;
        }
        // What a block does by default is the opposite of what it does on a match.
        if (onmatch !== undefined) return onmatch === "exclude" ? "exclude" : "include";
        return fallback === "exclude" ? "include" : "exclude";
    }

    private readRule(element: XmlElement): RawRule {
        this.checkAttributes(element, ["name", "groupRelation"]);
        this.checkNoText(element);
        const filters: RawFilter[] = [];
        for (const child of element.children) {
            if (child.name === "Rule") {
                this.report("SM021", child.position, "A Rule must not stand inside another.");
                continue;
            }
            // The sensor's schema lets every field pass inside a Rule; whether the event has it shows when it is loaded.
            const filter = this.readFilter(child, "Rule", latestEvents);
            if (filter !== undefined) filters.push(filter);
        }
        const relation = attribute(element, "groupRelation");
        if (relation !== undefined && !/^(?:and|or)$/i.test(relation)) {
            this.report(
                "SM108",
                element.position,
                `The groupRelation of this Rule is "${relation}", which the sensor takes for "and". Write "and" or "or".`,
            );
        }
        return {
            kind: "rule",
            relation: relation === undefined || relation.toLowerCase() === "or" ? "or" : "and",
            name: attribute(element, "name") ?? null,
            filters,
            position: element.position,
        };
    }

    private readFilter(element: XmlElement, parent: string, events: readonly EventFacts[]): RawFilter | undefined {
        const since = fieldSince(element.name, events);
        if (since === undefined) {
            this.reportNoField(element, parent, events);
            return undefined;
        }
        if (since > this.release) {
            this.report(
                "SM028",
                element.position,
                `The field ${element.name} came with schema version ${formatVersion(since)}; the file is checked against ${formatVersion(this.release)}. Raise the schemaversion or remove it.`,
            );
        }
        this.checkAttributes(element, ["name", "condition"]);
        for (const child of element.children) {
            this.report("SM021", child.position, `The field ${element.name} holds only text.`);
        }
        return {
            kind: "filter",
            field: element.name,
            condition: attribute(element, "condition") ?? "",
            value: element.text,
            name: attribute(element, "name") ?? null,
            position: element.position,
        };
    }

    private reportNoField(element: XmlElement, parent: string, events: readonly EventFacts[]): void {
        const structural = ["RuleGroup", "EventFiltering", "Sysmon", ...eventElements];
        if (structural.includes(element.name)) {
            this.report("SM021", element.position, `${element.name} must not stand inside ${parent}.`);
            return;
        }
        const names = new Set(events.flatMap((event) => event.fields.map((field) => field.name)));
        const near = this.didYouMean(element.name, names);
        const whose = parent === "Rule" ? "No event" : parent;
        this.report(
            "SM027",
            element.position,
            `${whose} has ${parent === "Rule" ? "a" : "no"} field ${element.name}.${near}`,
        );
    }

    /** What the sensor does once the file has passed its schema: it takes the blocks of each event, one after another. */
    private loadBlocks(): Block[] {
        const loaded: Block[] = [];
        const broken = new Set<string>();
        for (const raw of this.blocks) {
            if (broken.has(raw.element)) {
                this.report(
                    "SM104",
                    raw.position,
                    `An earlier block of ${raw.element} was dropped for its fields, and with it every later one: repair that one.`,
                );
                continue;
            }
            if (raw.onmatch === null) continue;
            // Conditions do not matter to the binding, so the block can be bound before they are read.
            const block = withItems(raw, raw.onmatch, (filter) => ({ ...filter, condition: "is" }));
            const binding = bindBlock(block);
            const reached = binding.ok ? Infinity : binding.reached;
            this.checkFilters(block, raw, reached);
            if (binding.ok) {
                loaded.push(
                    withItems(raw, raw.onmatch, (filter) => ({
                        ...filter,
                        condition: parseCondition(filter.condition) ?? "is",
                    })),
                );
            } else {
                broken.add(raw.element);
                this.report(
                    "SM103",
                    raw.position,
                    `No event of ${raw.element} has all fields of this block (it fails at ${binding.field}): the sensor drops it and every later block of ${raw.element}. Split it by event.`,
                );
            }
        }
        return loaded;
    }

    /** The checks of single filters, as far as the sensor gets in the block. */
    private checkFilters(block: Block, raw: RawBlock, reached: number): void {
        const written = raw.items.flatMap((item) => (item.kind === "filter" ? [item] : item.filters));
        let index = 0;
        for (const { filter, rule } of blockFilters(block)) {
            if (index >= reached) return;
            const condition = written[index]?.condition ?? "";
            index++;
            if (parseCondition(condition) === undefined) {
                const near = this.didYouMean(condition, conditions);
                this.report(
                    "SM030",
                    filter.position,
                    `The sensor has no condition "${condition}".${near} It knows ${conditions.join(", ")}.`,
                );
            }
            const name = effectiveName(filter, rule, block.group);
            const bytes = Buffer.byteLength(name);
            if (bytes > maxNameBytes) {
                this.report(
                    "SM031",
                    filter.position,
                    `The rule name of ${filter.field} has ${bytes} bytes of UTF-8; the sensor takes at most ${maxNameBytes}.`,
                );
            }
            if (mentionsEnvironment(filter.value)) {
                this.report(
                    "SM107",
                    filter.position,
                    `The value of ${filter.field} holds an environment variable: it depends on the machine and on the session of the event.`,
                );
            }
        }
    }

    /** A guess at what was meant, as a sentence to append. */
    private didYouMean(written: string, names: Iterable<string>): string {
        // A file of nothing but mistakes gets no guesses: they cost more than reading it.
        if (this.issues.length >= guessedIssues) return "";
        const near = nearestName(written, names);
        return near === undefined ? "" : ` Did you mean ${near}?`;
    }

    private checkAttributes(element: XmlElement, allowed: readonly string[]): void {
        for (const { name } of element.attributes) {
            if (allowed.includes(name)) continue;
            const near = this.didYouMean(name, allowed);
            this.report("SM022", element.position, `${element.name} has no attribute ${name}.${near}`);
        }
    }

    private checkNoText(element: XmlElement): void {
        if (element.textPosition === undefined) return;
        this.report(
            "SM023",
            element.textPosition,
            `${element.name} holds only elements, no text of its own. Remove the text, or put it in a comment.`,
        );
    }
}

/** A block with its filters read by a function; a Rule without filters counts for nothing and is left out. */
function withItems(raw: RawBlock, onmatch: OnMatch, read: (filter: RawFilter) => Filter): Block {
    const items: (Filter | Rule)[] = [];
    for (const item of raw.items) {
        if (item.kind === "filter") items.push(read(item));
        else if (item.filters.length > 0) items.push({ ...item, filters: item.filters.map(read) });
    }
    return { ...raw, onmatch, items };
}

/** Name of the element that sets an option. */
function optionElement(option: OptionFacts): string {
    return option.switchesEvent ? `${option.name}Config` : option.name;
}

function attribute(element: XmlElement, name: string): string | undefined {
    return element.attributes.find((candidate) => candidate.name === name)?.value;
}

/** First version in which one of these events may be filtered by the field; `undefined` where none has it. */
function fieldSince(name: string, events: readonly EventFacts[]): SchemaVersion | undefined {
    let since: SchemaVersion | undefined;
    for (const event of events) {
        const field = event.fields.find((candidate) => candidate.name === name);
        if (event.element === null || field === undefined) continue;
        const accepted = acceptedSince(field, event);
        if (since === undefined || accepted < since) since = accepted;
    }
    return since;
}

/** A field that is as old as its event passes wherever its event does. */
function acceptedSince(field: FieldFacts, event: EventFacts): SchemaVersion {
    return field.since === event.since ? event.acceptedSince : field.since;
}
