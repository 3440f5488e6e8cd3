import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { SensorPayload, type PayloadFileArgs, type SensorPayloadArgs } from "../../components";
import { problemsOf } from "../support/argumentErrors";
import { build, valueOf } from "../support/mocks";

const subscriptionId = "00000000-0000-4000-8000-000000000000";
const roleId = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";

function textFile(name: string, text: string): PayloadFileArgs {
    return { name, text, sha256: createHash("sha256").update(text).digest("hex") };
}

const script = textFile("install-sysmon.ps1", "param()");
const config = textFile("sysmon.xml", "<Sysmon/>");
const args: SensorPayloadArgs = {
    resourceGroupName: "rg-test",
    location: "westeurope",
    subscriptionId,
    accountName: "stsysmontest",
    files: [script, config],
};
const principal = "33333333-0000-4000-8000-000000000000";

describe("SensorPayload", () => {
    it("plans the account, the container, a blob a file, the identity and its right to read", async () => {
        const plan = await build(() => new SensorPayload("payload", args));
        assert.deepEqual(plan.outline(), [
            "Blob payload-install-sysmon.ps1",
            "Blob payload-sysmon.xml",
            "BlobContainer payload-container",
            "RoleAssignment payload-reader",
            "SensorPayload payload",
            "StorageAccount payload",
            "UserAssignedIdentity payload-identity",
        ]);
    });

    it("lets nobody read without signing in, nor without encryption", async () => {
        const plan = await build(() => new SensorPayload("payload", args));
        assert.deepEqual(plan.resource("payload", ":StorageAccount").inputs, {
            resourceGroupName: "rg-test",
            accountName: "stsysmontest",
            location: "westeurope",
            kind: "StorageV2",
            sku: { name: "Standard_LRS" },
            minimumTlsVersion: "TLS1_2",
            enableHttpsTrafficOnly: true,
            allowBlobPublicAccess: false,
            allowSharedKeyAccess: true,
            allowCrossTenantReplication: false,
            defaultToOAuthAuthentication: true,
        });
        assert.equal(plan.resource("payload-container").inputs["publicAccess"], "None");
    });

    it("names blobs by their content, so that new content never takes the place of old", async () => {
        const plan = await build(() => new SensorPayload("payload", args));
        const blob = plan.resource("payload-sysmon.xml").inputs;
        assert.equal(blob["blobName"], `${config.sha256}/sysmon.xml`);
        assert.equal(blob["containerName"], "sysmon");
        assert.equal(JSON.stringify(blob["source"]).includes("<Sysmon/>"), true);
    });

    it("takes a blob's name, and a local file for the engine to read", async () => {
        const local = { name: "sysmon.zip", path: "./sysmon.zip", sha256: "a".repeat(64), blobName: "own/sysmon.zip" };
        const plan = await build(() => new SensorPayload("payload", { ...args, files: [local] }));
        const blob = plan.resource("payload-sysmon.zip").inputs;
        assert.equal(blob["blobName"], "own/sysmon.zip");
        assert.equal(JSON.stringify(blob["source"]).includes("./sysmon.zip"), true);
    });

    it("keeps several contents of one name apart by their keys", async () => {
        const other = { ...textFile("sysmon.xml", "<Sysmon><EventFiltering/></Sysmon>"), key: "canary-sysmon.xml" };
        const plan = await build(() => new SensorPayload("payload", { ...args, files: [script, config, other] }));
        assert.equal(plan.resource("payload-canary-sysmon.xml").inputs["blobName"], `${other.sha256}/sysmon.xml`);
        assert.deepEqual(Object.keys(await valueOf(plan.result.fileUrls)), [
            "install-sysmon.ps1",
            "sysmon.xml",
            "canary-sysmon.xml",
        ]);
    });

    it("lets the identity read blobs of the container, and do no more", async () => {
        const plan = await build(() => new SensorPayload("payload", args));
        const { inputs } = plan.resource("payload-reader");
        const { roleAssignmentName, ...rest } = inputs;
        assert.match(String(roleAssignmentName), /^[0-9a-f]{8}-[0-9a-f]{4}-5/);
        assert.deepEqual(rest, {
            scope: "/id/of/payload-container",
            principalId: "11111111-0000-4000-8000-000000000001",
            principalType: "ServicePrincipal",
            roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
        });
    });

    it("lets further readers in, each by its key", async () => {
        const readers = { "web-01": principal, "web-02": pulumi.output("not known yet") };
        const plan = await build(() => new SensorPayload("payload", { ...args, readers }));
        assert.equal(plan.resource("payload-reader-web-01").inputs["principalId"], principal);
        const names = ["payload-reader", "payload-reader-web-01", "payload-reader-web-02"].map(
            (name) => plan.resource(name).inputs["roleAssignmentName"],
        );
        assert.equal(new Set(names).size, 3);
    });

    it("replaces a role assignment under its old name when its principal changes", async () => {
        const planFor = (web: string) => build(() => new SensorPayload("payload", { ...args, readers: { web } }));
        const before = (await planFor(principal)).resource("payload-reader-web");
        const after = (await planFor(principal.replace("3", "4"))).resource("payload-reader-web");
        assert.equal(before.inputs["roleAssignmentName"], after.inputs["roleAssignmentName"]);
        assert.ok(after.replaceOnChanges.includes("principalId"));
        assert.equal(after.deleteBeforeReplace, true);
    });

    it("names one thing that a machine waits for: the leave of its reader, which comes after the files", async () => {
        const readers = { web: "22222222-0000-4000-8000-000000000001", db: "22222222-0000-4000-8000-000000000002" };
        const plan = await build(() => {
            const payload = new SensorPayload("payload", { ...args, readers });
            new pulumi.ComponentResource("test:index:Machine", "web", {}, { dependsOn: payload.neededBy("web") });
            new pulumi.ComponentResource("test:index:Machine", "own", {}, { dependsOn: payload.neededBy() });
        });
        assert.deepEqual(plan.resource("web").dependencies, ["payload-reader-web"]);
        assert.deepEqual(plan.resource("own").dependencies, ["payload-reader"]);
        const files = args.files.map(({ name }) => `payload-${name}`);
        for (const grant of ["payload-reader", "payload-reader-web", "payload-reader-db"]) {
            const { dependencies } = plan.resource(grant);
            assert.deepEqual(
                files.filter((file) => !dependencies.includes(file)),
                [],
                grant,
            );
        }
    });

    it("protects what would be lost, and leaves blobs and role assignments replaceable", async () => {
        const plan = await build(() => new SensorPayload("payload", args, { protect: true }));
        const protectedNames = plan.resources
            .filter(({ protect, parent }) => parent !== "" && protect === true)
            .map(({ name }) => name);
        assert.deepEqual(protectedNames.sort(), ["payload", "payload-container", "payload-identity"]);
    });

    it("says addresses that derive from names alone", async () => {
        const { result } = await build(() => new SensorPayload("payload", args));
        const url = "https://stsysmontest.blob.core.windows.net/sysmon";
        assert.equal(await valueOf(result.containerUrl), url);
        assert.deepEqual(await valueOf(result.fileUrls), {
            "install-sysmon.ps1": `${url}/${script.sha256}/install-sysmon.ps1`,
            "sysmon.xml": `${url}/${config.sha256}/sysmon.xml`,
        });
    });

    it("gives out the identity", async () => {
        const { result } = await build(() => new SensorPayload("payload", args));
        assert.deepEqual(
            await Promise.all([result.identityId, result.identityPrincipalId, result.identityClientId].map(valueOf)),
            ["/id/of/payload-identity", "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"],
        );
    });

    describe("refuses", () => {
        const cases: [string, SensorPayloadArgs, RegExp][] = [
            ["no files", { ...args, files: [] }, /^files: is empty/],
            ["a subscription that is no GUID", { ...args, subscriptionId: "dev" }, /^subscriptionId: "dev" is no GUID/],
            ["an account name with a hyphen", { ...args, accountName: "st-x" }, /^accountName: "st-x" is refused/],
            ["a container name in capitals", { ...args, containerName: "Sysmon" }, /^containerName: /],
            ["a short identity name", { ...args, identityName: "id" }, /^identityName: /],
            ["no region", { ...args, location: " " }, /^location: /],
            [
                "a hash that is not the text's",
                { ...args, files: [{ ...config, sha256: "0".repeat(64) }] },
                /^files\[0\].sha256: is 0+, yet the text's is [0-9a-f]{64}: machines would refuse/,
            ],
            [
                "a hash that is none",
                { ...args, files: [{ name: "x", path: "x", sha256: "abc" }] },
                /^files\[0\].sha256: "abc" is no SHA-256/,
            ],
            [
                "a file with no content",
                { ...args, files: [{ name: "x", sha256: "a".repeat(64) }] },
                /^files\[0\].text: is missing/,
            ],
            ["a file with two contents", { ...args, files: [{ ...config, path: "x" }] }, /^files\[0\].path: is given/],
            [
                "a name that is a path",
                { ...args, files: [{ ...config, name: "../x", blobName: "x/y" }] },
                /^files\[0\].name: "\.\.\/x" is refused/,
            ],
            [
                "two files of one name",
                { ...args, files: [config, { ...config, blobName: "other/sysmon.xml" }] },
                /^files\[1\].name: "sysmon.xml" is the name of another/,
            ],
            [
                "two files in one blob",
                {
                    ...args,
                    files: [
                        { ...config, blobName: "x/y" },
                        { ...script, blobName: "x/y" },
                    ],
                },
                /^files\[1\].blobName: "x\/y" is the blob of another/,
            ],
            [
                "a blob name with spaces",
                { ...args, files: [{ ...config, blobName: "a b" }] },
                /^files\[0\].blobName: "a b" is refused/,
            ],
            ["a reader that is no principal", { ...args, readers: { web: "me" } }, /^readers.web: "me" is no GUID/],
            [
                "a reader twice",
                { ...args, readers: { a: principal, b: principal.toUpperCase() } },
                /^readers.b: is the principal of "a" again/,
            ],
        ];
        for (const [what, bad, expected] of cases) {
            it(what, async () => {
                const problems = await problemsOf(() => new SensorPayload("payload", bad));
                assert.equal(problems.length, 1, problems.join("\n"));
                assert.match(problems.join(), expected);
            });
        }

        it("three mistakes in one error, and creates nothing", async () => {
            const problems = await problemsOf(
                () => new SensorPayload("payload", { ...args, files: [], accountName: "X", containerName: "-" }),
            );
            assert.equal(problems.length, 3);
        });
    });
});
