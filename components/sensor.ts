import { DataCollectionRuleAssociation } from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import { isGuid, locationProblem, type MachineKind, parseIdOf, parseMachineId } from "../azure";
import { ArgumentProblems } from "./argumentProblems";
import { createExtension, type Extension, type PlacedMachine } from "./machineExtension";
import { createRunCommand, type CommandableMachine } from "./managedRunCommand";

/** How a scale set arranges its instances; its resource id does not say. */
export enum Orchestration {
    /** Instances are copies of the scale set's model. */
    Uniform = "Uniform",
    /** Instances are virtual machines of their own. */
    Flexible = "Flexible",
}

/** Who sees to Azure Monitor Agent on a machine. */
export enum AgentMode {
    /** The component installs it. */
    Install = "Install",
    /** It is there already, or a policy installs it; a second extension of it would fail. */
    Present = "Present",
}

/** How the sensor gets onto a machine. */
export enum Delivery {
    /** Custom Script Extension: a machine takes one of it, whatever its name. Needs an identity on the machine. */
    Extension = "Extension",
    /**
     * Managed Run Command: needs no identity; not for scale sets. On an Arc machine a failing script does not fail the
     * deployment: its exit code stands in the run command's instance view.
     */
    RunCommand = "RunCommand",
}

/**
 * The managed identity that a machine already has, one kind or none of it. It is named here, never attached: azure-native
 * cannot patch a machine that the program does not own.
 */
export interface MachineIdentityArgs {
    /** Conditional. Principal id (GUID) of the machine's system-assigned identity. */
    systemPrincipalId?: pulumi.Input<string>;
    /**
     * Conditional. Resource id of a user-assigned identity of the machine,
     * `/subscriptions/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/…`. Not for Arc machines.
     */
    userResourceId?: string;
}

/** Arguments of Sensor. */
export interface SensorArgs {
    /**
     * Required. Resource id of a virtual machine, a scale set or an Azure Arc machine. The provider must be that of its
     * subscription.
     */
    machineId: string;
    /** Required. Azure region of the machine, such as `westeurope`. */
    location: string;
    /** Conditional. Required for a scale set, not accepted for other machines. */
    orchestration?: Orchestration;
    /** Optional. The identity the machine has. Defaults to none: then no agent is installed. */
    identity?: MachineIdentityArgs;
    /** Optional. Who sees to Azure Monitor Agent. Defaults to Install. */
    agent?: AgentMode;
    /** Optional. How the sensor gets onto the machine. Defaults to Extension. */
    delivery?: Delivery;
    /**
     * Conditional. Required for delivery by extension: the command line that installs the sensor, ASCII, at most 8,191
     * characters. It is kept as a secret.
     */
    command?: string;
    /** Conditional. Required for delivery by run command: the PowerShell script that installs the sensor. */
    script?: string;
    /** Required. Hash of all that the machine would run; a new value runs the installation again. */
    contentHash: string;
    /** Optional. A whole number from 0; another one repeats a failed installation. Defaults to 0. */
    attempt?: number;
    /** Required. Resource id of the data collection rule that the machine is associated with. */
    dataCollectionRuleId: pulumi.Input<string>;
    /**
     * Optional. Resource id of the data collection endpoint in the machine's region, by which the agent reaches Azure
     * Monitor over private link. Defaults to none.
     */
    dataCollectionEndpointId?: pulumi.Input<string>;
    /**
     * Optional. Name of the association, unique on the machine: letters, digits, periods, underscores and hyphens.
     * Defaults to `sysmon-azure`; a machine that two stacks watch needs two names.
     */
    associationName?: string;
    /** Optional. Tags of everything that can be tagged; extensions of scale sets cannot. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** Characters of a command line that cmd.exe takes (source: KB 830473). */
const commandLimit = 8_191;

/** Bytes of a request to Azure Resource Manager, which carries the script (source: resource manager limits). */
const scriptLimit = 4_000_000;

/** Name that Azure keeps for the association with a data collection endpoint. */
const endpointAssociation = "configurationAccessEndpoint";

const agentName = "AzureMonitorWindowsAgent";

/** Arguments with their defaults, known to be right. */
interface SettledSensor {
    machine: PlacedMachine;
    identity: MachineIdentity;
    /** Who sees to Azure Monitor Agent. */
    agent: "installed here" | "installed elsewhere" | "none";
    /** Whether it is a Flexible scale set, which takes no association as a whole. */
    flexible: boolean;
    installation: Installation;
    associationName: string;
}

/** The identity that the agent and the installation sign in with. */
type MachineIdentity = { kind: "system" } | { kind: "user"; resourceId: string } | { kind: "none" };

/** What is run on the machine, and by which resource. */
type Installation =
    | { kind: "extension"; command: string; forceUpdateTag: string }
    | { kind: "runCommand"; machine: CommandableMachine; script: string };

/**
 * Sysmon and Azure Monitor Agent on one machine, or on every instance of a scale set, and the association that makes
 * the agent collect: in this order, since an agent signs in with the machine's identity and a rule reads a channel that
 * Sysmon makes.
 *
 * Destroying it takes the extensions away, never Sysmon itself: first install with an installer that removes it.
 * With delivery by extension give what the payload says is needed as `dependsOn`, since the command fetches it: no child
 * is created before.
 */
export class Sensor extends pulumi.ComponentResource {
    /** Resource id of the machine, in Azure's usual spelling. */
    public readonly machineId: pulumi.Output<string>;
    /** Resource id of the extension or run command that installs Sysmon. */
    public readonly installationId: pulumi.Output<string>;
    /** Resource id of the agent's extension; absent where the component does not install the agent. */
    public readonly agentId?: pulumi.Output<string>;
    /** Resource id of the association; absent where the machine as a whole takes none, or has no agent. */
    public readonly associationId?: pulumi.Output<string>;

