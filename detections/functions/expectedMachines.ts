import { parseMachineId } from "../../azure";

/**
 * Machines that should be heard, as a table of their resource ids in lower case: those of one resource group share a row,
 * so that a rule has room for hundreds. Scale sets are left out: their instances come and go.
 *
 * @returns Undefined where no id is that of a single machine.
 */
export function expectedMachines(ids: readonly string[]): string | undefined {
    const groups = new Map<string, string[]>();
    for (const id of ids) {
        const parsed = parseMachineId(id);
        if (parsed.kind === "rejected" || parsed.value.kind === "scaleSet") continue;
        const lower = parsed.value.id.toLowerCase();
        const border = lower.lastIndexOf("/") + 1;
        const names = groups.get(lower.slice(0, border)) ?? [];
        groups.set(lower.slice(0, border), [...names, lower.slice(border)]);
    }
    if (groups.size === 0) return undefined;
    const rows = [...groups]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([group, names]) => `    "${group}", dynamic(${JSON.stringify([...new Set(names)].sort())})`);
    return `datatable(Group: string, Names: dynamic) [
${rows.join(",\n")}
]
| mv-expand Name = Names to typeof(string)
| project _ResourceId = strcat(Group, Name)`;
}

/** Machines that should be heard where no list of them is at hand: every Windows machine whose agent is. */
export const heardMachines = `Heartbeat
| where TimeGenerated > windowStart and OSType =~ "Windows" and isnotempty(_ResourceId)
| summarize by _ResourceId = tolower(_ResourceId)`;
