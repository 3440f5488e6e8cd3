import { settingsNamespace } from "./problems";

/** Settings that are texts whatever they look like; every other value of a program's configuration is JSON or a word. */
const textKeys: ReadonlySet<string> = new Set(["environment", "location", "subscriptionId"]);

/** The settings among the configuration that Pulumi hands to a program: full keys, mappings and lists as JSON. */
export function settingsOfConfig(config: Readonly<Record<string, string>>): Record<string, unknown> {
    const prefix = `${settingsNamespace}:`;
    const settings: Record<string, unknown> = {};
    for (const [key, text] of Object.entries(config)) {
        if (!key.startsWith(prefix)) continue;
        const name = key.slice(prefix.length);
        settings[name] = textKeys.has(name) ? text : jsonOrText(text);
    }
    return settings;
}

function jsonOrText(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
