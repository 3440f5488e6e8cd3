import { createHash } from "node:crypto";
import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { Blob, BlobContainer, StorageAccount } from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import {
    blobUrl,
    builtInRoles,
    containerUrl,
    contentBlobName,
    deterministicGuid,
    isGuid,
    locationProblem,
    nameProblem,
    roleDefinitionId,
} from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** A file that machines fetch to install the sensor. Give `text` or `path`. */
export interface PayloadFileArgs {
    /** Required. Name of the file: letters, digits, periods, underscores and hyphens. */
    name: string;
    /**
     * Optional. Stable key of the file, unique in the payload, of the same characters; resources are named by it. A payload
     * that holds several contents of one name puts the content's hash in it: then content that moves from one use to
     * another stays where it is. Defaults to the name.
     */
    key?: string;
    /** Required. SHA-256 of the content, 64 hexadecimal digits; machines refuse any other content. */
    sha256: string;
    /** Optional. Name of the blob. Defaults to `sha256`, a slash and `name`. */
    blobName?: string;
    /** Conditional. Content of a text file, uploaded as UTF-8. */
    text?: string;
    /** Conditional. Path of a local file to upload; the engine reads it, not the component. */
    path?: string;
}

/** Arguments of SensorPayload. */
export interface SensorPayloadArgs {
    /** Required. Resource group of the storage account and the identity. */
    resourceGroupName: pulumi.Input<string>;
    /** Required. Azure region, such as `westeurope`. */
    location: pulumi.Input<string>;
    /** Required. GUID of the subscription; role definitions are named by it. */
    subscriptionId: string;
    /** Required. Name of the storage account, unique in Azure: 3 to 24 lower-case letters and digits. */
    accountName: string;
    /**
     * Optional. Name of the private container: 3 to 63 lower-case letters, digits and single hyphens.
     * Defaults to `sysmon`.
     */
    containerName?: string;
    /**
     * Optional. Name of the user-assigned identity that may read the payload: 3 to 128 letters, digits, underscores and
     * hyphens. Defaults to `id-` and the component's name.
     */
    identityName?: string;
    /** Required. The files, at least one. */
    files: PayloadFileArgs[];
    /**
     * Optional. Principal ids (GUIDs) of further identities that may read the payload, such as system-assigned
     * identities of machines, by a stable key. Defaults to none.
     */
    readers?: { [key: string]: pulumi.Input<string> };
    /** Optional. Tags of everything that can be tagged. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** Arguments with their defaults, known to be right. */
interface SettledPayload {
    containerName: string;
    identityName: string;
    files: SettledFile[];
}

/** Role assignments, which are created after the files. */
interface Grants {
    /** That of the payload's own identity. */
    own: pulumi.Resource;
    /** Those of further readers by their keys. */
    readers: Map<string, pulumi.Resource>;
}

// A field of such a type would keep the component from other languages.
const grantsOf = new WeakMap<SensorPayload, Grants>();

interface SettledFile {
    key: string;
    blobName: string;
    source: pulumi.asset.Asset;
}

/**
 * What machines fetch to install the sensor, once a stack: a storage account with a private container, the files as
 * blobs named by their content, and a user-assigned identity that may read them.
 *
 * azure-native fills blobs with the account's shared key, so the account accepts keys; where a policy denies them, keep
 * the files in a container of your own and leave this component out.
 *
 * `protect` of the component holds for the account, the container and the identity; blobs and role assignments follow
 * the arguments and stay replaceable. `dependsOn` of the component holds for each child.
 */
export class SensorPayload extends pulumi.ComponentResource {
    /** Address of the container; it derives from the names of the account and the container alone. */
    public readonly containerUrl: pulumi.Output<string>;
    /** Address of each file's blob by the file's key. */
    public readonly fileUrls: pulumi.Output<{ [key: string]: string }>;
    /** Resource id of the identity that may read the files. */
    public readonly identityId: pulumi.Output<string>;
    /** Principal id of that identity. */
    public readonly identityPrincipalId: pulumi.Output<string>;
    /** Client id of that identity. */
    public readonly identityClientId: pulumi.Output<string>;

