import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { loadCatalog, type Detection } from "../../detections";
import { loadRecording, type SysmonEvent } from "../../sysmon/events";
import { ringings } from "../detections/ringing";
import { describeShared, sharedIsThere, sharedPath } from "../support/shared";

/** What of the rules other than the informational one must ring; every file that is not named must ring none. */
const expected: Readonly<Record<string, readonly string[]>> = {
    "derived/meterpreter_ps_svchost_fullaccess.patched.evtx": ["svchost-thread-kill High: 1 row, 7 targets"],
    "derived/reflective_pe_injection_verclsid.patched.evtx": ["verclsid-shellcode-injection High: 1 row, 1 targets"],
    "json/covenant_psremoting_command_2020-08-06115603.sysmon.jsonl.gz": ["svchost-mass-access Low: 1 row, 79 targets"],
    "xml/psremoting-matches.wevtutil-qe.xml": ["svchost-mass-access Low: 1 row, 79 targets"],
};

describeShared("planned rules over recorded events", () => {
    const catalog = loadCatalog();
    const files = !sharedIsThere
        ? []
        : ["derived", "evtx", "json", "xml"].flatMap((folder) =>
              fs.readdirSync(sharedPath("events", folder)).map((file) => `${folder}/${file}`),
          );

    for (const file of files) {
        const expectation = expected[file] ?? [];
        it(`${file}: ${expectation.length === 0 ? "no alert" : expectation.join(", ")}`, async () => {
            const { events } = await loadRecording(sharedPath("events", file));
            const accesses = events.filter((event) => event.id === 10);
            for (const table of ["Event", "WindowsEvent"] as const) {
                const alerts = catalog.detections
                    .filter((detection) => detection.severity !== "Informational")
                    .flatMap((detection) => ringingsInWords(detection, accesses, table));
                assert.deepEqual(alerts, expectation, table);
            }
        });
    }

    it("know every file that must ring", () => {
        assert.deepEqual(
            Object.keys(expected).filter((file) => !files.includes(file)),
            [],
        );
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

function ringingsInWords(
    detection: Detection,
    events: readonly SysmonEvent[],
    table: "Event" | "WindowsEvent",
): string[] {
    return ringings(detection, events, { table }).map(({ rows }) => {
        const targets = rows.map((row) => String(row.Targets)).join(" and ");
        return `${detection.name} ${detection.severity}: ${rows.length} row${rows.length === 1 ? "" : "s"}, ${targets} targets`;
    });
}
