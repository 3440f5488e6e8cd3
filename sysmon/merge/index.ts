export { mergeConfigs, type MergeResult } from "./mergeConfigs";
export type { MergeFinding, MergePlace, MergeSource, NamedConfig } from "./source";
