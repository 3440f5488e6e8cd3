import type { Plan, PlannedResource } from "../plan/plan";
import { count, cut, type Style } from "./style";

/** Siblings of one type that are drawn one by one; more are counted. */
const drawnSiblings = 8;

/** A plan as a tree of resources, counted. */
export function planTree(plan: Plan, style: Style): string {
    const { colors, width } = style;
    const children = new Map<string | null, PlannedResource[]>();
    for (const resource of plan.resources) {
        children.set(resource.parent, [...(children.get(resource.parent) ?? []), resource]);
    }
    const lines: string[] = [];
    const draw = (parent: string | null, indent: string): void => {
        const entries = collapsed(children.get(parent) ?? []);
        for (const [index, entry] of entries.entries()) {
            const last = index === entries.length - 1;
            const branch = colors.dim(`${indent}${last ? "└─ " : "├─ "}`);
            if (entry.kind === "more") {
                lines.push(branch + colors.dim(`… and ${entry.count} more of ${shortType(entry.type)}`));
                continue;
            }
            const { resource } = entry;
            const type = shortType(resource.type);
            const name = cut(resource.name, Math.max(10, width - indent.length - type.length - 18));
            const marks = resource.protect ? colors.dim("  protected") : "";
            lines.push(branch + (resource.custom ? type : colors.bold(type)) + colors.dim(`  ${name}`) + marks);
            draw(resource.urn, `${indent}${last ? "   " : "│  "}`);
        }
    };
    const root = plan.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    draw(root?.urn ?? null, "");
    const created = plan.resources.filter(({ custom }) => custom).length;
    const heading = `Stack ${colors.bold(plan.stack)} would create ${colors.bold(count(created, "resource"))}`;
    return [heading, ...lines].join("\n");
}

type Entry = { kind: "resource"; resource: PlannedResource } | { kind: "more"; type: string; count: number };

/** Siblings in the order of the program, the surplus of each type counted after its last drawn one. */
function collapsed(siblings: readonly PlannedResource[]): Entry[] {
    const total = new Map<string, number>();
    for (const { type } of siblings) total.set(type, (total.get(type) ?? 0) + 1);
    const drawn = new Map<string, number>();
    const entries: Entry[] = [];
    for (const resource of siblings) {
        const { type } = resource;
        const number = (drawn.get(type) ?? 0) + 1;
        drawn.set(type, number);
        const surplus = (total.get(type) ?? 0) - drawnSiblings;
        if (number <= drawnSiblings || surplus === 1) entries.push({ kind: "resource", resource });
        else if (number === drawnSiblings + 1) entries.push({ kind: "more", type, count: surplus });
    }
    return entries;
}

/** `operationalinsights:Workspace` of `azure-native:operationalinsights:Workspace`; the class alone of our components. */
function shortType(type: string): string {
    const [module, ...rest] = type.split(":").slice(1);
    return module === "index" ? rest.join(":") : [module, ...rest].join(":");
}
