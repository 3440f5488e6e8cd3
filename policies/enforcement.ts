import * as fs from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { packagePath } from "../package/root";
import { reasonsIn, type Policy } from "./policy";

/** What a violation does: stops a deployment, is told, or is not looked for. */
export type Level = "mandatory" | "advisory" | "disabled";

/** A policy as a stack has it. */
export interface Enforced {
    readonly policy: Policy;
    readonly level: Level;
    /** What the stack sets of it. */
    readonly settings: Readonly<Record<string, unknown>>;
    /** What the policy leaves alone there, each with the recorded reason. */
    readonly reasons: Readonly<Record<string, string>>;
}

/** File that says how strictly each stack takes each policy. */
export const environmentsFile = packagePath("policies", "environments.yaml");

const level = z.enum(["mandatory", "advisory", "disabled"]);
const stackLevels = z.strictObject({
    level: level.optional(),
    policies: z.record(z.string(), z.looseObject({ level: level.optional() })).default({}),
});
const environments = z.strictObject({
    default: stackLevels,
    stacks: z.record(z.string(), stackLevels).default({}),
});

/** The file cannot be used as it is: one line a problem. */
export class EnforcementError extends Error {
    override readonly name = "EnforcementError";
}

/**
 * Every policy as a stack has it.
 *
 * @param text Content of the file. Default: the one beside the pack.
 * @throws EnforcementError with everything that is wrong in the file, whichever stack it is about.
 */
export function enforcedPolicies(
    policies: readonly Policy[],
    stack: string,
    text = fs.readFileSync(environmentsFile, "utf8"),
): Enforced[] {
    const read = environments.safeParse(parse(text));
    if (!read.success) throw new EnforcementError(z.prettifyError(read.error));
    const { default: base, stacks } = read.data;
    const problems = [["default", base] as const, ...Object.entries(stacks)].flatMap(([name, levels]) =>
        problemsOf(name, levels, policies),
    );
    if (problems.length > 0) throw new EnforcementError(problems.join("\n"));
    const own = stacks[stack] ?? { policies: {} };
    return policies.map((policy) => {
        const { level: baseLevel, ...baseSettings } = base.policies[policy.name] ?? {};
        const { level: ownLevel, ...settings } = own.policies[policy.name] ?? {};
        // What is said of a policy wins over what is said of all.
        return {
            policy,
            level: ownLevel ?? baseLevel ?? own.level ?? base.level ?? "mandatory",
            settings: { ...baseSettings, ...settings },
            reasons: reasonsIn({ ...baseSettings, ...settings }),
        };
    });
}

function problemsOf(stack: string, levels: z.output<typeof stackLevels>, policies: readonly Policy[]): string[] {
    return Object.entries(levels.policies).flatMap(([name, { level: _, ...settings }]) => {
        const policy = policies.find((candidate) => candidate.name === name);
        if (policy === undefined) {
            return [
                `${stack}: there is no policy ${name}; there are ${policies.map((other) => other.name).join(", ")}.`,
            ];
        }
        const read = policy.settings.safeParse(settings);
        return read.success
            ? []
            : read.error.issues.map(({ path, message }) => `${stack}: ${[name, ...path].join(".")}: ${message}`);
    });
}
