import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import type { Connection } from "../../live/connection";

/** What Resource Graph was asked, as the service sees it. */
export interface Asked {
    readonly query: string;
    readonly subscriptions?: string[];
    readonly managementGroups?: string[];
    readonly options: { readonly $top?: number; readonly $skipToken?: string };
    readonly authorization: string | undefined;
}

/** An answer of the service: rows, cut into pages, or a refusal. */
export type Answer = readonly object[] | { readonly status: number; readonly code: string; readonly message: string };

/** An answer of Azure Resource Manager: a status and a body. */
export interface Reply {
    readonly status: number;
    readonly body: unknown;
}

/** How a double answers. */
export interface Answers {
    /** Resource Graph's answer to a query. Default: no rows. */
    readonly graph?: (query: string) => Answer;
    /** Resource Manager's answer to a GET of a path. Default: there is no such thing. */
    readonly manager?: (path: string) => Reply;
    /** The table that Log Analytics answers a query with. Default: it refuses (403). */
    readonly workspace?: (query: string) => { columns: readonly object[]; rows: readonly unknown[][] };
    /** Rows of a page of Resource Graph. Default: 1,000, as the service has it. */
    readonly pageSize?: number;
}

/**
 * A double of Azure Resource Graph, Azure Resource Manager and Log Analytics on loopback. The real clients ask it: only their
 * requests' way is bent, after everything that the clients do to them.
 */
export class AzureDouble {
    /** Queries of Resource Graph. */
    readonly asked: Asked[] = [];
    /** Paths of the other services, with the version of the API. */
    readonly got: string[] = [];
    private readonly server: http.Server;

    private constructor(private readonly answers: Answers) {
        this.server = http.createServer((request, response) => {
            let body = "";
            request.setEncoding("utf8").on("data", (text: string) => (body += text));
            request.on("end", () => {
                const { status, text } =
                    request.method === "GET"
                        ? this.manage(request)
                        : request.url?.startsWith("/v1/workspaces/")
                          ? this.search(request, body)
                          : this.query(request, body);
                response.writeHead(status, { "content-type": "application/json" }).end(text);
            });
        });
    }

    /** Starts a double that answers so. */
    static async start(answers: Answers): Promise<AzureDouble> {
        const double = new AzureDouble(answers);
        await new Promise<void>((resolve) => double.server.listen(0, "127.0.0.1", resolve));
        return double;
    }

    /** A connection whose requests come here. */
    connection(credential: TokenCredential = token): Connection {
        const { port } = this.server.address() as AddressInfo;
        const client = createDefaultHttpClient();
        const httpClient: HttpClient = {
            sendRequest: (request) => {
                const url = new URL(request.url);
                request.url = `http://127.0.0.1:${port}${url.pathname}${url.search}`;
                request.allowInsecureConnection = true;
                return client.sendRequest(request);
            },
        };
        return { credential, httpClient };
    }

    /** Stops it. */
    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }

    private manage({ url = "", headers }: http.IncomingMessage): { status: number; text: string } {
        if (headers.authorization !== "Bearer a-token") return { status: 401, text: "{}" };
        this.got.push(url);
        const missing = { status: 404, body: { error: { code: "NotFound", message: "There is no such thing." } } };
        const { status, body } = this.answers.manager?.(url.split("?")[0] ?? url) ?? missing;
        return { status, text: JSON.stringify(body) };
    }

    private search({ url = "" }: http.IncomingMessage, body: string): { status: number; text: string } {
        this.got.push(url);
        const table = this.answers.workspace?.((JSON.parse(body) as { query: string }).query);
        if (table !== undefined)
            return { status: 200, text: JSON.stringify({ tables: [{ name: "PrimaryResult", ...table }] }) };
        return {
            status: 403,
            text: JSON.stringify({ error: { code: "InsufficientAccessError", message: "No access." } }),
        };
    }

    private query({ headers }: http.IncomingMessage, body: string): { status: number; text: string } {
        // The body is what the client wrote; a wrong one fails the test that reads it.
        const asked = { ...(JSON.parse(body) as Asked), authorization: headers.authorization };
        this.asked.push(asked);
        const answer = this.answers.graph?.(asked.query) ?? [];
        if (!Array.isArray(answer)) {
            const { status, code, message } = answer as Exclude<Answer, readonly object[]>;
            return { status, text: JSON.stringify({ error: { code, message } }) };
        }
        const pageSize = this.answers.pageSize ?? 1000;
        const from = Number(asked.options.$skipToken ?? 0);
        const data: unknown[] = answer.slice(from, from + pageSize);
        const next = from + pageSize < answer.length ? { $skipToken: String(from + pageSize) } : {};
        const result = { totalRecords: answer.length, count: data.length, resultTruncated: "false", data, ...next };
        return { status: 200, text: JSON.stringify(result) };
    }
}

const token: TokenCredential = {
    getToken: () => Promise.resolve({ token: "a-token", expiresOnTimestamp: Date.now() + 3_600_000 }),
};
