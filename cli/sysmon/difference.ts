import { compareEvents, diffConfigs, type FilterableEvent } from "../../sysmon";
import { recordedEvents } from "../eventSources";
import type { Output } from "../output";
import { sysmonConfig } from "./config";
import { differenceView } from "./differenceView";

/** Writes what changes from one configuration to another, by rule and, where there are recordings, by event. */
export async function writeDifference(
    places: { readonly before: string; readonly after: string },
    recordings: readonly string[],
    options: { readonly json?: true; readonly all?: true },
    output: Output,
): Promise<void> {
    const [before, after] = [sysmonConfig(places.before), sysmonConfig(places.after)];
    const difference = diffConfigs(before, after);
    const comparison = compareEvents<FilterableEvent>(before, after);
    for await (const event of recordedEvents(recordings, output)) comparison.add(event);
    const recorded = recordings.length === 0 ? null : comparison.result();
    if (options.json) output.line(JSON.stringify({ ...places, ...difference, recorded }, null, 2));
    else output.line(differenceView(difference, recorded, { all: options.all === true }, output));
}
