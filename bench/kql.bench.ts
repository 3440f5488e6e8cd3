import { openDatabase, type TableData } from "../kql";
import type { Benchmark, Measurement } from "./benchmark";
import { eventRows, megabytes } from "./kql/eventRows";
import { now, raceOf } from "./kql/question";
import { Random } from "./sysmon/random";

const rowCount = 100_000;
/** Rows that are taken apart field by field. */
const xmlRowCount = 2_000;
/** Rows on each side of a join. */
const joinedCount = 10_000;

const accesses = String.raw`Event
    | where EventID == 10
    | parse EventData with * '<Data Name="SourceImage">' SourceImage '<' * '<Data Name="TargetImage">' TargetImage '<'
        * '<Data Name="GrantedAccess">' GrantedAccess '<' *
    | where TargetImage endswith @"\lsass.exe" and GrantedAccess in ("0x1010", "0x1410", "0x1438", "0x143a", "0x1fffff")
    | summarize count() by SourceImage, TargetImage`;

/** Queries over rows as the service holds them, beside hand-written JavaScript that answers the same. */
export function* benchmarks(): Generator<Benchmark> {
    const data = eventRows(rowCount);
    const tables = { Event: data };
    const size = `${rowCount / 1000},000 rows, ${Math.round(megabytes(data))} MB`;
    const ids = column(data, "EventID", Number);
    const texts = column(data, "EventData", String);
    yield firstRun(`first query of a process, ${size}`, tables);
    yield raceOf({
        title: `parse and summarize, ${size}`,
        query: accesses,
        tables,
        byHand: () => accessesByHand(ids, texts),
        goal: rowCount / 0.12,
    });
    yield raceOf({
        title: `has, ${size}`,
        query: `Event | where EventData has "lsass.exe" | count`,
        tables,
        byHand: () => [[countOf(texts, /(?<![a-z0-9])lsass\.exe(?![a-z0-9])/i)]],
    });
    yield raceOf({
        title: `extract, ${size}`,
        query: `Event
            | where EventID == 1
            | extend Hash = extract("SHA256=([0-9a-f]{64})", 1, EventData)
            | summarize count() by Start = substring(Hash, 0, 2)`,
        tables,
        byHand: () => hashesByHand(ids, texts),
    });
    yield fields();
    yield joined();
}

/** Everything from the text of the query to its answer, with rows that are there already. */
function firstRun(title: string, tables: Readonly<Record<string, TableData>>): Measurement {
    const measure = (): number => {
        const start = process.cpuUsage();
        openDatabase({ tables, now }).query(accesses);
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1000;
    };
    return {
        kind: "measurement",
        title: `query: ${title}, in CPU time`,
        measure: () => [
            { name: "with the parser yet to load", value: measure(), unit: "ms" },
            { name: "once more", value: measure(), unit: "ms" },
        ],
    };
}

function column<T>({ columns, rows }: TableData, name: string, read: (value: unknown) => T): T[] {
    const index = columns.findIndex((candidate) => candidate.name === name);
    return rows.map((row) => read(row[index]));
}

const masks: ReadonlySet<string> = new Set(["0x1010", "0x1410", "0x1438", "0x143a", "0x1fffff"]);

function accessesByHand(ids: readonly number[], texts: readonly string[]): unknown[][] {
    const groups = new Map<string, Map<string, number>>();
    for (let row = 0; row < ids.length; row++) {
        if (ids[row] !== 10) continue;
        const text = texts[row] ?? "";
        const source = valueAfter(text, '<Data Name="SourceImage">', 0);
        if (source === undefined) continue;
        const target = valueAfter(text, '<Data Name="TargetImage">', source.end);
        if (target === undefined) continue;
        const access = valueAfter(text, '<Data Name="GrantedAccess">', target.end);
        if (access === undefined) continue;
        if (!target.value.slice(-10).toLowerCase().endsWith("\\lsass.exe")) continue;
        if (!masks.has(access.value)) continue;
        let targets = groups.get(source.value);
        if (targets === undefined) groups.set(source.value, (targets = new Map<string, number>()));
        targets.set(target.value, (targets.get(target.value) ?? 0) + 1);
    }
    return [...groups].flatMap(([source, targets]) => [...targets].map(([target, count]) => [source, target, count]));
}

