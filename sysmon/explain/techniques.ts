import { dropped, sign, type Sign } from "./witness";

/** A technique of attack and what it leaves in the sensor's log. */
export interface Technique {
    /** Its id in MITRE ATT&CK. */
    readonly id: string;
    /** Its name there. */
    readonly name: string;
    /** Events of which each can give it away, at least one. */
    readonly signs: readonly Sign[];
}

/** A call from code that belongs to no file: what an opener of processes looks like that was injected itself. */
const shellcode =
    "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2b4de|UNKNOWN(000001F2A0C41234)";
const ordinaryCalls =
    "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2b4de|C:\\Users\\alice\\AppData\\Local\\Temp\\update.exe+1a2f0";

const svchost = "C:\\Windows\\System32\\svchost.exe";
const notepad = "C:\\Windows\\System32\\notepad.exe";
const lsass = "C:\\Windows\\System32\\lsass.exe";
const rundll32 = "C:\\Windows\\System32\\rundll32.exe";
const powershell = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
const services = "C:\\Windows\\System32\\services.exe";
const set = "SetValue";

/**
 * Techniques that Sysmon can show, with events as they leave them (ids and names: MITRE ATT&CK for Enterprise; which
 * event shows what: Microsoft's documentation of Sysmon). Each event is one way among many: a configuration that logs it
 * can still miss the next, one that drops it is blind to this one.
 */
