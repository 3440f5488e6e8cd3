import { builtInRoles } from "../../azure";
import { readBootstrap } from "../../sysmon/installer";
import { grantsOf } from "./cloudDemands";
import { CloudError, objectOf, text, type CloudObject, type CloudResource } from "./cloudResources";

/** The id of the machine or scale set that something lies on, in lower case. */
export function machineOf(id: string): string {
    return id.replace(/\/(extensions|runCommands)\/[^/]+$/i, "").toLowerCase();
}

/** `publisher.type` of an extension. */
export function handlerOf(inputs: CloudObject): string | undefined {
    const { publisher, type } = bodyOf(inputs);
    return typeof publisher === "string" && typeof type === "string" ? `${publisher}.${type}` : undefined;
}

/** What a change of makes the machine run an extension or command again, as text to compare. */
export function contentThatRuns(inputs: CloudObject): string {
    const { settings, protectedSettings, forceUpdateTag, source, parameters, protectedParameters } = bodyOf(inputs);
    return JSON.stringify([settings, protectedSettings, forceUpdateTag, source, parameters, protectedParameters]);
}

/**
 * How often a machine asks for the files of its command until it has them: a fresh role assignment is not seen at once,
 * and the command is patient. One try where it fetches nothing, or from a store that the program did not make.
 *
 * @param isSeen Whether one more read sees a role assignment.
 * @throws CloudError as the extension fails where patience does not help: no file, or nobody let in.
 */
export function triesToFetch(
    inputs: CloudObject,
    ready: readonly CloudResource[],
    isSeen: (grant: CloudResource) => boolean,
): number {
    const files = readBootstrap(text(objectOf(bodyOf(inputs)["protectedSettings"])["commandToExecute"]))?.files ?? [];
    const tries = files.map(({ url }) => {
        const [, account, name] = /^https:\/\/([^.]+)\.blob\.[^/]+\/([^/]+)\//.exec(url) ?? [];
        const container = ready.find(
            ({ type, inputs: { accountName, containerName } }) =>
                type.endsWith(":BlobContainer") && accountName === account && containerName === name,
        );
        if (container === undefined) return 1;
        const grants = grantsOf(ready, builtInRoles.storageBlobDataReader, container.id);
        if (!ready.some(({ outputs }) => outputs["url"] === url) || grants.length === 0) throw unavailable(url);
        let reads = 1;
        while (!grants.some(isSeen)) reads++;
        return reads;
    });
    return Math.max(1, ...tries);
}

function unavailable(url: string): CloudError {
    const message = `The command ended with exit code 11: PayloadUnavailable: ${url}`;
    return new CloudError(409, "VMExtensionProvisioningError", message);
}

/** Inputs of an extension; Arc machines nest them in `properties`. */
function bodyOf(inputs: CloudObject): CloudObject {
    const nested = objectOf(inputs["properties"]);
    return Object.keys(nested).length > 0 ? nested : inputs;
}
