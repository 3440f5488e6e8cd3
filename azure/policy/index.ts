export * from "./fleetPolicies";
export type * from "./json";
export * from "./scope";
export * from "./sensorPolicy";
