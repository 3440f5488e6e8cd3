import { all, nothing, selected, type EventChoice } from "./eventChoice";
import { technique } from "./techniques";

/** Endings of files that run. */
const programEndings = [
    ".exe",
    ".dll",
    ".sys",
    ".scr",
    ".com",
    ".cpl",
    ".ocx",
    ".ps1",
    ".psm1",
    ".bat",
    ".cmd",
    ".vbs",
    ".js",
    ".jse",
    ".wsf",
    ".hta",
    ".asp",
    ".aspx",
    ".jsp",
    ".php",
] as const;

/** What happens to files and disks. */
export const files: readonly EventChoice[] = [
    selected("FileCreateTime", "Browsers, archives and synchronization set times all day, on documents.", {
        name: technique("T1070.006"),
        reason: "The time of something that runs is changed, so that it looks as old as its neighbors.",
        filters: { TargetFilename: { "end with": programEndings } },
    }),
    all(
        "RawAccessRead",
        "Reading a disk below the file system takes the locks off the registry's secrets. Windows itself does it now and then; that is not worth an exclude for lsass.exe or svchost.exe, into which attackers inject.",
    ),
    selected(
        "FileCreate",
        "Files are written all the time. What of them runs is seen when it runs (ProcessCreate, ImageLoad).",
        {
            name: technique("T1003.001"),
            reason: "A memory dump is written, by whatever tool.",
            filters: { TargetFilename: { "end with": [".dmp", ".mdmp", ".hdmp", ".dump"] } },
        },
        {
            name: technique("T1543.003"),
            reason: "A driver is written elsewhere than where Windows Update keeps its own: brought along to be loaded.",
            rule: "and",
            filters: {
                TargetFilename: {
                    "end with": ".sys",
                    "not begin with": ["C:\\Windows\\WinSxS\\", "C:\\Windows\\servicing\\"],
                },
            },
        },
    ),
    all(
        "FileCreateStreamHash",
        "Streams are rare but for the mark of downloads, which tells where a program came from. A stream's name is the attacker's choice, so none is left out.",
    ),
    nothing(
        "FileDelete",
        "It keeps a copy of what is deleted on the machine's disk. FileDeleteDetected tells of the same without.",
    ),
    selected(
        "FileDeleteDetected",
        "Files are deleted all the time; those that would tell of an attack are few.",
        {
            name: technique("T1070.001"),
            reason: "A file of an event log is deleted.",
            filters: { TargetFilename: { "end with": ".evtx" } },
        },
        {
            name: technique("T1562.001"),
            reason: "Sysmon's own files are deleted.",
            filters: { TargetFilename: { contains: ["\\Windows\\Sysmon", "\\drivers\\SysmonDrv"] } },
        },
    ),
    nothing(
        "FileBlockExecutable",
        "It keeps programs from being written: that is prevention, to be decided for each fleet.",
    ),
    nothing("FileBlockShredding", "It keeps files from being overwritten: prevention as well."),
    nothing(
        "FileExecutableDetected",
        "It needs schema version 4.90, for which sensors older than 2023 would refuse the whole configuration, and every update writes programs.",
    ),
];
