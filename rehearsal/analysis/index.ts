export { compileFeeding, shippedProofs, type EventConsumer, type Feeding, type Proof } from "./feeding";
export {
    at,
    isObject,
    listAt,
    textAsset,
    textAt,
    unknownValue,
    type PlannedResource,
    type PlanObject,
    type PlanValue,
} from "../plan/plan";
export { plannedSensors, runCommandTypes, type PlannedSensor, type SensorProblem } from "../plan/sensors";
