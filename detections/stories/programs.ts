/** What the sensor says of a program or module file. */
export interface Program {
    /** Full path. */
    readonly image: string;
    /** File version. */
    readonly version: string;
    /** File description. */
    readonly description: string;
    /** Product name. */
    readonly product: string;
    /** Company name. */
    readonly company: string;
    /** File name in the version resource. */
    readonly originalName: string;
}

const windowsVersion = "10.0.22621.3527 (WinBuild.160101.0800)";

/** A file of Windows. */
function windows(image: string, description: string, originalName = image.slice(image.lastIndexOf("\\") + 1)): Program {
    return {
        image,
        version: windowsVersion,
        description,
        product: "Microsoft® Windows® Operating System",
        company: "Microsoft Corporation",
        originalName,
    };
}

/** A file of Microsoft 365. */
function office(file: string, description: string): Program {
    return {
        image: `C:\\Program Files\\Microsoft Office\\root\\Office16\\${file}`,
        version: "16.0.17328.20162",
        description,
        product: "Microsoft Office",
        company: "Microsoft Corporation",
        originalName: file,
    };
}

const system32 = "C:\\Windows\\System32";

/** Programs that the stories start. */
export const programs = {
    services: windows(`${system32}\\services.exe`, "Services and Controller app"),
    lsass: windows(`${system32}\\lsass.exe`, "Local Security Authority Process"),
    winlogon: windows(`${system32}\\winlogon.exe`, "Windows Logon Application"),
    svchost: windows(`${system32}\\svchost.exe`, "Host Process for Windows Services"),
    spoolsv: windows(`${system32}\\spoolsv.exe`, "Spooler SubSystem App"),
    searchIndexer: windows(`${system32}\\SearchIndexer.exe`, "Microsoft Windows Search Indexer"),
    dwm: windows(`${system32}\\dwm.exe`, "Desktop Window Manager"),
    ctfmon: windows(`${system32}\\ctfmon.exe`, "CTF Loader"),
    sihost: windows(`${system32}\\sihost.exe`, "Shell Infrastructure Host"),
    taskhostw: windows(`${system32}\\taskhostw.exe`, "Host Process for Windows Tasks"),
    runtimeBroker: windows(`${system32}\\RuntimeBroker.exe`, "Runtime Broker"),
    dllhost: windows(`${system32}\\dllhost.exe`, "COM Surrogate"),
    conhost: windows(`${system32}\\conhost.exe`, "Console Window Host", "CONHOST.EXE"),
    backgroundTaskHost: windows(`${system32}\\backgroundTaskHost.exe`, "Background Task Host"),
    audiodg: windows(`${system32}\\audiodg.exe`, "Windows Audio Device Graph Isolation"),
    wmiprvse: windows(`${system32}\\wbem\\WmiPrvSE.exe`, "WMI Provider Host"),
    taskmgr: windows(`${system32}\\Taskmgr.exe`, "Task Manager"),
    notepad: windows(`${system32}\\notepad.exe`, "Notepad", "NOTEPAD.EXE"),
    verclsid: windows(`${system32}\\verclsid.exe`, "Extension CLSID Verification Host"),
    wsmprovhost: windows(`${system32}\\wsmprovhost.exe`, "Host process for WinRM plug-ins"),
    powershell: windows(`${system32}\\WindowsPowerShell\\v1.0\\powershell.exe`, "Windows PowerShell", "PowerShell.EXE"),
    cmd: windows(`${system32}\\cmd.exe`, "Windows Command Processor", "Cmd.Exe"),
    csrss: windows(`${system32}\\csrss.exe`, "Client Server Runtime Process", "CSRSS.Exe"),
    wininit: windows(`${system32}\\wininit.exe`, "Windows Start-Up Application", "WinInit.exe"),
    rundll32: windows(`${system32}\\rundll32.exe`, "Windows host process (Rundll32)", "RUNDLL32.EXE"),
    werfault: windows(`${system32}\\WerFault.exe`, "Windows Problem Reporting"),
    wermgr: windows(`${system32}\\wermgr.exe`, "Windows Problem Reporting", "WerMgr"),
    mavinject: windows(
        `${system32}\\mavinject.exe`,
        "Microsoft Application Virtualization Injector",
        "mavinject64.exe",
    ),
    reg: windows(`${system32}\\reg.exe`, "Registry Console Tool"),
    sc: windows(`${system32}\\sc.exe`, "Service Control Manager Configuration Tool"),
    fltmc: windows(`${system32}\\fltMC.exe`, "Filter Manager Control Program"),
    wevtutil: windows(`${system32}\\wevtutil.exe`, "Eventing Command Line Utility"),
    whoami: windows(`${system32}\\whoami.exe`, "whoami - displays logged on user information"),
    msiexec: windows(`${system32}\\msiexec.exe`, "Windows® installer"),
    mmc: windows(`${system32}\\mmc.exe`, "Microsoft Management Console"),
    vssvc: windows(`${system32}\\VSSVC.exe`, "Microsoft® Volume Shadow Copy Service"),
    w3wp: windows(`${system32}\\inetsrv\\w3wp.exe`, "IIS Worker Process"),
    sysmon: {
        image: "C:\\Windows\\Sysmon64.exe",
        version: "15.15",
        description: "System activity monitor",
        product: "Sysinternals Sysmon",
        company: "Sysinternals - www.sysinternals.com",
        originalName: "-",
    },
    explorer: windows("C:\\Windows\\explorer.exe", "Windows Explorer", "EXPLORER.EXE"),
    defender: windows(
        "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24030.9-0\\MsMpEng.exe",
        "Antimalware Service Executable",
    ),
    word: office("WINWORD.EXE", "Microsoft Word"),
    outlook: office("OUTLOOK.EXE", "Microsoft Outlook"),
    excel: office("EXCEL.EXE", "Microsoft Excel"),
    procdump: {
        image: "C:\\Tools\\procdump64.exe",
        version: "11.0",
        description: "Sysinternals process dump utility",
        product: "ProcDump",
        company: "Sysinternals - www.sysinternals.com",
        originalName: "procdump",
    },
    edge: {
        image: "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
        version: "124.0.2478.67",
        description: "Microsoft Edge",
        product: "Microsoft Edge",
        company: "Microsoft Corporation",
        originalName: "msedge.exe",
    },
    devenv: {
        image: "C:\\Program Files\\Microsoft Visual Studio\\2022\\Professional\\Common7\\IDE\\devenv.exe",
        version: "17.9.34728.123",
        description: "Microsoft Visual Studio 2022",
        product: "Microsoft® Visual Studio®",
        company: "Microsoft Corporation",
        originalName: "devenv.exe",
    },
} as const satisfies Record<string, Program>;

