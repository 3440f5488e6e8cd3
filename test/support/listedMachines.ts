/** A machine as a stack file lists it. */
export interface ListedMachine {
    readonly id: string;
    readonly location: string;
    readonly identity: { readonly system: string };
}

/** Virtual machines as a stack file lists them, `vm-001` onward, each with an identity of its own. */
export function listedMachines(count: number): ListedMachine[] {
    return Array.from({ length: count }, (_, index) => {
        const number = String(index + 1).padStart(3, "0");
        return {
            id: `${officeGroup}/providers/Microsoft.Compute/virtualMachines/vm-${number}`,
            location: "westeurope",
            identity: { system: `00000000-0000-4000-8000-000000000${number}` },
        };
    });
}

const officeGroup = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-office";
