import { listedMachines } from "../../test/support/listedMachines";
import type { Figure, Measurement } from "../benchmark";
import { deploy, shippedNodeArguments, type Deployment } from "./deployment";

/**
 * Preview, deployment and state of so many machines by list, beside a plain program with the same resources and its
 * script inline. Each is loaded as Pulumi's language host would: the package's program as Pulumi.yaml names it, compiled,
 * the plain one by the host's own compiler. The first preview is that of a fresh machine, as in a pipeline: the host
 * compiles the plain program then, and has what it made at the operations after it.
 */
export function byList(count: number): Measurement {
    return {
        kind: "measurement",
        title: `engine: ${count} machines by list, beside a plain program with the same resources and its script inline`,
        measure: async () => {
            const ours = await deploy({
                program: { kind: "package" },
                settings: { machines: sharingAnIdentity(count), detections: oneDetection },
                nodeArguments: shippedNodeArguments(),
                existing: [sharedIdentity],
            });
            const plain = await deploy({ program: { kind: "plain", machines: count }, nodeArguments: [] });
            return [
                ...compared(
                    "preview on a fresh machine, CPU time",
                    "s",
                    cpu("preview"),
                    ours,
                    plain,
                    "ratio at most 0.8",
                ),
                ...compared("preview without a change, CPU time", "s", cpu("unchanged"), ours, plain),
                ...compared("up, CPU time", "s", cpu("up"), ours, plain),
                ...compared("memory of the program in a preview", "MB", ({ preview }) => preview.peak, ours, plain),
                ...compared(
                    "state a machine",
                    "kB",
                    ({ resources }) => stateOfMachines(resources) / count / 1000,
                    ours,
                    plain,
                    "ratio at most 0.3",
                ),
            ];
        },
    };
}

/** What each machine costs is measured, not the detections: both programs have one rule. */
const oneDetection = { include: ["verclsid-shellcode-injection"] };

const sharedIdentity =
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-office/providers/" +
    "Microsoft.ManagedIdentity/userAssignedIdentities/id-office";

function sharingAnIdentity(count: number): unknown[] {
    const identity = { user: sharedIdentity, principalId: "00000000-0000-4000-8000-000000000999" };
    return listedMachines(count).map((machine) => ({ ...machine, identity }));
}

function cpu(operation: "preview" | "unchanged" | "up"): (deployment: Deployment) => number {
    return (deployment) => deployment[operation].cpu;
}

function stateOfMachines(resources: Deployment["resources"]): number {
    return resources.filter(({ urn }) => /::[^:]*vm-\d{3}/.test(urn)).reduce((sum, { bytes }) => sum + bytes, 0);
}

function compared(
    name: string,
    unit: string,
    of: (deployment: Deployment) => number,
    ours: Deployment,
    plain: Deployment,
    goal?: string,
): Figure[] {
    return [
        { name, value: of(ours), unit },
        { name: "  plain program", value: of(plain), unit },
        { name: "  ratio", value: of(ours) / of(plain), unit: "", ...(goal === undefined ? {} : { goal }) },
    ];
}
