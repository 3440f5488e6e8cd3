export { keepBindings, type BindingStore, type StoredFunction } from "./binding";
export { checkQuery, columnsOf } from "./check/checkQuery";
export type { KqlIssueCode } from "./check/codes";
export type { KqlIssue, KqlSeverity, RuleSetting } from "./check/issue";
export { ruleKinds, type CheckOptions, type NeededColumn, type RuleKind, type Trigger } from "./check/options";
export { openDatabase, type Database, type DatabaseOptions } from "./database";
export { KqlError, type KqlErrorCode, type QueryPosition } from "./errors";
export { defaultLimits, type Limits } from "./limits";
export {
    prepareQuery,
    type DeclaredColumns,
    type FunnelStep,
    type PreparedQuery,
    type PrepareOptions,
    type RunOptions,
} from "./prepare";
export { readStoredFunction } from "./storedFunctionText";
export { loadTable, Table, type QueryResult, type TableData } from "./table";
export { workspaceTables } from "./tables";
export type { Column, ScalarType } from "./types";
