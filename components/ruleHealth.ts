import { ActivityLogAlert } from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import { nameProblem } from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** Arguments of RuleHealth. */
export interface RuleHealthArgs {
    /** Required. Resource group of the alert. */
    resourceGroupName: pulumi.Input<string>;
    /** Required. Resource id of the resource group whose scheduled-query rules are watched. */
    watchedGroupId: pulumi.Input<string>;
    /** Optional. Name of the alert, 1 to 260 characters. Defaults to the component's name. */
    alertName?: string;
    /** Required. Resource ids of the action groups that are told, at least one. */
    actionGroupIds: pulumi.Input<string>[];
    /** Optional. Tags of the alert. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * Tells of scheduled-query rules that stop working: a rule whose query fails, that may not read, that is throttled or was
 * disabled rings no more, and no log of the workspace says so. Azure's Resource Health does, for rules that run every 15
 * minutes or oftener, as an event of the activity log (source: log-alert-rule-health article). An alert on that log is free.
 */
export class RuleHealth extends pulumi.ComponentResource {
    /** Resource id of the alert. */
    public readonly alertId: pulumi.Output<string>;

    constructor(name: string, args: RuleHealthArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:RuleHealth", name, {}, opts);
        const activityLogAlertName = args.alertName ?? name;
        check(name, activityLogAlertName, args);
        const alert = new ActivityLogAlert(
            name,
            {
                resourceGroupName: args.resourceGroupName,
                activityLogAlertName,
                location: "Global",
                description: "A scheduled-query rule stopped working: until it is mended, its detection is blind.",
                enabled: true,
                scopes: [args.watchedGroupId],
                condition: {
                    // The template's form (source: resource-health-alert-arm-template-guide).
                    allOf: [
                        { field: "category", equals: "ResourceHealth" },
                        { field: "resourceType", equals: "Microsoft.Insights/scheduledQueryRules" },
                        { field: "status", equals: "Active" },
                        anyOf("properties.currentHealthStatus", ["Degraded", "Unavailable"]),
                        // A rule that runs more seldom than every 15 minutes never was available.
                        anyOf("properties.previousHealthStatus", ["Available", "Degraded"]),
                    ],
                },
                actions: { actionGroups: args.actionGroupIds.map((actionGroupId) => ({ actionGroupId })) },
                tags: args.tags,
            },
            { parent: this, dependsOn: opts?.dependsOn },
        );
        this.alertId = alert.id;
        this.registerOutputs({ alertId: this.alertId });
    }
}

function anyOf(field: string, values: readonly string[]): { anyOf: { field: string; equals: string }[] } {
    return { anyOf: values.map((equals) => ({ field, equals })) };
}

function check(name: string, alertName: string, { actionGroupIds }: RuleHealthArgs): void {
    const problems = new ArgumentProblems();
    problems.addIf("alertName", nameProblem("alertRule", alertName));
    if (actionGroupIds.length === 0) problems.add("actionGroupIds", "is empty; nobody would be told");
    if (problems.found) throw problems.toError("RuleHealth", name);
}
