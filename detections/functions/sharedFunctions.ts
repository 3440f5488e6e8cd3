import { identifiersOf } from "../identifiers";

/** A function that the queries of detections may call; it is written into the planned text where it is called. */
export interface SharedFunction {
    /** What it tells, in one sentence. */
    readonly summary: string;
    /** Parameters and body, as KQL has them behind `let name =`. */
    readonly text: string;
}

/**
 * Judgements that several detections share, by name. Each takes what a Sysmon field holds.
 *
 * Frames of a call trace are `module+offset`, those of memory that no module backs `UNKNOWN(address)`. The kernel's own
 * frames print as `UNKNOWN(FFFF…)`, in traces that pass through a window procedure; they tell nothing of the process.
 */
export const sharedFunctions: Readonly<Record<string, SharedFunction>> = {
    FileNameOf: {
        summary: "File name at the end of a path, in lower case.",
        text: String.raw`(path: string) { tolower(extract(@"[^\\]*$", 0, path)) }`,
    },
    IsProtectedPlace: {
        summary:
            "Whether a path lies where only administrators write: Windows, Program Files, Azure's agents, the platform of Defender, but not their folders that everybody writes to. What the sensor names without a path, the kernel and processes that are gone, counts as well.",
        text: String.raw`(path: string) {
    path matches regex @"(?i)^((\\\\\?\\|\\\?\?\\)?[a-z]:\\(windows|windowsazure|packages\\plugins|program files|program files \(x86\)|programdata\\microsoft\\windows defender)\\|\\(systemroot|windows|device\\harddiskvolume\d+\\windows)\\|(system|registry|memcompression|<unknown process>)$)"
    and not(path matches regex @"(?i)^[a-z]:\\windows\\(temp|tasks|tracing|system32\\spool\\drivers\\color)\\")
}`,
    },
    IsScriptHost: {
        summary: "Whether a program of Windows runs what others give it: scripts, modules, projects.",
        text: String.raw`(path: string) {
    path matches regex @"(?i)(^|\\)(powershell|powershell_ise|pwsh|wscript|cscript|mshta|cmd|rundll32|regsvr32|msbuild|installutil|regasm|regsvcs|wmic|msxsl|odbcconf)\.exe$"
}`,
    },
    HasRights: {
        summary: "Whether an access mask such as 0x1f3fff has all of these rights.",
        text: "(mask: string, rights: long) { binary_and(tolong(mask), rights) == rights }",
    },
    HasUnbackedFrame: {
        summary: "Whether a call came through memory that no module on disk backs.",
        text: String.raw`(trace: string) { trace matches regex @"(?i)UNKNOWN\((0000[0-9a-f]{12}|[0-9a-f]{8})\)" }`,
    },
    IsUnbackedCaller: {
        summary:
            "Whether the caller itself is such memory: it is the first frame behind Windows' base libraries, whatever called it.",
        text: String.raw`(trace: string) {
    trace matches regex @"(?i)^[^|]*(\|[^|]*\\(ntdll|kernelbase|kernel32|advapi32|sechost|wow64|wow64cpu|wow64win)\.dll\+[^|]*)*\|UNKNOWN\((0000[0-9a-f]{12}|[0-9a-f]{8})\)"
}`,
    },
    IsProcessCreation: {
        summary:
            "Whether a handle comes of creating the process: the call went through two or more frames of CreateProcess, where OpenProcess has one.",
        text: String.raw`(trace: string) {
    trace matches regex @"(?i)^[^|]*(\|[^|]*\\(ntdll|wow64|wow64cpu|wow64win)\.dll\+[^|]*)*(\|[^|]*\\(kernelbase|kernel32|advapi32)\.dll\+[^|]*){2}"
}`,
    },
    IsProcessClass: {
        summary:
            "Whether .NET's own class System.Diagnostics.Process asked: every .NET program that lists or starts processes does.",
        text: String.raw`(trace: string) {
    trace matches regex @"(?i)^[^|]*(\|[^|]*\\(ntdll|kernelbase|kernel32|advapi32|wow64|wow64cpu|wow64win)\.dll\+[^|]*)*(\|UNKNOWN\([^|]*)?\|[^|]*\\(system|system\.diagnostics\.process)(\.ni)?\.dll\+"
}`,
    },
    HasJitFrame: {
        summary: "Whether a run-time with a compiler of its own is in the trace: .NET, Java, a script engine.",
        text: String.raw`(trace: string) {
    trace matches regex @"(?i)\\(clr|coreclr|clrjit|mscorwks|mscoree|mscoreei|jvm|java|chakra|chakracore|jscript|jscript9|mono[^|\\]*|[^|\\]+\.ni)\.dll\+"
}`,
    },
};

/** The shared functions that a query calls. None calls another. */
export function sharedFunctionsIn(query: string): { readonly name: string; readonly text: string }[] {
    const mentioned = identifiersOf(query);
    return Object.entries(sharedFunctions)
        .filter(([name]) => mentioned.has(name))
        .map(([name, { text }]) => ({ name, text }));
}
