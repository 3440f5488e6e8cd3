export {
    sysmonConfig,
    type ConfigBuilder,
    type EventRules,
    type FieldConditions,
    type FieldFilters,
    type FilterSet,
    type GroupSpec,
    type ItemSpec,
} from "./builder";
export { checkConfig, type CheckOptions } from "./check/checkConfig";
export type { Need } from "./check/needs";
export type { Block, ConfigOption, Filter, OnMatch, Position, Relation, Rule, RuleGroup, SysmonConfig } from "./config";
export { defaultEnvironment, type Environment } from "./environment";
export { compileExplainer, explainVerdict } from "./explainVerdict";
export type { EventFields } from "./fieldText";
export {
    compileFilter,
    type DecidingGroup,
    type FilterableEvent,
    type FilterOptions,
    type Verdict,
    type VerdictReason,
} from "./filter";
export { issueCodes, type Issue, type IssueCode, type Severity } from "./issue";
export * from "./diff";
export * from "./explain";
export * from "./merge";
export { isPresetName, presetConfig, presets, presetXml, type Preset, type PresetName } from "./presets";
export { readConfig, type ReadConfig } from "./readConfig";
export * from "./schema";
export { configSha256, writeConfig, type WriteOptions } from "./writeConfig";
