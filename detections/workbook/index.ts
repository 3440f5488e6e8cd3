export { sensorWorkbook, type SensorWorkbookOptions, type WatchedRule } from "./sensorWorkbook";
