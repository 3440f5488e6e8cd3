import { Command } from "commander";
import { z } from "zod";
import { parseMachineId } from "../azure";
import { LiveError, signedIn, type Connection } from "../live/connection";
import { ResourceManager } from "../live/resourceManager";
import { heardMachines } from "../live/verify/heard";
import { isFine, judgeHeard, type Expected } from "../live/verify/judge";
import { readableInputs, textAt, type Plan } from "../rehearsal/plan/plan";
import { configFileName } from "../sysmon/installer";
import type { Settings } from "../settings/settings";
import { ExitCode } from "./exit";
import type { Output } from "./output";
import { stackPayload } from "./stackPayload";
import { stackSettings } from "./stackSettings";
import { textTable } from "./textTable";

/** `verify`: what each machine of a stack really sends, after `pulumi up`. */
export function verifyCommand(output: Output): Command {
    return new Command("verify")
        .description("Ask the workspace what each machine really sends, after pulumi up.")
        .option("--stack <name>", "the stack", "dev")
        .option("--json", "an array of machines with what is heard of them")
        .action(async (options: { stack: string; json?: true }) => {
            const { settings } = stackSettings(process.cwd(), options.stack);
            const { files, plan } = await stackPayload(process.cwd(), options.stack);
            const connection = await signedIn();
            const customerId = await customerIdOf(connection, plan, settings);
            const heard = await heardMachines(connection, customerId, settings.collection.table);
            const verdicts = judgeHeard(
                {
                    machines: expectedMachines(settings),
                    configSha256: files.flatMap(({ blobName }) =>
                        blobName.endsWith(`/${configFileName}`) ? blobName.slice(0, 64) : [],
                    ),
                },
                heard,
            );
            if (options.json) output.line(JSON.stringify(verdicts, null, 2));
            else {
                const columns = ["machine", "heard", "events", "last"].map((name) => ({
                    name,
                    type: "string" as const,
                }));
                const rows = verdicts.map(({ id, hearing, events, last }) => [
                    id.split("/").slice(-1)[0] ?? id,
                    hearing,
                    String(events),
                    last ?? "",
                ]);
                output.line(textTable({ columns, rows }));
                for (const { id, advice } of verdicts) if (advice !== "") output.line(`${id}: ${advice}`);
            }
            if (!verdicts.every(isFine)) process.exitCode = ExitCode.CheckFailed;
        });
}

function expectedMachines({ machines, sensor }: Settings): Expected["machines"] {
    return machines.flatMap((machine) => {
        const id = parseMachineId(machine.id);
        if (id.kind === "rejected") return [];
        return {
            id: id.value,
            collected: machine.identity.kind !== "none" && sensor.ensure === "present",
            flexible: machine.kind === "scaleSet" && machine.orchestration === "flexible",
        };
    });
}

/** The id by which queries know the stack's workspace; of one that the stack created, only Azure knows it. */
async function customerIdOf(
    connection: Connection,
    plan: Plan,
    { workspace, subscriptionId }: Settings,
): Promise<string> {
    if (workspace.kind === "existing") return workspace.customerId;
    const created = plan.resources.find(({ type }) => type === "azure-native:operationalinsights:Workspace");
    const inputs = created === undefined ? {} : readableInputs(created);
    const [group, name] = [textAt(inputs, "resourceGroupName"), textAt(inputs, "workspaceName")];
    const path = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.OperationalInsights/workspaces/${name}`;
    const manager = await ResourceManager.open(connection);
    const shape = z.object({ properties: z.object({ customerId: z.string() }) });
    const answer = await manager.ask({ path, apiVersion: "2023-09-01", shape });
    if (answer.kind === "found") return answer.value.properties.customerId;
    throw new LiveError(
        answer.kind === "missing"
            ? `${path} is not there: deploy the stack first (pulumi up).`
            : `${path}: whoever is signed in lacks the role Log Analytics Reader there.`,
    );
}
