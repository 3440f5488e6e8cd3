import { VirtualMachineExtension, VirtualMachineRunCommandByVirtualMachine } from "@pulumi/azure-native/compute";
import {
    ActionGroup,
    DataCollectionRule,
    DataCollectionRuleAssociation,
    ScheduledQueryRule,
} from "@pulumi/azure-native/monitor";
import { SavedSearch, Workspace } from "@pulumi/azure-native/operationalinsights";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import { listedMachines } from "../../test/support/listedMachines";
import { plainSurroundings } from "./plainSurroundings";

/** Characters of the script that the plain program sends to each machine. */
const scriptLength = 10_000;

/**
 * What one writes first, of resources equal to the package's for so many machines: no components, and the whole script in
 * each machine's run command.
 */
export function plainProgram(machines: number): void {
    const location = "westeurope";
    const { name: resourceGroupName } = new ResourceGroup("group", { resourceGroupName: "rg-plain", location });
    const workspace = new Workspace("workspace", { resourceGroupName, workspaceName: "log-plain", location });
    const rule = new DataCollectionRule("collection", {
        resourceGroupName,
        dataCollectionRuleName: "dcr-plain",
        location,
        kind: "Windows",
        dataSources: {
            windowsEventLogs: [
                {
                    name: "sysmon",
                    streams: ["Microsoft-Event"],
                    xPathQueries: ["Microsoft-Windows-Sysmon/Operational!*"],
                },
            ],
        },
        destinations: { logAnalytics: [{ name: "workspace", workspaceResourceId: workspace.id }] },
        dataFlows: [{ streams: ["Microsoft-Event"], destinations: ["workspace"] }],
    });
    new SavedSearch("function", {
        resourceGroupName,
        workspaceName: workspace.name,
        savedSearchId: "SysmonParsed",
        category: "Sysmon",
        displayName: "SysmonParsed",
        functionAlias: "SysmonParsed",
        query: "Event",
    });
    const group = new ActionGroup("told", {
        resourceGroupName,
        actionGroupName: "ag-plain",
        groupShortName: "plain",
        enabled: true,
        location: "Global",
        emailReceivers: [{ name: "soc", emailAddress: "soc@example.com" }],
    });
    new ScheduledQueryRule("rule", {
        resourceGroupName,
        ruleName: "rule",
        location,
        kind: "LogAlert",
        enabled: true,
        severity: 1,
        scopes: [workspace.id],
        evaluationFrequency: "PT5M",
        windowSize: "PT30M",
        criteria: {
            allOf: [{ query: "Event", timeAggregation: "Count", operator: "GreaterThan", threshold: 0 }],
        },
        actions: { actionGroups: [group.id] },
    });
    plainSurroundings({ resourceGroupName, location, workspace, group });
    const script = "Write-Output 'Sysmon'\n".repeat(scriptLength).slice(0, scriptLength);
    for (const { id } of listedMachines(machines)) onMachine(id, location, script, rule);
}

function onMachine(id: string, location: string, script: string, rule: DataCollectionRule): void {
    const [, , , , resourceGroupName = "", , , , vmName = ""] = id.split("/");
    const machine = { resourceGroupName, vmName, location };
    const agent = new VirtualMachineExtension(`${vmName}-agent`, {
        ...machine,
        vmExtensionName: "AzureMonitorWindowsAgent",
        publisher: "Microsoft.Azure.Monitor",
        type: "AzureMonitorWindowsAgent",
        typeHandlerVersion: "1.1",
        autoUpgradeMinorVersion: true,
        enableAutomaticUpgrade: true,
    });
    const sysmon = new VirtualMachineRunCommandByVirtualMachine(
        `${vmName}-sysmon`,
        {
            ...machine,
            runCommandName: "sysmon",
            source: { script },
            treatFailureAsDeploymentFailure: true,
        },
        { dependsOn: agent },
    );
    new DataCollectionRuleAssociation(
        `${vmName}-association`,
        { resourceUri: id, associationName: "sysmon", dataCollectionRuleId: rule.id },
        { dependsOn: sysmon },
    );
}
