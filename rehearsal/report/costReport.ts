import { eventName } from "../../sysmon/explain/eventName";
import { shortestSample, volumeAssumptions, type Volume, type VolumeForecast } from "../analysis/volume";
import { count, cut, type Style } from "./style";
import { wrapped } from "./wrapped";

/** What a chain stores, and what machines would send a day and a month. */
export interface ChainCost {
    /** What is stored of the samples. */
    readonly volume: Volume;
    /** Null where the samples are too short to tell. */
    readonly forecast: VolumeForecast | null;
}

/** The cost of chains for a terminal. */
export function costReport(costs: readonly ChainCost[], style: Style): string {
    const { colors, width } = style;
    const blocks = costs.map((cost, index) => {
        const title = costs.length > 1 ? `Cost of chain ${index + 1}` : "Cost";
        return [colors.bold(`${title}, table ${cost.volume.table}`), ...costLines(cost, style)].join("\n");
    });
    const assumed = volumeAssumptions.flatMap((line) =>
        wrapped(line, width - 4).map((part, index) => `  ${index === 0 ? "-" : " "} ${part}`),
    );
    return [...blocks, [colors.dim("Assumed:"), ...assumed.map(colors.dim)].join("\n")].join("\n\n");
}

function costLines({ volume, forecast }: ChainCost, { colors, width }: Style): string[] {
    const { events, bytes, hosts, hostHours, recordings } = volume;
    if (recordings.length === 0) {
        const none =
            "  No recording of everyday life is among those rehearsed: recordings that must ring say nothing of a day.";
        return wrapped(none.trim(), width - 2).map((line) => colors.yellow(`  ${line}`));
    }
    const line = (cells: readonly string[]): string => {
        const [id = "", name = "", ...numbers] = cells;
        return `${id.padStart(5)}  ${cut(name, 30).padEnd(30)}${numbers.map((number) => number.padStart(12)).join("")}`;
    };
    const total = (key: "read" | "kept"): number => events.reduce((sum, event) => sum + event[key], 0);
    const measured = `Measured over ${hostHours.toFixed(2)} hours of ${count(hosts, "machine")}: ${recordings.join(", ")}.`;
    return [
        colors.dim(line(["id", "event", "recorded", "stored", "bytes"])),
        ...events.map(({ id, read, kept, bytes: stored }) =>
            line([`${id}`, eventName(id), ...[read, kept, stored].map(whole)]),
        ),
        line(["", "all", whole(total("read")), whole(total("kept")), whole(bytes)]),
        ...wrapped(measured, width - 2).map((part) => `  ${part}`),
        ...forecastLines(forecast, hostHours, width).map((part) => (forecast === null ? colors.yellow(part) : part)),
    ];
}

function forecastLines(forecast: VolumeForecast | null, hostHours: number, width: number): string[] {
    const text =
        forecast === null
            ? `That is too short to tell of a day: record at least ${Math.round(60 * shortestSample)} minutes of everyday life.`
            : forecastText(forecast, hostHours);
    return wrapped(text, width - 2).map((line) => `  ${line}`);
}

function forecastText(forecast: VolumeForecast, hostHours: number): string {
    const { eventsPerHostDay, bytesPerHostDay, hosts, gbPerDay, gbPerMonth, pricePerMonth, rough } = forecast;
    const one = `One machine sends ${whole(eventsPerHostDay)} events and ${amount(bytesPerHostDay / 1e6)} MB a day`;
    const all = `${count(hosts, "machine")} ${amount(gbPerDay)} GB a day, ${amount(gbPerMonth)} GB a month`;
    const price = pricePerMonth === null ? "" : `, which costs ${pricePerMonth.toFixed(2)}`;
    const caveat = rough
        ? ` A rough guess from ${hostHours.toFixed(1)} hours: replay a recording of whole days of machines of yours.`
        : "";
    return `${one}; ${all}${price}.${caveat}`;
}

function whole(number: number): string {
    return Math.round(number).toLocaleString("en-US");
}

/** A quantity to three digits: 0.00116, 6.08, 1,234. */
function amount(number: number): string {
    return number.toLocaleString(
        "en-US",
        number >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
    );
}
