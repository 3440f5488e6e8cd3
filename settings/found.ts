import { secretKeys } from "./secretKeys";
import type { SettingsPath } from "./problems";

/** The value at a path, or undefined where nothing stands there. */
export function valueAt(raw: unknown, path: SettingsPath): unknown {
    let value: unknown = raw;
    for (const step of path) {
        if (typeof step === "number") value = Array.isArray(value) ? value[step] : undefined;
        else value = isMapping(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }
    return value;
}

/** The items of the list at a path; none where there is no list. */
export function itemsAt(raw: unknown, path: SettingsPath): unknown[] {
    const value = valueAt(raw, path);
    return Array.isArray(value) ? value : [];
}

/** Whether a raw value is a mapping. */
export function isMapping(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands at a path, in a few words; texts that may be a secret are not shown. */
export function describeFound(raw: unknown, path: SettingsPath): string {
    const value = valueAt(raw, path);
    if (value === undefined || value === null) return "nothing";
    if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
    if (isMapping(value)) {
        const keys = Object.keys(value);
        return keys.length === 0 ? "an empty mapping" : `a mapping with ${shorten(keys.join(", "))}`;
    }
    if (mayBeSecret(path)) return "a value that is not shown, since it may be a secret";
    return shorten(JSON.stringify(value));
}

/** Keys whose value, or an item of it, may be a secret as long as the shape around it is not right. */
const secretHolders: ReadonlySet<string> = new Set([
    "alerts",
    "groups",
    "webhooks",
    "logicApps",
    "functions",
    "runbooks",
    "lab",
]);

/** Whether a secret belongs here, or may have been put here by mistake. */
function mayBeSecret(path: SettingsPath): boolean {
    const last = path.filter((step) => typeof step === "string").at(-1);
    return last !== undefined && (secretKeys.has(last) || (secretHolders.has(last) && path[0] !== "detections"));
}

function shorten(text: string): string {
    return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
