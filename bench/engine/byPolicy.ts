import { listedMachines } from "../../test/support/listedMachines";
import type { Figure, Measurement } from "../benchmark";
import { deploy, shippedNodeArguments } from "./deployment";

/** Preview, deployment and state of a fleet by policy, in a subscription with so many machines. */
export function byPolicy(counts: readonly number[]): Measurement {
    return {
        kind: "measurement",
        title: "engine: a fleet by policy, whatever the number of its machines",
        measure: async () => {
            const figures: Figure[] = [];
            for (const count of counts) {
                const machines = listedMachines(count);
                const { preview, up, unchanged, resources } = await deploy({
                    program: { kind: "package" },
                    settings: { fleet: { scope }, detections: { include: ["verclsid-shellcode-injection"] } },
                    nodeArguments: shippedNodeArguments(),
                    existing: machines.map(({ id }) => id),
                });
                const name = `${count.toLocaleString("en-US")} machines: `;
                const bytes = resources.reduce((sum, resource) => sum + resource.bytes, 0);
                figures.push(
                    { name: `${name}preview, CPU time`, value: preview.cpu, unit: "s", goal: "the same" },
                    { name: `${name}preview without a change, CPU time`, value: unchanged.cpu, unit: "s" },
                    { name: `${name}up, CPU time`, value: up.cpu, unit: "s" },
                    { name: `${name}resources`, value: resources.length, unit: "", goal: "the same" },
                    { name: `${name}state`, value: bytes / 1000, unit: "kB", goal: "the same" },
                );
            }
            return figures;
        },
    };
}

const scope = "/subscriptions/00000000-0000-0000-0000-000000000000";
