import { inCalendar, ticksPerMillisecond, toUnixMilliseconds } from "./calendar";
import type { Int64 } from "./int64";

/** How far the clocks of a time zone are ahead. */
export interface ZoneClock {
    /** Ticks by which local time is ahead of UTC at a point in UTC. */
    offsetAt(datetime: Int64): number;
}

const known = new Map<string, ZoneClock | undefined>();
const zonesKept = 64;

/** The clock of a zone by its IANA name (`Europe/Paris`); undefined for a name that is none. */
export function zoneClock(name: string): ZoneClock | undefined {
    if (known.has(name)) return known.get(name);
    const made = makeClock(name);
    if (known.size >= zonesKept) known.clear();
    known.set(name, made);
    return made;
}

function makeClock(timeZone: string): ZoneClock | undefined {
    if (!/^[A-Za-z]/.test(timeZone)) return undefined;
    try {
        const format = new Intl.DateTimeFormat("en-US", {
            timeZone,
            hourCycle: "h23",
            year: "numeric",
            month: "numeric",
            day: "numeric",
            hour: "numeric",
            minute: "numeric",
            second: "numeric",
        });
        return {
            offsetAt: (datetime) => {
                const milliseconds = Math.floor(toUnixMilliseconds(inCalendar(datetime) ?? 0) / 1000) * 1000;
                const parts = format.formatToParts(milliseconds);
                const part = (wanted: Intl.DateTimeFormatPartTypes): number =>
                    Number(parts.find(({ type }) => type === wanted)?.value ?? "0");
                const local = Date.UTC(
                    part("year"),
                    part("month") - 1,
                    part("day"),
                    part("hour"),
                    part("minute"),
                    part("second"),
                );
                return (local - milliseconds) * ticksPerMillisecond;
            },
        };
    } catch (error) {
        if (error instanceof RangeError) return undefined;
        throw error;
    }
}
