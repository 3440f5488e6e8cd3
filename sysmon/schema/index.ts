export { conditions, conditionSince, parseCondition, type Condition } from "./conditions";
export { eventById, eventElements, eventsAtVersion, eventsByElement, latestEvents, type EventFacts } from "./events";
export type { EventElement, EventElementAt, FieldOf } from "./eventTable";
export type { FieldFacts, FieldType } from "./fields";
export { options, type OptionElement, type OptionFacts } from "./options";
export {
    formatVersion,
    latestVersion,
    oldestAcceptedVersion,
    parseVersion,
    releaseFor,
    schemaReleases,
    type AcceptedVersion,
    type KnownVersion,
    type SchemaRelease,
    type SchemaVersion,
} from "./version";
