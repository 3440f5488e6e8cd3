import { machineOf, plannedAssociations, textAt, unknownValue, type PlannedResource } from "../rehearsal/analysis";
import { planOf, sensorsOf } from "./judgedStack";
import { queriesOf } from "./plannedDetections";
import { noSettings, stackPolicy, type Finding } from "./policy";

const association = "azure-native:monitor:DataCollectionRuleAssociation";

/** A sensor without an agent and a rule that collects its events tells nobody anything. */
export const sensorIsCollected = stackPolicy(
    {
        name: "sensor-is-collected",
        title: "What a sensor writes is collected",
        description: "A machine with a sensor has Azure Monitor Agent and is associated with a data collection rule.",
        severity: "high",
        mend: "Plan the agent and the association beside the sensor; where others take care of them, make an exception of the machine and say who.",
        settings: noSettings,
    },
    function* (resources): Generator<Finding> {
        const associations = resources.filter(({ type }) => type === association);
        const associated = new Set(plannedAssociations(planOf(resources)).map(({ machine }) => machine));
        // An association with a rule that is there already names it by id, and with a machine of this plan by none.
        for (const { inputs } of associations) {
            const machine = machineName(textAt(inputs, "resourceUri"));
            if (machine !== undefined) associated.add(machine);
        }
        const vague = associations.some(({ inputs }) => inputs.resourceUri === unknownValue);
        const agents = new Set(resources.filter(isAgent).map(machineOf));
        const machines = new Set(sensorsOf(resources).sensors.flatMap(({ machine }) => machine ?? []));
        for (const machine of [...machines].sort()) {
            const missing = [
                ...(agents.has(machine) ? [] : ["no Azure Monitor Agent"]),
                ...(associated.has(machine) ? [] : ["no association with a data collection rule"]),
            ];
            if (missing.length === 0) continue;
            const message = `${machine} has a sensor and ${missing.join(" and ")} in this plan.`;
            const known = agents.has(machine) && vague ? "unjudged" : "violation";
            yield { kind: known, about: machine, message };
        }
    },
);

/** Something rings when a machine tells nothing any more: an attacker's first act is to silence the sensor. */
export const silenceIsNoticed = stackPolicy(
    {
        name: "silence-is-noticed",
        title: "A silent machine is noticed",
        description: "A stack with sensors has a rule that rings when a machine that lives sends no events.",
        severity: "high",
        mend: "Add a rule over Heartbeat or over machines that should send events, and are missing.",
        settings: noSettings,
    },
    function* (resources): Generator<Finding> {
        if (sensorsOf(resources).sensors.length === 0) return;
        const queries = resources.flatMap(queriesOf);
        if (queries.some((query) => typeof query === "string" && noticesSilence(query))) return;
        if (queries.includes(unknownValue)) {
            yield { kind: "unjudged", message: "Queries of alert rules are known only at the deployment." };
            return;
        }
        const message = "No alert rule rings when a machine with a sensor falls silent.";
        yield { kind: "violation", message };
    },
);

/** Whether a query looks for what is missing: machines that live, without those that sent something. */
function noticesSilence(query: string): boolean {
    return /\bHeartbeat\b/.test(query) || /\bkind\s*=\s*(?:left|right)anti(?:semi)?\b/.test(query);
}

function isAgent({ type, inputs }: PlannedResource): boolean {
    if (!/:(?:VirtualMachine|VirtualMachineScaleSet|Machine)Extension$/.test(type)) return false;
    const kind = textAt(inputs, "type") ?? textAt(inputs, "properties", "type");
    return kind === "AzureMonitorWindowsAgent";
}

function machineName(resourceId: string | undefined): string | undefined {
    const [, group, name] = /\/resourceGroups\/([^/]+)\/providers\/.*\/([^/]+)$/i.exec(resourceId ?? "") ?? [];
    return group === undefined || name === undefined ? undefined : `${group}/${name}`.toLowerCase();
}
