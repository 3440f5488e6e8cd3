import type {
    PolicyConfigSchema,
    PolicyResource,
    ResourceValidation,
    ResourceValidationPolicy,
    StackValidationPolicy,
} from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { textAsset, type PlanObject } from "../rehearsal/analysis";
import { isAskedOf, type Finding, type JudgedResource, type Policy } from "./policy";
import { unguarded } from "./unguarded";

/** A policy as Pulumi's engine runs it. */
export type EnginePolicy = ResourceValidationPolicy | StackValidationPolicy;

/**
 * Policies as Pulumi's engine runs them, and one more at the end that tells as advice what none of them could judge.
 * Pulumi's own guard would end a policy at the first unknown value; here each says what it can.
 */
export function crossGuard(policies: readonly Policy[]): EnginePolicy[] {
    const unjudged = new Map<string, { readonly message: string; readonly urn?: string }>();
    const report = (
        name: string,
        findings: readonly Finding[],
        mend: string,
        tell: (message: string, urn?: string) => void,
        judged?: string,
    ): void => {
        for (const { kind, message, urn = judged } of findings) {
            if (kind === "violation") tell(`${message} ${mend}`, urn);
            else
                unjudged.set(`${name} ${urn ?? ""} ${message}`, {
                    message: `${name}: ${message}`,
                    ...(urn && { urn }),
                });
        }
    };
    return [
        ...policies.map((policy): EnginePolicy => {
            const { name, title, description, severity, mend } = policy;
            const texts = { name, displayName: title, description, severity, remediationSteps: mend };
            const configSchema = configSchemaOf(policy);
            if (policy.scope === "resource") {
                const judgeWith = remembering(policy.judgeWith);
                const validateResource: ResourceValidation = async (resource, tell) => {
                    const { urn, type, name: called, props, opts } = resource;
                    if (!isAskedOf(policy, type)) return;
                    const judged = await judgedResource({ urn, type, name: called, props, opts, dependencies: [] });
                    report(name, judgeWith(resource.getConfig())(judged), mend, tell, urn);
                };
                return { ...texts, configSchema, validateResource: onlyFor(validateResource, policy.types) };
            }
            return {
                ...texts,
                configSchema,
                validateStack: async (stack, tell) => {
                    const judged = await Promise.all(stack.resources.map(judgedResource));
                    report(name, await policy.judgeWith(stack.getConfig())(judged), mend, tell);
                },
            };
        }),
        {
            name: "what-cannot-be-judged",
            displayName: "What cannot be judged",
            description:
                "Tells what the other policies cannot judge, most often because it is known only at the deployment.",
            severity: "low",
            enforcementLevel: "advisory",
            validateStack: (_, tell) => {
                for (const { message, urn } of unjudged.values()) tell(message, urn);
                unjudged.clear();
            },
        },
    ];
}

/** A validation with the mark by which Pulumi asks it of one type only, without unpacking any other resource for it. */
function onlyFor(validate: ResourceValidation, [type, ...others]: readonly string[] = []): ResourceValidation {
    // The classes of providers carry the same mark; internal to @pulumi/policy, so a test on its server holds it.
    return type === undefined || others.length > 0 ? validate : Object.assign(validate, { __pulumiType: type });
}

/** What settings make, made again only where they change: Pulumi hands them out anew with each resource. */
function remembering<Made>(make: (settings: unknown) => Made): (settings: object) => Made {
    let last: { readonly written: string; readonly made: Made } | undefined;
    return (settings) => {
        const written = JSON.stringify(settings);
        if (last?.written !== written) last = { written, made: make(settings) };
        return last.made;
    };
}

/** What can be set of a policy, as Pulumi takes it. */
function configSchemaOf({ settings }: Policy): PolicyConfigSchema {
    const { properties = {} } = z.toJSONSchema(settings, { io: "input", target: "draft-7" });
    return {
        properties: Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, narrowed(schema)])),
    };
}

type PulumiSchema = PolicyConfigSchema["properties"][string];

/** A JSON Schema in Pulumi's typing of it, which knows one draft only. */
function narrowed(schema: z.core.JSONSchema.JSONSchema | boolean): PulumiSchema {
    if (typeof schema === "boolean") return {};
    const { type, description, default: standard, minimum, maximum, exclusiveMinimum, minLength } = schema;
    const { items, additionalProperties: values } = schema;
    return {
        ...(type && { type }),
        ...(description !== undefined && { description }),
        ...(standard !== undefined && { default: standard }),
        ...(minimum !== undefined && { minimum }),
        ...(maximum !== undefined && { maximum }),
        ...(typeof exclusiveMinimum === "number" && { exclusiveMinimum }),
        ...(minLength !== undefined && { minLength }),
        ...(typeof items === "object" && !Array.isArray(items) && { items: narrowed(items) }),
        ...(typeof values === "object" && { additionalProperties: narrowed(values) }),
    };
}

/** A policy's resource as plain data; the text of an asset is a promise there. */
async function judgedResource({
    urn,
    type,
    name,
    props,
    opts,
    dependencies,
    parent,
}: Omit<PolicyResource, "propertyDependencies" | "isType" | "asType">): Promise<JudgedResource> {
    const inputs: PlanObject = { ...unguarded(props) };
    const source: unknown = inputs.source;
    // Marked as it stands in a plan. Other assets are files of the deploying machine, and no configuration.
    if (source instanceof pulumi.asset.StringAsset) inputs.source = textAsset(await source.text);
    return {
        urn,
        type,
        name,
        parent: parent?.urn ?? null,
        custom: true,
        dependencies: dependencies.map((dependency) => dependency.urn),
        protect: opts.protect,
        inputs,
        secretOutputs: opts.additionalSecretOutputs,
    };
}
