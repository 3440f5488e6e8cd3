import { createRequire } from "node:module";
import type { PolicyResource, PolicyResourceOptions, ResourceValidationPolicy } from "@pulumi/policy";

/** Pulumi's guard around unknown values, which it exports and leaves out of its typings. */
const { unknownCheckingProxy } = createRequire(__filename)("@pulumi/policy") as {
    unknownCheckingProxy: (props: object) => PolicyResource["props"];
};

/** What a policy said of a resource. */
export interface Verdict {
    /** Violations, in order. */
    readonly violations: string[];
    /** The unknown property that ended the policy, as Pulumi then prints it as advice. */
    readonly unknown?: string;
}

/** A resource before a policy. */
export interface JudgedResource {
    readonly type: string;
    readonly props: Record<string, unknown>;
    readonly secretOutputs?: string[];
}

/** Pulumi's mark of a text that a preview does not know. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Runs a policy on one resource as Pulumi does, with its guard around unknown values. */
export async function verdictOf(policy: ResourceValidationPolicy, resource: JudgedResource): Promise<Verdict> {
    const violations: string[] = [];
    const { validateResource } = policy;
    if (validateResource === undefined || Array.isArray(validateResource))
        throw new Error(`${policy.name} has no one check`);
    try {
        await validateResource(
            {
                ...policyResource(resource),
                asType: () => undefined,
                stackTags: new Map<string, string>(),
                notApplicable: () => {
                    throw new Error("not applicable");
                },
                getConfig: <T extends object>() => Object.create(null) as T,
            },
            (message) => violations.push(message),
        );
        return { violations };
    } catch (error) {
        const [, path] = /value at \.(\S+) can't be known during preview/.exec(String(error)) ?? [];
        if (path !== undefined) return { violations, unknown: path };
        throw error;
    }
}

/** A resource as a policy gets it. */
export function policyResource({ type, props, secretOutputs = [] }: JudgedResource): PolicyResource {
    const options: PolicyResourceOptions = {
        protect: false,
        ignoreChanges: [],
        aliases: [],
        customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
        additionalSecretOutputs: secretOutputs,
    };
    return {
        type,
        props: unknownCheckingProxy(props),
        urn: `urn:pulumi:test::sysmon-azure::${type}::judged`,
        name: "judged",
        opts: options,
        dependencies: [],
        propertyDependencies: {},
        isType: () => false,
        asType: () => undefined,
    };
}
