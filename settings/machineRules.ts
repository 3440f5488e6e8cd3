import type { z } from "zod";
import { parseMachineId, type MachineKind } from "../azure";
import { nearestName } from "../sysmon/nearestName";
import { itemsAt, valueAt } from "./found";
import type { SettingsPath } from "./problems";
import { machine, sensor, type StackInput } from "./schema";
import type { Delivery } from "./settings";
import { soundParts, type Report } from "./soundParts";

/** What shows only between the keys of a machine, between machines, and between them and the sensor. */
export function judgeMachines(raw: unknown, report: Report): void {
    const common = sensorOf(valueAt(raw, ["sensor"]));
    const seen = new Map<string, number>();
    itemsAt(raw, ["machines"]).forEach((item, index) => {
        const parts = soundParts(machine, item);
        judgeMachine(parts, raw, ["machines", index], common, report);
        if (parts.id === undefined) return;
        const key = parts.id.toLowerCase();
        const first = seen.get(key);
        if (first === undefined) seen.set(key, index);
        else {
            report(["machines", index, "id"], {
                code: "ST202",
                found: `the machine of machines[${first}] again`,
                accepted: "each machine once, whatever the case of its id",
            });
        }
    });
}

/** Rings and machines name one another. */
export function judgeRings(raw: unknown, report: Report): void {
    const { rings } = soundParts(sensor, valueAt(raw, ["sensor"]));
    if (rings === undefined && valueAt(raw, ["sensor", "rings"]) !== undefined) return;
    const names = Object.keys(rings ?? {});
    const used = new Set<string>();
    itemsAt(raw, ["machines"]).forEach((item, index) => {
        const { ring } = soundParts(machine, item);
        if (ring === undefined) return;
        used.add(ring);
        if (names.includes(ring)) return;
        report(["machines", index, "ring"], {
            code: "ST218",
            accepted: names.length === 0 ? "a ring of sensor.rings, which has none" : names.join(", "),
            nearest: nearestName(ring, names),
        });
    });
    for (const name of names) {
        if (used.has(name)) continue;
        report(["sensor", "rings", name], {
            code: "ST218",
            found: "a ring without machines",
            accepted: "a ring that a machine names",
        });
    }
}

/** What machines take from the sensor; undefined where it is wrong by itself. */
interface SensorParts {
    delivery: Delivery | undefined;
    source: StackInput["sensor"]["source"];
    rings: StackInput["sensor"]["rings"];
}

function sensorOf(raw: unknown): SensorParts {
    const { delivery, source, rings } = soundParts(sensor, raw);
    return { delivery: valueAt(raw, ["delivery"]) === undefined ? "extension" : delivery, source, rings };
}

const kindNames: Record<MachineKind, string> = {
    virtualMachine: "a virtual machine",
    scaleSet: "a scale set",
    arcMachine: "an Arc machine",
};

type MachineParts = z.infer<ReturnType<typeof machine.partial>>;

function judgeMachine(parts: MachineParts, raw: unknown, at: SettingsPath, common: SensorParts, report: Report): void {
    if (parts.id === undefined) return;
    const id = parseMachineId(parts.id);
    if (id.kind === "rejected") return;
    const { kind } = id.value;
    judgeOrchestration(kind, parts, raw, at, report);
    judgeIdentity(kind, parts, at, report);
    judgeDelivery(kind, parts, raw, at, common, report);
}

function judgeOrchestration(
    kind: MachineKind,
    parts: MachineParts,
    raw: unknown,
    at: SettingsPath,
    report: Report,
): void {
    const path = [...at, "orchestration"];
    const given = valueAt(raw, path) !== undefined;
    if (kind === "scaleSet" && !given) {
        report(path, {
            code: "ST203",
            accepted: "uniform or flexible: the id of a scale set does not say which it is",
        });
    } else if (kind !== "scaleSet" && parts.orchestration !== undefined) {
        report(path, { code: "ST203", accepted: `no such key for ${kindNames[kind]}: only a scale set has one` });
    }
}

function judgeIdentity(kind: MachineKind, parts: MachineParts, at: SettingsPath, report: Report): void {
    const { identity } = parts;
    if (identity === undefined) return;
    if (identity === "none") {
        if (parts.agent !== "install") return;
        report([...at, "agent"], {
            code: "ST206",
            accepted:
                "no agent without identity: Azure Monitor Agent signs in with the machine's. Name one, or leave agent out",
        });
    } else if (kind === "arcMachine" && "user" in identity) {
        report([...at, "identity"], {
            code: "ST204",
            found: "a user-assigned identity",
            accepted: "{system: PRINCIPAL-ID}: Arc machines have a system-assigned identity only",
        });
    } else if (kind === "scaleSet" && parts.orchestration === "flexible" && "system" in identity) {
        report([...at, "identity"], {
            code: "ST204",
            found: "a system-assigned identity",
            accepted:
                "{user: RESOURCE-ID}: on a flexible scale set Azure Monitor Agent takes a user-assigned identity only",
        });
    }
}

function judgeDelivery(
    kind: MachineKind,
    parts: MachineParts,
    raw: unknown,
    at: SettingsPath,
    common: SensorParts,
    report: Report,
): void {
    const path = [...at, "delivery"];
    const delivery = valueAt(raw, path) === undefined ? common.delivery : parts.delivery;
    const source = (parts.pin === true ? undefined : common.rings?.[parts.ring ?? ""]?.source) ?? common.source;
    const origin = parts.delivery === undefined ? " from the sensor" : "";
    if (kind === "scaleSet" && delivery === "runCommand") {
        report(path, {
            code: "ST205",
            found: `"runCommand"${origin}`,
            accepted: "extension: a run command reaches single instances, and new ones would stay without sensor",
        });
    } else if (delivery === "runCommand" && typeof source === "object" && "file" in source) {
        report(path, {
            code: "ST205",
            found: `"runCommand"${origin}`,
            accepted: "extension, or another sensor.source: a run command cannot carry a file",
        });
    } else if (kind !== "scaleSet" && delivery === "extension" && parts.identity === "none") {
        report(path, {
            code: "ST205",
            found: `"extension"${origin}`,
            accepted: "runCommand: without identity the machine cannot fetch the installer",
        });
    } else if (kind === "scaleSet" && parts.identity === "none") {
        report([...at, "identity"], {
            code: "ST204",
            accepted: "{system: PRINCIPAL-ID} or {user: RESOURCE-ID}: the instances fetch the installer with it",
        });
    }
}
