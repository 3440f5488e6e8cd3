export { explainConfig, type BlockSummary, type EventSummary } from "./explainConfig";
export { sightOfTechniques, type SignVerdict, type TechniqueSight } from "./techniqueSight";
export { techniques, type Technique } from "./techniques";
export { compileTracer, type BlockTrace, type FilterTrace, type VerdictTrace } from "./traceVerdict";
export type { Sign } from "./witness";
