import { VirtualMachineRunCommandByVirtualMachine } from "@pulumi/azure-native/compute";
import { MachineRunCommand } from "@pulumi/azure-native/hybridcompute";
import type * as pulumi from "@pulumi/pulumi";
import type { PlacedMachine } from "./machineExtension";

/** A machine that takes managed run commands; the model of a scale set takes none. */
export type CommandableMachine = PlacedMachine & { kind: "virtualMachine" | "arcMachine" };

/** Creates the managed run command by the class that is right for the kind of machine. */
export function createRunCommand(
    childName: string,
    machine: CommandableMachine,
    script: string,
    tags: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    const common = {
        resourceGroupName: machine.resourceGroupName,
        location: machine.location,
        runCommandName: "sysmon",
        source: { script },
        asyncExecution: false,
        timeoutInSeconds: 1_800,
        tags,
    };
    switch (machine.kind) {
        case "virtualMachine":
            return new VirtualMachineRunCommandByVirtualMachine(
                childName,
                // Without it a failing script leaves a deployment that says it succeeded. Arc has no such option.
                { ...common, vmName: machine.name, treatFailureAsDeploymentFailure: true },
                opts,
            );
        case "arcMachine":
            return new MachineRunCommand(childName, { ...common, machineName: machine.name }, opts);
    }
}
