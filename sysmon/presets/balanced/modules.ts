import { all, selected, type EventChoice } from "./eventChoice";
import { dropFolders, powershellImages } from "./programs";
import { technique } from "./techniques";

/** What is loaded into the kernel and into processes. */
export const modules: readonly EventChoice[] = [
    all("DriverLoad", "Drivers load rarely, and a vulnerable one with a good signature is how the kernel is taken.", {
        reason: 'Drivers that Windows itself comes with. Microsoft signs those of others as "Microsoft Windows Hardware Compatibility Publisher": they stay.',
        filters: {
            Signed: { is: "true" },
            Signature: { is: "Microsoft Windows" },
            SignatureStatus: { is: "Valid" },
        },
    }),
    selected(
        "ImageLoad",
        "Every process loads dozens of modules, nearly all of them signed and where they belong. Kept are those that betray code in the wrong place.",
        {
            name: technique("T1059.001"),
            reason: "PowerShell's engine in a program that is not PowerShell: unmanaged PowerShell, implants in .NET.",
            rule: "and",
            filters: {
                ImageLoaded: { contains: "System.Management.Automation" },
                Image: { "is not": powershellImages },
            },
        },
        {
            name: technique("T1620"),
            reason: "The .NET runtime in a program of Windows that is neither part of .NET nor PowerShell: assemblies run in memory.",
            rule: "and",
            filters: {
                ImageLoaded: { "contains any": ["\\clr.dll", "\\coreclr.dll", "\\mscorwks.dll"] },
                Image: {
                    "begin with": "C:\\Windows\\",
                    "not begin with": "C:\\Windows\\Microsoft.NET\\",
                    "is not": powershellImages,
                },
            },
        },
        {
            name: technique("T1003.001"),
            reason: "rundll32.exe with the library whose MiniDump export dumps LSASS.",
            rule: "and",
            filters: { ImageLoaded: { "end with": "\\comsvcs.dll" }, Image: { "end with": "\\rundll32.exe" } },
        },
        {
            name: technique("T1068"),
            reason: "A program loads the kernel's file as a module: loaders of vulnerable drivers look up in it what to overwrite.",
            filters: { ImageLoaded: { "end with": "\\ntoskrnl.exe" } },
        },
        {
            name: technique("T1574"),
            reason: "A module without a signature in a process of Windows that runs as the system.",
            rule: "and",
            filters: {
                Signed: { is: "false" },
                Image: {
                    "contains any": [
                        "\\csrss.exe",
                        "\\smss.exe",
                        "\\lsass.exe",
                        "\\winlogon.exe",
                        "\\wininit.exe",
                        "\\services.exe",
                        "\\spoolsv.exe",
                        "\\svchost.exe",
                        "\\fxssvc.exe",
                        "\\taskhostw.exe",
                        "\\wmiprvse.exe",
                    ],
                },
                ImageLoaded: { "not begin with": "C:\\Windows\\assembly\\NativeImages" },
            },
        },
        {
            name: technique("T1574"),
            reason: "A module without a signature in the folders of Windows: planted for a program that looks for it there.",
            rule: "and",
            filters: { Signed: { is: "false" }, ImageLoaded: { "begin with": "C:\\Windows\\System32\\" } },
        },
        {
            name: technique("T1574"),
            reason: "The same for programs of 32 bits.",
            rule: "and",
            filters: { Signed: { is: "false" }, ImageLoaded: { "begin with": "C:\\Windows\\SysWOW64\\" } },
        },
        {
            name: technique("T1574"),
            reason: "A module or program without a signature out of a folder that downloads and droppers use: side-loading, injected libraries.",
            rule: "and",
            filters: { Signed: { is: "false" }, ImageLoaded: { "contains any": dropFolders } },
        },
        {
            name: technique("T1574"),
            reason: "The same from a share of another machine.",
            rule: "and",
            filters: { Signed: { is: "false" }, ImageLoaded: { "begin with": "\\\\" } },
        },
    ),
];
