import { z } from "zod";
import { settingsNamespace } from "./problems";
import { stackSettings } from "./schema";
import { secretKeys } from "./secretKeys";

/** A JSON Schema, plain data. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * JSON Schema (draft 2020-12) of a stack file, for editors. It knows the form of each value; what shows only beside
 * another key, and the finer forms of names and ids, the package itself checks.
 */
export function stackFileSchema(): JsonSchema {
    const {
        $schema,
        properties = {},
        required = [],
    } = z.toJSONSchema(stackSettings, {
        io: "input",
        override: ({ jsonSchema, path }) => {
            const key = path.at(-1);
            if (typeof key === "string" && secretKeys.has(key)) acceptEncrypted(jsonSchema);
        },
    });
    const named = Object.entries(properties).map(([key, schema]) => [`${settingsNamespace}:${key}`, schema] as const);
    return {
        $schema,
        title: "Stack file of sysmon-azure",
        type: "object",
        properties: {
            config: {
                type: "object",
                properties: Object.fromEntries(named),
                required: required.map((key) => `${settingsNamespace}:${key}`),
                patternProperties: { [`^(?!${settingsNamespace}:)[^:]+:`]: {} },
                additionalProperties: false,
            },
        },
        required: ["config"],
    };
}

/** Lets a text be encrypted, as `pulumi config set --secret` writes it. */
function acceptEncrypted(schema: JsonSchema): void {
    const { type, pattern, description } = schema;
    delete schema.type;
    delete schema.pattern;
    delete schema.description;
    const encrypted: JsonSchema = {
        type: "object",
        properties: { secure: { type: "string" } },
        required: ["secure"],
        additionalProperties: false,
    };
    schema.anyOf = [{ type, pattern }, encrypted];
    schema.description = description;
}
