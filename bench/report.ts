import type { Figure, Measurement, Race } from "./benchmark";
import type { Timing } from "./measure";

/** What is known of one benchmark once it has run; what `--json` prints. */
export type Result =
    | {
          readonly kind: "race";
          readonly title: string;
          readonly unit: string;
          readonly clock: "cpu" | "wall";
          readonly baseline: string;
          readonly contenders: readonly (Timing & { readonly ratio: number })[];
      }
    | { readonly kind: "measurement"; readonly title: string; readonly figures: readonly Figure[] };

/** The result of a race: each contender's rate beside that of the baseline. */
export function raceResult(race: Race, timings: readonly Timing[]): Result {
    const base = timings.find(({ name }) => name === race.baseline);
    if (base === undefined) throw new Error(`"${race.title}" has no contender "${race.baseline}" to compare with`);
    return {
        kind: "race",
        title: race.title,
        unit: race.unit,
        clock: race.clock ?? "cpu",
        baseline: race.baseline,
        contenders: timings.map((timing) => ({ ...timing, ratio: timing.rate / base.rate })),
    };
}

/** The result of a measurement. */
export function measurementResult({ title }: Measurement, figures: readonly Figure[]): Result {
    return { kind: "measurement", title, figures };
}

/** A result as text: its title and a table. */
export function formatResult(result: Result): string {
    return `${result.title}\n${result.kind === "race" ? raceTable(result) : figureTable(result.figures)}`;
}

function raceTable({ unit, clock, baseline, contenders }: Extract<Result, { kind: "race" }>): string {
    const time = clock === "cpu" ? { unit: "CPU-s", run: "CPU ms/run" } : { unit: "s", run: "ms/run" };
    const rows = contenders.map(({ name, rate, msPerRun, ratio, goal }) => [
        name,
        formatNumber(rate),
        formatNumber(msPerRun),
        name === baseline ? "1" : formatNumber(ratio),
        goal === null ? "" : formatNumber(goal),
    ]);
    return table(["", `${unit}/${time.unit}`, time.run, "ratio", "goal"], rows);
}

function figureTable(figures: readonly Figure[]): string {
    const rows = figures.map(({ name, value, unit, goal }) => [name, `${formatNumber(value)} ${unit}`, goal ?? ""]);
    return table(["", "", ""], rows);
}

/** Three digits that count, thousands separated. */
export function formatNumber(value: number): string {
    const rounded = Number(value.toPrecision(3));
    return rounded.toLocaleString("en-US", { maximumFractionDigits: 3 });
}

/** Columns of equal width, the first to the left, the others to the right; columns without any text are left out. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
    const used = header.map((_, at) => at).filter((at) => at === 0 || rows.some((row) => (row[at] ?? "") !== ""));
    const lines = [header, ...rows].map((row) => used.map((at) => row[at] ?? ""));
    const widths = used.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
    return lines
        .map((line) =>
            line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))),
        )
        .map((line) => `  ${line.join("  ")}`.trimEnd())
        .filter((line) => line !== "")
        .join("\n");
}
