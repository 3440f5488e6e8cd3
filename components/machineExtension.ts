import { VirtualMachineExtension, VirtualMachineScaleSetExtension } from "@pulumi/azure-native/compute";
import { MachineExtension } from "@pulumi/azure-native/hybridcompute";
import * as pulumi from "@pulumi/pulumi";
import type { MachineId } from "../azure";

/** A machine and the region that its id does not say. */
export interface PlacedMachine extends MachineId {
    /** Azure region. */
    location: string;
}

/** An extension, whatever the kind of machine it goes on. */
export interface Extension {
    /** Name on the machine. */
    extensionName: string;
    /** Publisher of the handler, such as `Microsoft.Compute`. */
    publisher: string;
    /** Type of the handler. */
    type: string;
    /** Major and minor version of the handler; absent for the newest. */
    typeHandlerVersion?: string;
    /** Whether Azure moves the extension to each new version. */
    enableAutomaticUpgrade: boolean;
    /** Settings that anyone who may read the machine can read. */
    settings?: Record<string, unknown>;
    /** Settings that only the machine can read; kept as a secret. */
    protectedSettings?: Record<string, string>;
    /** A new value runs the handler again though settings are equal. */
    forceUpdateTag?: string;
    /** Names of extensions that each instance of a scale set gets before this one. */
    provisionAfterExtensions?: string[];
}

/** Creates the extension by the class that is right for the kind of machine. */
export function createExtension(
    childName: string,
    machine: PlacedMachine,
    extension: Extension,
    tags: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    const { extensionName, provisionAfterExtensions, protectedSettings, ...plain } = extension;
    const { resourceGroupName, location } = machine;
    const handler = {
        ...plain,
        autoUpgradeMinorVersion: true,
        protectedSettings: protectedSettings && pulumi.secret(protectedSettings),
    };
    const secretly = (property: string): pulumi.CustomResourceOptions =>
        pulumi.mergeOptions(opts, { additionalSecretOutputs: protectedSettings ? [property] : [] });
    switch (machine.kind) {
        case "virtualMachine":
            return new VirtualMachineExtension(
                childName,
                { resourceGroupName, vmName: machine.name, location, vmExtensionName: extensionName, ...handler, tags },
                secretly("protectedSettings"),
            );
        case "scaleSet":
            return new VirtualMachineScaleSetExtension(
                childName,
                {
                    resourceGroupName,
                    vmScaleSetName: machine.name,
                    vmssExtensionName: extensionName,
                    ...handler,
                    provisionAfterExtensions,
                },
                secretly("protectedSettings"),
            );
        case "arcMachine":
            return new MachineExtension(
                childName,
                { resourceGroupName, machineName: machine.name, location, extensionName, properties: handler, tags },
                secretly("properties"),
            );
    }
}
