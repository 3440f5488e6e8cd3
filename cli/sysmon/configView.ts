import { formatVersion, type EventSummary, type SysmonConfig, type TechniqueSight } from "../../sysmon";
import { cut } from "../../rehearsal/report/style";
import { wrapped } from "../../rehearsal/report/wrapped";
import type { Output } from "../output";

/** What a configuration logs, a line for each event id. */
export function summaryView(
    name: string,
    config: SysmonConfig,
    events: readonly EventSummary[],
    output: Output,
): string {
    const logged = events.filter((event) => event.logged !== "nothing").length;
    const heading = `${name}: schema ${formatVersion(config.schemaVersion)}, logs ${logged} of ${events.length} events`;
    return [output.colors.bold(heading), ...events.map((event) => summaryLine(event, output))].join("\n");
}

const nameColumns = 24;

function summaryLine({ id, name, logged, summary, ruleNames, blocks }: EventSummary, output: Output): string {
    const { colors, width } = output;
    const color = { everything: colors.green, most: colors.green, some: (text: string) => text, nothing: colors.red };
    const head = `${String(id).padStart(5)}  ${cut(name, nameColumns).padEnd(nameColumns)}  `;
    const several = blocks.length > 2 ? ` (${blocks.length} blocks)` : "";
    const told = cut(`${summary}${several}`, width - head.length);
    const names = shortNames(ruleNames, width - head.length - told.length - 4);
    return `${head}${color[logged](told)}${names === "" ? "" : `  ${colors.dim(names)}`}`;
}

/** As many names as have room, with the number of the others; the first is cut where it has none. */
function shortNames(names: readonly string[], columns: number): string {
    const [first] = names;
    if (first === undefined) return "";
    for (let shown = names.length; shown > 0; shown--) {
        const text = bracketed(names.slice(0, shown).join(", "), names.length - shown);
        if (text.length <= columns) return text;
    }
    const room = columns - bracketed("", names.length - 1).length;
    return room < 12 ? "" : bracketed(cut(first, room), names.length - 1);
}

function bracketed(text: string, more: number): string {
    return more === 0 ? `[${text}]` : `[${text} +${more}]`;
}

/** What a configuration sees of techniques; what is lost of each, and why. */
export function techniqueView(techniques: readonly TechniqueSight[], output: Output): string {
    const { colors } = output;
    const words = { none: colors.red("blind"), some: colors.yellow("part "), all: colors.green("seen ") };
    const count = (seen: TechniqueSight["seen"]): number =>
        techniques.filter((technique) => technique.seen === seen).length;
    const heading = `Techniques: blind to ${count("none")}, sees ${count("some")} in part, ${count("all")} by every event we look for`;
    const lines = techniques.flatMap(({ id, name, seen, signs }) => [
        `  ${words[seen]}  ${id.padEnd(9)}  ${name}`,
        ...signs.filter(({ logged }) => !logged).flatMap((lost) => lostLines(lost, output)),
    ]);
    return [colors.bold(heading), ...lines].join("\n");
}

function lostLines({ what, event, why }: TechniqueSight["signs"][number], { colors, width }: Output): string[] {
    const [first = "", ...more] = wrapped(`event ${event.id}, ${what}:`, width - 20);
    const reasons = wrapped(why, width - 22).map((line) => `${" ".repeat(22)}${colors.dim(line)}`);
    return [`${" ".repeat(20)}${first}`, ...more.map((line) => `${" ".repeat(20)}${line}`), ...reasons];
}
