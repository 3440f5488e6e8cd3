export { unknownDetections } from "./detectionNames";
export { loadSettings, settingsError, type StackSettings } from "./load";
export { loadStack, type Stack, type StackDetection, type StackSensor } from "./loadStack";
export { neededEventIds } from "./neededEvents";
export { parseSettings, type ParsedSettings } from "./parse";
export {
    describeProblem,
    describeProblems,
    settingsCodes,
    type SettingsCode,
    type SettingsPath,
    type SettingsProblem,
} from "./problems";
export * from "./settings";
export {
    readStackConfig,
    readStackFile,
    secretPlaceholder,
    type ReadStackFile,
    type StackConfig,
    type StackFile,
} from "./stackFile";
export { stackFileSchema } from "./stackSchema";
export type { Watchlist } from "./watchlists";
