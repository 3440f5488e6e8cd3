export { compareEvents, type EventComparison, type EventExample } from "./compareEvents";
export type { ConfigRule } from "./configRules";
export {
    diffConfigs,
    ruleOf,
    type ConfigDifference,
    type Effect,
    type OptionChange,
    type RuleChange,
    type SummaryChange,
} from "./diffConfigs";