export const techniques: readonly Technique[] = [
    {
        id: "T1003.001",
        name: "LSASS Memory",
        signs: [
            sign(10, "a program reads the memory of lsass.exe", {
                TargetImage: lsass,
                GrantedAccess: "0x1010",
                CallTrace: ordinaryCalls,
                TargetUser: "NT AUTHORITY\\SYSTEM",
            }),
            sign(10, "injected code opens lsass.exe", {
                SourceImage: svchost,
                TargetImage: lsass,
                GrantedAccess: "0x1fffff",
                CallTrace: shellcode,
                TargetUser: "NT AUTHORITY\\SYSTEM",
            }),
            sign(11, "a memory dump is written", {
                Image: rundll32,
                TargetFilename: "C:\\Users\\alice\\AppData\\Local\\Temp\\lsass.dmp",
            }),
        ],
    },
    {
        id: "T1003.002",
        name: "Security Account Manager",
        signs: [
            sign(1, "reg.exe saves the hive", {
                Image: "C:\\Windows\\System32\\reg.exe",
                OriginalFileName: "reg.exe",
                CommandLine: "reg save HKLM\\SAM C:\\Users\\Public\\sam.hiv",
                IntegrityLevel: "High",
            }),
        ],
    },
    {
        id: "T1006",
        name: "Direct Volume Access",
        signs: [
            sign(9, "a program reads the disk past the file system", { Device: "\\Device\\HarddiskVolumeShadowCopy2" }),
        ],
    },
    {
        id: "T1014",
        name: "Rootkit",
        signs: [
            sign(6, "an unsigned driver is loaded", {
                ImageLoaded: "C:\\Windows\\System32\\drivers\\ndfltr.sys",
                Signature: "-",
            }),
        ],
    },
    {
        id: "T1021.002",
        name: "SMB/Windows Admin Shares",
        signs: [
            sign(17, "a service of a remote caller makes its pipe", {
                EventType: "CreatePipe",
                PipeName: "\\RemCom_communicaton",
                Image: "C:\\Windows\\svcmgr.exe",
                User: "NT AUTHORITY\\SYSTEM",
            }),
            sign(18, "a remote caller connects to it", {
                EventType: "ConnectPipe",
                PipeName: "\\RemCom_communicaton",
                Image: "System",
                User: "NT AUTHORITY\\SYSTEM",
            }),
        ],
    },
    {
        id: "T1036.005",
        name: "Match Legitimate Name or Location",
        signs: [
            sign(1, "svchost.exe in a folder of a user", {
                Image: "C:\\Users\\Public\\svchost.exe",
                CommandLine: "C:\\Users\\Public\\svchost.exe -k netsvcs",
            }),
        ],
    },
    {
        id: "T1047",
        name: "Windows Management Instrumentation",
        signs: [
            sign(1, "WMI starts a program", {
                Image: "C:\\Windows\\System32\\cmd.exe",
                OriginalFileName: "Cmd.Exe",
                CommandLine: "cmd.exe /c whoami > \\\\127.0.0.1\\ADMIN$\\out.txt",
                ParentImage: "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe",
                ParentCommandLine: "C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding",
            }),
        ],
    },
    {
        id: "T1053.005",
        name: "Scheduled Task",
        signs: [
            sign(1, "schtasks.exe makes a task", {
                Image: "C:\\Windows\\System32\\schtasks.exe",
                OriginalFileName: "schtasks.exe",
                CommandLine: `schtasks /create /tn Updater /tr ${dropped} /sc onlogon`,
                ParentImage: "C:\\Windows\\System32\\cmd.exe",
            }),
            sign(11, "the task's file is written", {
                Image: svchost,
                TargetFilename: "C:\\Windows\\System32\\Tasks\\Updater",
                User: "NT AUTHORITY\\SYSTEM",
            }),
        ],
    },
    {
        id: "T1055.001",
        name: "Dynamic-link Library Injection",
        signs: [
            sign(8, "a thread starts at LoadLibraryW in another process", {
                TargetImage: svchost,
                StartAddress: "0x00007FFA1D0304F0",
                StartModule: "C:\\Windows\\System32\\KERNEL32.DLL",
                StartFunction: "LoadLibraryW",
            }),
            sign(7, "the library is loaded there", {
                Image: svchost,
                ImageLoaded: "C:\\Users\\alice\\AppData\\Local\\Temp\\helper.dll",
                User: "NT AUTHORITY\\SYSTEM",
            }),
        ],
    },
    {
        id: "T1055.002",
        name: "Portable Executable Injection",
        signs: [
            sign(10, "code that belongs to no file opens a process for everything", {
                TargetImage: svchost,
                GrantedAccess: "0x1fffff",
                CallTrace: shellcode,
            }),
            sign(8, "a thread starts in memory that belongs to no file", {
                TargetImage: svchost,
                StartAddress: "0x000001C4F2A30000",
            }),
        ],
    },
    {
        id: "T1055.003",
        name: "Thread Execution Hijacking",
        signs: [
            sign(10, "a program opens another to write to it and to stop its threads", {
                TargetImage: notepad,
                GrantedAccess: "0x1f0fff",
                CallTrace: ordinaryCalls,
            }),
        ],
    },
    {
        id: "T1055.004",
        name: "Asynchronous Procedure Call",
        signs: [
            sign(10, "a program opens its own fresh child to write to it", {
                TargetImage: svchost,
                GrantedAccess: "0x143a",
                CallTrace: ordinaryCalls,
            }),
        ],
    },
    {
        id: "T1055.012",
        name: "Process Hollowing",
        signs: [
            sign(25, "the image in memory is another than the file", { Image: svchost, Type: "Image is replaced" }),
            sign(1, "svchost.exe is started by a user's program", {
                Image: svchost,
                OriginalFileName: "svchost.exe",
                CommandLine: svchost,
                ParentImage: dropped,
                ParentCommandLine: dropped,
            }),
        ],
    },
    {
        id: "T1055.013",
        name: "Process Doppelgänging",
        signs: [
            sign(25, "the file of a process is locked against reading", {
                Image: notepad,
                Type: "Image is locked for access",
            }),
        ],
    },
    {
        id: "T1059.001",
        name: "PowerShell",
        signs: [
            sign(1, "PowerShell gets an encoded command", {
                Image: powershell,
                OriginalFileName: "PowerShell.EXE",
                CommandLine: "powershell.exe -nop -w hidden -enc SQBFAFgA",
                ParentImage: "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
            }),
            sign(7, "another program loads PowerShell's engine", {
                ImageLoaded:
                    "C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System.Manaa57fc8cc#\\0a1b\\System.Management.Automation.ni.dll",
            }),
        ],
    },
    {
        id: "T1068",
        name: "Exploitation for Privilege Escalation",
        signs: [
            sign(6, "a signed driver with a known flaw is loaded from a user's folder", {
                ImageLoaded: "C:\\Users\\alice\\AppData\\Local\\Temp\\RTCore64.sys",
                Signed: "true",
                Signature: "Micro-Star Int'l Co. Ltd.",
                SignatureStatus: "Valid",
            }),
            sign(29, "the driver's file is written", {
                TargetFilename: "C:\\Users\\alice\\AppData\\Local\\Temp\\RTCore64.sys",
            }),
        ],
    },
    {
        id: "T1070.004",
        name: "File Deletion",
        signs: [
            sign(23, "a program is deleted, and kept in the archive", {
                TargetFilename: dropped,
                Image: "C:\\Windows\\System32\\cmd.exe",
            }),
            sign(26, "a program is deleted", { TargetFilename: dropped, Image: "C:\\Windows\\System32\\cmd.exe" }),
        ],
    },
    {
        id: "T1070.006",
        name: "Timestomp",
        signs: [
            sign(2, "the time of a file is set back", {
                TargetFilename: "C:\\Windows\\System32\\winspool64.dll",
                CreationUtcTime: "2019-12-07 09:09:39.000",
                PreviousCreationUtcTime: "2026-03-02 10:15:41.950",
            }),
        ],
    },
    {
        id: "T1071.001",
        name: "Web Protocols",
        signs: [
            sign(3, "rundll32.exe talks to the internet", {
                Image: rundll32,
                DestinationIp: "203.0.113.20",
                DestinationHostname: "cdn.example.net",
                DestinationPort: "443",
                DestinationPortName: "https",
            }),
        ],
    },
    {
        id: "T1071.004",
        name: "DNS",
        signs: [
            sign(22, "rundll32.exe asks for a long random name", {
                Image: rundll32,
                QueryName: "a3f9c2e7d1b84f60.t.example.net",
                QueryResults: "::ffff:203.0.113.20;",
            }),
        ],
    },
    {
        id: "T1105",
        name: "Ingress Tool Transfer",
        signs: [
            sign(11, "PowerShell writes a program", { Image: powershell, TargetFilename: dropped }),
            sign(29, "an executable file appears", { Image: powershell, TargetFilename: dropped }),
        ],
    },
    {
        id: "T1112",
        name: "Modify Registry",
        signs: [
            sign(13, "passwords are to be kept in memory in the clear", {
                EventType: set,
                TargetObject:
                    "HKLM\\System\\CurrentControlSet\\Control\\SecurityProviders\\WDigest\\UseLogonCredential",
                Details: "DWORD (0x00000001)",
            }),
        ],
    },
    {
        id: "T1115",
        name: "Clipboard Data",
        signs: [sign(24, "a program changes the clipboard", { ClientInfo: "user: CORP\\alice" })],
    },
    {
        id: "T1134.001",
        name: "Token Impersonation/Theft",
        signs: [
            sign(10, "a program asks winlogon.exe for what its token needs", {
                TargetImage: "C:\\Windows\\System32\\winlogon.exe",
                GrantedAccess: "0x1400",
                CallTrace: ordinaryCalls,
                TargetUser: "NT AUTHORITY\\SYSTEM",
            }),
            sign(1, "a program runs as SYSTEM from a user's folder", {
                Image: dropped,
                CommandLine: dropped,
                User: "NT AUTHORITY\\SYSTEM",
                IntegrityLevel: "System",
                ParentImage: dropped,
            }),
        ],
    },
    {
        id: "T1218.011",
        name: "Rundll32",
        signs: [
            sign(1, "rundll32.exe runs a library of a user's folder", {
                Image: rundll32,
                OriginalFileName: "RUNDLL32.EXE",
                CommandLine: "rundll32.exe C:\\Users\\alice\\AppData\\Local\\Temp\\helper.dll,Start",
            }),
        ],
    },
    {
        id: "T1543.003",
        name: "Windows Service",
        signs: [
            sign(13, "a service gets a program of a user's folder", {
                EventType: set,
                Image: services,
                TargetObject: "HKLM\\System\\CurrentControlSet\\Services\\Updater\\ImagePath",
                Details: dropped,
                User: "NT AUTHORITY\\SYSTEM",
            }),
        ],
    },
    {
        id: "T1546.003",
        name: "Windows Management Instrumentation Event Subscription",
        signs: [
            sign(19, "a filter is registered", {
                EventType: "WmiFilterEvent",
                Name: ' "Updater"',
                Query: " \"SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime'\"",
            }),
            sign(20, "a consumer is registered", {
                EventType: "WmiConsumerEvent",
                Name: ' "Updater"',
                Type: "Command Line",
                Destination: ` "${dropped}"`,
            }),
            sign(21, "the two are bound", {
                EventType: "WmiBindingEvent",
                Consumer: ' "CommandLineEventConsumer.Name=\\"Updater\\""',
                Filter: ' "__EventFilter.Name=\\"Updater\\""',
            }),
        ],
    },
    {
        id: "T1546.012",
        name: "Image File Execution Options Injection",
        signs: [
            sign(13, "a program gets a debugger", {
                EventType: set,
                TargetObject:
                    "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\sethc.exe\\Debugger",
                Details: "C:\\Windows\\System32\\cmd.exe",
            }),
        ],
    },
    {
        id: "T1546.015",
        name: "Component Object Model Hijacking",
        signs: [
            sign(13, "a user's class takes the place of the machine's", {
                EventType: set,
                TargetObject:
                    "HKU\\S-1-5-21-1004336348-1177238915-682003330-1001_Classes\\CLSID\\{0A29FF9E-7F9C-4437-8B11-F424491E3931}\\InprocServer32\\(Default)",
                Details: "C:\\Users\\alice\\AppData\\Roaming\\helper.dll",
            }),
        ],
    },
    {
        id: "T1547.001",
        name: "Registry Run Keys / Startup Folder",
        signs: [
            sign(13, "a program is to run at logon", {
                EventType: set,
                TargetObject:
                    "HKU\\S-1-5-21-1004336348-1177238915-682003330-1001\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater",
                Details: dropped,
            }),
            sign(11, "a file is put into the startup folder", {
                TargetFilename:
                    "C:\\Users\\alice\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\Updater.lnk",
            }),
        ],
    },
    {
        id: "T1547.005",
        name: "Security Support Provider",
        signs: [
            sign(13, "lsass.exe is to load a package", {
                EventType: set,
                TargetObject: "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\Security Packages",
                Details: "Binary Data",
            }),
            sign(7, "lsass.exe loads an unsigned library", {
                Image: lsass,
                ImageLoaded: "C:\\Windows\\System32\\ssphelp.dll",
                User: "NT AUTHORITY\\SYSTEM",
            }),
        ],
    },
    {
        id: "T1559",
        name: "Inter-Process Communication",
        signs: [
            sign(17, "rundll32.exe makes a pipe of a known tool", {
                EventType: "CreatePipe",
                PipeName: "\\MSSE-1842-server",
                Image: rundll32,
            }),
        ],
    },
    {
        id: "T1562.001",
        name: "Disable or Modify Tools",
        signs: [
            sign(13, "Defender's real-time protection is switched off", {
                EventType: set,
                TargetObject:
                    "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\\Real-Time Protection\\DisableRealtimeMonitoring",
                Details: "DWORD (0x00000001)",
            }),
            sign(16, "the sensor's configuration is replaced", { Configuration: "C:\\Users\\Public\\none.xml" }),
            sign(4, "the sensor's service is stopped", { State: "Stopped" }),
        ],
    },
    {
        id: "T1562.002",
        name: "Disable Windows Event Logging",
        signs: [
            sign(13, "a trace session of the event log is switched off", {
                EventType: set,
                TargetObject: "HKLM\\System\\CurrentControlSet\\Control\\WMI\\Autologger\\EventLog-System\\Start",
                Details: "DWORD (0x00000000)",
            }),
            sign(1, "the log is cleared", {
                Image: "C:\\Windows\\System32\\wevtutil.exe",
                OriginalFileName: "wevtutil.exe",
                CommandLine: "wevtutil cl Microsoft-Windows-Sysmon/Operational",
                IntegrityLevel: "High",
            }),
        ],
    },
    {
        id: "T1564.004",
        name: "NTFS File Attributes",
        signs: [
            sign(15, "a program is hidden in a stream of a file", {
                TargetFilename: "C:\\ProgramData\\readme.txt:update.exe",
            }),
        ],
    },
    {
        id: "T1569.002",
        name: "Service Execution",
        signs: [
            sign(1, "the service manager starts a shell", {
                Image: "C:\\Windows\\System32\\cmd.exe",
                OriginalFileName: "Cmd.Exe",
                CommandLine: "C:\\Windows\\system32\\cmd.exe /c echo a > \\\\.\\pipe\\a",
                ParentImage: services,
                ParentCommandLine: services,
                User: "NT AUTHORITY\\SYSTEM",
                IntegrityLevel: "System",
            }),
        ],
    },
    {
        id: "T1574.002",
        name: "DLL Side-Loading",
        signs: [
            sign(7, "a signed program loads an unsigned library beside it", {
                Image: "C:\\Users\\alice\\AppData\\Roaming\\Viewer\\viewer.exe",
                ImageLoaded: "C:\\Users\\alice\\AppData\\Roaming\\Viewer\\version.dll",
            }),
        ],
    },
    {
        id: "T1620",
        name: "Reflective Code Loading",
        signs: [
            sign(7, "a program without .NET loads its runtime", {
                Image: notepad,
                ImageLoaded: "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll",
                Signed: "true",
                Signature: "Microsoft Corporation",
                SignatureStatus: "Valid",
            }),
        ],
    },
];
