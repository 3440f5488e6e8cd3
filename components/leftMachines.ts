import * as pulumi from "@pulumi/pulumi";

/** How many machines a warning names. */
const named = 10;

/**
 * Warns of machines that the last deployment covered and that are not listed any more: taking a machine off the list
 * takes its extensions away, and Sysmon stays on it. Nothing is said of machines that Sysmon was removed from before.
 *
 * Only the engine knows what the stack told last; without one, as in tests and plans, nothing happens.
 *
 * @param output Name of the stack's output with the resource ids of the machines that have Sysmon from it.
 * @param listed Resource ids of the machines that are listed now, whether they get Sysmon or lose it.
 */
export function warnOfLeftMachines(output: string, listed: readonly string[]): void {
    if (pulumi.runtime.getEngine() === undefined) return;
    const now = new Set(listed.map((id) => id.toLowerCase()));
    const warn = async (): Promise<void> => {
        const left = (await lastOutput(output)).filter((id) => !now.has(id.toLowerCase()));
        if (left.length > 0) await pulumi.log.warn(warningOf(left));
    };
    void warn();
}

/** The texts of an output that the stack told last: none before its first deployment. */
async function lastOutput(output: string): Promise<string[]> {
    const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    try {
        const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
        const value = record(record(answer)["outputs"])[output];
        return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
    } catch (error) {
        // A warning that cannot be given must not stop a deployment.
        await pulumi.log.debug(`The last outputs of ${name} cannot be read: ${String(error)}`);
        return [];
    }
}

function warningOf(left: readonly string[]): string {
    const more = left.length > named ? [`and ${left.length - named} more`] : [];
    return [
        "Sysmon stays on machines that are not listed any more. To remove it, list them once more, set ensure: absent, " +
            "run pulumi up, and take them off the list after that:",
        ...[...left.slice(0, named), ...more].map((line) => `  ${line}`),
    ].join("\n");
}

function record(value: unknown): Record<string, unknown> {
    return typeof value === "object" && value !== null ? { ...value } : {};
}
