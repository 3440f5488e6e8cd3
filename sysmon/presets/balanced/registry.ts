import { selected, type EventChoice } from "./eventChoice";
import { technique } from "./techniques";

/** Which changes of the registry weaken the machine. */
export const registry: EventChoice = selected(
    "RegistryEvent",
    "Windows and programs write to the registry without end. Kept are the places that blind sensors, open LSASS or start code in other processes.",
    {
        name: technique("T1562.001"),
        reason: "Sysmon's service and driver: their start, their parameters, their altitude.",
        filters: { TargetObject: { contains: "\\Services\\Sysmon" } },
    },
    {
        name: technique("T1562.002"),
        reason: "The Event Log service, its channels and its trace sessions; MiniNt stops the Security log.",
        filters: {
            TargetObject: {
                contains: [
                    "\\Services\\EventLog",
                    "\\WINEVT\\Channels\\",
                    "\\WMI\\Autologger\\EventLog-",
                    "\\Control\\MiniNt",
                ],
            },
        },
    },
    {
        name: technique("T1562.001"),
        reason: "Microsoft Defender is switched off or told to look away; script scanning loses its providers.",
        filters: {
            TargetObject: {
                contains: ["\\Windows Defender\\", "\\Microsoft\\AMSI\\", "\\Windows Script\\Settings\\AmsiEnable"],
            },
        },
    },
    {
        name: technique("T1562.006"),
        reason: "What PowerShell and .NET tell of themselves is switched off.",
        filters: {
            TargetObject: {
                contains: [
                    "\\PowerShell\\ScriptBlockLogging",
                    "\\PowerShell\\ModuleLogging",
                    "\\PowerShell\\Transcription",
                    "COMPlus_ETWEnabled",
                    "\\.NETFramework\\ETWEnabled",
                ],
            },
        },
    },
    {
        name: technique("T1112"),
        reason: "LSASS is made to keep passwords in the clear, to give up its protection, or to load a package of somebody's.",
        filters: {
            TargetObject: {
                contains: [
                    "\\SecurityProviders\\WDigest\\",
                    "\\Control\\SecurityProviders\\SecurityProviders",
                    "\\Lsa\\RunAsPPL",
                    "\\LsaCfgFlags",
                    "\\Lsa\\DisableRestrictedAdmin",
                    "\\Lsa\\Security Packages",
                    "\\Lsa\\OSConfig\\Security Packages",
                    "\\Lsa\\Notification Packages",
                    "\\Lsa\\Authentication Packages",
                ],
            },
        },
    },
    {
        name: technique("T1553.006"),
        reason: "The check of the kernel's code, or the list of drivers that it refuses, is switched off.",
        filters: { TargetObject: { contains: ["\\Control\\CI\\", "\\Control\\DeviceGuard"] } },
    },
    {
        name: technique("T1546.012"),
        reason: "A program is made to start another in its place, or at its end, which also dumps LSASS.",
        filters: { TargetObject: { contains: ["\\Image File Execution Options\\", "\\SilentProcessExit\\"] } },
    },
    {
        name: technique("T1574"),
        reason: "A module is loaded into every process, or into every one that starts others.",
        filters: { TargetObject: { contains: ["\\AppInit_DLLs", "\\AppCertDlls"] } },
    },
    {
        name: technique("T1543.003"),
        reason: "A service or driver gets its file: how vulnerable drivers and remote tools are started.",
        rule: "and",
        filters: { TargetObject: { contains: "\\Services\\", "end with": "\\ImagePath" } },
    },
);
