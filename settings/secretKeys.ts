/** Keys whose values are secrets, wherever they stand: addresses that carry a key, and passwords. */
export const secretKeys: ReadonlySet<string> = new Set([
    "uri",
    "callbackUrl",
    "httpTriggerUrl",
    "serviceUri",
    "adminPassword",
]);
