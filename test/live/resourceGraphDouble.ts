import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import type { Connection } from "../../live/connection";

/** What a double was asked, as the service sees it. */
export interface Asked {
    readonly query: string;
    readonly subscriptions?: string[];
    readonly managementGroups?: string[];
    readonly options: { readonly $top?: number; readonly $skipToken?: string };
    readonly authorization: string | undefined;
}

/** An answer of the service: rows, cut into pages, or a refusal. */
export type Answer = readonly object[] | { readonly status: number; readonly code: string; readonly message: string };

/**
 * A double of Azure Resource Graph on loopback. The real client asks it: only its requests' way is bent, after everything
 * that the client does to them.
 */
export class ResourceGraphDouble {
    readonly asked: Asked[] = [];
    private readonly server: http.Server;

    private constructor(
        answer: (query: string) => Answer,
        private readonly pageSize: number,
    ) {
        this.server = http.createServer((request, response) => {
            let body = "";
            request.setEncoding("utf8").on("data", (text: string) => (body += text));
            request.on("end", () => {
                // The body is what the client wrote; a wrong one fails the test that reads it.
                const asked = { ...(JSON.parse(body) as Asked), authorization: request.headers.authorization };
                this.asked.push(asked);
                const { status, text } = this.reply(answer(asked.query), asked);
                response.writeHead(status, { "content-type": "application/json" }).end(text);
            });
        });
    }

    /** Starts a double that answers so. */
    static async start(answer: (query: string) => Answer, pageSize = 1000): Promise<ResourceGraphDouble> {
        const double = new ResourceGraphDouble(answer, pageSize);
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

    private reply(answer: Answer, { options }: Asked): { status: number; text: string } {
        if (!Array.isArray(answer)) {
            const { status, code, message } = answer as Exclude<Answer, readonly object[]>;
            return { status, text: JSON.stringify({ error: { code, message } }) };
        }
        const from = Number(options.$skipToken ?? 0);
        const data: unknown[] = answer.slice(from, from + this.pageSize);
        const next = from + this.pageSize < answer.length ? { $skipToken: String(from + this.pageSize) } : {};
        const result = { totalRecords: answer.length, count: data.length, resultTruncated: "false", data, ...next };
        return { status: 200, text: JSON.stringify(result) };
    }
}

const token: TokenCredential = {
    getToken: () => Promise.resolve({ token: "a-token", expiresOnTimestamp: Date.now() + 3_600_000 }),
};
