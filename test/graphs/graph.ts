import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import { isObject, withSecrets, type PlannedResource, type PlanValue } from "../../rehearsal/plan/plan";
import { planStack } from "../../rehearsal/plan/planStack";

/** The stacks whose graphs are kept. */
export const stacks = ["dev", "staging", "prod", "everything"] as const;

/** A resource as a graph keeps it; the chain of types and the name, by which others name it, end its URN. */
export type GraphResource = Pick<PlannedResource, "parent" | "dependencies" | "protect" | "inputs">;

/** File of a stack's graph. */
export function graphFile(stack: string): string {
    return packagePath("test", "graphs", `${stack}.json`);
}

/** What a stack plans, by types and name, secrets masked and long texts by their hash: short enough for people to read a change. */
export async function graphOf(stack: string): Promise<Record<string, GraphResource>> {
    const { plan } = await planStack(path.dirname(packagePath("Pulumi.yaml")), stack);
    return Object.fromEntries(
        plan.resources.map(({ urn, parent, dependencies, protect, inputs }) => {
            const shown = shortened(withSecrets(inputs, "masked"));
            const resource = {
                parent: parent === null ? null : typesAndName(parent),
                dependencies: dependencies.map(typesAndName),
                protect,
                inputs: isObject(shown) ? shown : {},
            };
            return [typesAndName(urn), resource];
        }),
    );
}

/** The graph that is kept of a stack. */
export function keptGraph(stack: string): unknown {
    return JSON.parse(fs.readFileSync(graphFile(stack), "utf8"));
}

/** What of a URN is the same in every stack. */
function typesAndName(urn: string): string {
    return urn.split("::").slice(2).join("::");
}

/** Longer texts than this are scripts, queries and templates, which have files of their own. */
const longest = 200;

function shortened(value: PlanValue): PlanValue {
    if (typeof value === "string") {
        if (value.length <= longest) return value;
        return `${value.length} characters, SHA-256 ${createHash("sha256").update(value).digest("hex")}`;
    }
    if (Array.isArray(value)) return value.map(shortened);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
}
