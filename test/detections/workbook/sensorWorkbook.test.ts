import assert from "node:assert/strict";
import { serializedWorkbook, type WorkbookTile } from "../../../azure";
import { shippedRecordings, sysmonParsed, type SysmonTable } from "../../../detections";
import { sensorWorkbook, type SensorWorkbookOptions } from "../../../detections/workbook";
import { checkQuery, loadTable, openDatabase, workspaceTables, type QueryResult } from "../../../kql";
import { findRecordings } from "../../../rehearsal/recordings";
import { eventTable, loadRecording, sysmonChannel, windowsEventTable, type SysmonEvent } from "../../../sysmon/events";

const machine = (name: string): string =>
    `/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/${name}`;
const now = "2026-03-02T12:00:00Z";

/** What recordings lack: the events of a service's start and of a configuration's change. */
const lifeOfTheSensor: SysmonEvent[] = [
    sensorEvent(4, { State: "Started", Version: "15.15", SchemaVersion: "4.90" }),
    sensorEvent(16, { Configuration: "C:\\sysmon.xml", ConfigurationFileHash: `SHA256=${"A".repeat(64)}` }),
];

function sensorEvent(id: number, fields: Record<string, string>): SysmonEvent {
    const timeCreated = "2026-03-02T08:00:00Z";
    return { id, channel: sysmonChannel, computer: "heard.example", timeCreated, fields };
}

const resourceGraph = {
    columns: [
        { name: "type", type: "string" },
        { name: "properties", type: "dynamic" },
    ],
    rows: ["sysmon-dev-svchost-thread-kill", "sysmon-dev-svchost-thread-kill", "somebody-elses-rule"].map((rule) => [
        "microsoft.alertsmanagement/alerts",
        { essentials: { alertRule: `/x/${rule}`, severity: "Sev0", startDateTime: "2026-03-02T11:00:00Z" } },
    ]),
};

async function tablesOf(table: SysmonTable): Promise<Parameters<typeof openDatabase>[0]["tables"]> {
    const { sources } = findRecordings(shippedRecordings());
    const events: SysmonEvent[] = [...lifeOfTheSensor];
    for (const file of sources.flatMap(({ files }) => files)) events.push(...(await loadRecording(file)).events);
    const write = table === "Event" ? eventTable : windowsEventTable;
    const rows = (
        name: string,
        values: Record<string, unknown>[],
    ): { columns: { name: string; type: string }[]; rows: unknown[][] } => {
        const columns = workspaceTables[name] ?? assert.fail();
        return {
            columns: columns.map((column) => ({ name: column.name, type: column.type })),
            rows: values.map((value) => columns.map((column) => value[column.name] ?? null)),
        };
    };
    return {
        [table]: write(events, {
            resourceId: machine("heard"),
            ingestionTimes: events.map(({ timeCreated }) => timeCreated),
        }),
        Heartbeat: rows("Heartbeat", [
            {
                _ResourceId: machine("heard"),
                Computer: "heard.example",
                OSType: "Windows",
                TimeGenerated: "2020-01-01T00:00:00Z",
            },
            { _ResourceId: machine("mute"), Computer: "mute.example", OSType: "Windows", TimeGenerated: now },
            { _ResourceId: machine("linux"), Computer: "linux.example", OSType: "Linux", TimeGenerated: now },
        ]),
        Usage: rows("Usage", [{ TimeGenerated: now, DataType: "Event", IsBillable: true, Quantity: 2500 }]),
        alertsmanagementresources: resourceGraph,
    };
}

for (const table of ["Event", "WindowsEvent"] as const) {
    describe(`The workbook of a stack that collects into ${table}`, () => {
        const options: SensorWorkbookOptions = {
            table,
            functionAlias: "SysmonParsed",
            machineIds: [],
            rules: [{ ruleName: "sysmon-dev-svchost-thread-kill", techniques: ["T1562.002", "T1055"] }],
        };
        const functions = [{ name: "SysmonParsed", body: sysmonParsed(table) }];
        const tilesOf = (change: Partial<SensorWorkbookOptions>): WorkbookTile[] =>
            sensorWorkbook({ ...options, ...change }).filter((item): item is WorkbookTile => item.kind === "query");
        let ask: (tile: string, change?: Partial<SensorWorkbookOptions>) => QueryResult;

        before(async () => {
            const database = openDatabase({ tables: await tablesOf(table), functions, now });
            ask = (name, change = {}) =>
                database.query(tilesOf(change).find((tile) => tile.name === name)?.query ?? assert.fail(name));
        });

        for (const { name, query, source } of tilesOf({})) {
            it(`has a query for ${name} that the checker passes`, () => {
                const tables =
                    source === "logs"
                        ? workspaceTables
                        : { alertsmanagementresources: loadTable(resourceGraph).columns };
                const errors = checkQuery(query, { functions, tables }).filter(({ severity }) => severity === "error");
                assert.deepEqual(errors, []);
            });

            it(`gives rows for ${name}`, () => {
                assert.notEqual(ask(name).rows.length, 0);
            });
        }

        it("tells a machine that is heard from one that is mute", () => {
            const { rows } = ask("machines");
            assert.deepEqual(
                rows.map(([name, state]) => [name, state]),
                [
                    ["mute.example", "never heard"],
                    ["heard.example", "heard"],
                ],
            );
        });

        it("expects the machines of the stack, also those that never sent a heartbeat", () => {
            const machineIds = [machine("heard"), machine("lost")];
            const { rows } = ask("machines", { machineIds });
            assert.deepEqual(
                rows.map(([name, state]) => [name, state]),
                [
                    [machine("lost").toLowerCase(), "never heard"],
                    ["heard.example", "heard"],
                ],
            );
        });

        it("goes by the heartbeat where machines are too many to be named", () => {
            const machineIds = Array.from({ length: 301 }, (_, index) => machine(`vm-${index}`));
            assert.deepEqual(ask("machines", { machineIds }).rows, ask("machines").rows);
        });

        it("counts an alert for each of its techniques, and no alert of others", () => {
            assert.deepEqual(
                new Set(ask("alerts-by-technique").rows.map((row) => JSON.stringify(row))),
                new Set(['["T1562.002",2]', '["T1055",2]']),
            );
        });

        it("knows which version and configuration a sensor runs", () => {
            const row = ask("sensor-versions").rows.find(([name]) => name === "heard.example");
            assert.deepEqual(row, ["heard.example", "15.15", "4.90", `SHA256=${"A".repeat(64)}`]);
        });
    });
}

describe("A workbook as the service keeps it", () => {
    it("puts the reader's time range on each query of the logs, and on no other", () => {
        const items = sensorWorkbook({ table: "Event", functionAlias: "SysmonParsed", machineIds: [], rules: [] });
        const { version, items: kept } = JSON.parse(serializedWorkbook("/w", items)) as {
            version: string;
            items: { type: number; name: string; content: Record<string, unknown> }[];
        };
        assert.equal(version, "Notebook/1.0");
        assert.equal(kept.length, items.length + 1);
        for (const item of items) {
            const { content } = kept.find(({ name }) => name === item.name) ?? assert.fail(item.name);
            const range = item.kind === "query" && item.source === "logs" ? "TimeRange" : undefined;
            assert.equal(content["timeContextFromParameter"], range, item.name);
        }
    });

    it("names each item once", () => {
        const names = sensorWorkbook({ table: "Event", functionAlias: "SysmonParsed", machineIds: [], rules: [] }).map(
            ({ name }) => name,
        );
        assert.equal(new Set(names).size, names.length);
    });
});
