import { sysmonConfig } from "../../builder";
import type { SysmonConfig } from "../../config";
import { eventsByElement } from "../../schema";
import { schemaVersion, type EventChoice } from "./eventChoice";
import { files } from "./files";
import { modules } from "./modules";
import { network } from "./network";
import { pipes } from "./pipes";
import { processes } from "./processes";
import { registry } from "./registry";
import { session } from "./session";

/** What `balanced` does with each kind of event, by ascending id. */
export const balancedChoices: readonly EventChoice[] = [
    ...processes,
    ...modules,
    ...files,
    registry,
    pipes,
    ...network,
    ...session,
].sort((left, right) => firstId(left) - firstId(right));

function firstId(choice: EventChoice): number {
    return eventsByElement(choice.element)[0]?.id ?? 0;
}

/**
 * In-memory attacks and attacks on the sensor, with as few other events as can be. Rules include; the few that drop
 * name nothing that an attacker can make, so that there is no folder or file name to hide behind.
 */
export const balanced: SysmonConfig = balancedChoices.reduce(
    (config, choice) => choice.addTo(config),
    sysmonConfig({ schemaVersion, options: { HashAlgorithms: "SHA256,IMPHASH" } }),
);

export type { EventChoice } from "./eventChoice";
