import { loadCatalog } from "../../detections";
import { compileFilter, type SysmonConfig } from "../../sysmon";
import type { SysmonEvent } from "../../sysmon/events";
import { ringings } from "../detections/ringing";

const { detections } = loadCatalog();

/** Names of the detections, the informational aside, that ring over events and not over what a configuration logs of them. */
export function lostAlerts(config: SysmonConfig, events: readonly SysmonEvent[]): readonly string[] {
    const decide = compileFilter(config);
    return detections
        .filter((detection) => {
            const read = events.filter((event) => detection.data.events.includes(event.id));
            const logged = read.filter((event) => decide(event).logged);
            if (detection.severity === "Informational" || logged.length === read.length) return false;
            return ringings(detection, logged).length === 0 && ringings(detection, read).length > 0;
        })
        .map(({ name }) => name);
}