/** A program that somebody brings along: no company vouches for it. */
export function brought(image: string): Program {
    return { image, version: "-", description: "-", product: "-", company: "-", originalName: "-" };
}

/** Modules that the stories load. */
export const modules = {
    vbe7: {
        image: "C:\\Program Files\\Common Files\\Microsoft Shared\\VBA\\VBA7.1\\VBE7.DLL",
        version: "7.01.1135",
        description: "Visual Basic Design Time Environment",
        product: "Visual Basic Environment",
        company: "Microsoft Corporation",
        originalName: "VBE7.DLL",
    },
    automation: windows(
        "C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System.Manaa57fc8cc#\\7f2c1d9d0f3a4be38a51d0a5f5ce0a3f\\System.Management.Automation.ni.dll",
        "System.Management.Automation",
        "System.Management.Automation.dll",
    ),
    winhttp: windows(`${system32}\\winhttp.dll`, "Windows HTTP Services"),
    amsi: windows(`${system32}\\amsi.dll`, "Anti-Malware Scan Interface"),
    clr: windows(
        "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll",
        "Microsoft .NET Runtime Common Language Runtime",
    ),
} as const satisfies Record<string, Program>;

const ntdll = "C:\\Windows\\SYSTEM32\\ntdll.dll";
const kernelBase = `${system32}\\KERNELBASE.dll`;
const kernel32 = `${system32}\\KERNEL32.DLL`;
const systemNi =
    "C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System\\3c1e7a52d9b84f0e8b6f2c4d5a9e1f07\\System.ni.dll";

