/** Ids of the built-in roles that this package grants or asks for (source: built-in-roles article). */
export const builtInRoles = {
    azureConnectedMachineResourceAdministrator: "cd570a14-e51a-42ad-bac8-bafd67325302",
    contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    keyVaultCryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
    logAnalyticsContributor: "92aaf0da-9dab-42b6-94a3-d43ce8d16293",
    logAnalyticsDataReader: "3b03c2da-16b3-4a49-8834-0f8130efdd3b",
    logAnalyticsReader: "73c42c96-874c-492b-b04d-ab87d138a893",
    managedIdentityContributor: "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
    managedIdentityOperator: "f1a07417-d97a-45cb-824c-7a7467783830",
    monitoringContributor: "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
    monitoringReader: "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
    reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    resourcePolicyContributor: "36243c78-bf99-498c-9df9-86d9f8d28608",
    roleBasedAccessControlAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    securityAdmin: "fb1c8493-542b-48eb-b624-b4c8fea62acd",
    securityReader: "39bc4728-0917-49c7-9d2c-d95423bc2eb4",
    sentinelContributor: "ab8e14d6-4a74-4a29-9ba8-549422addade",
    sentinelReader: "8d289c81-5878-46d4-8554-54e1e3d8b5cb",
    sentinelResponder: "3e150937-b8fe-4cfb-8069-0eaf05ecd056",
    storageBlobDataContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    storageBlobDataReader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    tagContributor: "4a9ae827-6dc8-4573-8ac7-8239d42aa03f",
    userAccessAdministrator: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    virtualMachineContributor: "9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
    workbookContributor: "e8ddcd69-c73f-4f9f-9844-4100522f16ad",
} as const;

/** A built-in role by its name in `builtInRoles`. */
export type BuiltInRole = keyof typeof builtInRoles;

/** Full resource id of a built-in role's definition, the form that a role assignment keeps and returns. */
export function roleDefinitionId(subscriptionId: string, role: BuiltInRole): string {
    return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles[role]}`;
}
