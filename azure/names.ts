import { createHash } from "node:crypto";
import { regionCode } from "./regions";

/** What a name of a resource must be (source: resource-name-rules article, unless said). */
interface NameRule {
    /** Abbreviation that names start with (source: resource-abbreviations article, Cloud Adoption Framework). */
    prefix: string;
    /** Fewest characters. */
    min: number;
    /** Most characters. */
    max: number;
    /** Accepted names, whatever their length. */
    pattern: RegExp;
    /** `pattern` in words. */
    words: string;
}

const hyphenated = {
    pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/,
    words: "letters, digits and hyphens, no hyphen at an end",
};

const nameRules = {
    actionGroup: {
        prefix: "ag",
        min: 1,
        max: 260,
        pattern: /^[^:<>+/&%\\?\p{Cc}]*[^:<>+/&%\\?\p{Cc} .]$/u,
        words: "no control character, none of : < > + / & % \\ ?, no space or period at the end",
    },
    alertRule: {
        prefix: "",
        min: 1,
        max: 260,
        pattern: /^[^*#<>%&:\\?/{}\p{Cc}]*[^*#<>%&:\\?/{}\p{Cc} .]$/u,
        words: "no control character, none of * # < > % & : \\ ? / { }, no space or period at the end",
    },
    blobContainer: {
        prefix: "",
        min: 3,
        max: 63,
        pattern: /^[a-z0-9](?:-?[a-z0-9])*$/,
        words: "lower-case letters, digits and single hyphens, no hyphen at an end",
    },
    // No published limit; what the portal accepts.
    dataCollectionRule: {
        prefix: "dcr",
        min: 3,
        max: 64,
        pattern: /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/,
        words: "letters, digits, periods, underscores and hyphens, a letter or digit at both ends",
    },
    // No published limit; what the portal accepts.
    dataCollectionEndpoint: {
        prefix: "dce",
        min: 3,
        max: 44,
        pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/,
        words: "letters, digits and hyphens, no hyphen at an end",
    },
    // No published limit.
    queryPack: { prefix: "pack", min: 1, max: 63, ...hyphenated },
    resourceGroup: {
        prefix: "rg",
        min: 1,
        max: 90,
        pattern: /^[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u,
        words: "letters, digits, underscores, parentheses, hyphens and periods, no period at the end",
    },
    storageAccount: { prefix: "st", min: 3, max: 24, pattern: /^[a-z0-9]+$/, words: "lower-case letters and digits" },
    userAssignedIdentity: {
        prefix: "id",
        min: 3,
        max: 128,
        pattern: /^[A-Za-z0-9][\w-]*$/,
        words: "letters, digits, underscores and hyphens, a letter or digit first",
    },
    workspace: { prefix: "log", min: 4, max: 63, ...hyphenated },
} as const satisfies Record<string, NameRule>;

/** A kind of resource whose name is checked or made here. */
export type NamedKind = keyof typeof nameRules;

/** What tells a stack from others; all names of its resources derive from it. */
export interface StackIdentity {
    /** What the stack does, such as `sysmon`. */
    workload: string;
    /** Where it does it, such as `dev`. */
    environment: string;
    /** Azure region, in any spelling. */
    location: string;
    /** GUID of the subscription; it makes the storage account's name unique in Azure. */
    subscriptionId: string;
}

/** Names of a stack's resources in Azure. */
export interface StackNames {
    /** Resource group. */
    resourceGroup: string;
    /** Log Analytics workspace. */
    workspace: string;
    /** Data collection rule. */
    dataCollectionRule: string;
    /** Data collection endpoint of a region. */
    dataCollectionEndpoint(location: string): string;
    /** Action group. */
    actionGroup: string;
    /** Query pack of the hunting queries. */
    queryPack: string;
    /** Further action group of this key. */
    furtherActionGroup(key: string): string;
    /** Storage account of the sensor's payload. */
    storageAccount: string;
    /** User-assigned identity that may read the payload. */
    userAssignedIdentity: string;
    /** User-assigned identity by which rules read the workspace. */
    ruleIdentity: string;
    /** Scheduled-query rule of the detection with this key. */
    alertRule(key: string): string;
}

/** What Azure would refuse of a name: one sentence that says what is accepted; undefined where nothing. */
export function nameProblem(kind: NamedKind, name: string): string | undefined {
    const { min, max, pattern, words } = nameRules[kind];
    if (name.length >= min && name.length <= max && pattern.test(name)) return undefined;
    return `"${name}" is refused by Azure; accepted are ${min} to ${max} characters: ${words}`;
}

/**
 * Names of a stack's resources: `<prefix>-<workload>-<environment>-<region>`, the same for the same stack. A name that
 * had to be cut or cleaned ends in a hash of the whole, so two stacks never share one.
 */
export function stackNames(stack: StackIdentity): StackNames {
    const region = regionCode(stack.location);
    const parts = [stack.workload, stack.environment, region];
    const named = (kind: NamedKind, ...more: string[]): string => hyphenatedName(nameRules[kind], [...parts, ...more]);
    return {
        resourceGroup: named("resourceGroup"),
        workspace: named("workspace"),
        dataCollectionRule: named("dataCollectionRule"),
        dataCollectionEndpoint: (location) =>
            hyphenatedName(nameRules.dataCollectionEndpoint, [stack.workload, stack.environment, regionCode(location)]),
        actionGroup: named("actionGroup"),
        queryPack: named("queryPack"),
        furtherActionGroup: (key) => named("actionGroup", key),
        storageAccount: storageAccountName([...parts, stack.subscriptionId.toLowerCase()]),
        userAssignedIdentity: named("userAssignedIdentity"),
        ruleIdentity: named("userAssignedIdentity", "rules"),
        alertRule: (key) => hyphenatedName(nameRules.alertRule, [stack.workload, stack.environment, key]),
    };
}

function hyphenatedName(rule: NameRule, parts: string[]): string {
    const wanted = parts.join("-");
    const clean = wanted
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "");
    const start = rule.prefix === "" ? "" : `${rule.prefix}-`;
    if (clean === wanted && start.length + clean.length <= rule.max) return start + clean;
    const hash = hashOf(parts);
    const room = rule.max - start.length - hash.length - 1;
    const head = clean.slice(0, room).replace(/-$/, "");
    return head === "" ? start + hash : `${start}${head}-${hash}`;
}

function storageAccountName(parts: string[]): string {
    const { prefix, max } = nameRules.storageAccount;
    const hash = hashOf(parts);
    const [workload = "", environment = ""] = parts.map((part) => part.toLowerCase().replace(/[^a-z0-9]+/g, ""));
    return prefix + (workload + environment).slice(0, max - prefix.length - hash.length) + hash;
}

function hashOf(parts: string[]): string {
    return createHash("sha256").update(JSON.stringify(parts), "utf8").digest("hex").slice(0, 8);
}
