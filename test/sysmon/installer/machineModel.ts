import * as fc from "fast-check";
import { facts, type Observation, type Step } from "../../../sysmon/installer/decisions";

/** A standalone installation on a modeled machine. */
interface Standalone {
    readonly binary: Observation["Binary"];
    readonly version: Exclude<Observation["Version"], "unknown">;
}

/** All of a machine that the installer's steps depend on or change, and what is wanted of it. */
export interface ModelState {
    readonly wanted: { readonly ensure: Observation["Ensure"]; readonly pinned: boolean; readonly channel: boolean };
    readonly builtInWanted: Observation["BuiltIn"];
    /** Whether the source can be reached: where it is pinned and not, the run ends in the step. */
    readonly reachable: boolean;
    readonly standalone: readonly Standalone[];
    readonly builtIn: boolean;
    readonly feature: Exclude<Observation["Feature"], "unasked">;
    readonly driverKey: boolean;
    readonly running: boolean;
    readonly configuration: Observation["Configuration"];
    readonly channelFits: boolean;
}

/** A machine on which every step has the effect that its name says, as the installer promises. */
export class MachineModel {
    private source: Observation["Source"] = "unasked";
    private state: ModelState;

    constructor(state: ModelState) {
        this.state = state;
    }

    /** Every machine that can be: what Windows rules out (the built-in one without its feature) is left out. */
    static states(): fc.Arbitrary<ModelState> {
        return fc
            .record({
                wanted: fc.record({
                    ensure: fc.constantFrom(...facts.Ensure),
                    pinned: fc.boolean(),
                    channel: fc.boolean(),
                }),
                builtInWanted: fc.constantFrom(...facts.BuiltIn),
                reachable: fc.boolean(),
                standalone: fc.array(
                    fc.record({
                        binary: fc.constantFrom(...facts.Binary),
                        version: fc.constantFrom("same", "older", "newer", "foreign"),
                    }),
                    { maxLength: 2 },
                ),
                builtIn: fc.boolean(),
                feature: fc.constantFrom("unavailable", "disabled", "enabled", "restartPending"),
                driverKey: fc.boolean(),
                running: fc.boolean(),
                configuration: fc.constantFrom(...facts.Configuration),
                channelFits: fc.boolean(),
            })
            .map((state) => ({ ...state, builtIn: state.builtIn && state.feature === "enabled" }));
    }

    /** The machine at the start of another run with the same wishes. */
    nextRun(): ModelState {
        return this.state;
    }

    installations(): number {
        return this.state.standalone.length + (this.state.builtIn ? 1 : 0);
    }

    isAsWanted(): boolean {
        const { wanted, standalone, builtIn, driverKey, running, configuration, channelFits } = this.state;
        if (wanted.ensure === "absent") return this.installations() === 0 && !driverKey;
        const [only] = standalone;
        const versionIsRight =
            only === undefined ||
            only.version === "same" ||
            (!wanted.pinned && (only.version === "newer" || !this.state.reachable));
        const kindIsRight =
            this.state.builtInWanted === "never" ? !builtIn : this.state.builtInWanted !== "require" || builtIn;
        return (
            this.installations() === 1 &&
            versionIsRight &&
            kindIsRight &&
            only?.binary !== "missing" &&
            running &&
            configuration === "wanted" &&
            (channelFits || !wanted.channel)
        );
    }

    observe(): Observation {
        const { wanted, standalone, builtIn, driverKey, running, configuration, channelFits } = this.state;
        const [first, ...others] = standalone;
        const single = this.installations() === 1;
        const sysmon =
            first === undefined
                ? builtIn
                    ? "builtIn"
                    : "none"
                : others.length > 0
                  ? "several"
                  : builtIn
                    ? "both"
                    : "standalone";
        const asksFeature =
            this.state.builtInWanted !== "never" && (this.state.builtInWanted !== "auto" || sysmon === "none");
        return {
            Ensure: wanted.ensure,
            BuiltIn: this.state.builtInWanted,
            Pinned: wanted.pinned ? "yes" : "no",
            Source: this.source,
            Sysmon: sysmon,
            Binary: standalone.some(({ binary }) => binary === "missing") ? "missing" : "present",
            Remains: sysmon === "none" && driverKey ? "driver" : "none",
            Feature: asksFeature && wanted.ensure === "present" ? this.state.feature : "unasked",
            Version: sysmon === "standalone" && this.source === "ready" ? (first?.version ?? "unknown") : "unknown",
            Service: single ? (running ? "running" : "stopped") : "none",
            Driver: single ? (running ? "loaded" : "stopped") : "none",
            Configuration: single ? configuration : "unknown",
            Channel: channelFits || !wanted.channel ? "fits" : "small",
        };
    }

    act(step: Exclude<Step, "Done" | "Fail">): void {
        const fresh = { running: true, configuration: "wanted", driverKey: true } as const;
        switch (step) {
            case "FetchSource":
                this.source = this.state.reachable || this.state.wanted.pinned ? "ready" : "unreachable";
                return;
            case "UninstallStandalone":
                this.state = { ...this.state, standalone: [], driverKey: this.state.builtIn };
                return;
            case "UninstallAll":
                this.state = { ...this.state, standalone: [], builtIn: false, driverKey: false };
                return;
            case "UninstallRemains":
                this.state = { ...this.state, driverKey: false };
                return;
            case "EnableFeature":
                this.state = { ...this.state, feature: "enabled" };
                return;
            case "InstallBuiltIn":
                this.state = { ...this.state, ...fresh, builtIn: true };
                return;
            case "Install":
                this.state = { ...this.state, ...fresh, standalone: [{ binary: "present", version: "same" }] };
                return;
            case "Configure":
                this.state = { ...this.state, configuration: "wanted" };
                return;
            case "StartService":
                this.state = { ...this.state, running: true };
                return;
            case "ResizeChannel":
                this.state = { ...this.state, channelFits: true };
        }
    }
}