    constructor(name: string, args: SensorArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Sensor", name, {}, opts);
        const settled = settle(name, args);
        const { machine, installation } = settled;
        // Children wait for the component, and it for `dependsOn`: listing that in each child would only fill the state.
        const childOptions = (...after: pulumi.Resource[]): pulumi.CustomResourceOptions => ({
            parent: this,
            dependsOn: after,
        });

        let agent: pulumi.CustomResource | undefined;
        if (settled.agent === "installed here") {
            const extension = agentExtension(settled.identity, machine.kind);
            agent = createExtension(`${name}-agent`, machine, extension, args.tags, childOptions());
            this.agentId = agent.id;
        }

        const afterAgent = childOptions(...(agent ? [agent] : []));
        const sysmon =
            installation.kind === "extension"
                ? createExtension(
                      `${name}-sysmon`,
                      machine,
                      installationExtension(installation, agent !== undefined),
                      args.tags,
                      afterAgent,
                  )
                : createRunCommand(`${name}-sysmon`, installation.machine, installation.script, args.tags, afterAgent);

        if (settled.agent === "none") {
            warn(machine, "has no identity: Azure Monitor Agent cannot sign in there, so nothing is collected from it");
        } else if (settled.flexible) {
            warn(
                machine,
                "is a Flexible scale set: Azure associates its instances one by one, by policy or as machines of their own",
            );
        } else {
            const association = new DataCollectionRuleAssociation(
                `${name}-association`,
                {
                    resourceUri: machine.id,
                    associationName: settled.associationName,
                    dataCollectionRuleId: args.dataCollectionRuleId,
                },
                childOptions(sysmon),
            );
            this.associationId = association.id;
            if (args.dataCollectionEndpointId !== undefined) {
                new DataCollectionRuleAssociation(
                    `${name}-endpoint`,
                    {
                        resourceUri: machine.id,
                        associationName: endpointAssociation,
                        dataCollectionEndpointId: args.dataCollectionEndpointId,
                    },
                    childOptions(sysmon),
                );
            }
        }

        this.machineId = pulumi.output(machine.id);
        this.installationId = sysmon.id;
        // The children have the ids: told once more, they would fill the state of a long list.
        this.registerOutputs();
    }
}

/**
 * A message of no resource: Pulumi would keep it, and every message after it, until that resource has its URN, which it
 * never gets where an update continues past an error.
 */
function warn(machine: PlacedMachine, what: string): void {
    void pulumi.log.warn(`${machine.name} ${what}.`);
}

function agentExtension(identity: MachineIdentity, kind: MachineKind): Extension {
    const signIn =
        identity.kind === "user"
            ? {
                  authentication: {
                      managedIdentity: { "identifier-name": "mi_res_id", "identifier-value": identity.resourceId },
                  },
              }
            : undefined;
    return {
        extensionName: agentName,
        publisher: "Microsoft.Azure.Monitor",
        type: agentName,
        typeHandlerVersion: kind === "arcMachine" ? undefined : identity.kind === "user" ? "1.2" : "1.1",
        enableAutomaticUpgrade: true,
        settings: signIn,
    };
}

function installationExtension(
    { command, forceUpdateTag }: Extract<Installation, { kind: "extension" }>,
    afterAgent: boolean,
): Extension {
    return {
        extensionName: "sysmon",
        publisher: "Microsoft.Compute",
        type: "CustomScriptExtension",
        typeHandlerVersion: "1.10",
        // The service upgrades only what is on its list of extensions, and this one is not.
        enableAutomaticUpgrade: false,
        protectedSettings: { commandToExecute: command },
        forceUpdateTag,
        provisionAfterExtensions: afterAgent ? [agentName] : undefined,
    };
}

function settle(name: string, args: SensorArgs): SettledSensor {
    const problems = new ArgumentProblems();
    const agent = args.agent ?? AgentMode.Install;
    const associationName = args.associationName ?? "sysmon-azure";

    const machine = settleMachine(args, problems);
    const identity = settleIdentity(args.identity ?? {}, problems);
    const flexible = args.orchestration === Orchestration.Flexible;
    if (machine !== undefined) checkFit(machine, identity, args, problems);
    problems.addIf("location", locationProblem(args.location));
    problems.addUnlessOneOf("agent", agent, Object.values(AgentMode));
    if (!/^[A-Za-z0-9](?:[\w.-]{0,62}[A-Za-z0-9])?$/.test(associationName) || associationName === endpointAssociation)
        problems.add(
            "associationName",
            `"${associationName}" is refused; accepted are 1 to 64 letters, digits, periods, underscores and hyphens, ` +
                `except ${endpointAssociation}, which associates an endpoint`,
        );
    const installation = settleInstallation(args, machine, identity, problems);
    if (machine === undefined || installation === undefined || problems.found) throw problems.toError("Sensor", name);

    return {
        machine,
        identity,
        // An agent signs in with the machine's identity: without one it could send nothing, whoever installed it.
        agent:
            identity.kind === "none" ? "none" : agent === AgentMode.Present ? "installed elsewhere" : "installed here",
        flexible,
        installation,
        associationName,
    };
}

function settleMachine(args: SensorArgs, problems: ArgumentProblems): PlacedMachine | undefined {
    const parsed = parseMachineId(args.machineId);
    if (parsed.kind === "rejected") {
        problems.add("machineId", parsed.reason);
        return undefined;
    }
    const modes = Object.values(Orchestration);
    if (parsed.value.kind !== "scaleSet") {
        if (args.orchestration !== undefined)
            problems.add("orchestration", "is for scale sets, which this machine is not; leave it out");
    } else if (args.orchestration === undefined) {
        problems.add("orchestration", `is missing; a scale set's id does not say it. Accepted are ${modes.join(", ")}`);
    } else {
        problems.addUnlessOneOf("orchestration", args.orchestration, modes);
    }
    return { ...parsed.value, location: args.location };
}

function settleIdentity(args: MachineIdentityArgs, problems: ArgumentProblems): MachineIdentity {
    const { systemPrincipalId, userResourceId } = args;
    if (systemPrincipalId !== undefined && userResourceId !== undefined)
        problems.add(
            "identity",
            "names two identities; give systemPrincipalId or userResourceId, the one to sign in with",
        );
    if (typeof systemPrincipalId === "string" && !isGuid(systemPrincipalId))
        problems.add("identity.systemPrincipalId", `"${systemPrincipalId}" is no GUID of a principal`);
    if (userResourceId === undefined) return systemPrincipalId === undefined ? { kind: "none" } : { kind: "system" };
    const parsed = parseIdOf("userAssignedIdentity", userResourceId);
    if (parsed.kind === "rejected") problems.add("identity.userResourceId", parsed.reason);
    return { kind: "user", resourceId: parsed.kind === "parsed" ? parsed.value.id : userResourceId };
}

/** Notes what does not go together with the kind of machine. */
function checkFit(
    machine: PlacedMachine,
    identity: MachineIdentity,
    args: SensorArgs,
    problems: ArgumentProblems,
): void {
    if (machine.kind === "arcMachine" && identity.kind === "user")
        problems.add("identity.userResourceId", "is for Azure machines; an Arc machine signs in with its own identity");
    if (machine.kind === "scaleSet" && args.orchestration === Orchestration.Flexible && identity.kind === "system")
        problems.add(
            "identity.systemPrincipalId",
            "is for other machines; instances of a Flexible scale set sign in with a user-assigned identity",
        );
}

function settleInstallation(
    args: SensorArgs,
    machine: PlacedMachine | undefined,
    identity: MachineIdentity,
    problems: ArgumentProblems,
): Installation | undefined {
    const delivery = args.delivery ?? Delivery.Extension;
    const attempt = args.attempt ?? 0;
    if (!/^[\w-]{8,128}$/.test(args.contentHash))
        problems.add("contentHash", `"${args.contentHash}" is no hash; accepted are 8 to 128 letters and digits`);
    if (!Number.isInteger(attempt) || attempt < 0)
        problems.add("attempt", `${attempt} is no attempt; accepted are whole numbers from 0`);
    problems.addUnlessOneOf("delivery", delivery, Object.values(Delivery));
    return delivery === Delivery.RunCommand
        ? settleRunCommand(args, machine, attempt, problems)
        : settleExtension(args, identity, attempt, problems);
}

function settleExtension(
    { command, script, contentHash }: SensorArgs,
    identity: MachineIdentity,
    attempt: number,
    problems: ArgumentProblems,
): Installation | undefined {
    if (identity.kind === "none")
        problems.add(
            "delivery",
            "is Extension, which fetches the installer with the machine's identity, and the machine has none; give " +
                "identity, or delivery RunCommand",
        );
    if (script !== undefined) problems.add("script", "is for delivery RunCommand; leave it out");
    if (command === undefined) {
        problems.add("command", "is missing; delivery Extension runs it");
        return undefined;
    }
    // The command is a secret: problems tell its length and never its text.
    if (command.length > commandLimit)
        problems.add("command", `has ${command.length} characters, Windows takes at most ${commandLimit}`);
    if (command.trim() === "") problems.add("command", "is empty");
    if (/[^\x20-\x7e]/.test(command))
        problems.add("command", "has a line break or a character that is not ASCII, which the extension breaks on");
    return { kind: "extension", command, forceUpdateTag: attempt === 0 ? contentHash : `${contentHash}-${attempt}` };
}

function settleRunCommand(
    { command, script }: SensorArgs,
    machine: PlacedMachine | undefined,
    attempt: number,
    problems: ArgumentProblems,
): Installation | undefined {
    if (command !== undefined) problems.add("command", "is for delivery Extension; leave it out");
    if (script === undefined) problems.add("script", "is missing; delivery RunCommand runs it");
    else if (script.trim() === "") problems.add("script", "is empty");
    else if (Buffer.byteLength(script, "utf8") > scriptLimit)
        problems.add("script", `has ${Buffer.byteLength(script, "utf8")} bytes, Azure takes at most ${scriptLimit}`);
    if (machine === undefined || script === undefined) return undefined;
    const { kind } = machine;
    if (kind === "scaleSet") {
        problems.add("delivery", "is RunCommand, which a scale set's model does not take; give delivery Extension");
        return undefined;
    }
    // The service runs a script again only if its text changed.
    const repeated = attempt === 0 ? script : `${script.trimEnd()}\n# attempt ${attempt}\n`;
    return { kind: "runCommand", machine: { ...machine, kind }, script: repeated };
}
