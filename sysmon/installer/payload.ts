import { configBytes } from "./configBytes";
import { installerScript } from "./installerScript";
import { normalizeSource, sha256, type SysmonSource } from "./source";

/** Name of the installer among the payload files. */
export const installerFileName = "install-sysmon.ps1";

/** Name of the configuration among the payload files. */
export const configFileName = "sysmon.xml";

/** A file the machine fetches, known by its content. */
export interface PayloadReference {
    /** File name on the machine. */
    readonly name: string;
    /** SHA-256 of the content, in lower-case hexadecimal. */
    readonly sha256: string;
}

/** A payload file whose content is text (UTF-8). */
export interface PayloadText extends PayloadReference {
    readonly text: string;
    /** Name of the blob in its container: `<sha256>/<name>`, so that a changed file is another blob. */
    readonly blobName: string;
}

/** A payload file whose content lies on the disk of the machine that deploys. */
export interface PayloadPath extends PayloadReference {
    readonly path: string;
    /** Name of the blob in its container: `<sha256>/<name>`. */
    readonly blobName: string;
}

/** A file to put into the private store, for machines to fetch. */
export type PayloadFile = PayloadText | PayloadPath;

/** Name of a payload file's blob in its container. */
export function blobName(file: PayloadReference): string {
    return `${file.sha256}/${file.name}`;
}

/**
 * The files a machine needs: installer, configuration, and the binary where it is a local file. Throws where the
 * source is malformed or the configuration cannot be delivered as it is.
 */
export function payloadFiles(wanted: { readonly configXml: string; readonly source: SysmonSource }): PayloadFile[] {
    const source = normalizeSource(wanted.source);
    const script = installerScript();
    const files: PayloadFile[] = [
        textFile(installerFileName, script, sha256(script)),
        textFile(configFileName, wanted.configXml, sha256(configBytes(wanted.configXml))),
    ];
    if (source.kind === "file") {
        const reference = { name: binaryFileName(source.name), sha256: source.sha256 };
        files.push({ ...reference, path: source.path, blobName: blobName(reference) });
    }
    return files;
}

/** Name of an uploaded binary among the payload files: the user's own name for it stays at home. */
export function binaryFileName(name: string): string {
    return /\.zip$/i.test(name) ? "sysmon.zip" : "sysmon.exe";
}

function textFile(name: string, text: string, digest: string): PayloadText {
    return { name, sha256: digest, text, blobName: blobName({ name, sha256: digest }) };
}
