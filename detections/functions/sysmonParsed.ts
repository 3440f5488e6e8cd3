import { latestEvents, type FieldType } from "../../sysmon/schema";

/** Tables that Sysmon events are collected into. */
export type SysmonTable = "Event" | "WindowsEvent";

/** One column of `SysmonParsed`. */
export interface SysmonColumn {
    /** Name in a query, e.g. `TargetImage`. */
    readonly name: string;
    /** KQL type. */
    readonly type: "string" | "long" | "bool" | "datetime" | "int";
    /** The Sysmon field behind it; `undefined` for what the table itself knows of an event. */
    readonly field: string | undefined;
    /** Ids of the events that have it, ascending; all for what the table itself knows. */
    readonly events: readonly number[];
}

const everyEvent: readonly number[] = latestEvents.map((event) => event.id);

/** What the table knows of an event, in the order of the columns. Both tables name it alike. */
const tableColumns: readonly SysmonColumn[] = [
    { name: "TimeGenerated", type: "datetime", field: undefined, events: everyEvent },
    { name: "Computer", type: "string", field: undefined, events: everyEvent },
    { name: "_ResourceId", type: "string", field: undefined, events: everyEvent },
    { name: "EventID", type: "int", field: undefined, events: everyEvent },
    { name: "IngestionTime", type: "datetime", field: undefined, events: everyEvent },
];

/** Columns that every planned query keeps, so that rules can group by machine and see late rows. */
const keptColumns: ReadonlySet<string> = new Set(tableColumns.map((column) => column.name));

/**
 * Every column of `SysmonParsed`: what the table knows of an event, then each field of each event once, in the order of
 * their first appearance by event id.
 */
export const sysmonColumns: readonly SysmonColumn[] = [...tableColumns, ...fieldColumns()];

const byName: ReadonlyMap<string, SysmonColumn> = new Map(sysmonColumns.map((column) => [column.name, column]));

/** The column of this name, or `undefined`. Case matters, as in KQL. */
export function sysmonColumn(name: string): SysmonColumn | undefined {
    return byName.get(name);
}

function fieldColumns(): SysmonColumn[] {
    const fields = new Map<string, { types: Set<SysmonColumn["type"]>; events: number[] }>();
    for (const event of latestEvents) {
        for (const field of event.fields) {
            const known = fields.get(field.name) ?? { types: new Set(), events: [] };
            known.types.add(columnType(field.name, field.type));
            known.events.push(event.id);
            fields.set(field.name, known);
        }
    }
    return [...fields].map(([field, { types, events }]) => {
        const [type, ...others] = types;
        return {
            name: columnName(field),
            type: type === undefined || others.length > 0 ? "string" : type,
            field,
            events,
        };
    });
}

/** The table has a column `Type` of its own, so Sysmon's field of that name (events 20 and 25) gets another. */
function columnName(field: string): string {
    return field === "Type" ? "SysmonType" : field;
}

/** Times are text in the sensor's manifest; their names tell them. GUIDs and masks stay as Windows prints them. */
function columnType(name: string, type: FieldType): SysmonColumn["type"] {
    switch (type) {
        case "UnicodeString":
            return name.endsWith("UtcTime") ? "datetime" : "string";
        case "UInt16":
        case "UInt32":
            return "long";
        case "Boolean":
            return "bool";
        case "GUID":
        case "HexInt32":
        case "HexInt64":
            return "string";
    }
}

/** Whether a field's text may hold characters that XML escapes. */
const freeText: ReadonlySet<string> = new Set(
    latestEvents.flatMap((event) =>
        event.fields.filter((field) => field.type === "UnicodeString").map((field) => field.name),
    ),
);

/**
 * Text of the saved function `SysmonParsed`: one row an event, every Sysmon field a typed column. What a row's event does
 * not have is empty: "" for text, null for the rest.
 */
export function sysmonParsed(table: SysmonTable): string {
    return parserText(table, [whereSysmon(table)], sysmonColumns);
}

/** What a query needs of `SysmonParsed`. */
export interface SysmonParsedCut {
    /** Ids of the events it reads; all where there are none. */
    readonly events: readonly number[];
    /** Names of the columns it reads; those of the table itself are always there. Unknown names are left out. */
    readonly columns: Iterable<string>;
    /** How far back it looks, as a KQL timespan literal such as `30m`. */
    readonly window: string;
}

/** The same cut to what one query uses: its events, its columns, its window. */
export function sysmonParsedCut(table: SysmonTable, cut: SysmonParsedCut): string {
    const used = new Set(cut.columns);
    const events = cut.events.length === 0 ? "" : ` and EventID in (${cut.events.join(", ")})`;
    return parserText(
        table,
        [`TimeGenerated > ago(${cut.window})`, `${whereSysmon(table)}${events}`],
        sysmonColumns.filter((column) => keptColumns.has(column.name) || used.has(column.name)),
    );
}

/** The condition that keeps Sysmon's events of a table that other sources share. */
function whereSysmon(table: SysmonTable): string {
    return `${table === "Event" ? "Source" : "Provider"} == "Microsoft-Windows-Sysmon"`;
}

function parserText(table: SysmonTable, conditions: readonly string[], columns: readonly SysmonColumn[]): string {
    const projected = columns.map((column) => {
        if (column.field !== undefined) return `${column.name} = ${fieldExpression(table, column, column.field)}`;
        return column.name === "IngestionTime" ? "IngestionTime = ingestion_time()" : column.name;
    });
    return [
        table,
        ...conditions.map((condition) => `| where ${condition}`),
        `| project\n    ${projected.join(",\n    ")}`,
    ].join("\n");
}

/** Reads one field of a row: out of the XML text of table `Event`, out of the property bag of `WindowsEvent`. */
function fieldExpression(table: SysmonTable, column: SysmonColumn, field: string): string {
    const raw =
        table === "Event"
            ? `extract(@'<Data Name="${field}">([^<]*)</Data>', 1, EventData)`
            : `tostring(EventData.${field})`;
    // KQL names its conversions after their types: tolong, tobool, todatetime.
    if (column.type !== "string") return `to${column.type}(${raw})`;
    return table === "Event" && freeText.has(field) ? decoded(raw) : raw;
}

/** XML's entities and the characters they stand for; the ampersand last, so that nothing is decoded twice. */
const entities: readonly (readonly [entity: string, literal: string])[] = [
    ["&lt;", "'<'"],
    ["&gt;", "'>'"],
    ["&quot;", "'\"'"],
    ["&apos;", '"\'"'],
    ["&#9;", "'\\t'"],
    ["&#10;", "'\\n'"],
    ["&#13;", "'\\r'"],
    ["&amp;", "'&'"],
];

function decoded(expression: string): string {
    return entities.reduce((text, [entity, literal]) => `replace_string(${text}, '${entity}', ${literal})`, expression);
}
