/**
 * What the installer can find out about a machine before each step, and the words it says it in. Everything the next
 * step depends on is here, so that one table of rules can decide it.
 */
export const facts = {
    /** What the stack wants: Sysmon on the machine, or off it. */
    Ensure: ["present", "absent"],
    /** The Sysmon built into Windows: used where it is enabled, used where Windows has it, never, or nothing else. */
    BuiltIn: ["auto", "prefer", "never", "require"],
    /** Whether the source is pinned by a hash. Microsoft's current download is not. */
    Pinned: ["yes", "no"],
    /** The source of the binary: not looked at, checked and at hand, or an unpinned one that cannot be reached. */
    Source: ["unasked", "ready", "unreachable"],
    /** What is installed, whatever its service is called: `both` is the built-in one beside a standalone one. */
    Sysmon: ["none", "standalone", "builtIn", "both", "several"],
    /** Executable of a standalone installation; `present` where there is none. */
    Binary: ["present", "missing"],
    /** A driver's key without a service: a removal that was not finished. */
    Remains: ["none", "driver"],
    /** The Windows feature; `unasked` where nothing depends on it. */
    Feature: ["unasked", "unavailable", "disabled", "enabled", "restartPending"],
    /** The installed version beside the source's; `foreign` is one for another processor. */
    Version: ["unknown", "same", "older", "newer", "foreign"],
    Service: ["none", "stopped", "running"],
    Driver: ["none", "stopped", "loaded"],
    /** The configuration that the sensor says it applied, beside the wanted one. */
    Configuration: ["unknown", "other", "wanted"],
    /** Size of the event channel: `small` is below what the stack wants. */
    Channel: ["fits", "small"],
} as const;

/** Name of a fact. */
export type Fact = keyof typeof facts;

/** All facts, in the order of {@link facts}. */
export const factNames: readonly Fact[] = Object.keys(facts).filter((name): name is Fact => Object.hasOwn(facts, name));

/** A machine as the installer sees it at one moment. */
export type Observation = { readonly [F in Fact]: (typeof facts)[F][number] };

/**
 * What the installer does next. A step has the effect that its name says, or it ends the run with an exit code: so no
 * rule has to ask what was tried before.
 */
export type Step =
    | "FetchSource"
    | "UninstallStandalone"
    | "UninstallAll"
    | "UninstallRemains"
    | "EnableFeature"
    | "InstallBuiltIn"
    | "Install"
    | "Configure"
    | "StartService"
    | "ResizeChannel"
    | "Done"
    | "Fail";

/** Why a machine is left as it is: names of {@link exitCodes}. */
export type RefusalReason =
    | "SourceUnavailable"
    | "SeveralInstallations"
    | "BuiltInConflict"
    | "BuiltInUnavailable"
    | "RestartNeeded"
    | "DriverNotLoaded";

/** What is to be done on a machine that is seen so. */
export type Decision =
    { readonly step: Exclude<Step, "Fail"> } | { readonly step: "Fail"; readonly reason: RefusalReason };

/** A rule of the table: what the facts must be, each one of the named words, and what follows. */
export type DecisionRule = Decision & {
    /** Facts that are not named may be anything. */
    readonly when: { readonly [F in Fact]?: readonly (typeof facts)[F][number][] };
    /** Why, in one sentence. */
    readonly because: string;
};

const anySysmon = ["standalone", "builtIn", "both", "several"] as const;

