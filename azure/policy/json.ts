/** A value of a policy or of a template within one: what JSON holds. */
export type Json = string | number | boolean | readonly Json[] | JsonObject;

/** An object of a policy or template. */
export interface JsonObject {
    readonly [key: string]: Json;
}
