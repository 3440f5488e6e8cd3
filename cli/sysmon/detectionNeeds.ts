import { loadCatalog } from "../../detections";
import type { Need } from "../../sysmon";

/**
 * What the detections that we ship need of the sensor, and those of a folder.
 *
 * @throws DetectionsError where a detection of the folder cannot be read.
 */
export function detectionNeeds(folder: string | null): Need[] {
    const { detections } = loadCatalog(folder === null ? {} : { folders: [folder] });
    return detections.flatMap(({ name, data }) => data.events.map((eventId) => ({ name, eventId })));
}
