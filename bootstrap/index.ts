/**
 * What pipelines need before they can deploy, run once by a person: a store for the state, a key for the secrets in it,
 * and an identity for each environment. What pipelines sign in with is never part of what they deploy.
 */
import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { Key, Vault } from "@pulumi/azure-native/keyvault";
import { Provider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import { BlobContainer, BlobServiceProperties, StorageAccount } from "@pulumi/azure-native/storage";
import { Application } from "@pulumi/azuread/application";
import { ApplicationFederatedIdentityCredential } from "@pulumi/azuread/applicationFederatedIdentityCredential";
import { ServicePrincipal } from "@pulumi/azuread/servicePrincipal";
import * as pulumi from "@pulumi/pulumi";
import { builtInRoles, deterministicGuid, roleDefinitionId, stackNames, stackTags } from "../azure";
import { settingsOfConfig } from "../settings/configText";
import { settingsError } from "../settings/load";
import { grantsOf, operatorGrants, type Grant } from "./grants";
import { gitHubIssuer, gitHubSubject, tokenAudience } from "./identities";
import { parseBootstrapSettings } from "./settings";

const parsed = parseBootstrapSettings(settingsOfConfig(pulumi.runtime.allConfig()), `Pulumi.${pulumi.getStack()}.yaml`);
if ("problems" in parsed) throw settingsError(parsed.problems);
const { location, subscriptionId, tenantId, github, environments, operators } = parsed.settings;

const stack = { workload: "sysmon", environment: pulumi.getStack(), location, subscriptionId };
const names = stackNames(stack);
const tags = stackTags(stack);
const containerName = "state";
const keyName = "pulumi";
// A vault's name is unique in Azure as an account's is, and takes the same characters.
const vaultName = `kv${names.storageAccount.slice(2)}`;
const resourceGroupName = names.resourceGroup;

const provider = new Provider("azure", { subscriptionId, tenantId });
const kept = { provider, protect: true };
const group = new ResourceGroup("group", { resourceGroupName, location, tags }, kept);

const account = new StorageAccount(
    "state",
    {
        resourceGroupName,
        accountName: names.storageAccount,
        location,
        kind: "StorageV2",
        sku: { name: "Standard_ZRS" },
        minimumTlsVersion: "TLS1_2",
        enableHttpsTrafficOnly: true,
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: false,
        allowCrossTenantReplication: false,
        defaultToOAuthAuthentication: true,
        tags,
    },
    { ...kept, dependsOn: group },
);
new BlobServiceProperties(
    "state-history",
    {
        resourceGroupName,
        accountName: names.storageAccount,
        blobServicesName: "default",
        isVersioningEnabled: true,
        deleteRetentionPolicy: { enabled: true, days: 30 },
        containerDeleteRetentionPolicy: { enabled: true, days: 30 },
    },
    { provider, dependsOn: account },
);
const container = new BlobContainer(
    "state-container",
    { resourceGroupName, accountName: names.storageAccount, containerName, publicAccess: "None" },
    { ...kept, dependsOn: account },
);

const vault = new Vault(
    "vault",
    {
        resourceGroupName,
        vaultName,
        location,
        properties: {
            tenantId,
            sku: { family: "A", name: "standard" },
            enableRbacAuthorization: true,
            enableSoftDelete: true,
            softDeleteRetentionInDays: 90,
            // Without its key no state can be read again.
            enablePurgeProtection: true,
        },
        tags,
    },
    { ...kept, dependsOn: group },
);
const key = new Key(
    "key",
    {
        resourceGroupName,
        vaultName,
        keyName,
        properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] },
        tags,
    },
    { ...kept, dependsOn: vault },
);

const identities = Object.entries(environments).map(([name, environment]) => {
    const application = new Application(name, { displayName: `sysmon-azure ${name}` });
    const principal = new ServicePrincipal(name, { clientId: application.clientId });
    const subject = gitHubSubject(github, name);
    new ApplicationFederatedIdentityCredential(name, {
        applicationId: application.id,
        displayName: `github-${name}`,
        audiences: [tokenAudience],
        issuer: gitHubIssuer,
        subject,
    });
    for (const grant of grantsOf(environment)) give(name, grant, principal.objectId, "ServicePrincipal");
    return { name, clientId: application.clientId, subject };
});
for (const operator of operators) {
    for (const grant of operatorGrants) give(operator, grant, operator);
}

/** What `pulumi login` takes in pipelines. */
export const backendUrl = `azblob://${containerName}?storage_account=${names.storageAccount}`;
/** What `pulumi stack init --secrets-provider` takes. */
export const secretsProvider = `azurekeyvault://${vaultName}.vault.azure.net/keys/${keyName}`;
/** Client id of each environment: its variable AZURE_CLIENT_ID. */
export const clientIds = Object.fromEntries(identities.map(({ name, clientId }) => [name, clientId]));
/** Subject that each environment's identity trusts, to compare where a sign-in fails. */
export const subjects = Object.fromEntries(identities.map(({ name, subject }) => [name, subject]));

/** Gives a role to a principal under a name that is the same on every run. */
function give(who: string, grant: Grant, principalId: pulumi.Input<string>, principalType?: "ServicePrincipal"): void {
    const places = { scope: undefined, state: container, key };
    const place = places[grant.on.kind];
    const at = grant.on.kind === "scope" ? grant.on.id : grant.on.kind;
    new RoleAssignment(
        `${who}-${grant.key}`,
        {
            roleAssignmentName: deterministicGuid(
                subscriptionId,
                names.storageAccount,
                who,
                at,
                builtInRoles[grant.role],
            ),
            scope: place?.id ?? at,
            principalId,
            principalType,
            roleDefinitionId: roleDefinitionId(subscriptionOf(at), grant.role),
            condition: grant.condition,
            conditionVersion: grant.condition === undefined ? undefined : "2.0",
        },
        { provider, replaceOnChanges: ["principalId", "roleDefinitionId", "scope"], deleteBeforeReplace: true },
    );
}

/** Subscription that names the role's definition: that of the scope. */
function subscriptionOf(at: string): string {
    return /^\/subscriptions\/([^/]+)/.exec(at)?.[1]?.toLowerCase() ?? subscriptionId;
}
