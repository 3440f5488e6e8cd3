/** Address of a blob container in Azure's public cloud. It derives from names alone, so a plan knows it. */
export function containerUrl(accountName: string, containerName: string): string {
    return `https://${accountName}.blob.core.windows.net/${containerName}`;
}

/** Address of a blob; each part of its name between slashes is encoded. */
export function blobUrl(container: string, blobName: string): string {
    return `${container}/${blobName.split("/").map(encodeURIComponent).join("/")}`;
}

/**
 * Name of a blob that says its content: its SHA-256, a slash and the file's name. New content has a new name, so
 * machines still on the old command find the old blob until the new one is there.
 */
export function contentBlobName(sha256: string, fileName: string): string {
    return `${sha256.toLowerCase()}/${fileName}`;
}
