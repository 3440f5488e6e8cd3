import { z } from "zod";
import type { PlannedResource } from "../rehearsal/analysis";

/** How bad it is to break a policy, in Pulumi's words. */
export type PolicySeverity = "low" | "medium" | "high" | "critical";

/** What a policy has to say. */
export interface Finding {
    /** `violation`: the policy is broken. `unjudged`: whether it is cannot be told, most often before the deployment. */
    readonly kind: "violation" | "unjudged";
    /** What was found, in sentences. */
    readonly message: string;
    /** What an exception names it by: a machine, a detection. Default: the logical name of the resource that was judged. */
    readonly about?: string;
    /** URN of the resource that it is about. Default: the one that was judged; for a stack, none. */
    readonly urn?: string;
}

/** A resource as policies see it: inputs with secrets readable, unknown values as Pulumi's marks. */
export interface JudgedResource extends PlannedResource {
    /** Inputs that the program keeps as secrets. */
    readonly secretOutputs: readonly string[];
}

interface PolicyTexts {
    /** Name in kebab-case, stable for ever: configurations name it. */
    readonly name: string;
    /** Title that people see. */
    readonly title: string;
    /** What must hold, in a sentence. */
    readonly description: string;
    /** How bad it is to break it. */
    readonly severity: PolicySeverity;
    /** What to do about a violation, in a sentence. */
    readonly mend: string;
}

/** A policy over one resource at a time. */
export interface ResourcePolicy extends PolicyTexts {
    readonly scope: "resource";
    /** Type tokens of what it judges. Default: resources of every type. */
    readonly types?: readonly string[];
    /** What can be set of it, exceptions included. */
    readonly settings: z.ZodObject;
    /** What judges resources, one at a time, with settings as they were written: these are read once for all of them. */
    readonly judgeWith: (settings: unknown) => (resource: JudgedResource) => readonly Finding[];
}

/** A policy over all resources of a stack. */
export interface StackPolicy extends PolicyTexts {
    readonly scope: "stack";
    /** What can be set of it, exceptions included. */
    readonly settings: z.ZodObject;
    /** What judges a stack, with settings as they were written. */
    readonly judgeWith: (settings: unknown) => (resources: readonly JudgedResource[]) => Promise<readonly Finding[]>;
}

/** One thing that must hold of what is deployed, judged on plain data. */
export type Policy = ResourcePolicy | StackPolicy;

/** Settings of a policy that has none of its own. */
export const noSettings = z.object({});

const exceptions = z.object({
    except: z
        .record(z.string(), z.string().trim().min(1))
        .default({})
        .describe(
            "What the policy leaves alone (a resource's logical name, a machine, a detection), each with the reason.",
        ),
});

type Predicate<Subject, Settings, Findings> = (subject: Subject, settings: Settings) => Findings;

/** A policy over one resource at a time, from its predicate, which sees resources of its types only. */
export function resourcePolicy<Settings extends z.ZodObject>(
    texts: PolicyTexts & Pick<ResourcePolicy, "types"> & { readonly settings: Settings },
    predicate: Predicate<JudgedResource, z.output<Settings>, Iterable<Finding>>,
): ResourcePolicy {
    return {
        ...texts,
        scope: "resource",
        settings: texts.settings.extend(exceptions.shape),
        judgeWith: (written = {}) => {
            const settings = texts.settings.parse(written);
            const except = reasonsIn(written);
            return (resource) =>
                isAskedOf(texts, resource.type)
                    ? withoutExceptions([...predicate(resource, settings)], except, resource.name)
                    : [];
        },
    };
}

/** Whether a policy judges resources of a type. */
export function isAskedOf({ types }: Pick<ResourcePolicy, "types">, type: string): boolean {
    return types === undefined || types.includes(type);
}

/** A policy over all resources of a stack, from its predicate. */
export function stackPolicy<Settings extends z.ZodObject>(
    texts: PolicyTexts & { readonly settings: Settings },
    predicate: Predicate<readonly JudgedResource[], z.output<Settings>, Iterable<Finding> | AsyncIterable<Finding>>,
): StackPolicy {
    return {
        ...texts,
        scope: "stack",
        settings: texts.settings.extend(exceptions.shape),
        judgeWith: (written = {}) => {
            const settings = texts.settings.parse(written);
            const except = reasonsIn(written);
            return async (resources) => {
                const findings: Finding[] = [];
                for await (const finding of predicate(resources, settings)) findings.push(finding);
                return withoutExceptions(findings, except);
            };
        },
    };
}

function withoutExceptions(
    findings: readonly Finding[],
    except: Readonly<Record<string, string>>,
    judged?: string,
): readonly Finding[] {
    return findings.filter(({ about = judged }) => about === undefined || !Object.hasOwn(except, about));
}

/** What settings of a policy leave alone, each with the recorded reason. */
export function reasonsIn(written: unknown): Readonly<Record<string, string>> {
    return exceptions.parse(written).except;
}
