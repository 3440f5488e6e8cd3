import { stringify } from "yaml";
import type { FoundExtension, FoundMachine } from "./machines";

/** What a machine has of all that makes it heard. */
export interface MachineCoverage {
    readonly id: string;
    readonly kind: FoundMachine["id"]["kind"];
    readonly location: string;
    readonly power: FoundMachine["power"];
    /** How it can sign in: `system`, `user`, or `none`, and then nothing can be collected from it. */
    readonly identity: "system" | "user" | "none";
    /** Azure Monitor Agent: there and working, there and failed, or not there. */
    readonly agent: "present" | "failed" | "absent";
    /** The slot for the sensor: ours, somebody else's Custom Script Extension, or free. */
    readonly sensor: { readonly state: "ours" | "failed" | "foreign" | "absent"; readonly contentHash: string | null };
    /** Number of data collection rules that it is associated with. */
    readonly associations: number;
    /** Whether a service such as AKS manages it. */
    readonly managed: boolean;
}

/** Coverage of one machine, from what Azure knows of it. */
export function machineCoverage(machine: FoundMachine): MachineCoverage {
    const agent = machine.extensions.find(
        ({ publisher, type }) => same(publisher, "Microsoft.Azure.Monitor") && same(type, "AzureMonitorWindowsAgent"),
    );
    const { systemPrincipalId, userResourceIds } = machine.identity;
    return {
        id: machine.id.id,
        kind: machine.id.kind,
        location: machine.location,
        power: machine.power,
        identity: systemPrincipalId !== undefined ? "system" : userResourceIds.length > 0 ? "user" : "none",
        agent: agent === undefined ? "absent" : failed(agent) ? "failed" : "present",
        sensor: sensorOf(machine.extensions),
        associations: machine.dataCollectionRuleIds.length,
        managed: machine.managed,
    };
}

/** Whichever extension holds the slot of the Custom Script Extension; ours is named `sysmon` and tagged with a hash. */
function sensorOf(extensions: readonly FoundExtension[]): MachineCoverage["sensor"] {
    const slot = extensions.find(
        ({ publisher, type }) => same(publisher, "Microsoft.Compute") && same(type, "CustomScriptExtension"),
    );
    if (slot === undefined) return { state: "absent", contentHash: null };
    const hash = /^[0-9a-f]{64}/.exec(slot.forceUpdateTag ?? "")?.[0];
    if (hash === undefined || !same(slot.name.split("/").at(-1) ?? "", "sysmon"))
        return { state: "foreign", contentHash: null };
    return { state: failed(slot) ? "failed" : "ours", contentHash: hash };
}

/**
 * The machines as the `machines` setting of a stack file takes them, with a comment where a person has to look. Machines
 * that a service manages are left out.
 */
export function machinesBlock(machines: readonly FoundMachine[]): string {
    const items = machines
        .filter(({ managed }) => !managed)
        .map((machine) => {
            const coverage = machineCoverage(machine);
            const remarks = remarksOn(machine, coverage).map((remark) => `# ${remark}\n`);
            return remarks.join("") + stringify([entry(machine, coverage)], { lineWidth: 0 });
        });
    if (items.length === 0) return "sysmon-azure:machines: []\n";
    const indented = items.join("").replace(/^(?=.)/gm, "    ");
    return `sysmon-azure:machines:\n${indented}`;
}

function entry({ id, location, identity, orchestration }: FoundMachine, coverage: MachineCoverage): object {
    const [user] = identity.userResourceIds;
    return {
        id: id.id,
        location,
        identity:
            identity.systemPrincipalId !== undefined
                ? { system: identity.systemPrincipalId }
                : user === undefined
                  ? "none"
                  : { user },
        ...(orchestration === undefined ? {} : { orchestration }),
        ...(coverage.agent === "absent" ? {} : { agent: "present" }),
        ...(coverage.identity === "none" ? { delivery: "runCommand" } : {}),
    };
}

function remarksOn({ identity }: FoundMachine, { power, sensor, identity: kind }: MachineCoverage): string[] {
    const remarks: string[] = [];
    if (power === "stopped") remarks.push("Stopped: extensions cannot be changed before it runs.");
    if (sensor.state === "foreign")
        remarks.push("Somebody else's Custom Script Extension is there: use delivery runCommand.");
    if (kind === "none") remarks.push("No identity: the installer comes by run command, and nothing is collected.");
    if (identity.systemPrincipalId === undefined && identity.userResourceIds.length > 1) {
        remarks.push(`${identity.userResourceIds.length} user-assigned identities: say which one is to sign in.`);
    }
    return remarks;
}

function failed({ provisioningState = "" }: FoundExtension): boolean {
    return same(provisioningState, "Failed");
}

function same(one: string, other: string): boolean {
    return one.toLowerCase() === other.toLowerCase();
}
