import type { SysmonEvent } from "../../sysmon/events/event";
import { workstation, type Workstation } from "./workstation";

/** Hours and minutes in milliseconds. */
export const minutes = 60_000;

/** A server of a fleet: few service hosts, so that a story of hours stays short. */
export function server(name: string, number: number, startedAt: string): Workstation {
    return workstation({
        computer: `${name}.corp.example`,
        startedAt,
        machine: (0x5e7a_0000 + number * 0x1b3d).toString(16),
        // Record numbers of different machines never meet, so that evidence can name events by them.
        firstRecord: 1_000_000 * number,
        seed: 20_260_600 + number,
        serviceHosts: 24,
    });
}

/** What machines logged, as one recording: in the order in which it happened. */
export function merged(...machines: readonly Workstation[]): readonly SysmonEvent[] {
    const happened = ({ fields }: SysmonEvent): string => fields.UtcTime ?? "";
    return machines
        .flatMap(({ story }) => story.events())
        .sort((left, right) => (happened(left) < happened(right) ? -1 : happened(left) > happened(right) ? 1 : 0));
}
