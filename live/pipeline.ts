import type { Connection } from "./connection";

/** What a service answered. */
export interface Reply {
    readonly status: number;
    readonly text: string;
}

/** Sends a request to a path of one service; with a body it is a POST of JSON, else a GET. */
export type Send = (path: string, body?: object) => Promise<Reply>;

/**
 * A pipeline of Azure's own to one service: signed in, and patient where the service throttles. Nothing is sent yet.
 *
 * @param host Address of the service, which the token is for as well.
 */
export async function openPipeline({ credential, httpClient }: Connection, host: string): Promise<Send> {
    const rest = await import("@azure/core-rest-pipeline");
    const pipeline = rest.createPipelineFromOptions({});
    pipeline.addPolicy(
        rest.bearerTokenAuthenticationPolicy({ credential, scopes: `${host}/.default` }),
        // Each attempt signs in anew, and tokens are kept until they run out.
        { phase: "Sign" },
    );
    const client = httpClient ?? rest.createDefaultHttpClient();
    return async (path, body) => {
        const request = rest.createPipelineRequest({ url: `${host}${path}` });
        if (body !== undefined) {
            request.method = "POST";
            request.headers.set("content-type", "application/json");
            request.body = JSON.stringify(body);
        }
        const { status, bodyAsText } = await pipeline.sendRequest(client, request);
        return { status, text: bodyAsText ?? "" };
    };
}

/** What an answer holds; undefined where it is no JSON. */
export function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** What an error of Azure's services says, in one line whatever its form. */
export function said(text: string): string {
    const body = json(text);
    const error = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
    const message = typeof error === "object" && error !== null && "message" in error ? error.message : text;
    return String(message).split(/\r?\n/)[0]?.slice(0, 300) ?? "";
}
