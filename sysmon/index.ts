export { block, ruleGroup, sysmonConfig, type BlockSpec, type FilterSpec, type RuleSpec } from "./builder";
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
export { isPresetName, presetConfig, presets, presetXml, type Preset, type PresetName } from "./presets";
export { checkConfig, readConfig, type ReadConfig } from "./readConfig";
export * from "./schema";
export { configSha256, writeConfig } from "./writeConfig";
