import type { Random } from "./random";

const programs = [
    "svchost",
    "explorer",
    "lsass",
    "services",
    "powershell",
    "cmd",
    "rundll32",
    "regsvr32",
    "mshta",
    "wscript",
    "cscript",
    "wmiprvse",
    "taskhostw",
    "runtimebroker",
    "searchindexer",
    "msmpeng",
    "chrome",
    "msedge",
    "firefox",
    "teams",
    "outlook",
    "winword",
    "excel",
    "onedrive",
    "code",
    "node",
    "python",
    "java",
    "git",
    "conhost",
    "dllhost",
    "certutil",
    "bitsadmin",
    "schtasks",
    "wevtutil",
    "vssadmin",
    "ntdsutil",
    "psexesvc",
    "installutil",
    "msbuild",
    "csc",
    "sqlservr",
    "w3wp",
    "googleupdate",
    "adobearm",
    "ccmexec",
    "healthservice",
    "monitoringhost",
] as const;

const folders = [
    "C:\\Windows\\System32\\",
    "C:\\Windows\\SysWOW64\\",
    "C:\\Windows\\",
    "C:\\Windows\\Temp\\",
    "C:\\Program Files\\Common Files\\Contoso\\",
    "C:\\Program Files (x86)\\Fabrikam\\Agent\\bin\\",
    "C:\\Program Files\\Windows Defender\\",
    "C:\\ProgramData\\Contoso\\Update\\Cache\\",
    "C:\\Users\\Public\\",
    "C:\\Users\\alice\\AppData\\Local\\Programs\\Fabrikam\\",
    "C:\\Users\\alice\\AppData\\Roaming\\Contoso\\",
    "C:\\Users\\alice\\Downloads\\",
] as const;

const keys = [
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\",
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer\\Shell Folders\\",
    "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\",
    "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\",
    "HKLM\\System\\CurrentControlSet\\Services\\",
    "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\",
    "HKU\\S-1-5-21-1004336348-1177238915-682003330-1001\\Software\\Classes\\",
    "HKU\\S-1-5-21-1004336348-1177238915-682003330-1001\\Software\\Microsoft\\Office\\16.0\\Word\\Security\\",
] as const;

const libraries = [
    "ntdll",
    "kernel32",
    "KernelBase",
    "clr",
    "mscoree",
    "samlib",
    "vaultcli",
    "taskschd",
    "ws2_32",
] as const;
const extensions = [
    ".exe",
    ".dll",
    ".ps1",
    ".tmp",
    ".log",
    ".lnk",
    ".docm",
    ".bat",
    ".hta",
    ".job",
    ".sys",
    ".dat",
] as const;
const switches = [
    "-Embedding",
    "/c",
    "-k netsvcs -p -s Schedule",
    "--type=renderer",
    "-NoProfile -enc",
    "/s",
    "-p",
    "/i",
] as const;
const domains = [
    "contoso.com",
    "fabrikam.net",
    "windowsupdate.example",
    "cdn.example",
    "telemetry.example",
    "wingtip.org",
] as const;
const words = [
    "update",
    "sync",
    "agent",
    "config",
    "state",
    "service",
    "report",
    "index",
    "token",
    "driver",
    "setup",
] as const;
const masks = ["0x1000", "0x1400", "0x1410", "0x1fffff", "0x1010", "0x1438", "0x101000", "0x143a", "0x40"] as const;
const ports = ["80", "443", "22", "53", "135", "445", "3389", "5985", "8080", "1433", "49667"] as const;

/** Texts as they stand in events and in the values of filters. */
export const vocabulary = {
    program: (random: Random): string => `${random.pick(programs)}.exe`,
    folder: (random: Random): string => random.pick(folders),
    image: (random: Random): string => `${random.pick(folders)}${random.pick(programs)}.exe`,
    library: (random: Random): string => `${random.pick(folders)}${random.pick(libraries)}.dll`,
    extension: (random: Random): string => random.pick(extensions),
    file: (random: Random): string =>
        `${random.pick(folders)}${random.pick(words)}-${random.pick(words)}-${random.below(4000)}${random.pick(extensions)}`,
    keyFolder: (random: Random): string => random.pick(keys),
    key: (random: Random): string =>
        `${random.pick(keys)}${random.pick(words)}\\${random.pick(words)}${random.below(300)}`,
    commandLine: (random: Random): string =>
        `"${random.pick(folders)}${random.pick(programs)}.exe" ${random.pick(switches)} ${random.pick(switches)} ${random.hex(random.below(60))}`,
    switch: (random: Random): string => random.pick(switches),
    host: (random: Random): string =>
        `${random.pick(words)}${random.below(40)}.${random.pick(words)}.${random.pick(domains)}`,
    domain: (random: Random): string => `.${random.pick(words)}.${random.pick(domains)}`,
    word: (random: Random): string => random.pick(words),
    mask: (random: Random): string => random.pick(masks),
    port: (random: Random): string => random.pick(ports),
    user: (random: Random): string =>
        random.pick(["NT AUTHORITY\\SYSTEM", "CONTOSO\\alice", "NT AUTHORITY\\LOCAL SERVICE"]),
    pipe: (random: Random): string => `\\${random.pick(words)}.${random.pick(words)}.${random.below(50)}`,
    callTrace: (random: Random): string =>
        Array.from(
            { length: 4 + random.below(12) },
            () => `${random.pick(folders)}${random.pick(libraries)}.dll+${random.hex(5)}`,
        ).join("|"),
};
