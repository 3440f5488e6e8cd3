import type { WorkbookItem, WorkbookTile } from "../../azure";
import type { SysmonTable } from "../functions/sysmonParsed";

/** A rule that the stack deploys, for the tile of alerts. */
export interface WatchedRule {
    /** Name of the rule in Azure, as alerts carry it. */
    readonly ruleName: string;
    /** ATT&CK techniques of its detection. */
    readonly techniques: readonly string[];
}

/** What a stack's workbook is about. */
export interface SensorWorkbookOptions {
    /** Table that Sysmon's events are collected into. */
    readonly table: SysmonTable;
    /** Name of the saved function that parses it. */
    readonly functionAlias: string;
    /** Resource ids of the machines that the stack equips; empty: whichever send a heartbeat are expected. */
    readonly machineIds: readonly string[];
    readonly rules: readonly WatchedRule[];
}

/** Machines whose ids are written into the query; beyond that the heartbeat says which to expect. */
const mostNamedMachines = 300;

/**
 * What a person on duty looks at: which sensors are heard and which are silent, what they run, what they log, what rang,
 * and what it costs.
 */
export function sensorWorkbook(options: SensorWorkbookOptions): readonly WorkbookItem[] {
    return [
        text(
            "sensors",
            "## Sensors\nA machine is silent whose heartbeat goes on while its Sysmon has not been heard for an hour.",
        ),
        tile(
            "machine-states",
            "Machines by state",
            "tiles",
            100,
            `${states(options)}\n| summarize Machines = count() by State`,
        ),
        tile(
            "machines",
            "Machines: expected, heard, silent",
            "table",
            60,
            `${states(options)}\n| project Machine, State, Heartbeat, LastEvent, Events\n| order by State desc, Machine asc`,
        ),
        tile("sensor-versions", "Version and configuration", "table", 40, versions(options)),
        text("events", "## Events"),
        tile("events-by-day", "Events a day by id", "timechart", 60, eventsByDay(options)),
        tile("events-by-machine", "Events by machine", "barchart", 40, eventsByMachine(options)),
        tile("top-sources", "Programs that reach into other processes", "table", 100, topSources(options)),
        text("alerts", "## Alerts"),
        {
            ...tile("alerts-by-technique", "Alerts by technique", "barchart", 50, alertsByTechnique(options)),
            source: "resourceGraph",
        },
        { ...tile("alerts-by-rule", "Alerts by rule", "table", 50, alertsByRule(options)), source: "resourceGraph" },
        text("cost", "## Cost\nWhat Azure bills by the gigabyte (10^9 bytes), as the table `Usage` counts it."),
        tile("billed-by-day", "Gigabytes a day by table", "timechart", 50, billedByDay),
        tile("billed-by-machine", "Billed bytes by machine and event id", "table", 50, billedByMachine(options)),
    ];
}

function text(name: string, markdown: string): WorkbookItem {
    return { kind: "text", name: `text-${name}`, markdown };
}

function tile(name: string, title: string, chart: WorkbookTile["chart"], width: number, query: string): WorkbookTile {
    return { kind: "query", name, title, chart, width, query, source: "logs" };
}

/** One row a machine: when it sent a heartbeat, when Sysmon was heard. */
function states({ functionAlias, machineIds }: SensorWorkbookOptions): string {
    const heartbeats = `Heartbeat
    | where OSType =~ "Windows"
    | summarize Heartbeat = max(TimeGenerated), Computer = take_any(Computer) by Id = tolower(_ResourceId)`;
    const heard = `${functionAlias}
    | summarize LastEvent = max(TimeGenerated), Events = count(), Named = take_any(Computer) by Id = tolower(_ResourceId)`;
    const named = machineIds.length > 0 && machineIds.length <= mostNamedMachines;
    const expected = named
        ? `datatable(Id: string) [\n${machineIds.map((id) => `    "${id.toLowerCase()}"`).join(",\n")}\n]\n| join kind=leftouter (\n    ${heartbeats}\n) on Id`
        : heartbeats.replace(/\n {4}/g, "\n");
    return `${expected}
| join kind=leftouter (
    ${heard}
) on Id
| extend
    Machine = coalesce(Computer, Named, Id),
    State = case(
        isnull(LastEvent), "never heard",
        isnotnull(Heartbeat) and LastEvent < Heartbeat - 1h, "silent",
        "heard")`;
}

/** Versions from the events of a service's start (4), configurations from those of their change (16). */
function versions({ functionAlias }: SensorWorkbookOptions): string {
    return `${functionAlias}
| where EventID == 16
| summarize arg_max(TimeGenerated, ConfigurationFileHash) by Computer
| join kind=fullouter (
    ${functionAlias}
    | where EventID == 4 and isnotempty(Version)
    | summarize arg_max(TimeGenerated, Version, SchemaVersion) by Computer
) on Computer
| project Machine = iff(isempty(Computer), Computer1, Computer), Version, SchemaVersion, ConfigurationFileHash
| order by Machine asc`;
}

function eventsByDay({ functionAlias }: SensorWorkbookOptions): string {
    return `${functionAlias}
| summarize Events = count() by bin(TimeGenerated, 1d), EventID = tostring(EventID)
| order by TimeGenerated asc`;
}

function eventsByMachine({ functionAlias }: SensorWorkbookOptions): string {
    return `${functionAlias}
| summarize Events = count() by Computer, EventID = tostring(EventID)
| order by Events desc`;
}

function topSources({ functionAlias }: SensorWorkbookOptions): string {
    return `${functionAlias}
| where EventID in (8, 10)
| summarize
    Events = count(),
    Machines = dcount(Computer),
    Targets = make_set(TargetImage, 10)
    by SourceImage
| top 20 by Events desc`;
}

/** Alerts of Azure Monitor live in Azure Resource Graph, which knows the rule and not its techniques. */
function alerts({ rules }: SensorWorkbookOptions): string {
    return `alertsmanagementresources
| where type =~ "microsoft.alertsmanagement/alerts"
| extend Rule = tolower(tostring(split(tostring(properties.essentials.alertRule), "/")[-1]))
| where Rule in~ (${rules.map(({ ruleName }) => JSON.stringify(ruleName.toLowerCase())).join(", ") || '""'})`;
}

function alertsByTechnique(options: SensorWorkbookOptions): string {
    const techniques = Object.fromEntries(
        options.rules.map(({ ruleName, techniques }) => [ruleName.toLowerCase(), techniques]),
    );
    return `${alerts(options)}
| extend Techniques = dynamic(${JSON.stringify(techniques)})[Rule]
| mv-expand Technique = Techniques to typeof(string)
| summarize Alerts = count() by Technique
| order by Alerts desc`;
}

function alertsByRule(options: SensorWorkbookOptions): string {
    return `${alerts(options)}
| summarize
    Alerts = count(),
    Last = max(todatetime(properties.essentials.startDateTime))
    by Rule, Severity = tostring(properties.essentials.severity)
| order by Alerts desc`;
}

const billedByDay = `Usage
| where IsBillable == true
| summarize Gigabytes = sum(Quantity) / 1000 by bin(TimeGenerated, 1d), DataType
| order by TimeGenerated asc`;

function billedByMachine({ table }: SensorWorkbookOptions): string {
    return `${table}
| where ${table === "Event" ? "Source" : "Provider"} == "Microsoft-Windows-Sysmon"
| summarize Events = count(), Bytes = sum(_BilledSize) by Computer, EventID
| order by Bytes desc, Events desc`;
}
