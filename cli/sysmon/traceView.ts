import { eventById, type BlockTrace, type FilterableEvent, type FilterTrace, type VerdictTrace } from "../../sysmon";
import { cut } from "../../rehearsal/report/style";
import { wrapped } from "../../rehearsal/report/wrapped";
import type { Output } from "../output";

/** As many filters in a row that did not match are shown one by one; more are counted. */
const shownMisses = 3;

/** What the sensor asked about one event, in order, and what decided. */
export function traceView(
    event: FilterableEvent,
    { verdict, why, blocks }: VerdictTrace,
    options: { readonly all: boolean },
    output: Output,
): string {
    const { colors, width } = output;
    const outcome = verdict.logged ? colors.green("logged") : colors.red("not logged");
    const name = verdict.ruleName === null ? "" : `, rule name ${JSON.stringify(verdict.ruleName)}`;
    const lines = [
        `${colors.bold(`event ${event.id} ${eventById(event.id)?.element ?? ""}`.trim())}: ${outcome}${name}`,
        ...wrapped(why, width - 2).map((line) => `  ${line}`),
    ];
    for (const block of blocks) lines.push(...blockLines(block, options.all, output));
    return lines.join("\n");
}

function blockLines(block: BlockTrace, all: boolean, output: Output): string[] {
    const { element, onmatch, combine, outcome, filters, position } = block;
    const word = { match: "matched", "no-match": "did not match", failed: "given up at a field without a value" }[
        outcome
    ];
    const place = position === undefined ? "" : `, line ${position.line}`;
    const lines = [`  ${element} ${onmatch} (${combine}${place}): ${word}`];
    let misses: FilterTrace[] = [];
    const flush = (): void => {
        const [first] = misses;
        const last = misses.at(-1);
        if (all || misses.length <= shownMisses) lines.push(...misses.map((filter) => filterLine(filter, output)));
        else lines.push(`    ${output.colors.dim(`no   ${misses.length} filters${linesFrom(first, last)}`)}`);
        misses = [];
    };
    for (const filter of filters) {
        if (filter.outcome === "no-match") {
            misses.push(filter);
            continue;
        }
        flush();
        lines.push(filterLine(filter, output));
    }
    flush();
    return lines;
}

function linesFrom(first: FilterTrace | undefined, last: FilterTrace | undefined): string {
    if (first?.position === undefined || last?.position === undefined) return "";
    return `, lines ${first.position.line} to ${last.position.line}`;
}

function filterLine(filter: FilterTrace, { colors, width }: Output): string {
    const { field, condition, value, found, outcome, decided, position } = filter;
    const mark = { match: "yes ", "no-match": "no  ", failed: "none" }[outcome];
    const place = position === undefined ? "" : `  line ${position.line}`;
    const asked = `${field} ${condition} ${quoted(value, 48)}`;
    const seen = quoted(found ?? "-", Math.max(16, width - asked.length - place.length - 30));
    const line = `    ${mark} ${asked}, found ${seen}${place}${decided ? "  ← decided" : ""}`;
    return decided ? colors.bold(line) : outcome === "match" ? line : colors.dim(line);
}

function quoted(text: string, columns: number): string {
    return `"${cut(text.replace(/\s+/g, " "), columns)}"`;
}
