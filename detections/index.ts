export { alertSeverity } from "./alertSeverity";
export { loadCatalog, type Catalog, type CatalogOptions } from "./catalog";
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
    fieldsUsed,
    parameterProblems,
    plannedNames,
    plannedQuery,
    sentinelQueryLimit,
    type PlannedQueryOptions,
} from "./plannedQuery";
export { DetectionsError, formatProblem, type DetectionCode, type DetectionProblem } from "./problems";
export { loadRecordingManifest, recordingManifestFile, shippedRecordings } from "./recordingManifest";
export {
    detectionSchema,
    entityIdentifiers,
    frequencies,
    recordingSchema,
    severities,
    tactics,
    windows,
    type Detection,
    type DetectionParameter,
    type EntityType,
    type ParameterValue,
    type RecordingManifest,
    type Severity,
} from "./schema";
