import { crossRules } from "./crossRules";
import { completeSettings } from "./defaults";
import { isMapping } from "./found";
import { explainIssues } from "./issues";
import { problemAt, settingsNamespace, type SettingsProblem } from "./problems";
import { stackSettings } from "./schema";
import type { Settings } from "./settings";

/** Settings that may be used, or everything that is wrong with them. */
export type ParsedSettings = { settings: Settings } | { problems: SettingsProblem[] };

/**
 * Checks the settings of a stack and completes them with defaults.
 *
 * @param raw Values by key without the namespace: `{ environment: "dev", machines: [...] }`.
 * @param source Name of the stack file, for the report.
 */
export function parseSettings(raw: unknown, source: string): ParsedSettings {
    if (!isMapping(raw)) {
        const accepted = `keys that begin with ${settingsNamespace}:`;
        return { problems: [problemAt(source, [], { code: "ST002", found: "no mapping", accepted })] };
    }
    const parsed = stackSettings.safeParse(raw);
    const issues = parsed.success ? [] : explainIssues(parsed.error.issues, raw, source);
    const problems = [...issues, ...crossRules(raw, source)];
    if (problems.length > 0 || !parsed.success) return { problems };
    return { settings: completeSettings(parsed.data) };
}
