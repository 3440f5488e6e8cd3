export { alertSeverity } from "./alertSeverity";
export { analyticsRuleFailures } from "./analyticsRuleFailures";
export { columnsIn } from "./alertText";
export { attackTechniques, type AttackTechnique } from "./attack";
export { loadCatalog, type Catalog, type CatalogOptions } from "./catalog";
export { sharedFunctions, type SharedFunction } from "./functions/sharedFunctions";
export {
    sysmonColumn,
    sysmonColumns,
    sysmonParsed,
    sysmonParsedCut,
    type SysmonColumn,
    type SysmonParsedCut,
    type SysmonTable,
} from "./functions/sysmonParsed";
export {
    delayOf,
    fieldsUsed,
    parameterProblems,
    plannedNames,
    plannedQuery,
    sentinelQueryLimit,
    type PlannedQueryOptions,
} from "./plannedQuery";
export { editorSchemas } from "./editorSchemas";
export { huntingQuery, loadHunts } from "./hunts";
export { DetectionsError, formatProblem, type DetectionCode, type DetectionProblem } from "./problems";
export {
    evidenceFile,
    loadEvidence,
    loadRecordingManifest,
    recordingManifestFile,
    shippedRecordings,
} from "./recordingManifest";
export {
    detectionKinds,
    detectionSchema,
    entityIdentifiers,
    frequencies,
    recordingSchema,
    ruleKinds,
    sentinelAlertLimits,
    severities,
    statuses,
    tactics,
    windows,
    type Detection,
    type DetectionKind,
    type DetectionParameter,
    type EntityType,
    type Grouping,
    type Hunt,
    type ParameterValue,
    type RecordedFleet,
    type RecordingManifest,
    type RuleKind,
    type Severity,
    type WatchedTable,
} from "./schema";
