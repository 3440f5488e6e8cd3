import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { CredentialUnavailableError, type TokenCredential } from "@azure/identity";
import { pushFiles, type PushedFile, type StoredFile } from "../../live/payloadStore";
import { BlobDouble } from "./blobDouble";

const file = (name: string, text: string): StoredFile => {
    const content = Buffer.from(text);
    return { blobName: `${crypto.createHash("sha256").update(content).digest("hex")}/${name}`, content };
};
const installer = file("install-sysmon.ps1", "Write-Output 'installer'");
const config = file("sysmon.xml", "<Sysmon/>");
const files = [installer, config];
const url = "https://stpayload.blob.core.windows.net/sysmon";

describe("Pushing the payload into a container that exists", () => {
    let double: BlobDouble | undefined;
    const start = async (...options: Parameters<typeof BlobDouble.start>): Promise<BlobDouble> =>
        (double = await BlobDouble.start(...options));
    afterEach(async () => {
        await double?.stop();
        double = undefined;
    });
    const push = (store: BlobDouble, options = { dryRun: false }): Promise<PushedFile[]> =>
        pushFiles(store.connection(), url, files, options);
    const outcomes = (pushed: readonly PushedFile[]): string[] => pushed.map(({ outcome }) => outcome);
    const written = (store: BlobDouble): string[] => store.asked.filter((request) => request.startsWith("PUT"));

    it("puts every file under the name that says its content", async () => {
        const store = await start("sysmon");
        assert.deepEqual(outcomes(await push(store)), ["uploaded", "uploaded"]);
        assert.deepEqual([...store.blobs.keys()], [installer.blobName, config.blobName]);
        assert.deepEqual(store.blobs.get(config.blobName)?.content, config.content);
    });

    it("skips what is there", async () => {
        const store = await start("sysmon");
        await push(store);
        assert.deepEqual(outcomes(await push(store)), ["present", "present"]);
        assert.equal(written(store).length, 2);
    });

    it("writes nothing where it is only to look", async () => {
        const store = await start("sysmon");
        store.blobs.set(config.blobName, { content: config.content });
        assert.deepEqual(outcomes(await push(store, { dryRun: true })), ["absent", "present"]);
        assert.deepEqual(written(store), []);
    });

    const foreign: readonly [string, string][] = [
        ["of the same length", "<SYSMON/>"],
        ["of another length", "<Sysmon></Sysmon>"],
    ];
    for (const [title, text] of foreign) {
        it(`leaves alone what is something else ${title}, and says so`, async () => {
            const store = await start("sysmon");
            store.blobs.set(config.blobName, { content: Buffer.from(text) });
            assert.deepEqual(outcomes(await push(store)), ["uploaded", "damaged"]);
            assert.equal(store.blobs.get(config.blobName)?.content.toString(), text);
        });
    }

    const unhashed: readonly [string, Buffer, string][] = [
        ["the file", config.content, "present"],
        ["another", Buffer.from("<SYSMON/>"), "damaged"],
    ];
    for (const [title, content, expected] of unhashed) {
        it(`reads a blob whose hash the service does not know: it is ${title}`, async () => {
            const store = await start("sysmon");
            store.blobs.set(config.blobName, { content, hashed: false });
            assert.deepEqual(outcomes(await push(store)), ["uploaded", expected]);
        });
    }

    it("takes what somebody else put there in the meantime", async () => {
        const store: BlobDouble = await start("sysmon", (request) => {
            if (request === `PUT ${config.blobName}`) store.blobs.set(config.blobName, { content: config.content });
            return undefined;
        });
        assert.deepEqual(outcomes(await push(store)), ["uploaded", "present"]);
    });

    it("tells of a container that is not there", async () => {
        await assert.rejects(push(await start("another")), {
            name: "LiveError",
            message: `${url}: there is no such container. Create it, or correct artifacts.container.`,
        });
    });

    it("says which role is missing where Azure refuses", async () => {
        const refusing = await start("sysmon", (request) =>
            request.startsWith("PUT") ? { status: 403, code: "AuthorizationPermissionMismatch" } : undefined,
        );
        await assert.rejects(push(refusing), {
            name: "LiveError",
            message: /Azure answered 403: .*lacks the role Storage Blob Data Contributor there\.$/,
        });
    });

    it("ends in one line where nobody is signed in", async () => {
        const nobody: TokenCredential = {
            getToken: () => Promise.reject(new CredentialUnavailableError("no credential\nanother line")),
        };
        const connection = (await start("sysmon")).connection(nobody);
        await assert.rejects(pushFiles(connection, url, files, { dryRun: true }), {
            name: "LiveError",
            message: /^https:\/\/\S+: nobody is signed in to Azure\. Run "az login"[^\n]*$/,
        });
    });
});
