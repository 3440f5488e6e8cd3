import type { HttpClient } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";

/** How Azure is reached: who asks, and over what. */
export interface Connection {
    readonly credential: TokenCredential;
    /** What carries requests. Default: the client's own, over the network. */
    readonly httpClient?: HttpClient;
}

/** Azure refused or could not be reached, in words for the person who asked. */
export class LiveError extends Error {
    override readonly name = "LiveError";
}

/** A connection as whoever is signed in: Azure CLI, environment, workload or managed identity, in the SDK's own order. */
export async function signedIn(): Promise<Connection> {
    const { DefaultAzureCredential } = await import("@azure/identity");
    return { credential: new DefaultAzureCredential() };
}

/**
 * What an error of Azure's clients says, as one line that tells what to do.
 *
 * @param role The built-in role without which Azure refuses what was asked.
 */
export function liveError(error: unknown, asked: string, role = "Reader"): LiveError {
    if (error instanceof LiveError) return error;
    const name = error instanceof Error ? error.name : "";
    if (/^(CredentialUnavailable|Authentication|AggregateAuthentication|AuthenticationRequired)Error$/.test(name)) {
        return new LiveError(
            `${asked}: nobody is signed in to Azure. Run "az login", or set the variables of a service principal.`,
        );
    }
    const status = statusOf(error);
    const message = error instanceof Error ? error.message.split(/\r?\n/)[0] : String(error);
    const said = message === "" ? errorCode(error) : message;
    const advice = status === 403 ? ` Whoever is signed in lacks the role ${role} there.` : "";
    return new LiveError(`${asked}: Azure answered${status === undefined ? "" : ` ${status}`}: ${said}${advice}`);
}

function statusOf(error: unknown): number | undefined {
    if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
    return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

/** The service's own code of an error; where the answer had no body, as to a HEAD, it stands in the details only. */
export function errorCode(error: unknown): string | undefined {
    if (typeof error !== "object" || error === null) return undefined;
    if ("code" in error && typeof error.code === "string") return error.code;
    const details = "details" in error ? error.details : undefined;
    if (typeof details !== "object" || details === null || !("errorCode" in details)) return undefined;
    return typeof details.errorCode === "string" ? details.errorCode : undefined;
}
