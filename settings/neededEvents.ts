import type { Detection } from "../detections";
import { explainConfig, type SysmonConfig } from "../sysmon";

/** Events that tell of the sensor itself, whatever is detected: its state, its configuration, its errors. */
const sensorEvents: readonly number[] = [4, 16, 255];

/**
 * Ids of the events worth collecting, ascending: what one of the configurations can log and one of the detections reads,
 * and what tells of the sensor itself.
 */
export function neededEventIds(
    configs: readonly SysmonConfig[],
    detections: readonly Pick<Detection, "data">[],
): number[] {
    const read = new Set(detections.flatMap(({ data }) => data.events));
    const logged = configs
        .flatMap(explainConfig)
        .filter((event) => event.logged !== "nothing")
        .map(({ id }) => id);
    const needed = logged.filter((id) => read.has(id));
    return [...new Set([...needed, ...sensorEvents])].sort((left, right) => left - right);
}
