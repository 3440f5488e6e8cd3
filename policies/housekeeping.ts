import { z } from "zod";
import { nameProblem, tagProblems, type NamedKind } from "../azure";
import { isObject, textAt, unknownValue } from "../rehearsal/analysis";
import { resourcePolicy, type Finding } from "./policy";

/** Types that take tags, and where each keeps its name, with the kind of name where rules for it are known. */
const named: ReadonlyMap<string, { readonly key: string; readonly kind?: NamedKind }> = new Map([
    ["azure-native:compute:VirtualMachineExtension", { key: "vmExtensionName" }],
    ["azure-native:hybridcompute:MachineExtension", { key: "extensionName" }],
    ["azure-native:managedidentity:UserAssignedIdentity", { key: "resourceName", kind: "userAssignedIdentity" }],
    ["azure-native:monitor:ActionGroup", { key: "actionGroupName", kind: "actionGroup" }],
    ["azure-native:monitor:DataCollectionRule", { key: "dataCollectionRuleName", kind: "dataCollectionRule" }],
    ["azure-native:monitor:ScheduledQueryRule", { key: "ruleName", kind: "alertRule" }],
    ["azure-native:operationalinsights:Workspace", { key: "workspaceName", kind: "workspace" }],
    ["azure-native:resources:ResourceGroup", { key: "resourceGroupName", kind: "resourceGroup" }],
    ["azure-native:storage:StorageAccount", { key: "accountName", kind: "storageAccount" }],
]);

/** Everything says whose it is. */
export const resourceIsNamedAndTagged = resourcePolicy(
    {
        name: "resource-is-named-and-tagged",
        title: "Resources have a name and tags",
        description: "A resource has a name that Azure takes, and the tags that say whose it is.",
        severity: "low",
        mend: "Set the name, and add the tags.",
        types: [...named.keys()],
        settings: z.object({
            tags: z
                .array(z.string())
                .default(["environment", "workload"])
                .describe("Keys of the tags that every resource has."),
        }),
    },
    function* ({ type, inputs }, settings): Generator<Finding> {
        const rules = named.get(type);
        if (rules === undefined) return;
        const name = textAt(inputs, rules.key);
        // A name that the program leaves out is made by Pulumi, in the form that Azure takes.
        const problem = name === undefined || rules.kind === undefined ? undefined : nameProblem(rules.kind, name);
        if (problem !== undefined) yield { kind: "violation", message: `${rules.key}: ${problem}.` };
        const { tags } = inputs;
        if (tags === unknownValue) {
            yield { kind: "unjudged", message: "Its tags are known only at the deployment." };
            return;
        }
        const found = isObject(tags) ? tags : {};
        const keys = new Set(Object.keys(found).map((key) => key.toLowerCase()));
        const missing = settings.tags.filter((key) => !keys.has(key.toLowerCase()));
        if (missing.length > 0) yield { kind: "violation", message: `It lacks the tags ${missing.join(", ")}.` };
        const texts = Object.entries(found).flatMap(([key, value]): [string, string][] =>
            typeof value === "string" && value !== unknownValue ? [[key, value]] : [],
        );
        for (const { field, reason } of tagProblems(Object.fromEntries(texts))) {
            yield { kind: "violation", message: `tags${field === "" ? "" : `.${field}`}: ${reason}.` };
        }
    },
);

/** Types that hold what cannot be made again. */
const stateful: readonly string[] = [
    "azure-native:keyvault:Vault",
    "azure-native:operationalinsights:Workspace",
    "azure-native:storage:StorageAccount",
];

/** A slip of the keyboard deletes no evidence. */
export const statefulIsProtected = resourcePolicy(
    {
        name: "stateful-is-protected",
        title: "What holds data is protected",
        description: "Resources that hold data cannot be deleted until their protection is lifted on purpose.",
        severity: "high",
        mend: "Set the resource option protect: true.",
        settings: z.object({
            types: z
                .array(z.string())
                .default([...stateful])
                .describe("Type tokens of what holds data."),
        }),
    },
    function* ({ type, protect }, { types }): Generator<Finding> {
        if (types.includes(type) && !protect) yield { kind: "violation", message: "Nothing keeps it from deletion." };
    },
);

/** Data stays where it may be. */
export const regionIsAllowed = resourcePolicy(
    {
        name: "region-is-allowed",
        title: "Resources are in allowed regions",
        description: "A resource is in one of the regions that are allowed.",
        severity: "medium",
        mend: "Move it, or allow its region.",
        settings: z.object({
            regions: z
                .array(z.string())
                .default([])
                .describe("Names of regions, such as westeurope. Empty: every region is allowed."),
        }),
    },
    function* ({ inputs }, { regions }): Generator<Finding> {
        const { location } = inputs;
        if (regions.length === 0 || location === undefined) return;
        if (typeof location !== "string" || location === unknownValue) {
            yield { kind: "unjudged", message: "Its region is known only at the deployment." };
            return;
        }
        const plain = (region: string): string => region.toLowerCase().replace(/ /g, "");
        // Some kinds of resource are nowhere in particular.
        if (plain(location) === "global" || regions.map(plain).includes(plain(location))) return;
        yield { kind: "violation", message: `It is in ${location}; allowed are ${regions.join(", ")}.` };
    },
);
