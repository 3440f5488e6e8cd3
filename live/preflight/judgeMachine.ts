import { regionName } from "../../azure";
import { machineCoverage } from "../inventory";
import type { FoundExtension, FoundMachine } from "../machines";
import type { Answered } from "../resourceManager";
import { key, type Findable } from "./ask";
import { error, ok, same, unseen, warning, type Finding } from "./finding";
import type { NeededMachine } from "./needs";

/** Judges a machine by what the stack file declares of it. */
export function judgeMachine(needed: NeededMachine, found: Findable): Finding[] {
    const subject = needed.id.id;
    const machine = found.machines.get(key(subject));
    if (machine === undefined) {
        return [
            error(
                { check: "machine", subject },
                "is not there, or you may not read it",
                "Correct its id, take it off machines, or ask for the role Reader on it.",
            ),
        ];
    }
    return [
        ...judgeState(needed, machine, found.guestAgents.get(key(subject))),
        ...judgeIdentity(needed, machine),
        ...judgeAgent(needed, machine),
        ...judgeSensor(needed, machine),
    ];
}

/** Whether the machine is as declared, and can be reached. */
function judgeState(needed: NeededMachine, machine: FoundMachine, guestAgent: Answered<string> | undefined): Finding[] {
    const about = { check: "machine", subject: needed.id.id } as const;
    const findings: Finding[] = [];
    const report = (message: string, advice: string): void => void findings.push(error(about, message, advice));
    if (!machine.windows) report("does not run Windows", "Take it off machines: Sysmon's rules here are for Windows.");
    if (machine.power === "stopped") {
        if (needed.id.kind === "arcMachine")
            report(
                "is not connected to Azure Arc",
                "Start it or its agent (azcmagent show); an up waits for it in vain.",
            );
        else report("does not run", "Start it: extensions of a stopped machine cannot be changed, and up would fail.");
    }
    if (guestAgent?.kind === "refused") findings.push(unseen(about, guestAgent, "the state of its VM agent"));
    if (guestAgent?.kind === "found" && !same(guestAgent.value, "Ready"))
        report(
            `its VM agent is ${guestAgent.value.toLowerCase()}`,
            "Repair the agent (service WindowsAzureGuestAgent): nothing reaches the machine without it.",
        );
    if (regionName(machine.location) !== regionName(needed.location))
        report(
            `is in ${regionName(machine.location)}, declared is ${regionName(needed.location)}`,
            `Set location: ${regionName(machine.location)}.`,
        );
    if (needed.orchestration !== undefined && machine.orchestration !== needed.orchestration)
        report(
            `its orchestration is ${machine.orchestration ?? "unknown"}, declared is ${needed.orchestration}`,
            `Set orchestration: ${machine.orchestration ?? "uniform"}.`,
        );
    if (machine.managed) report("is managed by a service such as AKS", "Take it off machines: the service owns it.");
    if (machine.manualUpgrade)
        findings.push(
            warning(
                about,
                "its instances get a new model by hand only",
                `After up: az vmss update-instances --instance-ids "*" --ids ${needed.id.id}`,
            ),
        );
    const states = { running: "runs", stopped: "", unknown: "is there" };
    return findings.length > 0 ? findings : [ok(about, states[machine.power])];
}

