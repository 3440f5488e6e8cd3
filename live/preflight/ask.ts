import { z } from "zod";
import type { Connection } from "../connection";
import { findMachinesById, type FoundMachine } from "../machines";
import { ResourceManager, type Answered } from "../resourceManager";
import type { StackNeeds } from "./needs";

/** What Azure says about all that a stack needs. Keys are ids in lower case. */
export interface Findable {
    /** Registration states by `subscription/namespace`. */
    readonly providers: ReadonlyMap<string, Answered<string>>;
    /** What whoever is signed in may do, by scope. */
    readonly permissions: ReadonlyMap<string, Answered<readonly Permission[]>>;
    readonly machines: ReadonlyMap<string, FoundMachine>;
    /** The VM agent of virtual machines that run: what Azure shows of it, `Ready` where it is. */
    readonly guestAgents: ReadonlyMap<string, Answered<string>>;
    /** Whether resource groups are there. */
    readonly resourceGroups: ReadonlyMap<string, Answered<object>>;
    readonly workspace?: Answered<FoundWorkspace>;
    readonly actionGroups: ReadonlyMap<string, Answered<readonly EmailReceiver[]>>;
}

/** A grant: what is allowed, less what is not. Wildcards are `*`. */
export interface Permission {
    readonly actions: readonly string[];
    readonly notActions: readonly string[];
}

/** A workspace that Azure knows. */
export interface FoundWorkspace {
    readonly location: string;
    readonly customerId: string;
}

/** A mailbox of an action group. */
export interface EmailReceiver {
    readonly name: string;
    readonly emailAddress: string;
    /** `Enabled` once its owner confirmed it. */
    readonly status: string;
}

const texts = z
    .array(z.string())
    .nullish()
    .transform((list) => list ?? []);

const permissionsShape = z
    .object({ value: z.array(z.object({ actions: texts, notActions: texts })) })
    .transform(({ value }) => value);

const providerShape = z
    .object({ registrationState: z.string() })
    .transform(({ registrationState }) => registrationState);

const instanceViewShape = z
    .object({
        vmAgent: z.object({ statuses: z.array(z.object({ displayStatus: z.string().nullish() })).nullish() }).nullish(),
    })
    .transform(({ vmAgent }) => vmAgent?.statuses?.[0]?.displayStatus ?? "silent");

const workspaceShape = z
    .object({ location: z.string(), properties: z.object({ customerId: z.string() }) })
    .transform(({ location, properties }) => ({ location, customerId: properties.customerId }));

const actionGroupShape = z
    .object({
        properties: z.object({
            emailReceivers: z
                .array(
                    z.object({
                        name: z.string(),
                        emailAddress: z.string(),
                        status: z.string().default("NotSpecified"),
                    }),
                )
                .nullish(),
        }),
    })
    .transform(({ properties }) => properties.emailReceivers ?? []);

/** Questions that are on their way at the same time: Azure throttles whoever asks more. */
const atOnce = 8;

/**
 * Asks Azure for all that a stack needs.
 *
 * @param progress Told what is being asked, in words.
 * @throws LiveError where nobody is signed in or Azure cannot be reached.
 */
export async function askAzure(
    connection: Connection,
    needs: StackNeeds,
    progress: (text: string) => void = () => undefined,
): Promise<Findable> {
    const manager = await ResourceManager.open(connection);

    progress(`Looking for ${needs.machines.length} machines`);
    const ids = needs.machines.map(({ id }) => id);
    const machines = new Map(
        (ids.length === 0 ? [] : await findMachinesById(connection, ids)).map((machine) => [
            key(machine.id.id),
            machine,
        ]),
    );
    const running = [...machines.values()].filter(
        ({ id, power }) => id.kind === "virtualMachine" && power === "running",
    );
    progress(`Asking ${running.length} machines for their agent`);
    const guestAgents = await askEach(
        running.map(({ id }) => id.id),
        (id) => manager.ask({ path: `${id}/instanceView`, apiVersion: "2024-11-01", shape: instanceViewShape }),
    );

    progress("Asking for providers, permissions and what the stack builds on");
    const providers = await askEach(
        needs.providers.map(({ subscriptionId, namespace }) => `${subscriptionId}/${namespace}`),
        (name) => {
            const [subscription = "", namespace = ""] = name.split("/");
            const path = `/subscriptions/${subscription}/providers/${namespace}`;
            return manager.ask({ path, apiVersion: "2021-04-01", shape: providerShape });
        },
    );
    const permissions = await askEach(
        needs.permissions.map(({ scope }) => scope),
        (scope) => permissionsAt(manager, scope),
    );
    const resourceGroups = await askEach(needs.resourceGroups, (path) =>
        manager.ask({ path, apiVersion: "2021-04-01", shape: z.object({}) }),
    );
    const actionGroups = await askEach([...needs.actionGroups.map(({ id }) => id), ...needs.ownActionGroups], (path) =>
        manager.ask({ path, apiVersion: "2023-01-01", shape: actionGroupShape }),
    );
    const found = { providers, permissions, machines, guestAgents, resourceGroups, actionGroups };
    if (needs.workspace === undefined) return found;
    const { id: path } = needs.workspace;
    const workspace = await manager.ask({ path, apiVersion: "2023-09-01", shape: workspaceShape });
    return { ...found, workspace };
}

/** Key of an answer. */
export function key(id: string): string {
    return id.toLowerCase();
}

/** What one may do in a resource group; where it is not there yet, in the subscription that it will be in. */
async function permissionsAt(manager: ResourceManager, scope: string): Promise<Answered<readonly Permission[]>> {
    const at = (path: string) =>
        manager.ask({
            path: `${path}/providers/Microsoft.Authorization/permissions`,
            apiVersion: "2022-04-01",
            shape: permissionsShape,
        });
    const answer = await at(scope);
    const subscription = /^\/subscriptions\/[^/]+(?=\/)/i.exec(scope)?.[0];
    return answer.kind === "missing" && subscription !== undefined ? at(subscription) : answer;
}

/** One answer for each name, each name asked for once, some at a time. */
async function askEach<T>(
    names: readonly string[],
    ask: (name: string) => Promise<Answered<T>>,
): Promise<Map<string, Answered<T>>> {
    const open = [...new Map(names.map((name) => [key(name), name]))];
    const answers = new Map<string, Answered<T>>();
    const worker = async (): Promise<void> => {
        for (let next = open.shift(); next !== undefined; next = open.shift()) {
            answers.set(next[0], await ask(next[1]));
        }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, open.length) }, worker));
    return answers;
}
