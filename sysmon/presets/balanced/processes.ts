import { harmlessMasks, limitedMasks, parentMasks, readingMasks, suspendingMasks, writingDigits } from "./accessRights";
import { all, selected, type EventChoice } from "./eventChoice";
import { defenderFolder, installedFolders, ledPrograms, sensorPrograms } from "./programs";
import { technique } from "./techniques";

/** A source in a folder where ordinary programs do not stand. */
const outsider = { "not begin with": [...installedFolders, defenderFolder] } as const;

const led = { "contains any": ledPrograms } as const;

const writing = { "contains any": writingDigits } as const;

/** Processes that hold tokens and secrets worth stealing. */
const privileged = {
    "contains any": ["\\lsass.exe", "\\winlogon.exe", "\\wininit.exe", "\\services.exe", "\\csrss.exe", "\\smss.exe"],
} as const;

/** More than limited rights: those to query are enough to take a token. */
const querying = { "is not": limitedMasks } as const;

/** What processes do to one another. */
export const processes: readonly EventChoice[] = [
    all(
        "ProcessCreate",
        "Every detection asks who started what, with which command line. Processes start rarely beside all else, and there is no start that an attacker could not have made.",
    ),
    selected("ProcessTerminate", "The end of most processes tells nothing; that of a sensor does.", {
        name: technique("T1562.001"),
        reason: "Sysmon, Defender or the agent that carries the events ends.",
        filters: { Image: { "end with": sensorPrograms } },
    }),
    all(
        "CreateRemoteThread",
        "Few programs start threads in others, and injection is often nothing else. Public configurations that drop threads starting in kernel32.dll lose LoadLibrary injection.",
        {
            reason: "Windows' own reaction to Ctrl+C: csrss.exe, which is protected from injection, starts CtrlRoutine in console programs.",
            filters: {
                SourceImage: { is: "C:\\Windows\\System32\\csrss.exe" },
                StartModule: { is: "C:\\Windows\\System32\\KernelBase.dll" },
                StartFunction: { is: "CtrlRoutine" },
            },
        },
    ),
    selected(
        "ProcessAccess",
        "The loudest event: programs open one another all day to look. What is kept is what looking does not need: rights to write or to take over, LSASS, code that belongs to no file.",
        {
            name: technique("T1003.001"),
            reason: "The call comes through a library that writes memory dumps, whatever rights it asks for.",
            rule: "and",
            filters: {
                TargetImage: { image: "lsass.exe" },
                CallTrace: { "contains any": ["dbghelp.dll", "dbgcore.dll", "comsvcs.dll"] },
            },
        },
        {
            name: technique("T1003.001"),
            reason: "Any right to LSASS that goes beyond looking: reading its memory (0x1010, 0x1410, 0x143a, all access), copying it (0x80), taking its handles (0x40). Told by the harmless masks, so that no tool gets by with an unusual one. Defender, which reads it all day from its protected folder, is left out.",
            rule: "and",
            filters: {
                TargetImage: { image: "lsass.exe" },
                GrantedAccess: { "is not": harmlessMasks },
                SourceImage: { "not begin with": defenderFolder },
            },
        },
        {
            name: technique("T1562.001"),
            reason: "Rights to end, suspend or change Sysmon, Defender or the agent.",
            rule: "and",
            filters: { TargetImage: { "contains any": sensorPrograms }, GrantedAccess: { "is not": readingMasks } },
        },
        {
            name: technique("T1055"),
            reason: "Code that no file on disk backs opens a process with rights to change it: shellcode, reflectively loaded tools, Hancitor's macro, Invoke-Phant0m. It holds for every target.",
            rule: "and",
            filters: { CallTrace: { contains: "UNKNOWN" }, GrantedAccess: writing },
        },
        {
            name: technique("T1134"),
            reason: "A program from an unusual folder opens what holds privileged tokens: the right to query is enough to take one.",
            rule: "and",
            filters: { TargetImage: privileged, SourceImage: outsider, GrantedAccess: querying },
        },
        {
            name: technique("T1134"),
            reason: "The same by a script host or an Office program.",
            rule: "and",
            filters: { TargetImage: privileged, SourceImage: led, GrantedAccess: querying },
        },
        {
            name: technique("T1134"),
            reason: "The same by code that no file on disk backs.",
            rule: "and",
            filters: { TargetImage: privileged, CallTrace: { contains: "UNKNOWN" }, GrantedAccess: querying },
        },
        {
            name: technique("T1055"),
            reason: "A process without a path: its file was gone or replaced before it ran (herpaderping, ghosting, doppelgänging).",
            rule: "and",
            filters: { TargetImage: { excludes: "\\" }, GrantedAccess: writing },
        },
        {
            name: technique("T1106"),
            reason: "The call does not come out of ntdll.dll or win32u.dll: direct system calls, made to go round hooks.",
            rule: "and",
            filters: {
                CallTrace: {
                    "not begin with": ["C:\\Windows\\System32\\ntdll.dll", "C:\\Windows\\System32\\win32u.dll"],
                },
                GrantedAccess: { "is not": harmlessMasks },
            },
        },
        {
            name: technique("T1055"),
            reason: "A program from an unusual folder opens a process with rights to change it, through whatever code.",
            rule: "and",
            filters: { SourceImage: outsider, GrantedAccess: writing },
        },
        {
            name: technique("T1055"),
            reason: "The same by a script host, by an Office program, or out of a folder of Windows that everybody can write to.",
            rule: "and",
            filters: { SourceImage: led, GrantedAccess: writing },
        },
        {
            name: technique("T1134.004"),
            reason: "The right to create processes alone: it lets a new process name another as its parent.",
            rule: "and",
            filters: { GrantedAccess: { "is any": parentMasks } },
        },
        {
            name: technique("T1562.001"),
            reason: "The right to suspend alone: how tools freeze what watches them.",
            rule: "and",
            filters: { GrantedAccess: { "is any": suspendingMasks } },
        },
    ),
    all(
        "ProcessTampering",
        "Hollowing and herpaderping, told by the sensor itself. Browsers and updaters give some; an exclude by their names would be the attacker's choice of target.",
    ),
];
