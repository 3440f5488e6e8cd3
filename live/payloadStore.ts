import * as crypto from "node:crypto";
import type { TokenCredential } from "@azure/identity";
import type { BlockBlobClient, StoragePipelineOptions } from "@azure/storage-blob" with { "resolution-mode": "import" };
import { blobUrl } from "../azure";
import { errorCode, liveError, LiveError } from "./connection";

/** How a blob container is reached: who asks, and over what. */
export interface StoreConnection {
    readonly credential: TokenCredential;
    /** Options of the client. Default: its own, over the network. */
    readonly client?: StoragePipelineOptions;
}

/** A file of the payload. Its blob's name starts with the SHA-256 of its content, so it is never another one's. */
export interface StoredFile {
    /** `<sha256>/<name>`. */
    readonly blobName: string;
    readonly content: Buffer;
}

/**
 * What became of a file: put there now, there before, not there yet (where nothing may be written), or `damaged`: there
 * is something else under its name, which is left alone.
 */
export interface PushedFile {
    readonly blobName: string;
    /** Length of the file in bytes. */
    readonly bytes: number;
    readonly outcome: "uploaded" | "present" | "absent" | "damaged";
}

/**
 * Puts files into a container that exists, one after another. What is there stays: a name says its content, and what
 * does not hold it is told of and not written over.
 *
 * @param containerUrl Address of the container, `https://ACCOUNT.blob.core.windows.net/CONTAINER`.
 * @param options `dryRun`: nothing is written. `progress` is told, in words, what is at work.
 * @throws LiveError where nobody is signed in, the container is not there, or Azure refuses.
 */
export async function pushFiles(
    connection: StoreConnection,
    containerUrl: string,
    files: readonly StoredFile[],
    options: { readonly dryRun: boolean; readonly progress?: (text: string) => void },
): Promise<PushedFile[]> {
    const { BlockBlobClient: Client } = await import("@azure/storage-blob");
    const pushed: PushedFile[] = [];
    for (const file of files) {
        options.progress?.(file.blobName);
        const client = new Client(blobUrl(containerUrl, file.blobName), connection.credential, connection.client);
        try {
            pushed.push({
                blobName: file.blobName,
                bytes: file.content.length,
                outcome: await pushFile(client, file, options.dryRun),
            });
        } catch (error) {
            throw storeError(error, containerUrl);
        }
    }
    return pushed;
}

async function pushFile(client: BlockBlobClient, file: StoredFile, dryRun: boolean): Promise<PushedFile["outcome"]> {
    const before = await look(client, file);
    if (before !== "absent" || dryRun) return before;
    const { content } = file;
    try {
        const { contentMD5 } = await client.upload(content, content.length, {
            conditions: { ifNoneMatch: "*" },
            blobHTTPHeaders: { blobContentType: "application/octet-stream" },
        });
        // The service says the hash of what has arrived.
        if (contentMD5 === undefined || md5(content).equals(contentMD5)) return "uploaded";
        return "damaged";
    } catch (error) {
        // Somebody else was faster: what is there now counts.
        if (errorCode(error) !== "BlobAlreadyExists") throw error;
        return look(client, file);
    }
}

/** What is under the name of a file. */
async function look(client: BlockBlobClient, { content }: StoredFile): Promise<"present" | "absent" | "damaged"> {
    let properties;
    try {
        properties = await client.getProperties();
    } catch (error) {
        if (errorCode(error) === "BlobNotFound") return "absent";
        throw error;
    }
    if (properties.contentLength !== content.length) return "damaged";
    // A blob that came in parts has no hash: then its content decides.
    const equal =
        properties.contentMD5 === undefined
            ? content.equals(await client.downloadToBuffer())
            : md5(content).equals(properties.contentMD5);
    return equal ? "present" : "damaged";
}

/** The hash that Blob Storage keeps of its blobs. It finds damage; names with SHA-256 are what machines trust. */
function md5(content: Buffer): Buffer {
    return crypto.createHash("md5").update(content).digest();
}

function storeError(error: unknown, containerUrl: string): LiveError {
    if (errorCode(error) === "ContainerNotFound") {
        return new LiveError(`${containerUrl}: there is no such container. Create it, or correct artifacts.container.`);
    }
    return liveError(error, containerUrl, "Storage Blob Data Contributor");
}
