import * as path from "node:path";
import { format, resolveConfig } from "prettier";
import { loadRecordingManifest, shippedRecordings } from "../../detections";
import { packagePath } from "../../package/root";
import { compileFilter, eventsByElement, formatVersion, latestEvents, presets } from "../../sysmon";
import { readRecording } from "../../sysmon/events";
import { balancedChoices, type EventChoice } from "../../sysmon/presets/balanced";

/** Events of one id: how many `balanced` logs, of how many there are. */
export type Share = readonly [logged: number, of: number];

/** Shares by event id. */
export type Shares = ReadonlyMap<number, Share>;

/**
 * What `balanced` logs of eight recordings of OTRF Security-Datasets, by event id: public recordings of lab machines on
 * which an attack was run beside everyday life. They are not part of this package; a test holds the figures against them.
 */
export const securityDatasets: Shares = new Map([
    [1, [29, 29]],
    [2, [0, 1]],
    [3, [17, 218]],
    [5, [0, 17]],
    [7, [5, 1744]],
    [8, [2, 2]],
    [9, [56, 56]],
    [10, [157, 10026]],
    [11, [1, 78]],
    [12, [0, 2139]],
    [13, [1, 611]],
    [17, [1, 9]],
    [18, [0, 56]],
    [19, [1, 1]],
    [20, [1, 1]],
    [21, [1, 1]],
    [22, [0, 18]],
    [23, [0, 12]],
    [24, [0, 4]],
    [26, [0, 8]],
]);

/** What `balanced` logs of some recordings. */
export async function balancedShares(recordings: readonly string[]): Promise<Shares> {
    const decide = compileFilter(presets.balanced.config);
    const shares = new Map<number, Share>();
    for (const recording of recordings) {
        for await (const event of readRecording(recording)) {
            const [logged, of] = shares.get(event.id) ?? [0, 0];
            shares.set(event.id, [logged + (decide(event).logged ? 1 : 0), of + 1]);
        }
    }
    return new Map([...shares].sort(([left], [right]) => left - right));
}

/** The recordings of this package in which nothing is expected to ring: everyday life without an attack. */
export function backgroundRecordings(): readonly string[] {
    return shippedRecordings()
        .filter((folder) => loadRecordingManifest(folder).expect.ring.length === 0)
        .map((folder) => path.join(folder, "events.jsonl"));
}

/** Where the page on `balanced` is. */
export const balancedPageFile = packagePath("docs", "presets", "balanced.md");

/** The page on `balanced`, as it must be. */
export async function balancedPage(): Promise<string> {
    const ours = await balancedShares(backgroundRecordings());
    const page = [
        "# The preset `balanced`",
        "",
        `<!-- Written by test/sysmon/writeBalancedPage.ts from sysmon/presets/balanced. Change those, not this page. -->`,
        "",
        ...introduction(),
        "",
        "## What is logged, and how much of it",
        "",
        ...shareTable(ours),
        "",
        ...figures(ours),
        "",
        ...balancedChoices.flatMap(eventSection),
        ...limits(),
    ].join("\n");
    return format(page, { ...(await resolveConfig(balancedPageFile)), filepath: balancedPageFile });
}

function introduction(): readonly string[] {
    const { config } = presets.balanced;
    return [
        presets.balanced.summary,
        "",
        `It is written from scratch for this package, at schema version ${formatVersion(config.schemaVersion)}: the oldest that has all it needs, so that`,
        "sensors from late 2021 on take it.",
        "",
        "```yaml",
        "sysmon-azure:sensor:",
        "    config: balanced",
        "    acceptEula: true",
        "```",
        "",
        "`npx sysmon-azure sysmon merge balanced` prints it as the XML that the sensor loads.",
        "",
        "Two rules made it:",
        "",
        "- **It includes.** Of quiet events it logs every one, of noisy ones what a rule asks for. The few rules that drop",
        "  something name what only Windows itself can be: no folder that somebody can write to, no file name that somebody",
        "  can give.",
        "- **Rights and origin count, not tools.** A mask is judged by the rights in it, a call by the code it comes from.",
    ];
}

function shareTable(ours: Shares): readonly string[] {
    const rows = balancedChoices.flatMap((choice) =>
        eventsByElement(choice.element).map(({ id }) => {
            const of = [ours, securityDatasets].map((shares) => shareText(shares.get(id)));
            return `| ${id} | ${choice.element} | ${words[choice.logs]} | ${of.join(" | ")} |`;
        }),
    );
    const exempt = latestEvents.filter((event) => event.element === null);
    return [
        "| id | event | logged | our background | Security-Datasets |",
        "| ---: | --- | --- | ---: | ---: |",
        ...rows,
        ...exempt.map(({ id, heading }) => `| ${id} | ${heading} | always, by every configuration | | |`),
    ];
}

const words: Readonly<Record<EventChoice["logs"], string>> = { all: "all", selected: "by rule", nothing: "no" };

function shareText(share: Share | undefined): string {
    return share === undefined ? "" : `${share[0]} of ${share[1].toLocaleString("en-US")}`;
}

function figures(ours: Shares): readonly string[] {
    return [
        `_Our background_ are the recordings of this package in which nothing may ring, with much in them that comes near to an attack: ${totalText(ours)}.`,
        "_Security-Datasets_ are eight public recordings of [OTRF Security-Datasets](https://github.com/OTRF/Security-Datasets)",
        "with the attacks that were run on those machines: " + totalText(securityDatasets) + ".",
        "An empty cell: the recordings hold no such event. What machines of yours would send, tells",
        "`npx sysmon-azure sysmon filter --config balanced RECORDING`.",
    ];
}

function totalText(shares: Shares): string {
    const logged = [...shares.values()].reduce((sum, [count]) => sum + count, 0);
    const of = [...shares.values()].reduce((sum, [, count]) => sum + count, 0);
    const percent = ((100 * logged) / of).toFixed(1);
    return `${logged.toLocaleString("en-US")} of ${of.toLocaleString("en-US")} events are logged (${percent} %)`;
}

function eventSection(choice: EventChoice): readonly string[] {
    const ids = eventsByElement(choice.element).map(({ id }) => id);
    return [
        `## ${choice.element} (${ids.join(", ")}): ${words[choice.logs]}`,
        "",
        choice.reason,
        "",
        ...choice.rules.flatMap(({ name, reason }) => [`- ${name === null ? "Dropped" : ruleTitle(name)}: ${reason}`]),
        ...(choice.rules.length === 0 ? [] : [""]),
    ];
}

/** A rule name as a title: the technique's id and name. */
function ruleTitle(name: string): string {
    const [, id = "", title = ""] = /^technique_id=([^,]+),technique_name=(.+)$/.exec(name) ?? [];
    return `**${id} ${title}**`;
}

function limits(): readonly string[] {
    return [
        "## What it does not see",
        "",
        "- Injection by a program of an ordinary folder through code of files on disk: a vulnerable service that is led to",
        "  write into another process looks as any other service does.",
        "- Memory that is written and run within one process, unless it reaches out to another.",
        "- Pipes of implants whose names were changed, unless they lure a service.",
        "- Machines on which Windows is not on `C:`: everything there counts as an unusual folder, so that more is logged.",
        "",
        "To keep more, name a list of configurations in `sensor.config`: they are merged into one.",
    ];
}
