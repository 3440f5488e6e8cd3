import type { z } from "zod";
import { liveError, LiveError, type Connection } from "./connection";
import { json, openPipeline, said, type Send } from "./pipeline";

/** What Azure Resource Manager says to a question: the answer, that there is no such thing, or that one may not ask. */
export type Answered<T> =
    { readonly kind: "found"; readonly value: T } | { readonly kind: "missing" } | { readonly kind: "refused" };

/** A question to Azure Resource Manager. */
export interface Question<T> {
    /** Path after the host, such as a resource id. */
    readonly path: string;
    /** Version of the API that is asked, such as `2022-04-01`. */
    readonly apiVersion: string;
    /** Shape of the answer. */
    readonly shape: z.ZodType<T>;
}

/** Address of Azure Resource Manager in the public cloud. */
const host = "https://management.azure.com";

/** Puts one question after another over one pipeline. */
export class ResourceManager {
    private constructor(private readonly send: Send) {}

    /** Opens a pipeline; nothing is asked yet. */
    static async open(connection: Connection): Promise<ResourceManager> {
        return new ResourceManager(await openPipeline(connection, host));
    }

    /**
     * The answer to a question.
     *
     * @throws LiveError where nobody is signed in, Azure cannot be reached or answers in another shape.
     */
    async ask<T>({ path, apiVersion, shape }: Question<T>): Promise<Answered<T>> {
        const asked = `Azure Resource Manager, ${path}`;
        let answer;
        try {
            answer = await this.send(`${path}?api-version=${apiVersion}`);
        } catch (error) {
            throw liveError(error, asked);
        }
        if (answer.status === 404) return { kind: "missing" };
        if (answer.status === 403) return { kind: "refused" };
        if (answer.status !== 200)
            throw new LiveError(`${asked}: Azure answered ${answer.status}: ${said(answer.text)}`);
        const parsed = shape.safeParse(json(answer.text));
        if (!parsed.success) {
            const [issue] = parsed.error.issues;
            throw new LiveError(
                `${asked}: the answer has another shape than expected, at ${issue?.path.join(".")}: ${issue?.message}`,
            );
        }
        return { kind: "found", value: parsed.data };
    }
}
