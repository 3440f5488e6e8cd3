import assert from "node:assert/strict";
import * as fs from "node:fs";
import {
    compileFilter,
    eventById,
    eventElements,
    presetConfig,
    presetXml,
    readConfig,
    type FieldType,
} from "../../sysmon";
import { balancedChoices } from "../../sysmon/presets/balanced";
import { balancedPage, balancedPageFile } from "./balancedPage";

type Fields = Readonly<Record<string, string>>;

const system32 = "C:\\Windows\\System32\\";
const defender = "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24030.9-0\\";
const ntdll = "C:\\Windows\\SYSTEM32\\ntdll.dll+9f984|C:\\Windows\\System32\\KERNELBASE.dll+2f0de";
const unbacked = `${ntdll}|UNKNOWN(000001A6F4B10A5C)`;
const dropped = "C:\\Users\\user\\Downloads\\tool.exe";
const installed = "C:\\Program Files\\Vendor\\agent.exe";

/** A value such as Windows would print where nothing of interest is in it. */
function plainValue(type: FieldType): string {
    switch (type) {
        case "UnicodeString":
            return "-";
        case "Boolean":
            return "false";
        case "GUID":
            return "{5d1c8a40-6577-69b2-2e00-000000001100}";
        case "HexInt32":
        case "HexInt64":
            return "0x1000";
        case "UInt16":
        case "UInt32":
            return "4321";
    }
}

/** An event with every field of its kind. */
function eventOf(id: number, fields: Fields): { id: number; fields: Record<string, string> } {
    const facts = eventById(id)?.fields ?? assert.fail(`no event ${id}`);
    for (const name of Object.keys(fields))
        assert.ok(
            facts.some((field) => field.name === name),
            name,
        );
    const plain = facts.map(({ name, type }) => [name, plainValue(type)] as const);
    return { id, fields: { ...Object.fromEntries(plain), ...fields } };
}

const access = { SourceImage: `${system32}svchost.exe`, TargetImage: installed, CallTrace: ntdll };
const thread = { SourceImage: installed, TargetImage: `${system32}svchost.exe` };
const signedModule = { Image: installed, Signed: "true", Signature: "Microsoft Windows", SignatureStatus: "Valid" };
const unsignedModule = { Image: installed, Signed: "false", Signature: "-", SignatureStatus: "Unavailable" };

/** An attack, the technique it must be logged under (null: by default, without a name), and its harmless neighbor. */
interface Family {
    readonly id: number;
    readonly base?: Fields;
    readonly attacks: Readonly<Record<string, Fields>>;
    readonly technique: string | null;
    readonly neighbors: Readonly<Record<string, Fields>>;
}

