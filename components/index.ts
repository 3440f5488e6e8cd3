export * from "./access";
export * from "./alerts";
export * from "./collection";
export * from "./fleet";
export * from "./sensor";
export * from "./sensorPayload";
export * from "./sentinel";
export * from "./workbook";
