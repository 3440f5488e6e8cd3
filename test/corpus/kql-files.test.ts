import assert from "node:assert/strict";
import * as fs from "node:fs";
import { KqlError, openDatabase, readStoredFunction, workspaceTables, type Database, type TableData } from "../../kql";
import { describeShared, sharedIsThere, sharedPath } from "../support/shared";

function textOf(name: string): string {
    return fs.readFileSync(sharedPath("kql", name), "utf8");
}

/** A value of a row as text. */
function plain(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

/** The rows of an Event table, as objects. */
function eventsOf(file: string): { readonly data: TableData; readonly rows: Readonly<Record<string, string>>[] } {
    const data = JSON.parse(textOf(file)) as TableData;
    const rows = data.rows.map((row) =>
        Object.fromEntries(data.columns.map(({ name }, index) => [name, plain(row[index])])),
    );
    return { data, rows };
}

/** The text of a field of a Sysmon event. */
function field(row: Readonly<Record<string, string>>, name: string): string {
    const value = new RegExp(`<Data Name="${name}">([^<]*)<`).exec(row["EventData"] ?? "")?.[1] ?? "";
    return value.replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}

/**
 * The stored function of the corpus reads a column `Hashes` where it has made none, in one of the functions it declares,
 * so that it is refused as it stands. This gives that function the column.
 */
function repaired(text: string): string {
    let made = false;
    const lines = text.split("\n").flatMap((line) => {
        if (line.startsWith("let ")) made = false;
        if (line.includes("Hashes = EventDetail")) made = true;
        return line.startsWith("| parse Hashes") && !made ? ['| extend Hashes = ""', line] : [line];
    });
    return lines.join("\n");
}

function open(events: TableData, security: TableData, sysmon: string): Database {
    const empty = Object.fromEntries(
        Object.entries(workspaceTables).map(([name, columns]): [string, TableData] => [name, { columns, rows: [] }]),
    );
    return openDatabase({
        tables: { ...empty, Event: events, SecurityEvent: security },
        functions: [readStoredFunction("Sysmon", sysmon)],
        now: "2026-01-01T12:00:00Z",
    });
}

/** Security events of our own, so that the rules over that table have something to find. */
function securityEvents(): TableData {
    const columns = workspaceTables["SecurityEvent"] ?? [];
    const row = (values: Readonly<Record<string, unknown>>): unknown[] =>
        columns.map(({ name }) => values[name] ?? null);
    const at = (minute: number): string => `2026-01-01T11:${String(minute).padStart(2, "0")}:00Z`;
    const process = { EventID: 4688, Computer: "pc.corp.example", Account: "CORP\\ann", SubjectUserName: "ann" };
    const logon = { EventID: 4624, LogonType: 10, SubjectDomainName: "CORP", TargetDomainName: "CORP" };
    return {
        columns,
        rows: [
            ...["dclist:corp", "domain_trusts", "dclist:corp"].map((what, minute) =>
                row({
                    ...process,
                    TimeGenerated: at(minute),
                    CommandLine: `C:\\nltest.exe /${what}`,
                    Process: "nltest.exe",
                }),
            ),
            row({ ...process, TimeGenerated: at(9), CommandLine: "x.exe TVqQAAMAAAAEAAA", Process: "x.exe" }),
            row({
                ...process,
                TimeGenerated: at(10),
                CommandLine: 'rundll32.exe "Execute" RegRead window.close',
                Process: "rundll32.exe",
            }),
            ...["one", "two", "three"].map((computer, minute) =>
                row({
                    ...logon,
                    TimeGenerated: at(minute),
                    Computer: computer,
                    Account: minute === 0 ? "CORP\\Bob" : "corp\\bob",
                }),
            ),
        ],
    };
}

describeShared("Queries of other people, over recorded events", () => {
    if (!sharedIsThere) return;
    const files = fs.readdirSync(sharedPath("kql")).filter((name) => name.endsWith(".kql"));
    const security = securityEvents();
    const sysmon = textOf("Sysmon-OSSEM.function.txt");

    for (const file of ["events.json", "more-events.json"]) {
        const { data, rows } = eventsOf(file);
        const asStored = open(data, security, sysmon);
        const mended = open(data, security, repaired(sysmon));
        const sysmonRows = rows.filter((row) => row["Source"] === "Microsoft-Windows-Sysmon");
        const events = (id: number): typeof rows => sysmonRows.filter((row) => row["EventID"] === String(id));

        /** Rows of the answer of each file, counted without the engine. */
        const expected: Readonly<Record<string, number>> = {
            "azs_ADFSRemoteSyncConnectionSysmon.kql": 0,
            "azs_DumpingLSASSProcessIntoaFile.kql": new Set(
                events(10)
                    .filter(
                        (row) =>
                            field(row, "GrantedAccess").toLowerCase() === "0x1fffff" &&
                            field(row, "TargetImage").toLowerCase() === "c:\\windows\\system32\\lsass.exe" &&
                            /\bdbg(?:help|core)\.dll\b/i.test(field(row, "CallTrace")),
                    )
                    .map((row) =>
                        [row["Computer"], field(row, "SourceProcessGUID"), field(row, "CallTrace")].join("|"),
                    ),
            ).size,
            "azs_MidnightBlizzard_SuspiciousRundll32Exec.kql": 1,
            "azs_RegistryPersistenceViaAppCertDLLModification.kql": events(13).filter((row) =>
                field(row, "TargetObject").includes("\\Control\\Session Manager\\AppCertDLLs\\"),
            ).length,
            "azs_base64_encoded_pefile.kql": 1,
            "bj_NltestDiscovery.kql": 1,
            "r99_SecEvents-PotentialRDPRecon.kql": 1,
            "r99_SecurityEvent-SummarizeRDPActivity.kql": 1,
            "sa_T0000_Named_Pipes_CobaltStrike.kql": events(17).filter((row) =>
                field(row, "PipeName").toLowerCase().includes("\\msagent_"),
            ).length,
            "sa_T1003_Credential_Dumping_Process_Access.kql": events(10).filter((row) => {
                const trace = field(row, "CallTrace").toLowerCase();
                return (
                    field(row, "TargetImage").toLowerCase().includes("c:\\windows\\system32\\lsass.exe") &&
                    /0x1010|0x1410|0x147a|0x143a/i.test(field(row, "GrantedAccess")) &&
                    ["c:\\windows\\system32\\ntdll.dll", "c:\\windows\\system32\\kernelbase.dll", "|unknown(*)"].every(
                        (part) => trace.includes(part),
                    )
                );
            }).length,
            "sa_T1055_Process_Injection_Process.kql": events(1).filter((row) =>
                /\*invoke-dllinjection\*|c:\\windows\\sysnative\\/i.test(field(row, "CommandLine")),
            ).length,
            "sa_T1093_Process_Hollowing.kql": 0,
        };

        for (const name of files) {
            const query = textOf(name);
            if (name === "azs_WindowsBinariesLolbinsRenamed.kql") {
                it(`${file}: ${name} is refused for its list on the internet`, () => {
                    assert.throws(
                        () => asStored.query(query),
                        (error) => error instanceof KqlError && error.code === "KQ202" && error.line === 1,
                    );
                });
                it(`${file}: ${name} runs where the list stands in the query`, () => {
                    const inline = query.replace(/externaldata[^;]*;/, "datatable(Process:string) ['procdump.exe'];");
                    assert.deepEqual(asStored.query(inline).rows, []);
                });
                continue;
            }
            if (name.startsWith("sa_")) {
                it(`${file}: ${name} is refused for a column that the stored function does not have`, () => {
                    assert.throws(
                        () => asStored.query(query),
                        (error) =>
                            error instanceof KqlError &&
                            error.functionName === "Sysmon" &&
                            /'Hashes'/.test(error.message),
                    );
                });
            }
            it(`${file}: ${name} finds ${expected[name]} rows`, () => {
                const database = name.startsWith("sa_") ? mended : asStored;
                assert.equal(database.query(query).rows.length, expected[name]);
            });
        }
    }
});
