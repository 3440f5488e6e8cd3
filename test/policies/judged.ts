import { policies } from "../../policies/catalog";
import type { Finding, JudgedResource, Policy } from "../../policies/policy";
import { textAsset, type PlanObject } from "../../rehearsal/analysis";
import { presetXml, type PresetName } from "../../sysmon";
import { bootstrapCommand, payloadFiles } from "../../sysmon/installer";

/** Pulumi's mark of a text that a preview does not know. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource before a policy. */
export function resource(
    type: string,
    inputs: PlanObject,
    more: Partial<Pick<JudgedResource, "name" | "urn" | "protect" | "dependencies" | "secretOutputs">> = {},
): JudgedResource {
    const name = more.name ?? "judged";
    return {
        type,
        name,
        urn: `urn:pulumi:test::sysmon-azure::${type}::${name}`,
        parent: null,
        custom: true,
        dependencies: [],
        protect: false,
        inputs,
        secretOutputs: [],
        ...more,
    };
}

/** A policy of the pack. */
export function policyOf(name: string): Policy {
    const policy = policies.find((candidate) => candidate.name === name);
    if (policy === undefined) throw new Error(`There is no policy ${name}.`);
    return policy;
}

/** What a policy says of some resources. */
export async function findings(name: string, resources: readonly JudgedResource[], settings = {}): Promise<Finding[]> {
    const policy = policyOf(name);
    if (policy.scope === "stack") return [...(await policy.judgeWith(settings)(resources))];
    return resources.flatMap(policy.judgeWith(settings));
}

/** The same in one line each: `!` for a violation, `?` for what cannot be judged. */
export async function verdicts(name: string, resources: readonly JudgedResource[], settings = {}): Promise<string[]> {
    return (await findings(name, resources, settings)).map(
        ({ kind, message }) => `${kind === "violation" ? "!" : "?"} ${message}`,
    );
}

const container = "https://sttest.blob.core.windows.net/sysmon";

/** The command by which the package installs Sysmon with a configuration. */
export function installCommand(configXml: string): string {
    const source = { kind: "microsoft" } as const;
    return bootstrapCommand({
        platform: "azure",
        identity: { kind: "system" },
        containerUrl: container,
        files: payloadFiles({ configXml, source }),
        source,
        install: { acceptEula: true, ensure: "present", builtIn: "never" },
    });
}

/** A blob that holds a configuration. */
export function configBlob(configXml: string): JudgedResource {
    return resource("azure-native:storage:Blob", { blobName: "ab/sysmon.xml", source: textAsset(configXml) });
}

/** A virtual machine's sensor, and the blob that holds its configuration. */
export function sensor(machine: string, preset: PresetName = "injection"): JudgedResource[] {
    const configXml = presetXml(preset);
    return [
        configBlob(configXml),
        resource("azure-native:compute:VirtualMachineExtension", {
            resourceGroupName: "rg",
            vmName: machine,
            publisher: "Microsoft.Compute",
            type: "CustomScriptExtension",
            protectedSettings: { commandToExecute: installCommand(configXml) },
        }),
    ];
}

/** A scheduled-query rule as it should be, with what a test changes. */
export function alertRule(change: PlanObject = {}, query = "Event | where EventID == 10"): JudgedResource {
    return resource("azure-native:monitor:ScheduledQueryRule", {
        enabled: true,
        ruleName: "rule",
        severity: 1,
        autoMitigate: false,
        evaluationFrequency: "PT5M",
        windowSize: "PT30M",
        scopes: [unknownText],
        actions: { actionGroups: [unknownText] },
        criteria: { allOf: [{ query, threshold: 0, operator: "GreaterThan", timeAggregation: "Count" }] },
        ...change,
    });
}

/** An analytics rule of Sentinel, as the package's component makes it for a detection. */
export function analyticsRule(detection: string, query: string, change: PlanObject = {}): JudgedResource {
    const judged = resource(
        "azure-native:securityinsights:ScheduledAlertRule",
        {
            enabled: true,
            displayName: "A title",
            severity: "High",
            query,
            queryFrequency: "PT5M",
            queryPeriod: "PT1H",
            triggerOperator: "GreaterThan",
            triggerThreshold: 0,
            entityMappings: [
                { entityType: "Host", fieldMappings: [{ identifier: "FullName", columnName: "Computer" }] },
            ],
            ...change,
        },
        { name: `sentinel-${detection}` },
    );
    return { ...judged, parent: "urn:pulumi:test::sysmon-azure::sysmon-azure:index:Sentinel::sentinel" };
}

/** The rule of one of the package's detections. */
export function detectionRule(detection: string, change: PlanObject = {}): JudgedResource {
    return alertRule({ actions: { actionGroups: [unknownText], customProperties: { detection } }, ...change });
}