/** Call traces in the sensor's form: a frame a module and offset; code that no module backs is `UNKNOWN(address)`. */
export const callTraces = {
    /** A program of Windows asks for a handle. */
    plain: [`${ntdll}+9f984`, `${kernelBase}+2f0de`, `${kernel32}+1257d`, `${ntdll}+5aa78`],
    /** The service that hosts COM or sessions asks for a handle on behalf of a caller. */
    remoteCall: [
        `${ntdll}+9f984`,
        `${kernelBase}+2f0de`,
        `${system32}\\lsm.dll+11f06`,
        `${system32}\\RPCRT4.dll+79d53`,
        `${system32}\\RPCRT4.dll+dc7ea`,
        `${kernel32}+1257d`,
        `${ntdll}+5aa78`,
    ],
    /** .NET's class for processes starts one for PowerShell. */
    scriptCreation: [
        `${ntdll}+a0ca4`,
        `${kernelBase}+8e31`,
        `${kernelBase}+71a6`,
        `${kernel32}+1cbb4`,
        `${systemNi}+384236`,
        `${systemNi}+2c4809`,
        `${modules.automation.image}+12f7d40`,
        "UNKNOWN(00007FF9A2C41B7E)",
    ],
    /** Shellcode in its own memory creates a process. */
    implantCreation: [
        `${ntdll}+a0ca4`,
        `${kernelBase}+8e31`,
        `${kernelBase}+71a6`,
        `${kernel32}+1cbb4`,
        "UNKNOWN(000001D2B5F1A23C)",
        "UNKNOWN(000001D2B5F04410)",
    ],
    /** Shellcode in its own memory opens a process. */
    implant: [`${ntdll}+9f984`, `${kernelBase}+2f0de`, "UNKNOWN(000001D2B5F12D07)", "UNKNOWN(000001D2B5F04410)"],
    /** Code that PowerShell loaded into its own memory opens a process; the trace ends where the sensor loses it. */
    reflected: [`${ntdll}+9f984`, `${kernelBase}+2f0de`, "UNKNOWN(0000026DBFD67240)"],
    /** A dump is written: the library for it opens the process. */
    dump: [
        `${ntdll}+a1d04`,
        `${ntdll}+5b3da`,
        `${kernel32}+3cc47`,
        `${system32}\\dbgcore.DLL+6cbd`,
        `${system32}\\dbgcore.DLL+5e31`,
        `${kernel32}+1257d`,
        `${ntdll}+5aa78`,
    ],
    /** rundll32.exe calls the function for dumps that comsvcs.dll exports. */
    comsvcs: [
        `${ntdll}+a1d04`,
        `${ntdll}+5b3da`,
        `${kernel32}+3cc47`,
        `${system32}\\dbgcore.DLL+6cbd`,
        `${system32}\\comsvcs.dll+2cb92`,
        `${programs.rundll32.image}+3a98`,
        `${kernel32}+1257d`,
        `${ntdll}+5aa78`,
    ],
    /** Process creation: the parent gets all rights. */
    creation: [`${ntdll}+a0ca4`, `${kernelBase}+8e31`, `${kernelBase}+71a6`, `${kernel32}+1cbb4`],
    /** A macro of an Office document calls Windows through code that it wrote into memory. */
    macro: [
        `${ntdll}+9f984`,
        `${kernelBase}+2f0de`,
        `${kernel32}+1fd24`,
        "UNKNOWN(000001A6F4B10A5C)",
        "UNKNOWN(000001A6F4B10217)",
        `${modules.vbe7.image}+1c8f20`,
        `${modules.vbe7.image}+2e4a11`,
    ],
    /** A PowerShell script calls Windows through a method that was compiled at run time. */
    script: [
        `${ntdll}+9f984`,
        `${kernelBase}+2f0de`,
        "UNKNOWN(00007FF9A2C41B7E)",
        `${modules.automation.image}+12f7d40`,
        `${modules.automation.image}+11a06c3`,
    ],
    /** `System.Diagnostics.Process` opens a process for a .NET program; the last frame is jitted code. */
    dotnet: [
        `${ntdll}+9f984`,
        `${kernelBase}+2f0de`,
        `${systemNi}+38a1f0`,
        `${systemNi}+301c2e`,
        `${systemNi}+2c95b1`,
        "UNKNOWN(00007FF9A2D50C31)",
    ],
} as const satisfies Record<string, readonly string[]>;

/** A program opens a process out of its own code. */
export function openedBy(image: string): readonly string[] {
    return [
        `${ntdll}+9f984`,
        `${kernelBase}+2f0de`,
        `${image}+1a4c2`,
        `${image}+2b07e`,
        `${kernel32}+1257d`,
        `${ntdll}+5aa78`,
    ];
}

/** A program creates a process out of its own code. */
export function createdBy(image: string): readonly string[] {
    return [...callTraces.creation, `${image}+1c310`, `${image}+2b07e`, `${kernel32}+1257d`, `${ntdll}+5aa78`];
}

/** A program makes a process of a section by a system function of Windows, as CreateProcess never does. */
export function sectionMadeBy(image: string): readonly string[] {
    return [`${ntdll}+a1a24`, `${image}+15b9c`, `${image}+1d6cc`, `${kernel32}+1257d`, `${ntdll}+5aa78`];
}
