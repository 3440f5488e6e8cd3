import assert from "node:assert/strict";
import { openDatabase, workspaceTables, type TableData } from "../../../kql";
import { heardMachines, type HeardMachine, type SysmonTable } from "../../../live/verify/heard";
import { AzureDouble } from "../azureDouble";

const now = "2026-11-24T12:00:00Z";
const customerId = "44444444-0000-4000-8000-000000000001";
const group = "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/RG-Office";
const vm = (name: string): string => `${group}/providers/Microsoft.Compute/virtualMachines/${name}`;
const hash = (digit: string): string => digit.repeat(64);

type Row = Readonly<Record<string, unknown>>;

/** A table of a workspace with these rows; columns that a row does not name are empty. */
function table(name: string, rows: readonly Row[]): TableData {
    const columns = workspaceTables[name];
    assert.ok(columns, name);
    return { columns, rows: rows.map((row) => columns.map((column) => row[column.name] ?? null)) };
}

const sysmonEvent = (machine: string, EventID: number, TimeGenerated: string, data = ""): Row => ({
    _ResourceId: machine,
    EventID,
    TimeGenerated,
    EventData: `<DataItem><EventData>${data}</EventData></DataItem>`,
    Source: "Microsoft-Windows-Sysmon",
});
const given = (sha256: string): string => `<Data Name="ConfigurationFileHash">SHA256=${sha256}</Data>`;

const workspace: Readonly<Record<string, TableData>> = {
    Heartbeat: table("Heartbeat", [
        { _ResourceId: vm("vm-files"), TimeGenerated: "2026-11-24T11:58:00Z" },
        { _ResourceId: vm("vm-files").toLowerCase(), TimeGenerated: "2026-11-24T11:59:00Z" },
        { _ResourceId: vm("vm-mute"), TimeGenerated: "2026-11-24T11:59:00Z" },
        { _ResourceId: vm("vm-gone"), TimeGenerated: "2026-11-20T11:59:00Z" },
    ]),
    Event: table("Event", [
        sysmonEvent(vm("vm-files"), 10, "2026-11-24T11:00:00Z"),
        sysmonEvent(vm("VM-FILES"), 1, "2026-11-24T11:30:00Z"),
        sysmonEvent(vm("vm-files"), 16, "2026-11-01T08:00:00Z", given(hash("a"))),
        sysmonEvent(vm("vm-files"), 16, "2026-11-02T08:00:00Z", given(hash("B"))),
        { ...sysmonEvent(vm("vm-mute"), 7036, "2026-11-24T11:00:00Z"), Source: "Service Control Manager" },
    ]),
};

describe("What a workspace has heard", () => {
    let double: AzureDouble | undefined;
    afterEach(async () => {
        await double?.stop();
        double = undefined;
    });

    /** Answers as the service does: by the query itself, over these tables, lists as JSON in a text. */
    async function heard(
        tables: Readonly<Record<string, TableData>>,
        from: SysmonTable = "Event",
    ): Promise<HeardMachine[]> {
        double = await AzureDouble.start({
            workspace: (query) => {
                const { columns, rows } = openDatabase({ tables, now }).query(query);
                const texts = rows.map((row) =>
                    row.map((value) => (Array.isArray(value) ? JSON.stringify(value) : value)),
                );
                return { columns, rows: texts };
            },
        });
        return heardMachines(double.connection(), customerId, from);
    }

    it("is heartbeats, Sysmon's events and the configuration given last, by machine whatever the case of its id", async () => {
        const [files, mute, ...rest] = await heard(workspace);
        assert.deepEqual(rest, []);
        assert.equal(files?.id, vm("vm-files").toLowerCase());
        assert.equal(Date.parse(files.lastHeartbeat ?? ""), Date.parse("2026-11-24T11:59:00Z"));
        assert.equal(files.sysmon?.events, 2);
        assert.equal(Date.parse(files.sysmon.last), Date.parse("2026-11-24T11:30:00Z"));
        assert.deepEqual(files.sysmon.eventIds, [1, 10]);
        assert.equal(files.configSha256, hash("b"));
        assert.deepEqual(
            [mute?.id, mute?.sysmon, mute?.configSha256],
            [vm("vm-mute").toLowerCase(), undefined, undefined],
        );
    });

    it("is read from the table of Sentinel as well", async () => {
        const event = { _ResourceId: vm("vm-files"), Provider: "Microsoft-Windows-Sysmon" };
        const [files] = await heard(
            {
                Heartbeat: table("Heartbeat", []),
                WindowsEvent: table("WindowsEvent", [
                    { ...event, EventID: 3, TimeGenerated: "2026-11-24T11:00:00Z" },
                    {
                        ...event,
                        EventID: 16,
                        TimeGenerated: "2026-11-24T10:00:00Z",
                        EventData: { ConfigurationFileHash: `SHA256=${hash("c")}` },
                    },
                ]),
            },
            "WindowsEvent",
        );
        assert.deepEqual(files?.sysmon?.eventIds, [3, 16]);
        assert.equal(files.configSha256, hash("c"));
    });

    it("is asked of the workspace by its id", async () => {
        await heard(workspace);
        assert.deepEqual([...new Set(double?.got)], [`/v1/workspaces/${customerId}/query`]);
    });

    it("says which role is missing where Azure refuses", async () => {
        double = await AzureDouble.start({});
        await assert.rejects(heardMachines(double.connection(), customerId, "Event"), {
            name: "LiveError",
            message: `Log Analytics, workspace ${customerId}: Azure answered 403: No access. Whoever is signed in lacks the role Log Analytics Reader there.`,
        });
    });

    it("refuses an answer of another shape", async () => {
        double = await AzureDouble.start({
            workspace: () => ({ columns: [{ name: "Machine", type: "string" }], rows: [[7]] }),
        });
        await assert.rejects(
            heardMachines(double.connection(), customerId, "Event"),
            /a row has another shape than expected, at 0\.Machine/,
        );
    });
});
