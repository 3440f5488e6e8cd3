import { z } from "zod";
import { detectionSchema, huntSchema, recordingSchema } from "./schema";

/** A JSON Schema, plain data. */
type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * JSON Schemas (draft 2020-12) for editors, by the name of the file each stands in. They know the form of each value; what
 * shows only beside another key or the query, the package itself checks.
 */
export function editorSchemas(): Readonly<
    Record<"detection.schema.json" | "hunt.schema.json" | "recording.schema.json", JsonSchema>
> {
    return {
        "detection.schema.json": titled("A detection of sysmon-azure", detectionSchema),
        "hunt.schema.json": titled("A hunting query of sysmon-azure", huntSchema),
        "recording.schema.json": titled("A recording of sysmon-azure", recordingSchema),
    };
}

function titled(title: string, schema: z.ZodType): JsonSchema {
    const { $schema, ...shape } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    return { $schema, title, ...shape };
}