    constructor(name: string, args: SensorPayloadArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:SensorPayload", name, {}, opts);
        const { containerName, identityName, files } = settle(name, args);
        const { resourceGroupName, location, tags } = args;
        const childOptions = { parent: this, dependsOn: opts?.dependsOn };

        const account = new StorageAccount(
            name,
            {
                resourceGroupName,
                accountName: args.accountName,
                location,
                kind: "StorageV2",
                sku: { name: "Standard_LRS" },
                minimumTlsVersion: "TLS1_2",
                enableHttpsTrafficOnly: true,
                allowBlobPublicAccess: false,
                allowSharedKeyAccess: true,
                allowCrossTenantReplication: false,
                defaultToOAuthAuthentication: true,
                tags,
            },
            childOptions,
        );
        const container = new BlobContainer(
            `${name}-container`,
            { resourceGroupName, accountName: args.accountName, containerName, publicAccess: "None" },
            // Names are plain, so that a preview shows them; what is in the account depends on it explicitly.
            pulumi.mergeOptions(childOptions, { dependsOn: account }),
        );
        const blobs = files.map(
            (file) =>
                new Blob(
                    `${name}-${file.key}`,
                    {
                        resourceGroupName,
                        accountName: args.accountName,
                        containerName,
                        blobName: file.blobName,
                        type: "Block",
                        contentType: "application/octet-stream",
                        source: file.source,
                    },
                    // The old content stays until no machine is told to fetch it any more.
                    pulumi.mergeOptions(childOptions, {
                        dependsOn: container,
                        protect: false,
                        deleteBeforeReplace: false,
                    }),
                ),
        );

        const identity = new UserAssignedIdentity(
            `${name}-identity`,
            { resourceGroupName, resourceName: identityName, location, tags },
            childOptions,
        );
        const allowReading = (childName: string, key: string, principalId: pulumi.Input<string>): RoleAssignment =>
            new RoleAssignment(
                childName,
                {
                    roleAssignmentName: deterministicGuid(
                        args.subscriptionId.toLowerCase(),
                        args.accountName,
                        containerName,
                        builtInRoles.storageBlobDataReader,
                        key,
                    ),
                    scope: container.id,
                    principalId,
                    // Said, so that a principal that is not yet known everywhere in the directory is accepted.
                    principalType: "ServicePrincipal",
                    roleDefinitionId: roleDefinitionId(args.subscriptionId, "storageBlobDataReader"),
                },
                {
                    ...childOptions,
                    // Leave to read says that there is something to read: a machine waits for one resource.
                    dependsOn: blobs,
                    // An assignment cannot change whom it is for, and its name stays the same.
                    replaceOnChanges: ["principalId", "principalType", "roleDefinitionId", "scope"],
                    deleteBeforeReplace: true,
                    protect: false,
                },
            );
        const own = allowReading(`${name}-reader`, "identity", identity.principalId);
        const readers = new Map(
            Object.entries(args.readers ?? {}).map(([key, principalId]): [string, RoleAssignment] => [
                key,
                allowReading(`${name}-reader-${key}`, `readers/${key}`, principalId),
            ]),
        );
        grantsOf.set(this, { own, readers });

        const url = containerUrl(args.accountName, containerName);
        this.containerUrl = pulumi.output(url);
        this.fileUrls = pulumi.output(Object.fromEntries(files.map((file) => [file.key, blobUrl(url, file.blobName)])));
        this.identityId = identity.id;
        this.identityPrincipalId = identity.principalId;
        this.identityClientId = identity.clientId;
        this.registerOutputs({
            containerUrl: this.containerUrl,
            fileUrls: this.fileUrls,
            identityId: this.identityId,
            identityPrincipalId: this.identityPrincipalId,
            identityClientId: this.identityClientId,
        });
    }

