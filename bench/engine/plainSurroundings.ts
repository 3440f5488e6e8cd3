import { Workbook } from "@pulumi/azure-native/applicationinsights";
import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { ActivityLogAlert, DiagnosticSetting, type ActionGroup } from "@pulumi/azure-native/monitor";
import { Query, QueryPack, type Workspace } from "@pulumi/azure-native/operationalinsights";
import * as pulumi from "@pulumi/pulumi";
import { roleDefinitionId } from "../../azure/roles";

/** Hunting queries that the package has: to count them would be work that a plain program does not do. */
const huntingQueries = 7;

/** What stacks have by default beside sensors, their collection and rules, in a plain program's few words. */
export function plainSurroundings(place: {
    readonly resourceGroupName: pulumi.Output<string>;
    readonly location: string;
    readonly workspace: Workspace;
    readonly group: ActionGroup;
}): void {
    const { resourceGroupName, location, workspace, group } = place;
    const pack = new QueryPack("hunting", { resourceGroupName, queryPackName: "pack-plain", location });
    for (let number = 1; number <= huntingQueries; number++) {
        new Query(
            guid(number),
            { resourceGroupName, queryPackName: "pack-plain", displayName: `Hunt ${number}`, body: "Event" },
            { dependsOn: pack },
        );
    }
    new Workbook("workbook", {
        resourceGroupName,
        resourceName: guid(0),
        location,
        kind: "shared",
        category: "workbook",
        displayName: "Sensors",
        serializedData: "{}",
        sourceId: workspace.id,
    });
    new ActivityLogAlert("rule-health", {
        resourceGroupName,
        activityLogAlertName: "rule-health",
        location: "Global",
        scopes: [pulumi.interpolate`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`],
        condition: { allOf: [{ field: "category", equals: "ResourceHealth" }] },
        actions: { actionGroups: [{ actionGroupId: group.id }] },
    });
    new DiagnosticSetting("audit", {
        name: "audit",
        resourceUri: workspace.id,
        workspaceId: workspace.id,
        logs: [{ category: "Audit", enabled: true }],
    });
    const reader = new UserAssignedIdentity("reader", { resourceGroupName, resourceName: "id-plain", location });
    new RoleAssignment("reads-workspace", {
        roleAssignmentName: guid(huntingQueries + 1),
        scope: workspace.id,
        principalId: reader.principalId,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleDefinitionId(subscriptionId, "logAnalyticsReader"),
    });
}

const subscriptionId = "00000000-0000-0000-0000-000000000000";

function guid(number: number): string {
    return `00000000-0000-4000-8000-00000000000${number}`;
}
