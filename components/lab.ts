import { VirtualMachine } from "@pulumi/azure-native/compute";
import { NetworkInterface, NetworkSecurityGroup, Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { formatResourceId, isGuid, locationProblem, resourceTypes } from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** Arguments of Lab. */
export interface LabArgs {
    /** Required. GUID of the subscription, which the machine's id begins with. */
    subscriptionId: string;
    /** Required. Resource group of the machine and its network. */
    resourceGroupName: string;
    /** Required. Azure region, such as `westeurope`. */
    location: string;
    /** Optional. Name of the machine, and with a suffix of its network: 1 to 15 letters, digits and hyphens. Defaults to `vm-lab`. */
    machineName?: string;
    /** Optional. Name of the administrator. Defaults to `labadmin`. */
    adminUsername?: string;
    /** Required. Password of the administrator, 12 to 123 characters of three kinds; kept as a secret. */
    adminPassword: pulumi.Input<string>;
    /** Optional. Size of the machine. Defaults to `Standard_B2ms`. */
    size?: string;
    /** Optional. Tags of everything that can be tagged. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** Names that Azure takes for no administrator of Windows (source: virtual machines FAQ), the common ones. */
const refusedNames = ["administrator", "admin", "user", "guest", "root", "test"];

/**
 * A Windows machine to try detections on: no public address, nothing let in, a system-assigned identity. It reaches out,
 * or Sysmon and its events would not get through; people reach it by Azure's serial console or by run commands.
 *
 * Made for an environment that may be lost: it is small, and patched by Windows itself.
 */
export class Lab extends pulumi.ComponentResource {
    /** Resource id of the machine; it derives from the arguments alone. */
    public readonly machineId: pulumi.Output<string>;
    /** Principal id of the machine's system-assigned identity. */
    public readonly principalId: pulumi.Output<string>;

    constructor(name: string, args: LabArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Lab", name, {}, opts);
        const { machineName, adminUsername } = settle(name, args);
        const { resourceGroupName, location, tags } = args;
        const childOptions: pulumi.CustomResourceOptions = { parent: this, dependsOn: opts?.dependsOn };

        const closed = new NetworkSecurityGroup(
            `${name}-closed`,
            {
                resourceGroupName,
                networkSecurityGroupName: `nsg-${machineName}`,
                location,
                securityRules: [
                    {
                        name: "deny-inbound",
                        description: "Nothing is let in, from the virtual network neither.",
                        priority: 100,
                        direction: "Inbound",
                        access: "Deny",
                        protocol: "*",
                        sourceAddressPrefix: "*",
                        sourcePortRange: "*",
                        destinationAddressPrefix: "*",
                        destinationPortRange: "*",
                    },
                ],
                tags,
            },
            childOptions,
        );
        const network = new VirtualNetwork(
            `${name}-network`,
            {
                resourceGroupName,
                virtualNetworkName: `vnet-${machineName}`,
                location,
                addressSpace: { addressPrefixes: ["10.91.0.0/24"] },
                tags,
            },
            childOptions,
        );
        const subnet = new Subnet(
            `${name}-subnet`,
            {
                resourceGroupName,
                // The name is plain, so that a preview shows it; the network comes first all the same.
                virtualNetworkName: `vnet-${machineName}`,
                subnetName: "machines",
                addressPrefix: "10.91.0.0/28",
                networkSecurityGroup: { id: closed.id },
                // Said, since new networks are private without it, and the agent could send nothing.
                defaultOutboundAccess: true,
            },
            pulumi.mergeOptions(childOptions, { dependsOn: network }),
        );
        const card = new NetworkInterface(
            `${name}-card`,
            {
                resourceGroupName,
                networkInterfaceName: `nic-${machineName}`,
                location,
                ipConfigurations: [
                    {
                        name: "private",
                        primary: true,
                        privateIPAllocationMethod: "Dynamic",
                        subnet: { id: subnet.id },
                    },
                ],
                tags,
            },
            childOptions,
        );
        const machine = new VirtualMachine(
            name,
            {
                resourceGroupName,
                vmName: machineName,
                location,
                identity: { type: "SystemAssigned" },
                hardwareProfile: { vmSize: args.size ?? "Standard_B2ms" },
                osProfile: {
                    computerName: machineName,
                    adminUsername,
                    adminPassword: pulumi.secret(args.adminPassword),
                    windowsConfiguration: { enableAutomaticUpdates: true, provisionVMAgent: true },
                },
                storageProfile: {
                    imageReference: {
                        publisher: "MicrosoftWindowsServer",
                        offer: "WindowsServer",
                        sku: "2022-datacenter-azure-edition",
                        version: "latest",
                    },
                    osDisk: {
                        createOption: "FromImage",
                        deleteOption: "Delete",
                        managedDisk: { storageAccountType: "StandardSSD_LRS" },
                    },
                },
                networkProfile: { networkInterfaces: [{ id: card.id, primary: true, deleteOption: "Detach" }] },
                securityProfile: {
                    securityType: "TrustedLaunch",
                    uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
                },
                tags,
            },
            pulumi.mergeOptions(childOptions, { additionalSecretOutputs: ["osProfile"] }),
        );

        this.machineId = pulumi.output(
            formatResourceId({
                subscriptionId: args.subscriptionId.toLowerCase(),
                resourceGroupName,
                type: resourceTypes.virtualMachine,
                names: [machineName],
            }),
        );
        this.principalId = machine.identity.apply((identity) => identity?.principalId ?? "");
        this.registerOutputs({ machineId: this.machineId, principalId: this.principalId });
    }
}

function settle(name: string, args: LabArgs): { machineName: string; adminUsername: string } {
    const problems = new ArgumentProblems();
    const machineName = args.machineName ?? "vm-lab";
    const adminUsername = args.adminUsername ?? "labadmin";
    if (!isGuid(args.subscriptionId)) problems.add("subscriptionId", `"${args.subscriptionId}" is no GUID`);
    problems.addIf("location", locationProblem(args.location));
    if (!/^(?!\d+$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,13}[A-Za-z0-9])?$/.test(machineName))
        problems.add("machineName", `"${machineName}" is refused; accepted are 1 to 15 letters, digits and hyphens`);
    if (!/^[A-Za-z][\w-]{0,19}$/.test(adminUsername) || refusedNames.includes(adminUsername.toLowerCase()))
        problems.add("adminUsername", `"${adminUsername}" is refused by Azure; choose a name that is not a usual one`);
    if (typeof args.adminPassword === "string" && !isStrongPassword(args.adminPassword))
        // The password itself is not repeated.
        problems.add(
            "adminPassword",
            "is refused; accepted are 12 to 123 characters, of three kinds: lower case, upper case, digits, others",
        );
    if (problems.found) throw problems.toError("Lab", name);
    return { machineName, adminUsername };
}

/** What Azure asks of an administrator's password (source: virtual machines FAQ). */
function isStrongPassword(password: string): boolean {
    const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password));
    return password.length >= 12 && password.length <= 123 && kinds.length >= 3;
}
