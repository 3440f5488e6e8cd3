import assert from "node:assert/strict";
import { loadCatalog } from "../../detections";
import { completeEvent } from "../../sysmon/events";
import { ringings } from "./ringing";

const catalog = loadCatalog();

type Fields = Readonly<Record<string, string>>;

/** Whether a detection rings on one event with these fields. */
function rings(name: string, id: number, fields: Fields): boolean {
    const detection = catalog.find(name);
    assert.ok(detection, name);
    const event = completeEvent({ id, computer: "PC", timeCreated: "2026-05-04T10:00:00.000Z", fields });
    return ringings(detection, [event]).length > 0;
}

const ntdll = "C:\\Windows\\SYSTEM32\\ntdll.dll+9f984";
const kernelBase = "C:\\Windows\\System32\\KERNELBASE.dll+2f0de";
const shellcode = [ntdll, kernelBase, "UNKNOWN(000001D2B5F1A23C)"].join("|");
const backed = [ntdll, kernelBase, "C:\\tools\\a.exe+19c4"].join("|");
const processClass = [
    ntdll,
    kernelBase,
    "C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System\\3c1e\\System.ni.dll+384236",
    "UNKNOWN(00007FF9A2C41B7E)",
].join("|");

const access: Fields = {
    SourceProcessGUID: "{00000000-0000-0000-0100-000000000000}",
    SourceProcessId: "100",
    SourceImage: "C:\\Users\\user\\a.exe",
    TargetProcessGUID: "{00000000-0000-0000-0200-000000000000}",
    TargetProcessId: "200",
    TargetImage: "C:\\Windows\\System32\\lsass.exe",
    GrantedAccess: "0x1010",
    CallTrace: backed,
};
const thread: Fields = {
    SourceProcessGuid: access.SourceProcessGUID ?? "",
    SourceImage: "C:\\Users\\user\\a.exe",
    TargetProcessGuid: access.TargetProcessGUID ?? "",
    TargetImage: "C:\\Windows\\explorer.exe",
    StartAddress: "0x000001D2B5F00000",
    StartModule: "-",
    StartFunction: "-",
};
const start: Fields = {
    Image: "C:\\Windows\\System32\\cmd.exe",
    CommandLine: "cmd.exe",
    OriginalFileName: "Cmd.Exe",
    ParentImage: "C:\\Windows\\explorer.exe",
    ParentCommandLine: "C:\\Windows\\Explorer.EXE",
    User: "CORP\\user",
};
const module: Fields = {
    Image: "C:\\Windows\\System32\\lsass.exe",
    ImageLoaded: "C:\\Windows\\System32\\a.dll",
    Signed: "false",
};
const driver: Fields = {
    ImageLoaded: "C:\\Windows\\System32\\drivers\\a.sys",
    Hashes: "SHA256=00",
    Signed: "true",
    Signature: "A",
    SignatureStatus: "Valid",
};
const value: Fields = { EventType: "SetValue", Image: "C:\\Windows\\regedit.exe", Details: "DWORD (0x00000000)" };
const stamp: Fields = {
    Image: "C:\\Users\\user\\a.exe",
    TargetFilename: "C:\\ProgramData\\b.dll",
    CreationUtcTime: "2020-01-01 00:00:00.000",
    PreviousCreationUtcTime: "2026-05-04 10:00:00.000",
};
const consumer: Fields = { Operation: "Created", User: "CORP\\user", Name: ' "A"', Destination: ' "calc.exe"' };

type Case = readonly [title: string, fields: Fields, rings: boolean];

