import assert from "node:assert/strict";
import * as path from "node:path";
import fc from "fast-check";
import {
    everydaySamples,
    forecastVolume,
    measureVolume,
    type Volume,
    type VolumeSample,
} from "../../../rehearsal/analysis/volume";
import { openChain } from "../../../rehearsal/openChain";
import { sysmonConfig, writeConfig } from "../../../sysmon";
import { completeEvent, type SysmonEvent } from "../../../sysmon/events";
import { temporaryFolder } from "../../support/temporaryFolder";
import { plannedChain, shippedSource } from "./planned";

/** Logs the starts of processes but for one program, and nothing else. */
const configXml = writeConfig(
    sysmonConfig({ schemaVersion: 4.9 })
        .event("ProcessCreate")
        .exclude({ Image: { image: "quiet.exe" } }),
);

function start(computer: string, timeCreated: string, image = "C:\\loud.exe"): SysmonEvent {
    return completeEvent({ id: 1, computer, timeCreated, fields: { Image: image } });
}

const hour: VolumeSample = {
    recording: "hour",
    events: [
        start("pc1", "2026-01-01T10:00:00.000Z"),
        start("pc1", "2026-01-01T10:30:00.000Z", "C:\\quiet.exe"),
        start("PC1", "2026-01-01T11:00:00.000Z"),
        completeEvent({ id: 3, computer: "pc2", timeCreated: "2026-01-01T10:00:00.000Z", fields: {} }),
        completeEvent({ id: 3, computer: "pc2", timeCreated: "2026-01-01T12:00:00.000Z", fields: {} }),
    ],
};

const measured = (samples: VolumeSample[], change?: Parameters<typeof plannedChain>[1]): Volume =>
    measureVolume(openChain(plannedChain(configXml, change)), samples);

describe("the volume that a chain stores", () => {
    it("counts what is logged and collected, by event id", () => {
        assert.deepEqual(
            measured([hour]).events.map(({ id, read, kept }) => [id, read, kept]),
            [
                [1, 3, 2],
                [3, 2, 0],
            ],
        );
    });

    it("stores nothing of what the data collection rule leaves out", () => {
        const queries = ["Microsoft-Windows-Sysmon/Operational!*[System[(EventID=3)]]"];
        assert.equal(measured([hour], { queries }).bytes, 0);
    });

    it("counts bytes as the table bills them: the text of the columns, of each table in its own form", () => {
        const one: VolumeSample = { recording: "one", events: [start("pc", "2026-01-01T10:00:00.000Z")] };
        const longer: VolumeSample = {
            recording: "one",
            events: [start("pc-with-long-name", "2026-01-01T10:00:00.000Z")],
        };
        const [event, windowsEvent] = [measured([one]), measured([one], { table: "WindowsEvent" })];
        assert.equal(measured([longer]).bytes - event.bytes, "-with-long-name".length);
        // Event holds the fields three times: as XML, as parameters, as text.
        assert.ok(event.bytes > 1.5 * windowsEvent.bytes, `${event.bytes} against ${windowsEvent.bytes}`);
    });

    it("adds up to the whole", () => {
        const { events, bytes } = measured([hour]);
        assert.equal(
            events.reduce((sum, event) => sum + event.bytes, 0),
            bytes,
        );
    });

    it("tells machines apart whatever the case of their names, and counts the hours of each", () => {
        const { hosts, hostHours } = measured([hour]);
        assert.deepEqual([hosts, hostHours], [2, 3]);
    });
});

describe("the forecast of a volume", () => {
    const volume: Volume = {
        table: "Event",
        events: [{ id: 1, read: 500, kept: 200, bytes: 3_000_000 }],
        bytes: 3_000_000,
        hosts: 2,
        hostHours: 48,
        recordings: ["two days"],
    };

    it("gives events and bytes a machine and day, GB of 10^9 bytes, months of 730 hours, and the price", () => {
        assert.deepEqual(forecastVolume(volume, { hosts: 16_000, pricePerGb: 2 }), {
            eventsPerHostDay: 100,
            bytesPerHostDay: 1_500_000,
            hosts: 16_000,
            gbPerDay: 24,
            gbPerMonth: 730,
            pricePerMonth: 1_460,
            rough: false,
        });
    });

    it("knows no price where none is given", () => {
        assert.equal(forecastVolume(volume, { hosts: 1 })?.pricePerMonth, null);
    });

    it("is rough where the recordings last less than a day of one machine", () => {
        assert.equal(forecastVolume({ ...volume, hostHours: 23.9 }, { hosts: 1 })?.rough, true);
    });

    it("is refused where they last less than ten minutes", () => {
        assert.equal(forecastVolume({ ...volume, hostHours: 0.16 }, { hosts: 1 }), null);
        assert.equal(forecastVolume({ ...volume, hostHours: 0 }, { hosts: 1 }), null);
    });

    it("grows with the machines and with nothing else", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 100_000 }), (hosts) => {
                const [one, many] = [1, hosts].map((number) => forecastVolume(volume, { hosts: number }));
                assert.ok(one && many);
                assert.ok(Math.abs(many.gbPerMonth / one.gbPerMonth - hosts) < 1e-6 * hosts);
                assert.equal(many.bytesPerHostDay, one.bytesPerHostDay);
            }),
        );
    });
});

describe("the recordings of everyday life", () => {
    it("are those in which nothing must ring, that are not thinned for a fleet, and that can be read", async () => {
        const { manifest, ...quiet } = shippedSource("quiet-administration", []);
        assert.ok(manifest);
        const machines = [{ host: "pc", osType: "Windows" as const }];
        const fleet = { until: "2026-01-01T00:00:00Z", heartbeat: "PT1M", machines };
        const thinned = { ...quiet, manifest: { ...manifest, fleet } };
        const samples = await everydaySamples([
            shippedSource("hancitor-verclsid", ["verclsid-shellcode-injection"]),
            shippedSource("quiet-workstation", []),
            thinned,
            { name: "gone", files: [path.join(temporaryFolder(), "gone.evtx")] },
        ]);
        assert.deepEqual(
            samples.map(({ recording }) => recording),
            ["quiet-workstation"],
        );
    });
});
