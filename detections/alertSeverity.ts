import type { Severity } from "./schema";

/**
 * Severity of an Azure Monitor alert, 0 (critical) to 4 (verbose), for a detection's. 0 is left to a stack's own
 * overrides of what pages people at night.
 */
export const alertSeverity: Readonly<Record<Severity, number>> = { High: 1, Medium: 2, Low: 3, Informational: 4 };
