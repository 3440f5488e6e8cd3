/** Folders in which only installers and administrators write, and from which nearly all programs run. */
export const installedFolders = ["C:\\Windows\\", "C:\\Program Files\\", "C:\\Program Files (x86)\\"] as const;

/** Where Microsoft Defender runs from; ordinary users cannot write there. It opens every process. */
export const defenderFolder = "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\";

/** Folders below `C:\Windows` that ordinary users can write to. */
const writableWindowsFolders = [
    "\\Temp\\",
    "\\Tasks\\",
    "\\tracing\\",
    "\\Windows\\debug\\",
    "\\Registration\\CRMLog\\",
    "\\com\\dmp\\",
    "\\spool\\drivers\\color\\",
    "\\spool\\PRINTERS\\",
    "\\spool\\SERVERS\\",
    "\\Crypto\\RSA\\MachineKeys\\",
] as const;

/** Programs of Windows that run a script or a module that somebody hands them. */
const scriptHosts = [
    "\\powershell.exe",
    "\\powershell_ise.exe",
    "\\pwsh.exe",
    "\\wscript.exe",
    "\\cscript.exe",
    "\\mshta.exe",
    "\\rundll32.exe",
    "\\regsvr32.exe",
    "\\msbuild.exe",
    "\\installutil.exe",
    "\\wmic.exe",
] as const;

/** Programs of Microsoft 365 that open documents, and the old equation editor. */
const officePrograms = [
    "\\winword.exe",
    "\\excel.exe",
    "\\powerpnt.exe",
    "\\outlook.exe",
    "\\msaccess.exe",
    "\\mspub.exe",
    "\\visio.exe",
    "\\onenote.exe",
    "\\eqnedt32.exe",
] as const;

/** Parts of the paths of programs that stand in {@link installedFolders} and yet do what somebody tells them. */
export const ledPrograms = [...scriptHosts, ...officePrograms, ...writableWindowsFolders] as const;

/** Folders that downloads, droppers and scripts use. Programs that people install for themselves are elsewhere. */
export const dropFolders = [
    ...writableWindowsFolders,
    "\\Downloads\\",
    "\\Users\\Public\\",
    "\\AppData\\Roaming\\",
    "\\ProgramData\\",
    "\\PerfLogs\\",
    "\\$Recycle.Bin\\",
] as const;

/** PowerShell where Windows and its installer put it: it may load itself. */
export const powershellImages = [
    "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
    "C:\\Windows\\SysWOW64\\WindowsPowerShell\\v1.0\\powershell.exe",
    "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell_ise.exe",
    "C:\\Windows\\SysWOW64\\WindowsPowerShell\\v1.0\\powershell_ise.exe",
    "C:\\Windows\\System32\\wsmprovhost.exe",
    "C:\\Program Files\\PowerShell\\7\\pwsh.exe",
] as const;

/** Small programs of Windows that attackers start to inject into, and that have no business on the network. */
export const sacrificialPrograms = [
    "verclsid.exe",
    "rundll32.exe",
    "dllhost.exe",
    "WerFault.exe",
    "regsvr32.exe",
    "notepad.exe",
    "mavinject.exe",
    "gpupdate.exe",
    "mspaint.exe",
    "calc.exe",
    "msbuild.exe",
    "installutil.exe",
    "regasm.exe",
    "regsvcs.exe",
    "cmstp.exe",
    "mshta.exe",
] as const;

/** Sysmon, Microsoft Defender and Azure Monitor Agent: what sees an attack and carries the news. */
export const sensorPrograms = [
    "\\Sysmon.exe",
    "\\Sysmon64.exe",
    "\\Sysmon64a.exe",
    "\\MsMpEng.exe",
    "\\MsSense.exe",
    "\\SenseIR.exe",
    "\\MonAgentLauncher.exe",
    "\\MonAgentHost.exe",
    "\\MonAgentManager.exe",
    "\\MonAgentCore.exe",
] as const;