/** The first rule that fits decides. The installer carries the same table, generated from this one. */
export const decisionRules: readonly DecisionRule[] = [
    {
        when: { Ensure: ["absent"], Sysmon: anySysmon, Binary: ["missing"], Source: ["unasked"] },
        step: "FetchSource",
        because: "A service whose executable is gone can be removed with another executable of Sysmon.",
    },
    {
        when: { Ensure: ["absent"], Sysmon: anySysmon, Binary: ["missing"], Source: ["unreachable"] },
        step: "Fail",
        reason: "SourceUnavailable",
        because: "Nothing at hand can remove it.",
    },
    {
        when: { Ensure: ["absent"], Sysmon: anySysmon },
        step: "UninstallAll",
        because: "Whichever way it came, it goes.",
    },
    {
        when: { Ensure: ["absent"], Remains: ["driver"], Source: ["unasked"] },
        step: "FetchSource",
        because: "Only Sysmon itself takes its driver out in order.",
    },
    {
        when: { Ensure: ["absent"], Remains: ["driver"], Source: ["unreachable"] },
        step: "Fail",
        reason: "SourceUnavailable",
        because: "Nothing at hand can remove the driver.",
    },
    {
        when: { Ensure: ["absent"], Remains: ["driver"] },
        step: "UninstallRemains",
        because: "A removal that was not finished is finished.",
    },
    { when: { Ensure: ["absent"] }, step: "Done", because: "Nothing of Sysmon is left." },
    {
        when: { Sysmon: ["several"] },
        step: "Fail",
        reason: "SeveralInstallations",
        because: "Which of them is the right one is for a person to say.",
    },
    {
        when: { BuiltIn: ["never"], Sysmon: ["builtIn", "both"] },
        step: "Fail",
        reason: "BuiltInConflict",
        because: "A standalone one cannot live beside it, and a feature of Windows is not ours to take away.",
    },
    {
        when: { BuiltIn: ["require"], Feature: ["unavailable"] },
        step: "Fail",
        reason: "BuiltInUnavailable",
        because: "This Windows has none.",
    },
    {
        when: { BuiltIn: ["require"], Sysmon: ["none", "standalone"], Feature: ["restartPending"] },
        step: "Fail",
        reason: "RestartNeeded",
        because: "What is installed goes on seeing until Windows has restarted.",
    },
    {
        when: { Binary: ["missing"], Source: ["unasked"] },
        step: "FetchSource",
        because: "A service whose executable is gone needs one, to be removed or replaced.",
    },
    {
        when: { Binary: ["missing"], Source: ["unreachable"] },
        step: "Fail",
        reason: "SourceUnavailable",
        because: "Nothing at hand can mend it.",
    },
    {
        when: { Sysmon: ["both"] },
        step: "UninstallStandalone",
        because: "The two cannot live together, and the feature is not ours to take away.",
    },
    {
        when: { BuiltIn: ["prefer", "require"], Sysmon: ["standalone"], Feature: ["disabled", "enabled"] },
        step: "UninstallStandalone",
        because: "The feature stays off while a standalone one is there.",
    },
    {
        when: { BuiltIn: ["prefer", "require"], Sysmon: ["none"], Feature: ["disabled"] },
        step: "EnableFeature",
        because: "It is off by default.",
    },
    {
        when: { BuiltIn: ["auto", "prefer"], Sysmon: ["none"], Feature: ["restartPending"] },
        step: "Fail",
        reason: "RestartNeeded",
        because: "A standalone one would be in the way of the feature that comes with the restart.",
    },
    {
        when: { BuiltIn: ["auto", "prefer", "require"], Sysmon: ["none"], Feature: ["enabled"] },
        step: "InstallBuiltIn",
        because: "It is there and wants its configuration.",
    },
    {
        when: { Sysmon: ["none"], Source: ["unasked"] },
        step: "FetchSource",
        because: "There is nothing to install yet.",
    },
    {
        when: { Sysmon: ["none"], Source: ["unreachable"] },
        step: "Fail",
        reason: "SourceUnavailable",
        because: "There is nothing to install.",
    },
    {
        when: { Sysmon: ["none"], Remains: ["driver"] },
        step: "UninstallRemains",
        because: "Over the rest of an old installation a new one fails.",
    },
    { when: { Sysmon: ["none"] }, step: "Install", because: "The machine has no sensor." },
    {
        when: { Binary: ["missing"] },
        step: "UninstallStandalone",
        because: "Its service cannot start; the source's executable removes it, and takes its place.",
    },
    {
        when: { Sysmon: ["standalone"], Version: ["unknown"], Source: ["unasked"] },
        step: "FetchSource",
        because: "Whether the installed version is the wanted one shows beside the source.",
    },
    {
        when: { Sysmon: ["standalone"], Version: ["older", "foreign"] },
        step: "UninstallStandalone",
        because: "An update is the old one's removal and the new one's installation.",
    },
    {
        when: { Sysmon: ["standalone"], Version: ["newer"], Pinned: ["yes"] },
        step: "UninstallStandalone",
        because: "A pinned version is meant, whether it is newer or older.",
    },
    {
        when: { Configuration: ["unknown", "other"] },
        step: "Configure",
        because: "The sensor filters by something else than the stack plans.",
    },
    { when: { Service: ["stopped"] }, step: "StartService", because: "A stopped sensor logs nothing." },
    {
        when: { Driver: ["stopped"] },
        step: "Fail",
        reason: "DriverNotLoaded",
        because: "The service runs and sees nothing.",
    },
    {
        when: { Channel: ["small"] },
        step: "ResizeChannel",
        because: "While the agent is away, events wait in the channel, and the oldest go first.",
    },
    { when: {}, step: "Done", because: "The machine is as wanted." },
];

/** The next step on a machine that is seen so, by {@link decisionRules}. */
export function decide(observation: Observation): Decision {
    const rule = decisionRules.find(({ when }) => fits(when, observation));
    // The last rule fits everything.
    if (rule === undefined) throw new Error("No rule decides.");
    return rule.step === "Fail" ? { step: rule.step, reason: rule.reason } : { step: rule.step };
}

function fits(when: DecisionRule["when"], observation: Observation): boolean {
    return factNames.every((fact) => {
        const words: readonly string[] | undefined = when[fact];
        return words === undefined || words.includes(observation[fact]);
    });
}

/** The table as the installer holds it: PowerShell, one rule a line. */
export function powershellDecisions(): string {
    const lines = decisionRules.map((rule) => {
        const when = factNames.flatMap((fact) => {
            const words = rule.when[fact];
            return words === undefined ? [] : [`${fact} = ${words.map((word) => `'${word}'`).join(", ")}`];
        });
        const reason = rule.step === "Fail" ? rule.reason : "";
        return (
            `    # ${rule.because}\n` +
            `    @{ Step = '${rule.step}'; Reason = '${reason}'; When = @{ ${when.join("; ")} } }\n`
        );
    });
    return `$Decisions = @(\n${lines.join("")})\n`;
}
