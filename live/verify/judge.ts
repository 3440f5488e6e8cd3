import type { MachineId } from "../../azure";
import type { HeardMachine } from "./heard";

/** A machine as the stack plans it. */
export interface ExpectedMachine {
    readonly id: MachineId;
    /** Whether something of it is to reach the workspace: a machine without identity is never heard. */
    readonly collected: boolean;
    /** Whether its instances are machines of their own, by ids that the stack does not know. */
    readonly flexible: boolean;
}

/** What a stack is to be heard of. */
export interface Expected {
    readonly machines: readonly ExpectedMachine[];
    /** SHA-256 of the configurations that machines of the stack may run, in lower case. */
    readonly configSha256: readonly string[];
}

/**
 * How a machine is heard: `heard` is well; `otherConfiguration`: it told of another one; `noSysmon`: its agent is there
 * and sends no event of Sysmon; `silent`: nothing comes; `uncollected`: nothing is to come, or by ids that are not known;
 * `unlisted`: it sends Sysmon's events and is none of the stack's list, as those of a fleet.
 */
export type Hearing = "heard" | "otherConfiguration" | "noSysmon" | "silent" | "uncollected" | "unlisted";

/** What is heard of one machine. */
export interface MachineVerdict {
    /** Resource id. */
    readonly id: string;
    readonly hearing: Hearing;
    /** Sysmon's events of the last day, of all instances of a scale set. */
    readonly events: number;
    /** When the last of them came, ISO 8601; null where none did. */
    readonly last: string | null;
    /** What to do; empty where all is well. */
    readonly advice: string;
}

const advices: Readonly<Record<Hearing, string>> = {
    heard: "",
    otherConfiguration: "Deploy again (raise sensor.attempt), and find out what else configures Sysmon there.",
    noSysmon: "See the status of its extension sysmon, and whether the data collection rule is associated with it.",
    silent: "See whether it runs, whether its agent is healthy, and whether it reaches Azure Monitor's endpoints.",
    uncollected: "",
    unlisted: "",
};

/** Judges what a workspace has heard by what a stack plans: its machines in order, then others that send. */
export function judgeHeard({ machines, configSha256 }: Expected, heard: readonly HeardMachine[]): MachineVerdict[] {
    const rest = new Set(heard);
    const listed = machines.map(({ id, collected, flexible }) => {
        const own = heard.filter((machine) => belongsTo(machine.id, id.id));
        for (const machine of own) rest.delete(machine);
        const hearing = !collected || flexible ? "uncollected" : hearingOf(own, configSha256);
        return verdict(id.id, hearing, own);
    });
    const others = [...rest]
        .filter(({ sysmon }) => sysmon !== undefined)
        .map((machine) => verdict(machine.id, "unlisted", [machine]));
    return [...listed, ...others];
}

/** Whether an id is that of a machine, or of an instance of a scale set. */
function belongsTo(id: string, machine: string): boolean {
    const wanted = machine.toLowerCase();
    return id === wanted || id.startsWith(`${wanted}/`);
}

/** The worst that is heard of a machine's instances. */
function hearingOf(own: readonly HeardMachine[], configSha256: readonly string[]): Hearing {
    if (own.length === 0) return "silent";
    if (own.some(({ sysmon }) => sysmon === undefined)) return "noSysmon";
    const known = own.flatMap((machine) => machine.configSha256 ?? []);
    return known.every((hash) => configSha256.includes(hash)) ? "heard" : "otherConfiguration";
}

function verdict(id: string, hearing: Hearing, own: readonly HeardMachine[]): MachineVerdict {
    const times = own.flatMap(({ sysmon }) => (sysmon === undefined ? [] : [sysmon.last])).sort();
    return {
        id,
        hearing,
        events: own.reduce((sum, { sysmon }) => sum + (sysmon?.events ?? 0), 0),
        last: times.at(-1) ?? null,
        advice: advices[hearing],
    };
}

/** Whether nothing is to be done about a machine. */
export function isFine({ hearing }: MachineVerdict): boolean {
    return hearing === "heard" || hearing === "uncollected" || hearing === "unlisted";
}
