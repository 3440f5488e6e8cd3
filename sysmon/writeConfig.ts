import { createHash } from "node:crypto";
import type { Block, ConfigOption, Filter, Rule, RuleGroup, SysmonConfig } from "./config";
import { formatVersion } from "./schema";

/** What a written configuration can say beside its meaning. */
export interface WriteOptions {
    /**
     * Comments on options, blocks, and the filters and rules that stand in a block. One that the part before has as
     * well is not repeated. Default: none.
     */
    readonly comments?: ReadonlyMap<ConfigOption | Block | Filter | Rule, string>;
}

/**
 * Writes a configuration as XML, in one form for one meaning: comments, layout and spelling of what was read are gone,
 * order is kept. Neighboring blocks in groups of the same name and relation share one `RuleGroup`. Ends with a newline.
 *
 * @throws RangeError where a text holds a character that XML cannot carry.
 */
export function writeConfig(config: SysmonConfig, options: WriteOptions = {}): string {
    const comments: Comments = options.comments ?? new Map();
    const lines = [`<Sysmon schemaversion="${formatVersion(config.schemaVersion)}">`];
    const commentOn = commenter(lines, "  ", comments);
    for (const option of config.options) {
        commentOn(option);
        lines.push(`  ${element(option.name, [], option.value)}`);
    }
    if (config.blocks.length === 0) {
        lines.push("  <EventFiltering/>");
    } else {
        lines.push("  <EventFiltering>");
        writeBlocks(config.blocks, lines, comments);
        lines.push("  </EventFiltering>");
    }
    lines.push("</Sysmon>", "");
    return lines.join("\n");
}

/**
 * SHA-256 of the configuration as {@link writeConfig} writes it, in lower-case hexadecimal: two files that differ only
 * in comments and layout have the same.
 */
export function configSha256(config: SysmonConfig): string {
    return createHash("sha256").update(writeConfig(config)).digest("hex");
}

type Attributes = readonly (readonly [string, string])[];

type Comments = NonNullable<WriteOptions["comments"]>;

/** Writes the comment on each of several parts that stand side by side. */
function commenter(
    lines: string[],
    indent: string,
    comments: Comments,
): (part: ConfigOption | Block | Filter | Rule) => void {
    let last: string | undefined;
    return (part) => {
        const text = comments.get(part);
        if (text !== undefined && text !== last) lines.push(`${indent}<!-- ${commentText(text)} -->`);
        last = text;
    };
}

/** XML allows no two hyphens in a comment, and none at its end. */
function commentText(text: string): string {
    return checked(text)
        .replace(/[\t\n\r]+/g, " ")
        .replace(/-(?=-)/g, "- ");
}

function writeBlocks(blocks: readonly Block[], lines: string[], comments: Comments): void {
    let open: RuleGroup | null = null;
    for (const block of blocks) {
        if (open !== null && !isSameGroup(open, block.group)) {
            lines.push("    </RuleGroup>");
            open = null;
        }
        if (open === null && block.group !== null) {
            const { name, relation } = block.group;
            lines.push(`    <RuleGroup${attributes([...named(name), ["groupRelation", relation]])}>`);
            open = block.group;
        }
        const indent = open === null ? "    " : "      ";
        commenter(lines, indent, comments)(block);
        writeBlock(block, indent, lines, comments);
    }
    if (open !== null) lines.push("    </RuleGroup>");
}

function isSameGroup(a: RuleGroup, b: RuleGroup | null): boolean {
    return b !== null && a.name === b.name && a.relation === b.relation;
}

function writeBlock(block: Block, indent: string, lines: string[], comments: Comments): void {
    const items = block.items.filter((item) => item.kind === "filter" || item.filters.length > 0);
    const start = `${block.element} onmatch="${block.onmatch}"`;
    if (items.length === 0) {
        lines.push(`${indent}<${start}/>`);
        return;
    }
    lines.push(`${indent}<${start}>`);
    const commentOn = commenter(lines, `${indent}  `, comments);
    for (const item of items) {
        commentOn(item);
        if (item.kind === "filter") lines.push(`${indent}  ${filterElement(item)}`);
        else writeRule(item, `${indent}  `, lines);
    }
    lines.push(`${indent}</${block.element}>`);
}

function writeRule(rule: Rule, indent: string, lines: string[]): void {
    lines.push(`${indent}<Rule${attributes([...named(rule.name), ["groupRelation", rule.relation]])}>`);
    for (const filter of rule.filters) lines.push(`${indent}  ${filterElement(filter)}`);
    lines.push(`${indent}</Rule>`);
}

function filterElement(filter: Filter): string {
    return element(filter.field, [...named(filter.name), ["condition", filter.condition]], filter.value);
}

function named(name: string | null): Attributes {
    return name === null ? [] : [["name", name]];
}

function element(name: string, attributeList: Attributes, text: string): string {
    const start = `${name}${attributes(attributeList)}`;
    return text === "" ? `<${start}/>` : `<${start}>${escapeText(text)}</${name}>`;
}

function attributes(list: Attributes): string {
    return list.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join("");
}

/** A carriage return would be read as a line feed. */
function escapeText(text: string): string {
    return checked(text).replace(/[&<>\r]/g, escapeUnit);
}

/** White space other than the blank would be read as a blank. */
function escapeAttribute(text: string): string {
    return checked(text).replace(/[&<>"\t\n\r]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
    switch (unit) {
        case "&":
            return "&amp;";
        case "<":
            return "&lt;";
        case ">":
            return "&gt;";
        case '"':
            return "&quot;";
        default:
            return `&#${unit.charCodeAt(0)};`;
    }
}

function checked(text: string): string {
    for (const character of text) {
        const code = character.codePointAt(0) ?? 0;
        const isControl = code < 0x20 && code !== 0x9 && code !== 0xa && code !== 0xd;
        if (isControl || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff) {
            const shown = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
            throw new RangeError(`XML cannot hold the character ${shown} of ${JSON.stringify(text)}. Remove it.`);
        }
    }
    return text;
}
