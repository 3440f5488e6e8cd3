import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { packagePath } from "../../package/root";
import { build, type Build } from "../support/mocks";

const load = createRequire(__filename);
const subscriptionId = "00000000-0000-4000-8000-000000000001";
const scope = `/subscriptions/${subscriptionId}`;
const operator = "00000000-0000-4000-8000-000000000009";
const config = {
    location: "westeurope",
    subscriptionId,
    tenantId: "00000000-0000-4000-8000-000000000002",
    github: JSON.stringify({ owner: "example", repository: "detection" }),
    environments: JSON.stringify({
        "dev-preview": { access: "preview", scopes: [scope] },
        dev: { access: "deploy", scopes: [scope] },
    }),
    operators: JSON.stringify([operator]),
};

interface Exports {
    readonly backendUrl: string;
    readonly secretsProvider: string;
    readonly subjects: Readonly<Record<string, string>>;
}

function run(change: Record<string, string> = {}): Promise<Build<Exports>> {
    return build(() => {
        const settings = Object.entries({ ...config, ...change });
        pulumi.runtime.setAllConfig(Object.fromEntries(settings.map(([key, value]) => [`sysmon-azure:${key}`, value])));
        const entry = load.resolve(packagePath("bootstrap", "index.ts"));
        Reflect.deleteProperty(load.cache, entry);
        return load(entry) as Exports;
    });
}

describe("the bootstrap program", () => {
    let plan: Build<Exports>;
    before(async () => {
        plan = await run();
    });

    it("keeps the state where only Microsoft Entra ID opens, with its history", () => {
        const account = plan.resource("state", ":StorageAccount").inputs;
        assert.deepEqual(
            [account["allowSharedKeyAccess"], account["allowBlobPublicAccess"], account["minimumTlsVersion"]],
            [false, false, "TLS1_2"],
        );
        assert.equal(plan.resource("state-container").inputs["publicAccess"], "None");
        const history = plan.resource("state-history").inputs;
        assert.equal(history["isVersioningEnabled"], true);
        assert.deepEqual(history["deleteRetentionPolicy"], { enabled: true, days: 30 });
    });

    it("makes a key that only roles open and nobody can purge", () => {
        const properties = Object(plan.resource("vault").inputs["properties"]) as Record<string, unknown>;
        assert.deepEqual(
            [
                properties["enableRbacAuthorization"],
                properties["enablePurgeProtection"],
                properties["enableSoftDelete"],
            ],
            [true, true, true],
        );
        assert.deepEqual(plan.resource("key").inputs["properties"], {
            kty: "RSA",
            keySize: 3072,
            keyOps: ["encrypt", "decrypt"],
        });
    });

    it("protects everything without which no state can be read", () => {
        const kept = plan.resources.filter(({ protect }) => protect).map(({ name }) => name);
        assert.deepEqual(kept.sort(), ["group", "key", "state", "state-container", "vault"]);
    });

    it("gives each environment an identity that trusts this environment's jobs only", () => {
        for (const name of ["dev", "dev-preview"]) {
            const { inputs } = plan.resource(name, ":ApplicationFederatedIdentityCredential");
            assert.deepEqual(
                [inputs["audiences"], inputs["issuer"], inputs["subject"]],
                [
                    ["api://AzureADTokenExchange"],
                    "https://token.actions.githubusercontent.com",
                    `repo:example/detection:environment:${name}`,
                ],
            );
        }
    });

    it("grants roles under names that no two assignments share", () => {
        const assignments = plan.resources.filter(({ type }) => type.endsWith(":RoleAssignment"));
        assert.deepEqual(
            assignments.map(({ name }) => name).sort(),
            [
                `${operator}-key`,
                `${operator}-state`,
                `dev-contributor-${subscriptionId}`,
                "dev-key",
                `dev-preview-reader-${subscriptionId}`,
                "dev-preview-key",
                "dev-preview-state",
                `dev-role-administrator-${subscriptionId}`,
                "dev-state",
            ].sort(),
        );
        assert.equal(new Set(assignments.map(({ inputs }) => inputs["roleAssignmentName"])).size, assignments.length);
        for (const { inputs } of assignments) {
            assert.equal(inputs["conditionVersion"], inputs["condition"] === undefined ? undefined : "2.0");
        }
    });

    it("tells the addresses that pipelines need", () => {
        const { backendUrl, secretsProvider, subjects } = plan.result;
        assert.match(backendUrl, /^azblob:\/\/state\?storage_account=st[a-z0-9]{1,22}$/);
        assert.match(secretsProvider, /^azurekeyvault:\/\/kv[a-z0-9]{1,22}\.vault\.azure\.net\/keys\/pulumi$/);
        assert.equal(subjects["dev"], "repo:example/detection:environment:dev");
    });

    it("stops with one report before it creates anything", async () => {
        await assert.rejects(run({ location: "?", github: "{}" }), (error: Error) => {
            assert.match(error.message, /3 problems/);
            return true;
        });
    });
});
