import type { ChainCoverage, Coverage, DetectionCoverage, ProofLoss } from "../analysis/coverage";
import { eventName } from "../../sysmon/explain/eventName";
import { formatVersion } from "../../sysmon";
import { count, cut, type Style } from "./style";
import { wrapped } from "./wrapped";

/** Coverage for a terminal: a line a rule, then what is dead and why. */
export function coverageReport(coverage: Coverage, style: Style): string {
    const { chains, gaps, problems } = coverage;
    const blocks = chains.flatMap((chain, index) => chainBlocks(chain, chains.length > 1 ? index + 1 : null, style));
    const open = [
        ...gaps.map((gap) => `gap: ${gap}`),
        ...(problems.length > 0 ? [`${count(problems.length, "problem")} with recordings`] : []),
    ].flatMap((line) => wrapped(line, style.width));
    return [...blocks, ...(open.length > 0 ? [style.colors.yellow(open.join("\n"))] : [])].join("\n\n");
}

function chainBlocks(covered: ChainCoverage, number: number | null, style: Style): string[] {
    const recordings = [
        ...new Set(covered.detections.flatMap(({ proofs }) => proofs.map(({ recording }) => recording))),
    ].sort();
    return [
        heading(covered, number, style),
        matrix(covered, recordings, style),
        legend(recordings, style),
        ...losses(covered, "dead", style),
        ...losses(covered, "alive", style),
        ...unproven(covered, style),
        ...unlogged(covered, style),
        ...newerFields(covered, style),
        summary(covered, style),
    ];
}

function heading({ chain }: ChainCoverage, number: number | null, { colors, width }: Style): string {
    const machines = chain.machines === 0 ? "machines to come" : count(chain.machines, "machine");
    const { configSha256, schemaVersion } = chain.sensor;
    const title = number === null ? "Coverage" : `Coverage of chain ${number}`;
    const config = `Sysmon configuration ${configSha256.slice(0, 12)}, schema ${schemaVersion}, table ${chain.collection.table}`;
    return [colors.bold(`${title}, for ${machines}`), cut(`  ${config}`, width)].join("\n");
}

const shortSeverities: Readonly<Record<string, string>> = { Medium: "Med.", Informational: "Info" };

function matrix({ detections }: ChainCoverage, recordings: readonly string[], { colors, width }: Style): string {
    const nameWidth = Math.max(9, ...detections.map(({ detection }) => detection.length));
    const rows = detections.map((covered) => ({ covered, rings: ringsIn(covered, recordings) }));
    const ringWidth = Math.max(8, ...rows.map(({ rings }) => rings.length));
    const line = (cells: readonly string[]): string => {
        const [life = "", severity = "", name = "", fields = "", rings = "", events = ""] = cells;
        const fixed = `${life.padEnd(8)} ${severity.padEnd(4)} ${name.padEnd(nameWidth)} ${fields.padStart(6)} `;
        return cut(`${fixed} ${rings.padEnd(ringWidth)} ${events}`, width).trimEnd();
    };
    return [
        colors.bold(line(["", "", "detection", "fields", "rings in", "id: events sent of needed"])),
        ...rows.map(({ covered, rings }) => {
            const { life, detection, severity, fields, missingFields, events } = covered;
            const there = missingFields.length === 0 ? `${fields}` : `${fields - missingFields.length}/${fields}`;
            const seen = events.map(
                ({ id, needed, collected }) => `${id}:${needed === 0 ? "-" : `${collected}/${needed}`}`,
            );
            const text = line([life, shortSeverities[severity] ?? severity, detection, there, rings, seen.join(" ")]);
            return life === "alive" ? text : life === "dead" ? colors.red(text) : colors.yellow(text);
        }),
    ].join("\n");
}

/** Numbers of the recordings in which a rule rings; those in which it does not, after `not`. */
function ringsIn({ proofs }: DetectionCoverage, recordings: readonly string[]): string {
    const numbers = (lost: boolean): string[] =>
        proofs
            .filter((proof) => (proof.lost !== null) === lost)
            .map(({ recording }) => `${recordings.indexOf(recording) + 1}`);
    const [rung, silent] = [numbers(false), numbers(true)];
    return [...rung, ...(silent.length > 0 ? ["not", ...silent] : [])].join(" ");
}

