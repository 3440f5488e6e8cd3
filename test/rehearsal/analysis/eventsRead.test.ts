import assert from "node:assert/strict";
import { loadCatalog, plannedQuery } from "../../../detections";
import { eventsRead } from "../../../rehearsal/analysis/eventsRead";

describe("the events that a planned query reads", () => {
    for (const [query, ids] of [
        ["let SysmonParsed = Event | where EventID in (10, 1); SysmonParsed | where EventID == 1", [1, 10]],
        ["Event | where EventID == 8 or EventID==10 | union (Event | where EventID == 8)", [8, 10]],
        ["Heartbeat | summarize max(TimeGenerated) by Computer", []],
    ] as const) {
        it(`are ${ids.join(", ") || "none"} in: ${query}`, () => {
            assert.deepEqual(eventsRead(query), ids);
        });
    }

    it("are those that each shipped detection says", () => {
        const { detections } = loadCatalog();
        const found = detections.map((detection) => [
            detection.name,
            eventsRead(plannedQuery(detection, { table: "WindowsEvent" })),
        ]);
        const said = detections.map(({ name, data }) => [name, [...data.events].sort((left, right) => left - right)]);
        assert.deepEqual(found, said);
    });
});