/** By detection: the event that it is tried on, and what is changed of it. */
const cases: Readonly<Record<string, readonly [id: number, event: Fields, cases: readonly Case[]]>> = {
    "lsass-memory-read": [
        10,
        access,
        [
            ["rights to read", {}, true],
            ["all rights", { GrantedAccess: "0x1FFFFF" }, true],
            ["rights of a list, from a user folder", { GrantedAccess: "0x1410" }, true],
            [
                "rights of a list, from an installed program",
                { GrantedAccess: "0x1410", SourceImage: "C:\\Program Files\\A\\a.exe" },
                false,
            ],
            ["rights to read, from an installed program", { SourceImage: "C:\\Program Files\\A\\a.exe" }, true],
            ["rights to query", { GrantedAccess: "0x1400" }, false],
            [
                "a part of Windows by duty",
                { SourceImage: "C:\\windows\\system32\\CSRSS.exe", GrantedAccess: "0x1fffff" },
                false,
            ],
            ["the same name in another place", { SourceImage: "C:\\Temp\\csrss.exe" }, true],
            [
                "Defender",
                { SourceImage: "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe" },
                false,
            ],
            ["a script that lists processes", { CallTrace: processClass, GrantedAccess: "0x1f3fff" }, false],
            ["another target", { TargetImage: "C:\\Windows\\System32\\lsm.exe" }, false],
        ],
    ],
    "lsass-access-from-unbacked-code": [
        10,
        access,
        [
            ["unbacked code", { CallTrace: shellcode }, true],
            ["backed code", {}, false],
            ["unbacked code that only queries", { CallTrace: shellcode, GrantedAccess: "0x1400" }, false],
            ["unbacked code that duplicates handles", { CallTrace: shellcode, GrantedAccess: "0x40" }, true],
            ["a script that lists processes", { CallTrace: processClass }, false],
            ["frames of the kernel", { CallTrace: `${backed}|UNKNOWN(FFFFF8054260ABC5)` }, false],
        ],
    ],
    "lsass-dump-call-trace": [
        10,
        { ...access, CallTrace: `${ntdll}|C:\\Windows\\System32\\dbgcore.DLL+6cbd|C:\\a.exe+1` },
        [
            ["the library for dumps", {}, true],
            ["a library whose name only ends alike", { CallTrace: `${ntdll}|C:\\mydbgcore.dll+6cbd` }, false],
            ["error reporting", { SourceImage: "C:\\Windows\\System32\\WerFault.exe" }, false],
            ["error reporting from another place", { SourceImage: "C:\\Temp\\WerFault.exe" }, true],
        ],
    ],
    "sacrificial-process-injection": [
        10,
        {
            ...access,
            TargetImage: "C:\\Windows\\System32\\dllhost.exe",
            GrantedAccess: "0x1fffff",
            CallTrace: shellcode,
        },
        [
            ["unbacked code", {}, true],
            ["just the rights to write", { GrantedAccess: "0x28" }, true],
            ["rights to read", { GrantedAccess: "0x1410" }, false],
            ["backed code", { CallTrace: backed }, false],
            ["a target of no such kind", { TargetImage: "C:\\Program Files\\A\\b.exe" }, false],
            ["PowerShell that starts it", { CallTrace: processClass }, false],
            ["itself", { TargetProcessGUID: access.SourceProcessGUID ?? "" }, false],
            [
                "a program with jitted code beneath that starts it",
                {
                    CallTrace: [
                        ntdll,
                        kernelBase,
                        kernelBase,
                        "C:\\Java\\bin\\java.dll+4d48",
                        "UNKNOWN(000000000173951B)",
                    ].join("|"),
                },
                false,
            ],
        ],
    ],
    "unbacked-code-opens-process": [
        10,
        { ...access, TargetImage: "C:\\a\\b.exe", GrantedAccess: "0x143a", CallTrace: shellcode },
        [
            ["native unbacked code", {}, true],
            ["the right to start a thread", { GrantedAccess: "0x2" }, true],
            ["rights to query", { GrantedAccess: "0x1400" }, false],
            ["jitted code", { CallTrace: `${shellcode}|C:\\Windows\\Microsoft.NET\\clr.dll+1` }, false],
            [
                "the creation of a child",
                { CallTrace: [ntdll, kernelBase, kernelBase, "UNKNOWN(000001D2B5F1A23C)"].join("|") },
                false,
            ],
        ],
    ],
    "write-rights-without-thread": [
        10,
        { ...access, TargetImage: "C:\\a\\b.exe", GrantedAccess: "0x1038" },
        [
            ["rights to write alone", {}, true],
            ["rights to start a thread as well", { GrantedAccess: "0x103a" }, false],
            ["another process of the same program", { TargetImage: "C:\\users\\user\\A.exe" }, false],
            ["an installed program", { SourceImage: "C:\\Program Files\\A\\a.exe" }, false],
            ["a script host", { SourceImage: "C:\\Windows\\System32\\mshta.exe" }, true],
            [
                "unbacked code in a part of Windows",
                { SourceImage: "C:\\Windows\\System32\\a.exe", CallTrace: shellcode },
                true,
            ],
        ],
    ],
    "direct-system-call": [
        10,
        { ...access, CallTrace: "C:\\tools\\a.exe+19c4|C:\\tools\\a.exe+1ab1" },
        [
            ["a system call of the program's own", {}, true],
            ["a system call out of unbacked memory", { CallTrace: "UNKNOWN(000001D2B5F1A23C)|x" }, true],
            ["a call through ntdll.dll", { CallTrace: backed }, false],
            ["a call through win32u.dll", { CallTrace: "C:\\Windows\\System32\\win32u.dll+9384|C:\\a.exe+1" }, false],
            ["a call of the kernel", { CallTrace: "UNKNOWN(FFFFF8054260ABC5)|x" }, false],
            ["rights to query", { GrantedAccess: "0x1400" }, false],
            ["no trace", { CallTrace: "" }, false],
        ],
    ],
    "privileged-process-handle-theft": [
        10,
        { ...access, TargetImage: "C:\\Windows\\System32\\winlogon.exe", GrantedAccess: "0x1400" },
        [
            ["rights to query", {}, true],
            ["rights to duplicate handles", { GrantedAccess: "0x40" }, true],
            ["limited rights", { GrantedAccess: "0x1000" }, false],
            ["a part of Windows", { SourceImage: "C:\\Windows\\System32\\VBoxService.exe" }, false],
            ["an agent of Azure", { SourceImage: "C:\\Packages\\Plugins\\A\\1.0\\a.exe" }, false],
            ["a script that lists processes", { CallTrace: processClass }, false],
        ],
    ],
    "process-suspended": [
        10,
        { ...access, GrantedAccess: "0x800" },
        [
            ["the right to suspend alone", {}, true],
            ["the right among others", { GrantedAccess: "0x1fffff" }, false],
            ["a part of Windows", { SourceImage: "C:\\Windows\\System32\\a.exe" }, false],
        ],
    ],
    "sensor-process-tampering": [
        10,
        { ...access, TargetImage: "C:\\Windows\\Sysmon64.exe", GrantedAccess: "0x1" },
        [
            ["the right to end it", {}, true],
            ["rights to look", { GrantedAccess: "0x1410" }, false],
            ["taskkill", { SourceImage: "C:\\Windows\\System32\\taskkill.exe" }, true],
            [
                "the service controller",
                { SourceImage: "C:\\Windows\\System32\\services.exe", GrantedAccess: "0x1fffff" },
                false,
            ],
            ["a script that lists processes", { CallTrace: processClass, GrantedAccess: "0x1f3fff" }, false],
        ],
    ],
    "process-without-image-path": [
        10,
        { ...access, TargetImage: "a.exe", GrantedAccess: "0x1fffff" },
        [
            ["a bare file name", {}, true],
            ["a path", { TargetImage: "C:\\a\\a.exe" }, false],
            ["a process of the kernel", { TargetImage: "Registry" }, false],
            ["rights to query", { GrantedAccess: "0x1000" }, false],
        ],
    ],
    "remote-thread-in-unbacked-memory": [
        8,
        thread,
        [
            ["an address that no module owns", {}, true],
            ["empty fields of an old sensor", { StartModule: "", StartFunction: "" }, true],
            ["a module", { StartModule: "C:\\a.dll" }, false],
            ["an address of the kernel", { StartAddress: "0xFFFFF8054260ABC5" }, false],
            ["the console's host", { SourceImage: "C:\\Windows\\System32\\csrss.exe" }, false],
            ["itself", { TargetProcessGuid: thread.SourceProcessGuid ?? "" }, false],
        ],
    ],
    "remote-thread-load-library": [
        8,
        { ...thread, StartModule: "C:\\Windows\\System32\\KERNEL32.DLL", StartFunction: "LoadLibraryA" },
        [
            ["LoadLibraryA", {}, true],
            ["LoadLibraryExW", { StartFunction: "LoadLibraryExW" }, true],
            ["LdrLoadDll", { StartFunction: "LdrLoadDll" }, true],
            ["another function", { StartFunction: "CtrlRoutine" }, false],
        ],
    ],
    "remote-thread-in-lsass": [
        8,
        { ...thread, TargetImage: "C:\\Windows\\System32\\lsass.exe" },
        [
            ["any other process", {}, true],
            ["a part of Windows by duty", { SourceImage: "C:\\Windows\\System32\\wininit.exe" }, false],
            ["another target", { TargetImage: "C:\\Windows\\explorer.exe" }, false],
        ],
    ],
    "remote-thread-from-office": [
        8,
        { ...thread, SourceImage: "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE" },
        [
            ["Word", {}, true],
            ["Word in itself", { TargetProcessGuid: thread.SourceProcessGuid ?? "" }, false],
            ["another program", { SourceImage: "C:\\Program Files\\A\\a.exe" }, false],
        ],
    ],
    "remote-thread-unusual-source": [
        8,
        thread,
        [
            ["a program in a user folder", {}, true],
            ["another process of the same program", { TargetImage: "C:\\Users\\user\\a.exe" }, false],
            ["a program on a share", { SourceImage: "\\\\server\\share\\a.exe" }, true],
            ["PowerShell", { SourceImage: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe" }, true],
            ["an installed program", { SourceImage: "C:\\Program Files\\A\\a.exe" }, false],
        ],
    ],
    "comsvcs-minidump": [
        1,
        { ...start, CommandLine: "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 624 C:\\a.dmp full" },
        [
            ["the function by name", {}, true],
            ["the function by number", { CommandLine: "rundll32 comsvcs.dll,#24 624 a.bin full" }, true],
            ["the function by a padded number", { CommandLine: 'rundll32 comsvcs.dll #+000024 624 "a" full' }, true],
            ["another function of the library", { CommandLine: "regsvr32 /s comsvcs.dll" }, false],
        ],
    ],
    "credential-dumping-tool": [
        1,
        { ...start, Image: "C:\\a\\up.exe", OriginalFileName: "procdump", CommandLine: "up.exe -ma 624" },
        [
            ["a renamed tool for dumps", {}, true],
            ["a tool for dumps under its own name", { Image: "C:\\a\\procdump64.exe" }, false],
            [
                "the same, aimed at lsass.exe",
                { Image: "C:\\a\\procdump64.exe", CommandLine: "procdump64 -ma lsass.exe" },
                true,
            ],
            ["mimikatz under another name", { OriginalFileName: "mimikatz.exe" }, true],
            ["commands of mimikatz", { OriginalFileName: "-", CommandLine: "a.exe sekurlsa::logonpasswords" }, true],
            ["a program without version resource", { OriginalFileName: "-" }, false],
        ],
    ],
    "mavinject-injection": [
        1,
        {
            ...start,
            Image: "C:\\a\\m.exe",
            OriginalFileName: "mavinject64.exe",
            CommandLine: "m.exe 4172 /INJECTRUNNING a.dll",
        },
        [
            ["the renamed program", {}, true],
            ["no order to inject", { CommandLine: "m.exe /?" }, false],
        ],
    ],
    "sacrificial-process-without-arguments": [
        1,
        {
            ...start,
            Image: "C:\\Windows\\System32\\rundll32.exe",
            CommandLine: '"C:\\Windows\\System32\\rundll32.exe"',
        },
        [
            ["no arguments", {}, true],
            ["no arguments and no quotes", { CommandLine: "rundll32.exe " }, true],
            ["arguments", { CommandLine: "rundll32.exe a.dll,b" }, false],
            ["a command line that the sensor does not know", { CommandLine: "-" }, false],
            ["a program that runs without arguments", { Image: "C:\\Windows\\System32\\cmd.exe" }, false],
        ],
    ],
    "decoy-process-from-user-folder": [
        1,
        {
            ...start,
            Image: "C:\\Windows\\System32\\notepad.exe",
            CommandLine: "notepad.exe",
            ParentImage: "C:\\Users\\user\\a.exe",
        },
        [
            ["a program in a user folder", {}, true],
            ["a file to open", { CommandLine: "notepad.exe a.txt" }, false],
            ["the shell", { ParentImage: "C:\\Windows\\explorer.exe" }, false],
            ["a parent that is gone", { ParentImage: "-" }, false],
            ["another program of that name", { Image: "C:\\Users\\user\\notepad.exe" }, false],
        ],
    ],
    "service-host-unusual-parent": [
        1,
        { ...start, Image: "C:\\Windows\\System32\\svchost.exe" },
        [
            ["the shell", {}, true],
            ["the service controller", { ParentImage: "C:\\Windows\\System32\\services.exe" }, false],
            ["a parent that is gone", { ParentImage: "-" }, false],
        ],
    ],
    "service-pipe-impersonation": [
        1,
        {
            ...start,
            CommandLine: "cmd.exe /c echo abc > \\\\.\\pipe\\abc",
            ParentImage: "C:\\Windows\\System32\\services.exe",
        },
        [
            ["a service that writes into a pipe", {}, true],
            ["a service that loads a library for it", { CommandLine: "rundll32.exe C:\\a.dll,a /p:abc" }, true],
            ["a person who does", { ParentImage: "C:\\Windows\\System32\\cmd.exe" }, false],
            ["another service", { CommandLine: "cmd.exe /c echo abc > C:\\a.txt" }, false],
        ],
    ],
    "event-log-service-crash": [
        1,
        {
            ...start,
            ParentCommandLine: "C:\\Windows\\System32\\svchost.exe -k LocalServiceNetworkRestricted -p -s EventLog",
        },
        [
            ["a child of the service's host", {}, true],
            [
                "a child of another service's host",
                { ParentCommandLine: "svchost.exe -k LocalServiceNetworkRestricted -p -s Dhcp" },
                false,
            ],
            [
                "an error report of a shared host",
                {
                    ParentCommandLine: "svchost.exe -k LocalServiceNetworkRestricted",
                    Image: "C:\\Windows\\System32\\WerFault.exe",
                },
                true,
            ],
            [
                "the mixer of a shared host",
                {
                    ParentCommandLine: "svchost.exe -k LocalServiceNetworkRestricted",
                    Image: "C:\\Windows\\System32\\audiodg.exe",
                },
                false,
            ],
        ],
    ],
    "sensor-stop-command": [
        1,
        start,
        [
            ...[
                "fltmc.exe unload SysmonDrv",
                '"C:\\Windows\\System32\\fltMC.exe" unload sysmondrv',
                "sc stop Sysmon64",
                "sc.exe \\\\server delete SysmonDrv",
                "sc config eventlog start= disabled",
                "net stop eventlog",
                "net1  stop Sysmon",
                "Sysmon64.exe -accepteula -u force",
                '"C:\\a b\\sysmon.exe" -u',
                "taskkill /f /im Sysmon64.exe",
                "powershell Stop-Service -Name Sysmon64 -Force",
                "powershell Set-Service EventLog -StartupType Disabled",
                "logman stop EventLog-Security -ets",
                "wevtutil sl Microsoft-Windows-Sysmon/Operational /e:false",
                "wevtutil um C:\\Windows\\sysmon.man",
                "auditpol /clear /y",
                'auditpol /set /category:"System" /success:disable',
            ].map((command): Case => [command, { CommandLine: command }, true]),
            ...[
                "fltmc instances",
                "sc query Sysmon64",
                "sc stop Spooler",
                "net start eventlog",
                "Sysmon64.exe -c config.xml",
                "Sysmon64.exe",
                "wevtutil qe Security /c:5",
                "wevtutil sl System /ms:1000000",
                "auditpol /get /category:*",
                "notepad.exe stop-sysmon.txt",
            ].map((command): Case => [command, { CommandLine: command }, false]),
        ],
    ],
    "event-log-cleared": [
        1,
        start,
        [
            ...[
                "wevtutil cl System",
                '"wevtutil.exe" clear-log Security',
                "powershell Clear-EventLog -LogName System",
                "wmic nteventlog where filename='x' cleareventlog",
            ].map((command): Case => [command, { CommandLine: command }, true]),
            ...["wevtutil el", "wevtutil gl Security", "powershell Get-EventLog System"].map((command): Case => [
                command,
                { CommandLine: command },
                false,
            ]),
        ],
    ],
    "process-tampering": [
        25,
        { Image: "C:\\a.exe", Type: "Image is replaced" },
        [
            ["any image", {}, true],
            ["a browser", { Image: "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe" }, false],
        ],
    ],
    "unmanaged-powershell": [
        17,
        { PipeName: "\\PSHost.1.2.DefaultAppDomain.a", Image: "C:\\a.exe" },
        [
            ["the pipe of another host", {}, true],
            [
                "the pipe of PowerShell",
                { Image: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe" },
                false,
            ],
            ["another pipe", { PipeName: "\\PSHostile" }, false],
        ],
    ],
    "clr-in-system-binary": [
        7,
        {
            ...module,
            Image: "C:\\Windows\\System32\\notepad.exe",
            ImageLoaded: "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll",
        },
        [
            ["the run-time in notepad", {}, true],
            ["another module", { ImageLoaded: "C:\\Windows\\System32\\a.dll" }, false],
            ["a program of .NET", { Image: "C:\\Windows\\System32\\mmc.exe" }, false],
        ],
    ],
    "unsigned-module-in-system-process": [
        7,
        module,
        [
            ["an unsigned module", {}, true],
            ["a signed module", { Signed: "true" }, false],
            ["a native image of .NET", { ImageLoaded: "C:\\Windows\\assembly\\NativeImages_v4\\a.ni.dll" }, false],
            ["a program of that name elsewhere", { Image: "C:\\a\\lsass.exe" }, false],
        ],
    ],
    "implant-named-pipe": [
        18,
        { PipeName: "\\msagent_4f", Image: "C:\\a.exe" },
        [
            ...[
                "\\msagent_4f",
                "\\MSSE-1234-server",
                "\\postex_8a1c",
                "\\status_9c",
                "\\wkssvc_1f",
                "\\gruntsvc",
                "\\lsadump7",
            ].map((pipe): Case => [pipe, { PipeName: pipe }, true]),
            ...["\\wkssvc", "\\lsass", "\\mojo.1234.5678.1234", "\\status", "\\PSHost.1.2.a.b", "<Anonymous Pipe>"].map(
                (pipe): Case => [pipe, { PipeName: pipe }, false],
            ),
        ],
    ],
    "coerced-named-pipe": [
        17,
        { PipeName: "\\2f6c1b7a\\pipe\\spoolss", Image: "C:\\a.exe" },
        [
            ["a path to a pipe within the name", {}, true],
            ["a name of two parts", { PipeName: "\\Winsock2\\CatalogChangeListener-1-0" }, false],
            ["a name of one part", { PipeName: "\\spoolss" }, false],
        ],
    ],
    "vulnerable-driver-load": [
        6,
        driver,
        [
            ["a known name", { ImageLoaded: "C:\\Windows\\System32\\drivers\\RTCore64.SYS" }, true],
            ["a known signer", { Signature: "innotek GmbH" }, true],
            [
                "a known hash",
                { Hashes: "MD5=1,SHA256=CF3A7D4285D65BF8688215407BCE1B51D7C6B22497F09021F0FCE31CBEB78986" },
                true,
            ],
            ["any other driver", {}, false],
        ],
    ],
    "untrusted-driver-load": [
        6,
        driver,
        [
            ["no signature", { Signed: "false", SignatureStatus: "Unavailable" }, true],
            ["a revoked signature", { SignatureStatus: "Revoked" }, true],
            ["a place where no driver belongs", { ImageLoaded: "C:\\ProgramData\\a.sys" }, true],
            ["a signature that has expired", { SignatureStatus: "Expired" }, false],
            [
                "a copy for crash dumps",
                { ImageLoaded: "C:\\Windows\\System32\\drivers\\dump_a.sys", Signed: "false" },
                false,
            ],
            ["any other driver", {}, false],
        ],
    ],
    "raw-disk-access": [
        9,
        { Image: "C:\\Users\\user\\a.exe", Device: "\\Device\\HarddiskVolume2" },
        [
            ["a program in a user folder", {}, true],
            ["PowerShell", { Image: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe" }, true],
            ["Windows", { Image: "C:\\Windows\\System32\\dllhost.exe" }, false],
            ["the kernel", { Image: "System" }, false],
        ],
    ],
    "lsass-dump-file": [
        11,
        { Image: "C:\\a.exe", TargetFilename: "C:\\a\\lsass.dmp" },
        [
            ["a dump by that name", {}, true],
            ["a name that Task Manager gives", { TargetFilename: "C:\\a\\lsass (2).DMP" }, true],
            ["another dump", { TargetFilename: "C:\\a\\b.dmp" }, false],
            ["a folder of that name", { TargetFilename: "C:\\lsass\\b.dmp" }, false],
            ["error reporting", { Image: "C:\\Windows\\System32\\WerFault.exe" }, false],
        ],
    ],
    timestomping: [
        2,
        stamp,
        [
            ["a program set back by years", {}, true],
            ["a document", { TargetFilename: "C:\\a.docx" }, false],
            ["a time set forward", { CreationUtcTime: "2026-06-01 00:00:00.000" }, false],
            ["hours", { CreationUtcTime: "2026-05-04 01:00:00.000" }, false],
            ["an installed program", { Image: "C:\\Program Files\\A\\a.exe" }, false],
            ["an unpacker in a user folder", { Image: "C:\\Users\\user\\7z.exe" }, false],
        ],
    ],
    "alternate-data-stream-program": [
        15,
        { Image: "C:\\a.exe", TargetFilename: "C:\\a.txt:b", Hash: `MD5=1,IMPHASH=${"A".repeat(32)}`, Contents: "-" },
        [
            ["a program", {}, true],
            ["a stream of a folder", { TargetFilename: "C:\\Windows:b.exe", Hash: "MD5=1" }, true],
            ["a script by its name", { TargetFilename: "C:\\a.txt:b.ps1", Hash: "MD5=1" }, true],
            ["a text", { Hash: `MD5=1,IMPHASH=${"0".repeat(32)}` }, false],
            ["the mark of a download", { TargetFilename: "C:\\a.exe:Zone.Identifier" }, false],
        ],
    ],
    "wmi-persistence": [
        20,
        { ...consumer, Type: "Command Line" },
        [
            ["a command line", {}, true],
            ["a script", { Type: "Script" }, true],
            ["a log", { Type: "NT Event Log" }, false],
            ["a consumer that is taken away", { Operation: "Deleted" }, false],
        ],
    ],
    "sysmon-registry-tampering": [
        13,
        { ...value, TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\SysmonDrv\\Parameters\\Rules" },
        [
            ["another process", {}, true],
            ["the sensor itself", { Image: "C:\\Windows\\Sysmon64.exe" }, false],
            ["another service", { TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\SysmonX\\Start" }, false],
            [
                "the service controller that switches it off",
                {
                    Image: "C:\\Windows\\system32\\services.exe",
                    TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\Sysmon64\\Start",
                    Details: "DWORD (0x00000004)",
                },
                true,
            ],
            [
                "the service controller that installs it",
                {
                    Image: "C:\\Windows\\system32\\services.exe",
                    TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\Sysmon64\\Start",
                    Details: "DWORD (0x00000002)",
                },
                false,
            ],
        ],
    ],
    "logon-protection-weakened": [
        13,
        value,
        [
            [
                "passwords in clear",
                {
                    TargetObject:
                        "HKLM\\System\\CurrentControlSet\\Control\\SecurityProviders\\WDigest\\UseLogonCredential",
                    Details: "DWORD (0x00000001)",
                },
                true,
            ],
            [
                "no passwords in clear",
                {
                    TargetObject:
                        "HKLM\\System\\CurrentControlSet\\Control\\SecurityProviders\\WDigest\\UseLogonCredential",
                },
                false,
            ],
            [
                "no protection of lsass.exe",
                { TargetObject: "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\RunAsPPL" },
                true,
            ],
            [
                "protection of lsass.exe",
                {
                    TargetObject: "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\RunAsPPL",
                    Details: "DWORD (0x00000001)",
                },
                false,
            ],
            [
                "a dump when lsass.exe ends",
                {
                    TargetObject:
                        "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SilentProcessExit\\lsass.exe\\DumpType",
                },
                true,
            ],
        ],
    ],
    "lsa-package-added": [
        13,
        { ...value, TargetObject: "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\Security Packages" },
        [
            ["a list of packages", {}, true],
            ["an update of Windows", { Image: "C:\\Windows\\WinSxS\\amd64_x\\TiWorker.exe" }, false],
            ["another value", { TargetObject: "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\LsaPid" }, false],
        ],
    ],
    "event-log-tampering": [
        13,
        value,
        [
            [
                "the service switched off",
                {
                    TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\EventLog\\Start",
                    Details: "DWORD (0x00000004)",
                },
                true,
            ],
            [
                "the service started by itself",
                {
                    TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\EventLog\\Start",
                    Details: "DWORD (0x00000002)",
                },
                false,
            ],
            [
                "the sensor's log switched off",
                {
                    TargetObject:
                        "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\Microsoft-Windows-Sysmon/Operational\\Enabled",
                },
                true,
            ],
            [
                "a log that matters little switched off",
                {
                    TargetObject:
                        "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\Microsoft-Windows-A/Debug\\Enabled",
                },
                false,
            ],
            [
                "the size of a log",
                { TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\EventLog\\Security\\MaxSize" },
                false,
            ],
        ],
    ],
    "sysmon-configuration-changed": [
        16,
        { Configuration: "C:\\a.xml", ConfigurationFileHash: "SHA256=AB" },
        [
            ["a file of somebody", {}, true],
            [
                "the installer's private folder",
                { Configuration: `C:\\ProgramData\\sysmon-azure-${"0a".repeat(16)}\\sysmon.xml` },
                false,
            ],
            ["a folder that only looks so", { Configuration: "C:\\ProgramData\\sysmon-azure-1\\sysmon.xml" }, true],
        ],
    ],
    "sysmon-error": [
        255,
        { ID: "DriverCommunication", Description: "x" },
        [
            ["the driver is lost", {}, true],
            ["a queue that overflows", { ID: "QUEUE" }, false],
        ],
    ],
};

describe("what a detection rings on, and what comes near", () => {
    for (const [name, [id, event, variants]] of Object.entries(cases)) {
        for (const [title, changes, expected] of variants) {
            it(`${name} ${expected ? "rings" : "is silent"}: ${title}`, () => {
                assert.equal(rings(name, id, { ...event, ...changes }), expected);
            });
        }
    }

    it("are told of every detection that one event rings", () => {
        // Three count targets over a window, one joins two events, one waits for what does not follow.
        const others = [
            "parent-process-spoofing",
            "svchost-mass-access",
            "svchost-thread-kill",
            "sysmon-process-access",
            "sysmon-service-stopped",
            "verclsid-shellcode-injection",
        ];
        assert.deepEqual(
            catalog.detections
                .filter(({ kind, name }) => kind === "events" && !(name in cases))
                .map(({ name }) => name),
            others,
        );
    });
});
