import type { SysmonEvent } from "../../sysmon/events/event";
import { dotnetOpensEverySvchost } from "./dotnetOpensEverySvchost";
import { hancitorVerclsid } from "./hancitorVerclsid";
import { invokePhant0m } from "./invokePhant0m";
import { quietWorkstation } from "./quietWorkstation";

/** The recordings that we ship, by the names of their folders, and the stories that make their events. */
export const stories: Readonly<Record<string, () => readonly SysmonEvent[]>> = {
    "dotnet-opens-every-svchost": dotnetOpensEverySvchost,
    "hancitor-verclsid": hancitorVerclsid,
    "invoke-phant0m": invokePhant0m,
    "quiet-workstation": quietWorkstation,
};

/** Events in the form that a recording's events.jsonl has: one JSON object a line. */
export function recordingText(events: readonly SysmonEvent[]): string {
    return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
