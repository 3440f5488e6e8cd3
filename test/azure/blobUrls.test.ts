import assert from "node:assert/strict";
import { blobUrl, containerUrl, contentBlobName } from "../../azure";

describe("addresses of blobs", () => {
    it("derive from the names of account and container", () => {
        assert.equal(containerUrl("stx", "sysmon"), "https://stx.blob.core.windows.net/sysmon");
    });

    it("encode each part of the blob's name", () => {
        assert.equal(blobUrl("https://x/c", "a b/c%d#e"), "https://x/c/a%20b/c%25d%23e");
    });

    it("change with the content", () => {
        assert.equal(contentBlobName("0123456789ABCDEF0000", "sysmon.xml"), "0123456789abcdef0000/sysmon.xml");
    });
});
