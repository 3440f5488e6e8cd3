import type { SysmonEvent } from "../../sysmon/events/event";
import { credentialTheft } from "./credentialTheft";
import { dailyCapReached } from "./dailyCapReached";
import { dotnetOpensEverySvchost } from "./dotnetOpensEverySvchost";
import { filterEmptied } from "./filterEmptied";
import { hancitorVerclsid } from "./hancitorVerclsid";
import { implantSpawnsAndInjects } from "./implantSpawnsAndInjects";
import { invokePhant0m } from "./invokePhant0m";
import { machinesLost } from "./machinesLost";
import { managedLoaderStays } from "./managedLoaderStays";
import { phant0mSilencesServer } from "./phant0mSilencesServer";
import { quietAdministration } from "./quietAdministration";
import { quietFleet } from "./quietFleet";
import { quietWorkstation } from "./quietWorkstation";
import { sensorBlinded } from "./sensorBlinded";
import { webShellBecomesSystem } from "./webShellBecomesSystem";

/** The recordings that we ship, by the names of their folders, and the stories that make their events. */
export const stories: Readonly<Record<string, () => readonly SysmonEvent[]>> = {
    "credential-theft": credentialTheft,
    "daily-cap-reached": dailyCapReached,
    "dotnet-opens-every-svchost": dotnetOpensEverySvchost,
    "filter-emptied": filterEmptied,
    "hancitor-verclsid": hancitorVerclsid,
    "implant-spawns-and-injects": implantSpawnsAndInjects,
    "invoke-phant0m": invokePhant0m,
    "machines-lost": machinesLost,
    "managed-loader-stays": managedLoaderStays,
    "phant0m-silences-server": phant0mSilencesServer,
    "quiet-administration": quietAdministration,
    "quiet-fleet": quietFleet,
    "quiet-workstation": quietWorkstation,
    "sensor-blinded": sensorBlinded,
    "web-shell-becomes-system": webShellBecomesSystem,
};

/** Events in the form that a recording's events.jsonl has: one JSON object a line. */
export function recordingText(events: readonly SysmonEvent[]): string {
    return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
