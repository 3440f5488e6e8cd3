import type { Problem } from "./problem";

/** Names that say what a stack is for. */
export interface TaggedStack {
    /** What the stack does, such as `sysmon`. */
    workload: string;
    /** Where it does it, such as `dev`. */
    environment: string;
}

/** Azure's limits of tags (source: tag-resources article); a storage account's keys are the shortest. */
const limits = { count: 50, keyLength: 128, valueLength: 256 };

/**
 * Tags of a stack's resources: workload, environment and managedBy, and the caller's own. The caller's win, whatever the
 * case of their keys, since Azure takes `Environment` and `environment` for one tag.
 */
export function stackTags(stack: TaggedStack, own: Record<string, string> = {}): Record<string, string> {
    const ownKeys = new Set(Object.keys(own).map((key) => key.toLowerCase()));
    const defaults = { workload: stack.workload, environment: stack.environment, managedBy: "pulumi" };
    const kept = Object.entries(defaults).filter(([key]) => !ownKeys.has(key.toLowerCase()));
    return { ...Object.fromEntries(kept), ...own };
}

/** What Azure would refuse of tags; each problem's field is the tag's key. */
export function tagProblems(tags: Record<string, string>): Problem[] {
    const problems: Problem[] = [];
    const seen = new Map<string, string>();
    for (const [key, value] of Object.entries(tags)) {
        const add = (reason: string): void => void problems.push({ field: key, reason });
        if (key === "") add("a tag needs a key");
        if (key.length > limits.keyLength)
            add(`the key has ${key.length} characters, at most ${limits.keyLength} are accepted`);
        if (/[<>%&\\?/]/.test(key)) add("a key has none of < > % & \\ ? /");
        if (/^(azure|microsoft|windows)/i.test(key))
            add("keys that start with azure, microsoft or windows are reserved");
        if (value.length > limits.valueLength)
            add(`the value has ${value.length} characters, at most ${limits.valueLength} are accepted`);
        const other = seen.get(key.toLowerCase());
        if (other !== undefined) add(`is the same tag as "${other}": Azure ignores the case of keys`);
        seen.set(key.toLowerCase(), key);
    }
    const count = Object.keys(tags).length;
    if (count > limits.count)
        problems.push({ field: "", reason: `${count} tags, at most ${limits.count} are accepted` });
    return problems;
}
