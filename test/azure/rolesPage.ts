import * as prettier from "prettier";
import { featureRoles, type FeatureRole, type RoleFeature, type RoleScope } from "../../azure";
import { packagePath } from "../../package/root";

/** The page on roles, generated from the table in azure/featureRoles.ts. */
export const rolesPageFile = packagePath("docs", "roles.md");

const features: Readonly<Record<RoleFeature, string>> = {
    always: "every stack",
    withoutSentinel: "no `sentinel`",
    sentinel: "`sentinel`",
    huntingQueries: "`huntingQueries`",
    workbook: "`workbook`",
    fleet: "`fleet`",
    attachedIdentity: "`fleet.identity.attach`",
    machines: "`machines`",
    payload: "a store of the stack's own",
    groups: "`access` with `create`",
    lab: "`lab`",
};

const scopes: Readonly<Record<RoleScope, string>> = {
    workspace: "the workspace",
    workspaceGroup: "the workspace's resource group",
    resourceGroup: "the stack's resource group",
    queryPack: "the query pack",
    workbook: "the workbook",
    dataCollectionRule: "the data collection rule",
    payloadContainer: "the container with the installer",
    payloadGroup: "the resource group of that container",
    fleetScope: "`fleet.scope`",
    machineGroups: "the machines' resource groups",
    directory: "Microsoft Entra ID",
};

const holders: Readonly<Record<FeatureRole["holder"], string>> = {
    readers: "`access.readers`",
    responders: "`access.responders`",
    engineers: "`access.engineers`",
    operators: "`access.operators`",
    machine: "a machine's identity",
    rules: "the identity of the scheduled-query rules",
    fleetPolicies: "the identity of the fleet's policy assignment",
    deployment: "whoever deploys",
};

/** The text of the page, as the formatter writes it. */
export async function rolesPage(): Promise<string> {
    const granted = featureRoles.filter((role) => role.granted === "byStack");
    const before = featureRoles.filter((role) => role.granted === "before");
    const text = [
        "# Roles",
        "",
        "Generated from `azure/featureRoles.ts` by `npx tsx test/azure/writeRolesPage.ts`. Each role is a built-in one of",
        "Azure, at the narrowest scope that serves.",
        "",
        "## What the stack grants",
        "",
        ...table(granted),
        "",
        "## What must be granted before",
        "",
        "Whoever deploys needs these. The stack cannot grant them to itself; `bootstrap/` does it for a pipeline.",
        "",
        ...table(before),
        "",
    ].join("\n");
    const style = await prettier.resolveConfig(rolesPageFile);
    return prettier.format(text, { ...style, parser: "markdown" });
}

function table(roles: readonly FeatureRole[]): string[] {
    return [
        "| Who | With | Role | On | What for |",
        "| --- | --- | --- | --- | --- |",
        ...roles.map(
            ({ holder, feature, role, scope, purpose }) =>
                `| ${[holders[holder], features[feature], titleOf(role), scopes[scope], purpose].join(" | ")} |`,
        ),
    ];
}

/** `logAnalyticsReader` as the portal writes it, Log Analytics Reader. A permission stays as it is. */
function titleOf(role: string): string {
    if (role.includes(".")) return `\`${role}\` of Microsoft Graph`;
    const words = role.replace(/[A-Z]/g, " $&");
    return words.charAt(0).toUpperCase() + words.slice(1);
}
