import { eventName } from "../../sysmon/explain/eventName";
import { whereOf, type DetectionDiff, type EventChange } from "../analysis/diff";

/** A block of a report: a title, and a line for each thing in it. */
interface Section {
    readonly title: string;
    readonly lines: readonly string[];
}

/** Most lines that a block of a pull-request comment has. */
const mostLines = 15;

/** Marks the comment of a stack, so that it is found and edited; nobody sees it. */
export function commentMarker(stack: string): string {
    return `<!-- sysmon-azure diff: ${stack} -->`;
}

/** What a change means for detection, for a terminal. */
export function diffReport(diff: DetectionDiff): string {
    const sections = sectionsOf(diff, (name) => name);
    if (sections.length === 0) return "Nothing changes for detection.";
    return sections.map(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)].join("\n")).join("\n\n");
}

/** The same in Markdown, short enough for a comment on a pull request, with a mark by which it is found again. */
export function diffMarkdown(diff: DetectionDiff, stack: string): string {
    const open = diff.losses.filter(({ reason }) => reason === null).length;
    const verdict =
        open > 0
            ? `🔴 **${open} ${open === 1 ? "thing gets" : "things get"} lost** without a recorded reason.`
            : diff.losses.length > 0
              ? "🟡 What gets lost has a recorded reason."
              : "🟢 Nothing gets lost.";
    const sections = sectionsOf(diff, (name) => `\`${name}\``).map(({ title, lines }) => {
        const shown = lines.slice(0, mostLines).map((line) => `- ${line}`);
        const more = lines.length > mostLines ? [`- … and ${lines.length - mostLines} more`] : [];
        return [`**${title}**`, "", ...shown, ...more].join("\n");
    });
    return [commentMarker(stack), `### Detection: what changes for \`${stack}\``, verdict, ...sections].join("\n\n");
}

function sectionsOf(diff: DetectionDiff, code: (name: string) => string): Section[] {
    const { machines, events, detections, techniques, rules, policies, losses, gbPerDay } = diff;
    const lostNames = new Set(losses.map(({ about }) => about));
    const sections: Section[] = [
        {
            title: "Lost",
            lines: losses.map(({ message, reason }) => (reason === null ? message : `${message} Reason: ${reason}`)),
        },
        {
            title: "Gained",
            lines: [
                ...machines.gained.map((machine) => `${code(machine)} is watched.`),
                ...events.filter(({ id }) => !lostNames.has(`event-${id}`)).map(eventLine),
                ...detections
                    .filter(({ detection }) => !lostNames.has(detection))
                    .map(
                        ({ detection, before, after, machines: where }) =>
                            `${code(detection)}: ${before} → ${after} on ${whereOf(where)}`,
                    ),
            ],
        },
        {
            title: "Techniques",
            lines: [
                ...(techniques.lost.length > 0 ? [`No longer seen: ${techniques.lost.join(", ")}`] : []),
                ...(techniques.gained.length > 0 ? [`Seen now: ${techniques.gained.join(", ")}`] : []),
            ],
        },
        {
            title: "Rules changed",
            lines: rules.map(({ detection, changes }) => `${code(detection)}: ${changes.join("; ")}`),
        },
        { title: "Volume", lines: volumeLines(gbPerDay) },
        {
            title: "Policies",
            lines: [
                ...policies.broken.map(
                    ({ policy, message, mandatory }) =>
                        `${mandatory ? "Refused" : "Advice"} by ${code(policy)}: ${message}`,
                ),
                ...policies.mended.map(({ policy, message }) => `Mended, ${code(policy)}: ${message}`),
            ],
        },
    ];
    return sections.filter(({ lines }) => lines.length > 0);
}

function eventLine({ id, before, after, machines }: EventChange): string {
    return `Event ${id} (${eventName(id)}): ${before} → ${after} on ${whereOf(machines)}`;
}

function volumeLines({ before, after }: DetectionDiff["gbPerDay"]): string[] {
    if (before === null || after === null) return [];
    // Less than that is no change that anybody would find on a bill.
    if (Math.abs(after - before) < 0.001) return [];
    const change = after - before;
    return [
        `${before.toFixed(3)} → ${after.toFixed(3)} GB a day (${change > 0 ? "+" : ""}${change.toFixed(3)}), over recordings of everyday life`,
    ];
}
