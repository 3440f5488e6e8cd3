import * as fs from "node:fs";
import * as path from "node:path";
import {
    compileFilter,
    latestEvents,
    readConfig,
    writeConfig,
    type FilterableEvent,
    type SysmonConfig,
} from "../sysmon";
import { readRecording } from "../sysmon/events";
import { referenceVerdict } from "../test/support/referenceFilter";
import { sharedIsThere, sharedPath } from "../test/support/shared";
import type { Benchmark, Figure, Measurement, Race } from "./benchmark";
import { median } from "./median";
import { eventMix, withFreshTexts } from "./sysmon/eventMix";
import { huntingConfig, workstationConfig } from "./sysmon/generatedConfig";

const mixSize = 20_000;

/** The reference matcher is asked about one event in so many: it would take minutes over all of them. */
const referenceStep = 40;

/** The sensor's filter: loading a configuration, deciding about events, memory. */
export async function* benchmarks(): AsyncGenerator<Benchmark> {
    const hunting = huntingConfig();
    const workstation = workstationConfig();
    yield loading(writeConfig(hunting));
    yield memory(hunting);
    const mix = eventMix(mixSize);
    for (const { what, events } of [
        { what: "texts that come again", events: mix },
        { what: "texts that never do", events: withFreshTexts(mix) },
    ]) {
        yield filtering(`700 filters, generated events, ${what}`, workstation, events, 500_000);
        yield filtering(`1,900 filters, generated events, ${what}`, hunting, events, 200_000);
    }
    if (sharedIsThere) yield* overRecordings();
}

/** The same over public configurations and recorded events, where they lie beside the project. */
async function* overRecordings(): AsyncGenerator<Benchmark> {
    const events = await recordedEvents();
    for (const { what, mix } of [
        { what: "recorded events", mix: events },
        { what: "recorded events, texts that never come again", mix: withFreshTexts(events) },
    ]) {
        yield filtering(`SwiftOnSecurity's file, ${what}`, publicConfig("swift"), mix, 500_000);
        yield filtering(`sysmon-modular's file, ${what}`, publicConfig("modular"), mix, 200_000);
    }
}

function filtering(title: string, config: SysmonConfig, events: readonly FilterableEvent[], goal: number): Race {
    const filter = compileFilter(config);
    const few = events.filter((_, index) => index % referenceStep === 0);
    return {
        kind: "race",
        title: `filter: ${title}`,
        unit: "events",
        baseline: "reference matcher",
        contenders: [
            {
                name: "compiled filter",
                goal,
                run: () => {
                    for (const event of events) filter(event);
                    return events.length;
                },
            },
            {
                name: "reference matcher",
                run: () => {
                    for (const event of few) referenceVerdict(config, event);
                    return few.length;
                },
            },
        ],
    };
}

/** From the bytes of a file to a filter that is ready for every kind of event. */
function loading(xml: string): Measurement {
    const bytes = Buffer.from(xml);
    const load = (): number => {
        const start = process.cpuUsage();
        const { config } = readConfig(bytes);
        if (config === undefined) throw new Error("the generated configuration is rejected");
        const filter = compileFilter(config);
        for (const { id } of latestEvents) filter({ id, fields: {} });
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1000;
    };
    return {
        kind: "measurement",
        title: `loading a configuration of ${Math.round(bytes.length / 1000)} kB, in CPU time`,
        measure: () => {
            const first = load();
            const warm = median(Array.from({ length: 15 }, load));
            return [
                { name: "the first time in a process", value: first, unit: "ms" },
                { name: "later", value: warm, unit: "ms", goal: "under 50" },
            ];
        },
    };
}

/** Heap in use after a million events with texts of their own, beside what it was after the first tenth. */
function memory(config: SysmonConfig): Measurement {
    return {
        kind: "measurement",
        title: "memory: a filter over a million events with texts of their own",
        measure: (): Figure[] => {
            const filter = compileFilter(config);
            const mix = eventMix(mixSize);
            // A function of its own, so that no pass leaves its events behind.
            const decide = (pass: number): void => {
                for (const event of withFreshTexts(mix, pass * mixSize)) filter(event);
            };
            const passes = 1_000_000 / mixSize;
            for (let pass = 0; pass < passes / 10; pass++) decide(pass);
            const before = heapMegabytes();
            for (let pass = passes / 10; pass < passes; pass++) decide(pass);
            const after = heapMegabytes();
            return [
                { name: "after 100,000 events", value: before, unit: "MB" },
                { name: "after 1,000,000 events", value: after, unit: "MB", goal: "the same" },
            ];
        },
    };
}

function heapMegabytes(): number {
    if (global.gc === undefined) throw new Error("run node with --expose-gc");
    // Some of what is free only shows in the second collection.
    for (let times = 0; times < 3; times++) global.gc();
    return process.memoryUsage().heapUsed / 1_000_000;
}

function publicConfig(name: string): SysmonConfig {
    const { config } = readConfig(fs.readFileSync(sharedPath("sysmon", "configs", `${name}.xml`)));
    if (config === undefined) throw new Error(`${name} is rejected`);
    return config;
}

async function recordedEvents(): Promise<FilterableEvent[]> {
    const folder = sharedPath("events", "json");
    const events: FilterableEvent[] = [];
    for (const file of fs.readdirSync(folder).sort()) {
        for await (const { id, fields } of readRecording(path.join(folder, file))) events.push({ id, fields });
    }
    return events;
}
