import type { Decision, Observation, RefusalReason, Step } from "../../../sysmon/installer/decisions";

/** A machine on which everything is as wanted: what a case does not say of a machine is so. */
export const standing: Observation = {
    Ensure: "present",
    BuiltIn: "never",
    Pinned: "no",
    Source: "unasked",
    Sysmon: "standalone",
    Binary: "present",
    Remains: "none",
    Feature: "unasked",
    Version: "same",
    Service: "running",
    Driver: "loaded",
    Configuration: "wanted",
    Channel: "fits",
};

const bare = { Sysmon: "none", Version: "unknown", Service: "none", Driver: "none", Configuration: "unknown" } as const;
const off = { Ensure: "absent", Version: "unknown", Configuration: "unknown" } as const;
const builtIn = { Sysmon: "builtIn", Version: "unknown" } as const;

/** A machine, and what is to be done on it. */
export interface DecisionCase {
    readonly name: string;
    readonly seen: Partial<Observation>;
    readonly decision: Decision;
}

/** Machines as they are met, by name; TypeScript and PowerShell must both decide so. */
export const decisionCases: readonly DecisionCase[] = [
    one("everything as wanted", {}, "Done"),
    one("no Sysmon", bare, "FetchSource"),
    one("no Sysmon, the binary at hand", { ...bare, Source: "ready" }, "Install"),
    one("no Sysmon, and no way to the download", { ...bare, Source: "unreachable" }, { fail: "SourceUnavailable" }),
    one("half removed", { ...bare, Remains: "driver" }, "FetchSource"),
    one("half removed, the binary at hand", { ...bare, Remains: "driver", Source: "ready" }, "UninstallRemains"),
    one("a version not yet compared", { Version: "unknown" }, "FetchSource"),
    one("a version that cannot be compared stays", { Version: "unknown", Source: "unreachable" }, "Done"),
    one("an older version", { Version: "older", Source: "ready" }, "UninstallStandalone"),
    one("the binary of another processor", { Version: "foreign", Source: "ready" }, "UninstallStandalone"),
    one("a newer version than Microsoft's", { Version: "newer", Source: "ready" }, "Done"),
    one(
        "a newer version than the pinned one",
        { Version: "newer", Source: "ready", Pinned: "yes" },
        "UninstallStandalone",
    ),
    one("the pinned binary itself", { Pinned: "yes" }, "Done"),
    one("another configuration", { Configuration: "other", Source: "ready" }, "Configure"),
    one("a configuration that it does not tell", { Configuration: "unknown", Source: "ready" }, "Configure"),
    one("another configuration on a stopped service", { Configuration: "other", Service: "stopped" }, "Configure"),
    one(
        "an older version with another configuration",
        { Version: "older", Configuration: "other" },
        "UninstallStandalone",
    ),
    one("a stopped service", { Service: "stopped", Driver: "stopped" }, "StartService"),
    one("a service without its driver", { Driver: "stopped" }, { fail: "DriverNotLoaded" }),
    one("a channel that is too small", { Channel: "small" }, "ResizeChannel"),
    one("a service without its executable", { Binary: "missing", Service: "stopped" }, "FetchSource"),
    one(
        "a service without its executable, the binary at hand",
        { Binary: "missing", Version: "unknown", Source: "ready" },
        "UninstallStandalone",
    ),
    one(
        "a service without its executable, and no way to the download",
        { Binary: "missing", Version: "unknown", Source: "unreachable" },
        { fail: "SourceUnavailable" },
    ),
    one("several installations", { Sysmon: "several", Version: "unknown" }, { fail: "SeveralInstallations" }),
    one("built in, though never", builtIn, { fail: "BuiltInConflict" }),
    one("both, though never", { ...builtIn, Sysmon: "both" }, { fail: "BuiltInConflict" }),
    one("both", { ...builtIn, Sysmon: "both", BuiltIn: "auto" }, "UninstallStandalone"),
    one("built in and as wanted", { ...builtIn, BuiltIn: "auto" }, "Done"),
    one("built in with another configuration", { ...builtIn, BuiltIn: "auto", Configuration: "other" }, "Configure"),
    one("built in, enabled, not set up", { ...bare, BuiltIn: "auto", Feature: "enabled" }, "InstallBuiltIn"),
    one("built in, not enabled, auto", { ...bare, BuiltIn: "auto", Feature: "disabled" }, "FetchSource"),
    one("built in, not enabled, prefer", { ...bare, BuiltIn: "prefer", Feature: "disabled" }, "EnableFeature"),
    one("built in, preferred and not there", { ...bare, BuiltIn: "prefer", Feature: "unavailable" }, "FetchSource"),
    one(
        "built in, preferred, a standalone one in the way",
        { BuiltIn: "prefer", Feature: "disabled" },
        "UninstallStandalone",
    ),
    one("built in, preferred, after a restart", { BuiltIn: "prefer", Feature: "restartPending" }, "Done"),
    one(
        "built in, preferred, after a restart, and nothing till then",
        { ...bare, BuiltIn: "prefer", Feature: "restartPending" },
        { fail: "RestartNeeded" },
    ),
    one(
        "built in, required and not there",
        { BuiltIn: "require", Feature: "unavailable" },
        { fail: "BuiltInUnavailable" },
    ),
    one(
        "built in, required, after a restart",
        { BuiltIn: "require", Feature: "restartPending" },
        { fail: "RestartNeeded" },
    ),
    one("off, and nothing there", { ...off, ...bare }, "Done"),
    one("off, and one there", off, "UninstallAll"),
    one("off, and the built-in one there", { ...off, Sysmon: "builtIn" }, "UninstallAll"),
    one("off, and several there", { ...off, Sysmon: "several" }, "UninstallAll"),
    one("off, its executable gone", { ...off, Binary: "missing" }, "FetchSource"),
    one("off, its executable gone, the binary at hand", { ...off, Binary: "missing", Source: "ready" }, "UninstallAll"),
    one(
        "off, its executable gone, and no way to the download",
        { ...off, Binary: "missing", Source: "unreachable" },
        { fail: "SourceUnavailable" },
    ),
    one("off, half removed", { ...off, ...bare, Remains: "driver" }, "FetchSource"),
    one(
        "off, half removed, the binary at hand",
        { ...off, ...bare, Remains: "driver", Source: "ready" },
        "UninstallRemains",
    ),
    one(
        "off, half removed, and no way to the download",
        { ...off, ...bare, Remains: "driver", Source: "unreachable" },
        { fail: "SourceUnavailable" },
    ),
];

function one(
    name: string,
    seen: Partial<Observation>,
    what: Exclude<Step, "Fail"> | { fail: RefusalReason },
): DecisionCase {
    return { name, seen, decision: typeof what === "string" ? { step: what } : { step: "Fail", reason: what.fail } };
}
