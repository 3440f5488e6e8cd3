export { compileFeeding, shippedProofs, type EventConsumer, type Feeding, type Proof } from "./feeding";
export {
    at,
    isObject,
    listAt,
    readableInputs,
    textAsset,
    textAt,
    unknownValue,
    withSecrets,
    type Plan,
    type PlannedResource,
    type PlanObject,
    type PlanValue,
} from "../plan/plan";
export { machineOf, plannedSensors, runCommandTypes, type PlannedSensor, type SensorProblem } from "../plan/sensors";
export { plannedAssociations, plannedCollections, type PlannedCollection } from "../plan/collections";
export { dailyVolume, shippedEveryday, type DailyVolume } from "./dailyVolume";
export { plannedChains, type Chain } from "../plan/chains";
export { PlanError } from "../plan/planError";
export { plannedRules } from "../plan/rules";
