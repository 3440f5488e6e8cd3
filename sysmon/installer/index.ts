export {
    bootstrapCommand,
    longestCommand,
    readBootstrap,
    type BootstrapFile,
    type BootstrapMachine,
    type BootstrapRequest,
    type SystemIdentity,
    type UserIdentity,
} from "./bootstrap";
export { contentHash } from "./contentHash";
export { exitCodes, type ExitCode } from "./exitCodes";
export { inlineScript, readInlineScript, type InlineRequest } from "./inlineScript";
export { installerScript } from "./installerScript";
export {
    configFileName,
    installerFileName,
    payloadFiles,
    type PayloadFile,
    type PayloadPath,
    type PayloadReference,
    type PayloadText,
} from "./payload";
export { standaloneScript, sysmonPathParameter, type StandaloneRequest } from "./standaloneScript";
export {
    fileSource,
    hashFile,
    type FileSource,
    type InstallOptions,
    type MicrosoftSource,
    type SysmonSource,
    type UrlSource,
} from "./source";
