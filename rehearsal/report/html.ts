import type { Alert, RecordingVerdict, Rehearsal } from "../verdict";
import { count } from "./style";

/** The result of a rehearsal as one HTML page that needs nothing else: no script, no network. */
export function rehearsalPage(rehearsal: Rehearsal): string {
    const { stack, ok, chains, recordings, gaps, problems } = rehearsal;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Rehearsal of stack ${escape(stack)}</title>
<style>${styleSheet}</style>
</head>
<body>
<h1>Rehearsal of stack ${escape(stack)}</h1>
<p class="${ok ? "good" : "bad"}">${ok ? "Every expectation holds." : "Not as expected."}</p>
<h2>Chains</h2>
<table>
<tr><th>#</th><th>machines</th><th>Sysmon configuration</th><th>schema</th><th>collected by</th><th>table</th></tr>
${chains
    .map(({ machines, sensor, collection }, index) =>
        row([
            String(index + 1),
            machines === 0 ? "machines to come" : String(machines),
            `${sensor.configSha256.slice(0, 12)} by ${sensor.via}`,
            sensor.schemaVersion,
            collection.queries.join("\n"),
            collection.table,
        ]),
    )
    .join("\n")}
</table>
${list("What the plan leaves open", gaps)}
${list(
    "What could not be read",
    problems.map(({ file, message }) => `${file}: ${message}`),
)}
<h2>Recordings</h2>
${recordings.map(recordingSection).join("\n")}
</body>
</html>
`;
}

const styleSheet = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .6rem; text-align: left; vertical-align: top; white-space: pre-wrap; }
.good { color: #17692f; } .bad { color: #a4161a; } .quiet { color: #666; }
`;

function recordingSection({ name, chain, events, alerts, missed, unexpected }: RecordingVerdict): string {
    const stations = `${count(events.read, "record")} read, ${events.sysmon} of Sysmon, ${events.logged} logged, ${events.collected} collected`;
    return [
        `<h3>${escape(name)} <span class="quiet">chain ${chain + 1}</span></h3>`,
        `<p class="quiet">${stations}</p>`,
        alerts.length > 0
            ? `<table>\n<tr><th>severity</th><th>detection</th><th>rings</th><th>evaluated</th><th>rows</th></tr>\n${alerts.map(alertRow).join("\n")}\n</table>`
            : '<p class="quiet">No alert.</p>',
        ...missed.map(
            ({ detection, lostAt, why }) =>
                `<p class="bad">${escape(detection)} did not ring, lost at the ${lostAt}: ${escape(why)}</p>`,
        ),
        ...(unexpected.length > 0 ? [`<p class="bad">Unexpected: ${escape(unexpected.join(", "))}</p>`] : []),
    ].join("\n");
}

function alertRow({ kind, severity, detection, certainty, windowEnd, rows, entities }: Alert): string {
    const evidence = rows.map((values) =>
        Object.entries(values)
            .map(([column, value]) => `${column}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
            .join("\n"),
    );
    const about = entities.map(
        ({ type, identifiers }) =>
            `${type} ${Object.entries(identifiers)
                .map(([identifier, value]) => `${identifier}: ${value}`)
                .join(", ")}`,
    );
    const shown = [...evidence, ...(about.length > 0 ? [`Entities:\n${about.join("\n")}`] : [])].join("\n\n");
    return row([severity, kind === "sentinel" ? `${detection} (Sentinel)` : detection, certainty, windowEnd, shown]);
}

function list(title: string, items: readonly string[]): string {
    if (items.length === 0) return "";
    return `<h2>${escape(title)}</h2>\n<ul>\n${items.map((item) => `<li>${escape(item)}</li>`).join("\n")}\n</ul>`;
}

function row(cells: readonly string[]): string {
    return `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`;
}

/** Recordings hold what attackers wrote: nothing of it may act as markup. */
function escape(text: string): string {
    return text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;");
}