    /**
     * What a machine that fetches the files waits for, to be given as `dependsOn`: the leave of its reader to read them,
     * which is given once they are there. With the whole component instead, each machine would wait for the leave of
     * every other one, and a state of 300 machines would name 90,000 of them.
     *
     * @param reader Key of the machine's identity in `readers`; absent for the payload's own identity, and where others
     * see to it.
     */
    public neededBy(reader?: string): pulumi.Resource {
        const grants = grantsOf.get(this);
        return (reader === undefined ? undefined : grants?.readers.get(reader)) ?? grants?.own ?? this;
    }
}

function settle(name: string, args: SensorPayloadArgs): SettledPayload {
    const problems = new ArgumentProblems();
    const containerName = args.containerName ?? "sysmon";
    const identityName = args.identityName ?? `id-${name}`;

    if (typeof args.location === "string") problems.addIf("location", locationProblem(args.location));
    if (!isGuid(args.subscriptionId)) problems.add("subscriptionId", `"${args.subscriptionId}" is no GUID`);
    problems.addIf("accountName", nameProblem("storageAccount", args.accountName));
    problems.addIf("containerName", nameProblem("blobContainer", containerName));
    problems.addIf("identityName", nameProblem("userAssignedIdentity", identityName));
    checkReaders(args.readers ?? {}, problems);
    const files = settleFiles(args.files, problems);
    if (problems.found) throw problems.toError("SensorPayload", name);
    return { containerName, identityName, files };
}

function checkReaders(readers: { [key: string]: pulumi.Input<string> }, problems: ArgumentProblems): void {
    const keysByPrincipal = new Map<string, string>();
    for (const [key, principalId] of Object.entries(readers)) {
        if (typeof principalId !== "string") continue;
        const path = `readers.${key}`;
        const principal = principalId.toLowerCase();
        const other = keysByPrincipal.get(principal);
        if (!isGuid(principalId)) problems.add(path, `"${principalId}" is no GUID of a principal`);
        if (other !== undefined)
            problems.add(path, `is the principal of "${other}" again; Azure refuses to assign a role twice`);
        keysByPrincipal.set(principal, key);
    }
}

function settleFiles(files: PayloadFileArgs[], problems: ArgumentProblems): SettledFile[] {
    if (files.length === 0) problems.add("files", "is empty; machines would have nothing to install");
    const keys = new Set<string>();
    const blobNames = new Set<string>();
    return files.flatMap((file, index) => {
        const path = `files[${index}]`;
        const blobName = file.blobName ?? contentBlobName(file.sha256, file.name);
        const { name, key = name } = file;
        const keyProperty = file.key === undefined ? "name" : "key";
        for (const [property, text] of Object.entries({ name, [keyProperty]: key })) {
            if (!/^[A-Za-z0-9][\w.-]*$/.test(text))
                problems.add(
                    `${path}.${property}`,
                    `"${text}" is refused; accepted are letters, digits, periods, underscores and hyphens`,
                );
        }
        if (keys.has(key)) problems.add(`${path}.${keyProperty}`, `"${key}" is the ${keyProperty} of another file too`);
        keys.add(key);
        if (!/^[\w-][\w./-]{0,1022}[\w-]$/.test(blobName))
            problems.add(
                `${path}.blobName`,
                `"${blobName}" is refused; accepted are 2 to 1,024 letters, digits, periods, underscores, hyphens and slashes`,
            );
        if (blobNames.has(blobName)) problems.add(`${path}.blobName`, `"${blobName}" is the blob of another file too`);
        blobNames.add(blobName);
        if (!/^[0-9a-f]{64}$/i.test(file.sha256))
            problems.add(`${path}.sha256`, `"${file.sha256}" is no SHA-256; accepted are 64 hexadecimal digits`);
        const source = settleSource(file, path, problems);
        return source === undefined ? [] : [{ key, blobName, source }];
    });
}

function settleSource(
    { text, path: localPath, sha256 }: PayloadFileArgs,
    path: string,
    problems: ArgumentProblems,
): pulumi.asset.Asset | undefined {
    if (text !== undefined && localPath !== undefined) {
        problems.add(`${path}.path`, "is given beside text; give one of them");
        return undefined;
    }
    if (text !== undefined) {
        const actual = createHash("sha256").update(text, "utf8").digest("hex");
        if (actual !== sha256.toLowerCase())
            problems.add(`${path}.sha256`, `is ${sha256}, yet the text's is ${actual}: machines would refuse the file`);
        return new pulumi.asset.StringAsset(text);
    }
    if (localPath !== undefined) return new pulumi.asset.FileAsset(localPath);
    problems.add(`${path}.text`, "is missing; give text or path");
    return undefined;
}