function judgeIdentity({ id, identity }: NeededMachine, machine: FoundMachine): Finding[] {
    const about = { check: "identity", subject: id.id } as const;
    const { systemPrincipalId, userResourceIds, userPrincipalIds } = machine.identity;
    switch (identity.kind) {
        case "none":
            return [ok(about, "none needed")];
        case "system":
            if (systemPrincipalId === undefined)
                return [
                    error(
                        about,
                        "has no system-assigned identity",
                        `Switch it on (az vm identity assign --ids ${id.id}) and set identity: {system: ITS-PRINCIPAL-ID}.`,
                    ),
                ];
            if (same(systemPrincipalId, identity.principalId)) return [ok(about, "system-assigned, as declared")];
            return [
                error(
                    about,
                    `its principal id is ${systemPrincipalId}, declared is ${identity.principalId}`,
                    `Set identity: {system: ${systemPrincipalId}}; the role on the payload goes to whom it names.`,
                ),
            ];
        case "user": {
            if (!userResourceIds.some((one) => same(one, identity.resourceId)))
                return [
                    error(
                        about,
                        `${identity.resourceId} is not attached to it`,
                        `Attach it: az vm identity assign --ids ${id.id} --identities ${identity.resourceId}`,
                    ),
                ];
            const principal = userPrincipalIds[key(identity.resourceId)];
            if (identity.principalId === undefined || principal === undefined || same(principal, identity.principalId))
                return [ok(about, "user-assigned, as declared")];
            return [
                error(
                    about,
                    `the principal id of its identity is ${principal}, declared is ${identity.principalId}`,
                    `Set identity.principalId: ${principal}.`,
                ),
            ];
        }
    }
}

/** Azure Monitor Agent: a second one fails, and none collects nothing. */
function judgeAgent(needed: NeededMachine, machine: FoundMachine): Finding[] {
    const about = { check: "agent", subject: needed.id.id } as const;
    if (needed.identity.kind === "none") return [ok(about, "none, since the machine has no identity")];
    const { agent, sensor } = machineCoverage(machine);
    const ours =
        sensor.state === "ours" ||
        sensor.state === "failed" ||
        machine.extensions.some((one) => isAgent(one) && byUs(one));
    if (needed.agent === "present") {
        if (agent === "absent")
            return [error(about, "is not there, though declared as present", "Set agent: install, or install it.")];
        if (agent === "failed")
            return [warning(about, "its installation has failed", "Look at its extension's status.")];
        return [ok(about, "is there, as declared")];
    }
    if (agent === "absent") return [ok(about, "will be installed")];
    if (!ours) {
        return [
            error(
                about,
                "is there already, and this stack did not install it",
                "Set agent: present; a second installation fails.",
            ),
        ];
    }
    return agent === "failed"
        ? [warning(about, "its installation has failed", "The next up tries again; look at its extension's status.")]
        : [ok(about, "installed by this stack")];
}

/** The one slot that a machine has for a Custom Script Extension. */
function judgeSensor(needed: NeededMachine, machine: FoundMachine): Finding[] {
    const about = { check: "sensor", subject: needed.id.id } as const;
    const { state } = machineCoverage(machine).sensor;
    const others = machine.extensions.filter(
        (extension) =>
            same(extension.provisioningState ?? "", "Failed") && !isAgent(extension) && !isOurSlot(extension),
    );
    const blocking = others.map(({ name }) =>
        warning(
            about,
            `the extension ${name} has failed`,
            "Repair or remove it: one failed extension can block all others on the machine.",
        ),
    );
    if (needed.delivery === "extension" && state === "foreign") {
        return [
            error(
                about,
                "somebody else's Custom Script Extension is there, and a machine takes one",
                "Set delivery: runCommand (not for scale sets), or remove the other one.",
            ),
            ...blocking,
        ];
    }
    if (needed.delivery === "extension" && state === "failed") {
        return [
            warning(
                about,
                "the last installation has failed",
                "Its status says why. The service repeats it only for another content: raise sensor.attempt.",
            ),
            ...blocking,
        ];
    }
    const fine = needed.delivery === "runCommand" ? "comes by run command" : state === "ours" ? "ours" : "free";
    return blocking.length > 0 ? blocking : [ok(about, fine)];
}

function isAgent({ publisher, type }: FoundExtension): boolean {
    return same(publisher, "Microsoft.Azure.Monitor") && same(type, "AzureMonitorWindowsAgent");
}

function isOurSlot({ publisher, type }: FoundExtension): boolean {
    return same(publisher, "Microsoft.Compute") && same(type, "CustomScriptExtension");
}

/** Whether a stack of this package made it, by the tags that it gives everything. */
function byUs({ tags }: FoundExtension): boolean {
    return tags.managedBy === "pulumi" && tags.workload === "sysmon";
}
