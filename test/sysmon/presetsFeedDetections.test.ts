import assert from "node:assert/strict";
import * as path from "node:path";
import { shippedRecordings } from "../../detections";
import { presetConfig } from "../../sysmon";
import { loadRecording } from "../../sysmon/events";
import { lostAlerts } from "./lostAlerts";

describe("detections over what the preset balanced logs", () => {
    for (const folder of shippedRecordings()) {
        it(`ring in ${path.basename(folder)} as over every event`, async () => {
            const { events } = await loadRecording(path.join(folder, "events.jsonl"));
            assert.deepEqual(lostAlerts(presetConfig("balanced"), events), []);
        });
    }

    it("would be missed if the preset lost them", async () => {
        const lost: string[] = [];
        for (const folder of shippedRecordings()) {
            const { events } = await loadRecording(path.join(folder, "events.jsonl"));
            lost.push(...lostAlerts(presetConfig("published-2017"), events));
        }
        assert.ok(lost.includes("verclsid-shellcode-injection"), lost.join(", "));
    });
});
