/** Why a run on a machine ended: what its exit code says, and what to do about it. */
export interface ExitCode {
    /** Exit code of the process, unique among all parts that run on the machine. */
    readonly code: number;
    /** Stable name, as the last line of the output carries it in `result`. */
    readonly name: string;
    /** Which part ends with it: the command of the extension, or the installer it starts. */
    readonly part: "bootstrap" | "installer";
    /** What happened. */
    readonly meaning: string;
    /** What a person does next. */
    readonly nextStep: string;
}

/** Every exit code other than 0 that our parts end with on a machine. */
export const exitCodes: readonly ExitCode[] = [
    bootstrap(
        10,
        "TokenUnavailable",
        "The machine got no token for storage.",
        "Give the machine the identity that the settings name, and check its metadata endpoint.",
    ),
    bootstrap(
        11,
        "PayloadUnavailable",
        "A payload blob could not be fetched within 20 minutes.",
        "Grant the identity Storage Blob Data Reader on the container, and check network and firewall of the account.",
    ),
    bootstrap(
        12,
        "PayloadMismatch",
        "A fetched blob is not the one that was planned.",
        "Deploy again; if it happens again, somebody changes the blobs.",
    ),
    bootstrap(13, "PreparationFailed", "The private folder could not be prepared.", "Free disk space and run again."),
    installer(20, "Unexpected", "An error nobody foresaw; the message names the line.", "Run again, then report it."),
    installer(21, "NotElevated", "The installer lacks rights.", "Run it as SYSTEM or as an elevated administrator."),
    installer(
        22,
        "WrongProcess",
        "It runs in the 32-bit PowerShell of a 64-bit Windows.",
        "Run the powershell.exe of the Sysnative folder.",
    ),
    installer(23, "UnsupportedWindows", "Windows is older than 10 or Server 2016.", "Leave the machine out."),
    installer(
        24,
        "LicenseNotAccepted",
        "The license of Sysmon is not accepted.",
        "Read it and set acceptEula to true.",
    ),
    installer(
        25,
        "BadArguments",
        "An argument is missing or malformed.",
        "Correct the argument that the message names.",
    ),
    installer(26, "ConfigMissing", "The configuration file is not there.", "Check how the payload was delivered."),
    installer(27, "ConfigMismatch", "The configuration is not the planned one.", "Deliver it again."),
    installer(28, "Busy", "Another run has been at work for 10 minutes.", "Wait for it, then run again."),
    installer(
        29,
        "SourceUnavailable",
        "The Sysmon binary cannot be fetched.",
        "Check firewall, proxy and address, or name a source that the machine can reach.",
    ),
    installer(
        30,
        "SourceMismatch",
        "The source is not the one that is pinned; it was not run.",
        "If the source was renewed on purpose, pin the new SHA-256.",
    ),
    installer(
        31,
        "SourceUnusable",
        "The source holds no executable for this processor.",
        "Use the complete zip of Microsoft, or the executable for the processor.",
    ),
    installer(
        32,
        "SignatureInvalid",
        "A binary has no valid signature of Microsoft; it was not run.",
        "Use an unchanged binary, and update the root certificates of an old Windows.",
    ),
    installer(33, "NotSysmon", "The source is signed by Microsoft but is not Sysmon.", "Correct the source."),
    installer(
        34,
        "SeveralInstallations",
        "Sysmon is installed more than once.",
        "Remove all of them once (ensure: absent), then install again.",
    ),
    installer(
        35,
        "BuiltInUnavailable",
        "This Windows has no built-in Sysmon.",
        "Update Windows, or set builtIn to auto.",
    ),
    installer(
        36,
        "BuiltInConflict",
        "The built-in Sysmon is in use although it must not be.",
        "Set builtIn to auto, or disable the Windows feature Sysmon.",
    ),
    installer(37, "RestartNeeded", "The built-in Sysmon waits for a restart.", "Restart the machine, then run again."),
    installer(
        38,
        "UninstallFailed",
        "Sysmon could not be removed.",
        "Close Event Viewer and the Services console, restart the machine, and run again.",
    ),
    installer(
        39,
        "InstallFailed",
        "Sysmon did not install; the message says whether an earlier version was put back.",
        "Check the configuration for the version that is installed.",
    ),
    installer(40, "ConfigRejected", "Sysmon rejected the configuration.", "Check it with `sysmon-azure sysmon check`."),
    installer(41, "SysmonHangs", "Sysmon did not answer for 10 minutes.", "Restart the machine, then run again."),
    installer(
        42,
        "ServiceNotRunning",
        "The service is installed but does not run.",
        "See the System event log; another version of Sysmon may be needed.",
    ),
    installer(
        43,
        "DriverNotLoaded",
        "The driver is not loaded, so nothing is seen.",
        "See the log Microsoft-Windows-CodeIntegrity/Operational.",
    ),
    installer(
        44,
        "ConfigNotApplied",
        "Sysmon runs another configuration than the planned one.",
        "Stop what else configures Sysmon on the machine.",
    ),
    installer(
        45,
        "ConfigUnverified",
        "This version of Sysmon does not say which configuration it applied.",
        "Let the installer bring a newer version.",
    ),
    installer(
        46,
        "ChannelNotResized",
        "The event channel cannot be given the wanted size.",
        "See which group policy holds its size, and ask for no more than it allows.",
    ),
];

function bootstrap(code: number, name: string, meaning: string, nextStep: string): ExitCode {
    return { code, name, part: "bootstrap", meaning, nextStep };
}

function installer(code: number, name: string, meaning: string, nextStep: string): ExitCode {
    return { code, name, part: "installer", meaning, nextStep };
}