function valueAfter(text: string, label: string, from: number): { value: string; end: number } | undefined {
    const place = text.indexOf(label, from);
    if (place < 0) return undefined;
    const start = place + label.length;
    const end = text.indexOf("<", start);
    return end < 0 ? undefined : { value: text.slice(start, end), end };
}

function countOf(texts: readonly string[], pattern: RegExp): number {
    let count = 0;
    for (const text of texts) if (pattern.test(text)) count++;
    return count;
}

function hashesByHand(ids: readonly number[], texts: readonly string[]): unknown[][] {
    const groups = new Map<string, number>();
    for (let row = 0; row < ids.length; row++) {
        if (ids[row] !== 1) continue;
        const start = (/SHA256=([0-9a-f]{64})/.exec(texts[row] ?? "")?.[1] ?? "").slice(0, 2);
        groups.set(start, (groups.get(start) ?? 0) + 1);
    }
    return [...groups].map(([start, count]) => [start, count]);
}

/** Each field of each event a column, as one does where no parser is at hand. */
function fields(): Benchmark {
    const data = eventRows(xmlRowCount);
    const times = column(data, "TimeGenerated", String);
    const texts = column(data, "EventData", String);
    return raceOf({
        title: `parse_xml, mv-expand and pivot, ${xmlRowCount / 1000},000 rows`,
        query: `Event
            | mv-expand Field = parse_xml(EventData).DataItem.EventData.Data
            | extend Name = tostring(Field["@Name"]), Value = tostring(Field["#text"])
            | where Name in ("GrantedAccess", "Image", "SourceImage", "TargetImage")
            | evaluate pivot(Name, take_any(Value), TimeGenerated)`,
        tables: { Event: data },
        byHand: () =>
            texts.map((text, row) => {
                const found = new Map<string, string>();
                for (const [, name = "", value = ""] of text.matchAll(/<Data Name="([^"]*)">([^<]*)<\/Data>/g))
                    found.set(name, unescaped(value));
                const value = (name: string): string => found.get(name) ?? "";
                return [times[row], value("GrantedAccess"), value("Image"), value("SourceImage"), value("TargetImage")];
            }),
    });
}

function unescaped(text: string): string {
    const entities = new Map([["&lt;", "<"], ["&gt;", ">"], ["&quot;", '"'], ["&apos;", "'"], ["&amp;", "&"]]); // prettier-ignore
    return text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (entity) => entities.get(entity) ?? entity);
}

/** Processes and what they opened, brought together by their id. */
function joined(): Benchmark {
    const random = new Random(1);
    const starts = Array.from({ length: joinedCount }, (_, id): [number, string] => [
        id,
        `image ${random.below(100)}.exe`,
    ]);
    const opened = Array.from({ length: joinedCount }, (): [number, number] => [
        random.below(joinedCount),
        random.below(1000),
    ]);
    return raceOf({
        title: `join of ${joinedCount / 1000},000 with ${joinedCount / 1000},000 rows`,
        query: `Started | join kind=inner Opened on ProcessId | summarize count(), sum(Handles) by Image`,
        tables: {
            Started: {
                columns: [
                    { name: "ProcessId", type: "long" },
                    { name: "Image", type: "string" },
                ],
                rows: starts,
            },
            Opened: {
                columns: [
                    { name: "ProcessId", type: "long" },
                    { name: "Handles", type: "long" },
                ],
                rows: opened,
            },
        },
        byHand: () => {
            const images = new Map(starts);
            const groups = new Map<string, { count: number; sum: number }>();
            for (const [id, handles] of opened) {
                const image = images.get(id);
                if (image === undefined) continue;
                const group = groups.get(image);
                if (group === undefined) groups.set(image, { count: 1, sum: handles });
                else {
                    group.count++;
                    group.sum += handles;
                }
            }
            return [...groups].map(([image, { count, sum }]) => [image, count, sum]);
        },
    });
}