function legend(recordings: readonly string[], { colors, width }: Style): string {
    const named = recordings.map((recording, index) => `${index + 1}:${recording}`);
    return wrapped(`Recordings: ${named.join(", ")}`, width)
        .map(colors.dim)
        .join("\n");
}

/** What keeps rules from ringing, each cause once with the rules that it silences. */
function losses({ detections }: ChainCoverage, life: "dead" | "alive", { colors, width }: Style): string[] {
    const causes = new Map<string, { loss: ProofLoss; silenced: Set<string> }>();
    for (const { detection, proofs } of detections.filter((covered) => covered.life === life)) {
        for (const { recording, lost } of proofs) {
            if (lost === null) continue;
            const cause = causes.get(lossText(lost)) ?? { loss: lost, silenced: new Set() };
            causes.set(lossText(lost), cause);
            cause.silenced.add(life === "dead" ? detection : `${detection} in ${recording}`);
        }
    }
    if (causes.size === 0) return [];
    const number = detections.filter((covered) => covered.life === life).length;
    const title =
        life === "dead"
            ? colors.red(
                  colors.bold(
                      `Dead: ${count(number, "rule")} ring${number === 1 ? "s" : ""} in no recording that proves ${number === 1 ? "it" : "them"}`,
                  ),
              )
            : colors.yellow(colors.bold("Lost in some recordings, while others ring"));
    return [
        [
            title,
            ...[...causes].flatMap(([text, { silenced }]) => [
                ...wrapped(text, width - 2).map((line) => `  ${line}`),
                ...wrapped([...silenced].join(", "), width - 6).map((line) => colors.dim(`      ${line}`)),
            ]),
        ].join("\n"),
    ];
}

function lossText({ station, event, why }: ProofLoss): string {
    const what = event === null ? "" : `event ${event} ${eventName(event)}, `;
    return `${what}lost at the ${station}: ${why}`;
}

function unproven({ detections }: ChainCoverage, { colors, width }: Style): string[] {
    const names = detections.filter(({ life }) => life === "unproven").map(({ detection }) => detection);
    if (names.length === 0) return [];
    const text = `Unproven, no recording shows what it needs: ${names.join(", ")}`;
    return [wrapped(text, width).map(colors.yellow).join("\n")];
}

function unlogged({ unlogged: events }: ChainCoverage, { colors, width }: Style): string[] {
    if (events.length === 0) return [];
    const lines = events.map(
        ({ id, name, why, rules }) =>
            `  ${id} ${name}: ${why} (${count(rules, "rule")} read${rules === 1 ? "s" : ""} it)`,
    );
    return [
        [
            colors.bold("Events that rules read and of which this configuration logs nothing"),
            ...lines.map((line) => cut(line, width)),
        ].join("\n"),
    ];
}

function newerFields({ chain, detections }: ChainCoverage, { width }: Style): string[] {
    const bySince = new Map<number, Set<string>>();
    for (const { name, since } of detections.flatMap(({ missingFields }) => missingFields)) {
        bySince.set(since, (bySince.get(since) ?? new Set()).add(name));
    }
    if (bySince.size === 0) return [];
    const named = [...bySince]
        .sort(([left], [right]) => left - right)
        .map(([since, names]) => `${[...names].sort().join(", ")} (${formatVersion(since)})`);
    const text = `Fields newer than schema ${chain.sensor.schemaVersion}: ${named.join(", ")}. An older sensor that takes this configuration leaves them empty.`;
    return [wrapped(text, width).join("\n")];
}

function summary({ detections }: ChainCoverage, { colors }: Style): string {
    const number = (life: DetectionCoverage["life"]): number =>
        detections.filter((covered) => covered.life === life).length;
    const [alive, dead, open] = [number("alive"), number("dead"), number("unproven")];
    const verdict = `${count(detections.length, "rule")}: ${alive} alive, ${dead} dead, ${open} unproven`;
    return dead > 0 ? colors.red(verdict) : open > 0 ? colors.yellow(verdict) : colors.green(verdict);
}