const families: Readonly<Record<string, Family>> = {
    "code that belongs to no file": {
        id: 10,
        base: { ...access, CallTrace: unbacked },
        attacks: {
            "into verclsid.exe": { TargetImage: `${system32}verclsid.exe`, GrantedAccess: "0x1fffff" },
            "into a service host": { TargetImage: `${system32}svchost.exe`, GrantedAccess: "0x1f3fff" },
            "into notepad.exe with no right too many": { TargetImage: `${system32}notepad.exe`, GrantedAccess: "0x28" },
            "into a program of a vendor": { GrantedAccess: "0x143a" },
        },
        technique: "T1055 Process Injection",
        neighbors: {
            "looking at it": { GrantedAccess: "0x1410" },
            "waiting for it": { GrantedAccess: "0x101400" },
        },
    },
    LSASS: {
        id: 10,
        base: { ...access, TargetImage: `${system32}lsass.exe` },
        attacks: {
            "is read": { GrantedAccess: "0x1010" },
            "is read with more rights": { GrantedAccess: "0x1410" },
            "is read with an unusual mask": { GrantedAccess: "0x1439" },
            "is opened with all rights": { GrantedAccess: "0x1fffff" },
            "is cloned": { GrantedAccess: "0x80" },
            "gives up its handles": { GrantedAccess: "0x40" },
            "is dumped through dbgcore.dll": { CallTrace: `${ntdll}|C:\\Windows\\System32\\dbgcore.dll+6ffa` },
            "is dumped through comsvcs.dll": { CallTrace: `${ntdll}|C:\\Windows\\System32\\comsvcs.dll+2d8a` },
        },
        technique: "T1003.001 LSASS Memory",
        neighbors: {
            "is looked at": { GrantedAccess: "0x1400" },
            "is given limits": { GrantedAccess: "0x3000" },
            "is read by Defender": { SourceImage: `${defender}MsMpEng.exe`, GrantedAccess: "0x1410" },
        },
    },
    "tokens of privileged processes": {
        id: 10,
        base: { ...access, TargetImage: `${system32}winlogon.exe` },
        attacks: {
            "wanted by a program out of the downloads": { SourceImage: dropped, GrantedAccess: "0x1400" },
            "wanted by a program on a share": { SourceImage: "\\\\host\\share\\a.exe", GrantedAccess: "0x400" },
            "wanted by PowerShell": {
                SourceImage: `${system32}WindowsPowerShell\\v1.0\\powershell.exe`,
                GrantedAccess: "0x1400",
            },
            "wanted by code that belongs to no file": { CallTrace: unbacked, GrantedAccess: "0x400" },
        },
        technique: "T1134 Access Token Manipulation",
        neighbors: { "looked at by a service": { GrantedAccess: "0x1400" } },
    },
    "Sysmon, Defender and the agent": {
        id: 10,
        base: { ...access, TargetImage: "C:\\Windows\\Sysmon64.exe" },
        attacks: {
            ended: { GrantedAccess: "0x1" },
            suspended: { GrantedAccess: "0x800" },
            changed: { GrantedAccess: "0x1fffff" },
            "Defender ended": { TargetImage: "C:\\ProgramData\\Microsoft\\x\\MsMpEng.exe", GrantedAccess: "0x1001" },
        },
        technique: "T1562.001 Disable or Modify Tools",
        neighbors: { "looked at": { GrantedAccess: "0x1410" } },
    },
    "a process frozen": {
        id: 10,
        base: access,
        attacks: { "by the right to suspend alone": { GrantedAccess: "0x800" } },
        technique: "T1562.001 Disable or Modify Tools",
        neighbors: { "only looked at": { GrantedAccess: "0x400" } },
    },
    "a parent borrowed": {
        id: 10,
        base: access,
        attacks: { "by the right to create processes": { GrantedAccess: "0x1080" } },
        technique: "T1134.004 Parent PID Spoofing",
        neighbors: { "a handle copied": { GrantedAccess: "0x1040" } },
    },
    "direct system calls": {
        id: 10,
        base: { ...access, CallTrace: `${installed}+1a2b|C:\\Windows\\System32\\KERNEL32.DLL+1257d` },
        attacks: { "to write": { GrantedAccess: "0x38" }, "to read": { GrantedAccess: "0x1410" } },
        technique: "T1106 Native API",
        neighbors: { "to look": { GrantedAccess: "0x1000" } },
    },
    "rights to write": {
        id: 10,
        base: { ...access, GrantedAccess: "0x1fffff" },
        attacks: {
            "from the downloads": { SourceImage: dropped },
            "from a folder of Windows that everybody writes to": { SourceImage: "C:\\Windows\\Temp\\a.exe" },
            "from Word": { SourceImage: "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE" },
            "from a script host": { SourceImage: `${system32}rundll32.exe` },
            "to a process without a path": { TargetImage: "a.exe" },
        },
        technique: "T1055 Process Injection",
        neighbors: {
            "of the parent": {},
            "of Defender": {
                SourceImage: `${defender}MsMpEng.exe`,
            },
        },
    },
    "remote threads": {
        id: 8,
        base: thread,
        attacks: {
            "that load a library": { StartModule: `${system32}KERNEL32.DLL`, StartFunction: "LoadLibraryW" },
            "in memory of no file": { StartModule: "-", StartFunction: "-" },
            "into LSASS": { TargetImage: `${system32}lsass.exe` },
            "from Word": { SourceImage: "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE" },
            "from a false csrss.exe": {
                SourceImage: "C:\\Users\\Public\\csrss.exe",
                StartModule: `${system32}KernelBase.dll`,
                StartFunction: "CtrlRoutine",
            },
            "from csrss.exe that start elsewhere": { SourceImage: `${system32}csrss.exe`, StartModule: "-" },
        },
        technique: null,
        neighbors: {
            "of Ctrl+C": {
                SourceImage: `${system32}csrss.exe`,
                StartModule: `${system32}KERNELBASE.dll`,
                StartFunction: "CtrlRoutine",
            },
        },
    },
    "hollowed and replaced images": {
        id: 25,
        attacks: { "of a system program": { Image: `${system32}notepad.exe`, Type: "Image is replaced" } },
        technique: null,
        neighbors: {},
    },
    drivers: {
        id: 6,
        base: { ImageLoaded: `${system32}drivers\\a.sys`, Signed: "true", SignatureStatus: "Valid" },
        attacks: {
            "of a vendor": { Signature: "innotek GmbH" },
            "of a vendor, signed by Microsoft": { Signature: "Microsoft Windows Hardware Compatibility Publisher" },
            "with a signature that ran out": { Signature: "Microsoft Windows", SignatureStatus: "Expired" },
            "without a signature": { Signed: "false", Signature: "-", SignatureStatus: "Unavailable" },
        },
        technique: null,
        neighbors: { "of Windows": { Signature: "Microsoft Windows" } },
    },
    "PowerShell's engine": {
        id: 7,
        base: {
            ...signedModule,
            ImageLoaded: "C:\\Windows\\assembly\\NativeImages\\System.Management.Automation.ni.dll",
        },
        attacks: {
            "in notepad.exe": { Image: `${system32}notepad.exe` },
            "in a false powershell.exe": { Image: dropped },
        },
        technique: "T1059.001 PowerShell",
        neighbors: { "in PowerShell": { Image: `${system32}WindowsPowerShell\\v1.0\\powershell.exe` } },
    },
    "the .NET runtime": {
        id: 7,
        base: { ...signedModule, ImageLoaded: "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll" },
        attacks: { "in a program of Windows": { Image: `${system32}rundll32.exe` } },
        technique: "T1620 Reflective Code Loading",
        neighbors: {
            "in a program of a vendor": {},
            "in a part of .NET": { Image: "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe" },
        },
    },
    "modules without a signature": {
        id: 7,
        base: unsignedModule,
        attacks: {
            "in a service": { Image: `${system32}spoolsv.exe`, ImageLoaded: "C:\\Program Files\\Vendor\\a.dll" },
            "in the folder of Windows": { ImageLoaded: `${system32}ualapi.dll` },
            "in the folder of Windows for 32 bits": { ImageLoaded: "C:\\Windows\\SysWOW64\\a.dll" },
            "out of the downloads": { ImageLoaded: "C:\\Users\\user\\Downloads\\a.dll" },
            "from a share": { ImageLoaded: "\\\\host\\share\\a.dll" },
        },
        technique: "T1574 Hijack Execution Flow",
        neighbors: {
            "of an installed program": { ImageLoaded: "C:\\Program Files\\Vendor\\a.dll" },
            "made by .NET in a service": {
                Image: `${system32}svchost.exe`,
                ImageLoaded: "C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System\\1\\System.ni.dll",
            },
        },
    },
    "the library that dumps LSASS": {
        id: 7,
        base: { ...signedModule, ImageLoaded: `${system32}comsvcs.dll` },
        attacks: { "in rundll32.exe": { Image: `${system32}rundll32.exe` } },
        technique: "T1003.001 LSASS Memory",
        neighbors: { "in a service": { Image: `${system32}dllhost.exe` } },
    },
    "the kernel's file": {
        id: 7,
        base: { ...signedModule, ImageLoaded: `${system32}ntoskrnl.exe` },
        attacks: { "loaded by a program": {} },
        technique: "T1068 Exploitation for Privilege Escalation",
        neighbors: { "a library beside it": { ImageLoaded: `${system32}ntdll.dll` } },
    },
    processes: {
        id: 1,
        attacks: { "of any kind": { Image: `${system32}cmd.exe`, ParentImage: `${system32}services.exe` } },
        technique: null,
        neighbors: {},
    },
    "the end of a sensor": {
        id: 5,
        attacks: { Sysmon: { Image: "C:\\Windows\\Sysmon64.exe" } },
        technique: "T1562.001 Disable or Modify Tools",
        neighbors: { "the end of any other": { Image: installed } },
    },
    "raw reading of a disk": {
        id: 9,
        attacks: { "by a program": { Image: dropped, Device: "\\Device\\HarddiskVolume2" } },
        technique: null,
        neighbors: {},
    },
    WMI: {
        id: 20,
        attacks: { "a consumer": { Operation: "Created", Type: "Command Line", Destination: "cmd.exe" } },
        technique: null,
        neighbors: {},
    },
    "a file time changed": {
        id: 2,
        base: { Image: dropped },
        attacks: {
            "of a program": { TargetFilename: `${system32}a.dll` },
            "of a script": { TargetFilename: "D:\\a.PS1" },
        },
        technique: "T1070.006 Timestomp",
        neighbors: { "of a document": { TargetFilename: "C:\\Users\\user\\Documents\\a.docx" } },
    },
    streams: {
        id: 15,
        attacks: { "of any name": { TargetFilename: "C:\\Users\\user\\a.txt:hidden.exe" } },
        technique: null,
        neighbors: {},
    },
    "memory dumps": {
        id: 11,
        attacks: { "written by whatever": { TargetFilename: "C:\\Users\\user\\AppData\\Local\\Temp\\lsass (2).DMP" } },
        technique: "T1003.001 LSASS Memory",
        neighbors: { "a document": { TargetFilename: "C:\\Users\\user\\Documents\\a.docx" } },
    },
    "driver files": {
        id: 11,
        attacks: { "brought along": { TargetFilename: `${system32}drivers\\VBoxDrv.sys` } },
        technique: "T1543.003 Windows Service",
        neighbors: { "kept by Windows Update": { TargetFilename: "C:\\Windows\\WinSxS\\amd64_a\\a.sys" } },
    },
    "event logs deleted": {
        id: 26,
        attacks: { "as a file": { TargetFilename: `${system32}winevt\\Logs\\Security.evtx` } },
        technique: "T1070.001 Clear Windows Event Logs",
        neighbors: { "any other file": { TargetFilename: "C:\\Windows\\Prefetch\\A.EXE-1A2B3C4D.pf" } },
    },
    "Sysmon in the registry": {
        id: 13,
        attacks: { "its driver": { TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\SysmonDrv\\Start" } },
        technique: "T1562.001 Disable or Modify Tools",
        neighbors: { "another service": { TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\W32Time\\Start" } },
    },
    "the Event Log in the registry": {
        id: 12,
        attacks: {
            MiniNt: { TargetObject: "HKLM\\System\\CurrentControlSet\\Control\\MiniNt" },
            "a channel": {
                TargetObject: "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\Security",
            },
        },
        technique: "T1562.002 Disable Windows Event Logging",
        neighbors: { "a task": { TargetObject: "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Schedule\\A" } },
    },
    "passwords in the clear": {
        id: 13,
        attacks: {
            WDigest: {
                TargetObject:
                    "HKLM\\System\\CurrentControlSet\\Control\\SecurityProviders\\WDigest\\UseLogonCredential",
            },
            "a renamed control set": { TargetObject: "HKLM\\System\\ControlSet001\\Control\\Lsa\\RunAsPPL" },
        },
        technique: "T1112 Modify Registry",
        neighbors: { "another value": { TargetObject: "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\LimitBlank" } },
    },
    "services and drivers": {
        id: 13,
        attacks: { "get a file": { TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\VBoxDrv\\ImagePath" } },
        technique: "T1543.003 Windows Service",
        neighbors: { count: { TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\bam\\State\\Sequence" } },
    },
    "keys renamed": {
        id: 14,
        attacks: { "of a debugger": { TargetObject: "HKLM\\SOFTWARE\\Image File Execution Options\\sethc.exe" } },
        technique: "T1546.012 Image File Execution Options Injection",
        neighbors: { "of a program": { TargetObject: "HKLM\\SOFTWARE\\Vendor\\A" } },
    },
    "pipes of implants": {
        id: 17,
        base: { Image: dropped },
        attacks: { "Cobalt Strike": { PipeName: "\\MSSE-1234-server" }, PsExec: { PipeName: "\\PSEXESVC" } },
        technique: "T1559 Inter-Process Communication",
        neighbors: { "of Windows": { PipeName: "\\srvsvc" }, "without a name": { PipeName: "<Anonymous Pipe>" } },
    },
    "services lured into a pipe": {
        id: 18,
        attacks: { "of the same name": { Image: "System", PipeName: "\\dd4c18dc\\pipe\\srvsvc" } },
        technique: "T1134.001 Token Impersonation/Theft",
        neighbors: { "of their own": { Image: "System", PipeName: "\\srvsvc" } },
    },
    "PowerShell's pipe": {
        id: 17,
        base: { PipeName: "\\PSHost.133.4242.DefaultAppDomain.powershell" },
        attacks: { "in another program": { Image: dropped } },
        technique: "T1059.001 PowerShell",
        neighbors: { "in PowerShell": { Image: `${system32}WindowsPowerShell\\v1.0\\powershell.exe` } },
    },
    "the Event Log's pipe": {
        id: 18,
        attacks: { "from elsewhere": { Image: "System", PipeName: "\\eventlog" } },
        technique: "T1562.002 Disable Windows Event Logging",
        neighbors: { "another one": { Image: "System", PipeName: "\\lsass" } },
    },
    connections: {
        id: 3,
        attacks: { "of notepad.exe": { Image: `${system32}notepad.exe` } },
        technique: "T1055 Process Injection",
        neighbors: { "of a service host": { Image: `${system32}svchost.exe` } },
    },
    "look-ups": {
        id: 22,
        attacks: { "of verclsid.exe": { Image: "C:\\Windows\\SysWOW64\\verclsid.exe" } },
        technique: "T1055 Process Injection",
        neighbors: { "of a service host": { Image: `${system32}svchost.exe` } },
    },
};

describe("the preset balanced", () => {
    const decide = compileFilter(presetConfig("balanced"));

    for (const [family, { id, base, attacks, technique, neighbors }] of Object.entries(families)) {
        for (const [attack, fields] of Object.entries(attacks)) {
            it(`logs ${family}, ${attack}, as ${technique ?? "it logs every one"}`, () => {
                const { logged, ruleName } = decide(eventOf(id, { ...base, ...fields }));
                const name = technique?.replace(/^(\S+) (.+)$/, "technique_id=$1,technique_name=$2") ?? null;
                assert.deepEqual([logged, ruleName], [true, name]);
            });
        }
        for (const [neighbor, fields] of Object.entries(neighbors)) {
            it(`does not log ${family}: ${neighbor}`, () => {
                assert.equal(decide(eventOf(id, { ...base, ...fields })).logged, false);
            });
        }
    }

    it("decides about every kind of event", () => {
        assert.deepEqual(new Set(balancedChoices.map(({ element }) => element)), new Set(eventElements));
    });

    it("drops only what is named whole", () => {
        const dropping = presetConfig("balanced").blocks.filter((block) => block.onmatch === "exclude");
        const filters = dropping
            .flatMap((block) => block.items)
            .flatMap((item) => (item.kind === "rule" ? item.filters : []));
        assert.equal(
            dropping.flatMap((block) => block.items).every((item) => item.kind === "rule"),
            true,
        );
        assert.deepEqual(new Set(filters.map((filter) => filter.condition)), new Set(["is"]));
    });

    it("is taken by the sensor without a word", () => {
        assert.deepEqual(readConfig(presetXml("balanced")).issues, []);
    });

    it("is told on its page as it is; else run npx tsx test/sysmon/writeBalancedPage.ts", async () => {
        assert.equal(fs.readFileSync(balancedPageFile, "utf8"), await balancedPage());
    });
});
