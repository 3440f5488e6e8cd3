import type { Detection } from "../../detections";
import type { SysmonEvent } from "../../sysmon/events";
import { ringings } from "./ringing";

/**
 * Record numbers of the events that a detection rings on: every event that makes it ring by itself; where none does,
 * since it takes several, one smallest set of them after the other until the rest is silent.
 */
export function evidenceFor(detection: Detection, events: readonly SysmonEvent[]): number[] {
    const rings = (some: readonly SysmonEvent[]) => ringings(detection, some).length > 0;
    const read = events.filter((event) => detection.data.events.includes(event.id));
    const alone = eachThatRings(read, rings);
    const evidence = [...alone];
    for (let rest = read.filter((event) => !alone.includes(event)); rings(rest);) {
        const found = fewestThatRing(rest, rings);
        evidence.push(...found);
        rest = rest.filter((event) => !found.includes(event));
    }
    return evidence.flatMap(({ recordId }) => (recordId === undefined ? [] : [recordId])).sort((a, b) => a - b);
}

/** Halves what rings until single events are left; halves that are silent are dropped whole. */
function eachThatRings(
    events: readonly SysmonEvent[],
    rings: (some: readonly SysmonEvent[]) => boolean,
): readonly SysmonEvent[] {
    if (events.length === 0 || !rings(events)) return [];
    if (events.length === 1) return events;
    const middle = Math.ceil(events.length / 2);
    return [...eachThatRings(events.slice(0, middle), rings), ...eachThatRings(events.slice(middle), rings)];
}

/** Takes events out, many at once and then one by one, as long as the rest rings. */
function fewestThatRing(
    events: readonly SysmonEvent[],
    rings: (some: readonly SysmonEvent[]) => boolean,
): readonly SysmonEvent[] {
    let kept = events;
    for (let size = Math.ceil(events.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let at = 0; at < kept.length;) {
            const rest = [...kept.slice(0, at), ...kept.slice(at + size)];
            if (rings(rest)) kept = rest;
            else at += size;
        }
    }
    return kept;
}
