import * as crypto from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { TokenCredential } from "@azure/identity";
import type { IHttpClient } from "@azure/storage-blob" with { "resolution-mode": "import" };
import type { StoreConnection } from "../../live/payloadStore";

/** A blob as the service keeps it. */
export interface Blob {
    readonly content: Buffer;
    /** Whether the service knows its hash: of one that came in parts it does not. */
    readonly hashed?: false;
}

/**
 * A double of Blob Storage on loopback, with one container. The real client asks it: only its requests' way is bent, after
 * everything that the client does to them.
 */
export class BlobDouble {
    /** Blobs of the container by name. */
    readonly blobs = new Map<string, Blob>();
    /** What was asked: `METHOD /container/blob`. */
    readonly asked: string[] = [];
    private readonly server: http.Server;

    private constructor(
        private readonly container: string,
        private readonly refuse: (request: string) => { status: number; code: string } | undefined,
    ) {
        this.server = http.createServer((request, response) => {
            const parts: Buffer[] = [];
            request.on("data", (part: Buffer) => parts.push(part));
            request.on("end", () => this.answer(request, Buffer.concat(parts), response));
        });
    }

    /** Starts a double that has this container and refuses what it is told to. */
    static async start(
        container: string,
        refuse: (request: string) => { status: number; code: string } | undefined = () => undefined,
    ): Promise<BlobDouble> {
        const double = new BlobDouble(container, refuse);
        await new Promise<void>((resolve) => double.server.listen(0, "127.0.0.1", resolve));
        return double;
    }

    /** A connection whose requests come here. */
    connection(credential: TokenCredential = token): StoreConnection {
        const { port } = this.server.address() as AddressInfo;
        const httpClient: IHttpClient = {
            async sendRequest(request) {
                const { pathname, search } = new URL(request.url);
                const sent = request.headers.toJson({ preserveCase: true });
                const response = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
                    method: request.method,
                    headers: Object.fromEntries(
                        Object.entries(sent).filter(([name]) => !/^(host|content-length)$/i.test(name)),
                    ),
                    body: Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : null,
                });
                const headers = request.headers.clone();
                for (const name of headers.headerNames()) headers.remove(name);
                response.headers.forEach((value, name) => headers.set(name, value));
                const content = Buffer.from(await response.arrayBuffer());
                return {
                    request,
                    headers,
                    status: response.status,
                    bodyAsText: content.toString("utf8"),
                    readableStreamBody: Readable.from([content]),
                };
            },
        };
        return { credential, client: { httpClient, retryOptions: { maxTries: 1 } } };
    }

    /** Stops it. */
    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }

    private answer(request: http.IncomingMessage, content: Buffer, response: http.ServerResponse): void {
        const { method = "", url = "", headers } = request;
        const [, container = "", ...rest] = decodeURIComponent(new URL(url, "http://x").pathname).split("/");
        const name = rest.join("/");
        this.asked.push(`${method} /${container}/${name}`);
        const fail = (status: number, code: string): void => {
            response.writeHead(status, { "x-ms-error-code": code, "content-type": "application/xml" });
            response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}.</Message></Error>`);
        };
        const refusal = this.refuse(`${method} ${name}`);
        if (headers.authorization !== "Bearer a-token") return fail(401, "NoAuthenticationInformation");
        if (refusal !== undefined) return fail(refusal.status, refusal.code);
        if (container !== this.container) return fail(404, "ContainerNotFound");
        const blob = this.blobs.get(name);
        if (method === "PUT") {
            if (headers["if-none-match"] === "*" && blob !== undefined) return fail(409, "BlobAlreadyExists");
            this.blobs.set(name, { content });
            response.writeHead(201, hashOf(content)).end();
            return;
        }
        if (blob === undefined) return fail(404, "BlobNotFound");
        response.writeHead(200, {
            "content-length": blob.content.length,
            "content-type": "application/octet-stream",
            "x-ms-blob-type": "BlockBlob",
            etag: '"1"',
            "last-modified": "Tue, 24 Nov 2026 08:00:00 GMT",
            ...(blob.hashed === false ? {} : hashOf(blob.content)),
        });
        response.end(method === "HEAD" ? undefined : blob.content);
    }
}

function hashOf(content: Buffer): Record<string, string> {
    return { "content-md5": crypto.createHash("md5").update(content).digest("base64") };
}

const token: TokenCredential = {
    getToken: () => Promise.resolve({ token: "a-token", expiresOnTimestamp: Date.now() + 3_600_000 }),
};
