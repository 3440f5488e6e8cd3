import { z } from "zod";
import { parsePolicyScope } from "../azure/policy";

// Every schema here says in its error what it accepts; `explainIssues` puts that into the report.

/** A text of a given form; `accepted` completes "accepted: …". */
export function text(accepted: string, pattern = /./): z.ZodString {
    return z.string({ error: accepted }).regex(pattern, { error: accepted, abort: true });
}

/** One word of a list. */
export function word<const Words extends readonly string[]>(
    words: Words,
): z.ZodEnum<{ [Word in Words[number]]: Word }> {
    return z.enum(words, { error: `${words.slice(0, -1).join(", ")} or ${words.at(-1)}` });
}

/** `true` or `false`. */
export function yesNo(): z.ZodBoolean {
    return z.boolean({ error: "true or false" });
}

/** A whole number within bounds. */
export function wholeNumber(from: number, to: number): z.ZodInt {
    const accepted = `a whole number from ${from} to ${to}`;
    return z.int({ error: accepted }).min(from, { error: accepted }).max(to, { error: accepted });
}

/** A list; `of` names its items. */
export function list<Item extends z.ZodType>(item: Item, of: string): z.ZodArray<Item> {
    return z.array(item, { error: `a list of ${of}` });
}

/** A mapping with these keys and no others. The error's text is the list of keys, among which a typo is looked up. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
    return z.strictObject(shape, { error: Object.keys(shape).join(keySeparator) });
}

/** What separates keys in the error of a `mapping`. */
export const keySeparator = ", ";

/** A mapping from keys of one form to values of one kind. */
export function dictionary<Key extends z.ZodString, Value extends z.ZodType>(
    key: Key,
    value: Value,
    accepted: string,
): z.ZodRecord<Key, Value> {
    return z.record(key, value, { error: accepted });
}

/** A GUID in either case. */
export function guid(of: string): z.ZodString {
    return text(`${of}, a GUID`, /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/);
}

/** A scope of Azure Policy, in any case. */
export function policyScope(): z.ZodString {
    const accepted =
        "id of a management group, a subscription or a resource group: /providers/Microsoft.Management/managementGroups/NAME, /subscriptions/GUID or /subscriptions/GUID/resourceGroups/NAME";
    return z
        .string({ error: accepted })
        .refine((id) => parsePolicyScope(id).kind === "parsed", { error: accepted, abort: true });
}

/** An Azure region in any spelling: `westeurope`, `West Europe`. */
export function region(): z.ZodString {
    return text("an Azure region, such as westeurope", /^[A-Za-z][A-Za-z0-9]*(?: [A-Za-z0-9]+)*$/);
}

/** A SHA-256 in hexadecimal digits of either case. */
export function sha256(): z.ZodString {
    return text("a SHA-256, 64 hexadecimal digits", /^[0-9A-Fa-f]{64}$/);
}

/** An address that is called over TLS. */
export function httpsUrl(accepted: string): z.ZodString {
    return text(accepted, /^https:\/\/[^\s/?#@\\]+(?:[/?#]\S*)?$/);
}

/** Path of a file or folder, from the folder of Pulumi.yaml. */
export function relativePath(accepted: string, pattern = /\S/): z.ZodString {
    return text(`${accepted}, by its path from the folder of Pulumi.yaml`, pattern);
}
