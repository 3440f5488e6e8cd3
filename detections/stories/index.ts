import type { SysmonEvent } from "../../sysmon/events/event";
import { credentialTheft } from "./credentialTheft";
import { dotnetOpensEverySvchost } from "./dotnetOpensEverySvchost";
import { hancitorVerclsid } from "./hancitorVerclsid";
import { implantSpawnsAndInjects } from "./implantSpawnsAndInjects";
import { invokePhant0m } from "./invokePhant0m";
import { managedLoaderStays } from "./managedLoaderStays";
import { quietAdministration } from "./quietAdministration";
import { quietWorkstation } from "./quietWorkstation";
import { sensorBlinded } from "./sensorBlinded";
import { webShellBecomesSystem } from "./webShellBecomesSystem";

/** The recordings that we ship, by the names of their folders, and the stories that make their events. */
export const stories: Readonly<Record<string, () => readonly SysmonEvent[]>> = {
    "credential-theft": credentialTheft,
    "dotnet-opens-every-svchost": dotnetOpensEverySvchost,
    "hancitor-verclsid": hancitorVerclsid,
    "implant-spawns-and-injects": implantSpawnsAndInjects,
    "invoke-phant0m": invokePhant0m,
    "managed-loader-stays": managedLoaderStays,
    "quiet-administration": quietAdministration,
    "quiet-workstation": quietWorkstation,
    "sensor-blinded": sensorBlinded,
    "web-shell-becomes-system": webShellBecomesSystem,
};

/** Events in the form that a recording's events.jsonl has: one JSON object a line. */
export function recordingText(events: readonly SysmonEvent[]): string {
    return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
