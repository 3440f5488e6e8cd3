import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { loadCatalog, type Detection, type SysmonTable } from "../../detections";
import { loadRecording, type SysmonEvent } from "../../sysmon/events";
import { ringings } from "../detections/ringing";
import { describeShared, sharedIsThere, sharedPath } from "../support/shared";
import { expectedAlerts } from "./detectionAlerts";

/** Recordings of everyday life; what attack is in them left no event that the sensor could show. */
const background = ["json/cmd_psh_stop_netprofm_eventlog_before_reboot.sysmon.jsonl.gz"] as const;

/** More events than this are looked at in one of the two tables: rows of both read alike, and it takes seconds. */
const bothTablesUpTo = 1_000;

describeShared("every detection over recorded events", () => {
    const catalog = loadCatalog();
    const files = !sharedIsThere
        ? []
        : ["derived", "evtx", "json", "xml"].flatMap((folder) =>
              fs.readdirSync(sharedPath("events", folder)).map((file) => `${folder}/${file}`),
          );

    for (const file of files) {
        const expected = expectedAlerts[file] ?? [];
        it(`${file}: ${expected.length === 0 ? "no alert" : `${expected.length} alerts`}`, async () => {
            const { events } = await loadRecording(sharedPath("events", file));
            const tables: SysmonTable[] = events.length > bothTablesUpTo ? ["Event"] : ["Event", "WindowsEvent"];
            for (const table of tables) {
                const alerts = catalog.detections
                    .filter((detection) => detection.severity !== "Informational")
                    .flatMap((detection) => alertsInWords(detection, events, table));
                assert.deepEqual(alerts, expected, table);
            }
        });
    }

    it("know every file that must ring", () => {
        assert.deepEqual(
            Object.keys(expectedAlerts).filter((file) => !files.includes(file)),
            [],
        );
    });

    for (const file of background) {
        it(`wake nobody over ${file}`, () => {
            assert.ok(files.includes(file));
            assert.deepEqual(
                (expectedAlerts[file] ?? []).filter((alert) => / (?:High|Medium): /.test(alert)),
                [],
            );
        });
    }

    it("say by their status whether a recorded attack rings them", () => {
        const alerts = Object.values(expectedAlerts).flat();
        for (const { name, severity, status } of catalog.detections) {
            if (severity === "Informational") continue;
            const recorded = alerts.some((alert) => alert.startsWith(`${name} `));
            assert.equal(status === "experimental", !recorded, `${name} has status ${status}`);
        }
    });

    it("ring the two rules of the article on the patched files alone, and on what opens every process the Low one", () => {
        const ringing = (name: string) =>
            Object.entries(expectedAlerts).flatMap(([file, alerts]) =>
                alerts.some((alert) => alert.startsWith(`${name} `)) ? [path.posix.dirname(file)] : [],
            );
        assert.deepEqual(ringing("verclsid-shellcode-injection"), ["derived"]);
        assert.deepEqual(ringing("svchost-thread-kill"), ["derived"]);
        assert.deepEqual(ringing("svchost-mass-access"), ["json", "xml"]);
    });

    it("ring for accesses of every kind where the filter let them through", async () => {
        const { events } = await loadRecording(
            sharedPath("events", "evtx", "sysmon_10_lsass_mimikatz_sekurlsa_logonpasswords.evtx"),
        );
        const detection = catalog.find("sysmon-process-access");
        assert.ok(detection);
        const [ringing] = ringings(detection, events);
        assert.equal(path.win32.basename(String(ringing?.rows[0]?.TargetImage)), "lsass.exe");
    });
});

/** Each alert of a detection in a line: `lsass-memory-read High: mimikatz.exe → lsass.exe`. */
function alertsInWords(detection: Detection, events: readonly SysmonEvent[], table: SysmonTable): string[] {
    const read = events.filter((event) => detection.data.events.includes(event.id));
    return ringings(detection, read, { table }).map(({ rows }) => {
        const evidence = rows.map(inWords).sort().join(", ");
        return `${detection.name} ${detection.severity}: ${evidence}`;
    });
}

/** Who did what to whom, as far as a row tells; full paths would only be longer. */
function inWords(row: Readonly<Record<string, unknown>>): string {
    const columns = ["SourceImage", "Image", "ImageLoaded", "User", "Configuration"];
    const actor = columns.map((name) => row[name]).find((value) => typeof value === "string" && value !== "");
    const objects = ["TargetImage", "TargetImages", "PipeName", "TargetObject", "TargetFilename", "Commands"];
    const object = objects.map((name) => row[name]).find((value) => value !== undefined && value !== "");
    const counted = typeof row.Targets === "number" ? ` (${row.Targets})` : "";
    return [actor, object].flatMap((value) => (value === undefined ? [] : [shortened(value)])).join(" → ") + counted;
}

function shortened(value: unknown): string {
    if (Array.isArray(value)) return value.length === 1 ? shortened(value[0]) : `${value.length} of them`;
    return path.win32.basename(String(value).trim().replace(/^"|"$/g, ""));
}
