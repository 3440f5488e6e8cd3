import assert from "node:assert/strict";
import pc from "picocolors";
import { preflightReport } from "../../cli/preflightReport";
import { stackNeeds } from "../../cli/stackNeeds";
import { stackSettings } from "../../cli/stackSettings";
import type { Finding } from "../../live/preflight/finding";
import type { StackNeeds } from "../../live/preflight/needs";
import { operationOf } from "../../live/preflight/operations";
import { packageRoot } from "../../package/root";
import type { Plan } from "../../rehearsal/plan/plan";
import { planStack } from "../../rehearsal/plan/planStack";
import { sysmonAzure } from "../support/command";
import { nobodySignedIn } from "./nobodySignedIn";
import { temporaryFolder } from "../support/temporaryFolder";

describe("What the stack with everything needs of Azure", () => {
    const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";
    const lab = "11111111-1111-1111-1111-111111111111";
    let plan: Plan;
    let needs: StackNeeds;
    before(async () => {
        ({ plan } = await planStack(packageRoot, "everything"));
        needs = stackNeeds(plan, stackSettings(packageRoot, "everything").settings);
    });
    const allowed = (scope: string): string[] =>
        needs.permissions.flatMap((one) => (one.scope === scope ? [one.action] : [])).sort();

    it("knows what each planned kind of resource takes", () => {
        const unknown = plan.resources
            .filter(({ type, custom }) => custom && type.startsWith("azure-native:"))
            .filter(({ type }) => operationOf(type) === undefined)
            .map(({ type }) => type);
        assert.deepEqual([...new Set(unknown)], []);
    });

    it("is every machine as it is declared", () => {
        assert.deepEqual(
            needs.machines.map(({ id, identity, delivery }) => [id.name, identity.kind, delivery].join(" ")),
            [
                "vm-files system extension",
                "vm-kiosk none runCommand",
                "vmss-web system extension",
                "vmss-jobs user extension",
                "srv-plant system extension",
                "vm-lab system extension",
            ],
        );
    });

    it("is the right to equip machines, where they are", () => {
        assert.deepEqual(allowed(`${subscription}/resourceGroups/rg-office`), [
            "Microsoft.Compute/virtualMachines/extensions/write",
            "Microsoft.Compute/virtualMachines/runCommands/write",
            "Microsoft.Insights/dataCollectionRuleAssociations/write",
        ]);
        assert.deepEqual(allowed(`${subscription}/resourceGroups/rg-arc`), [
            "Microsoft.HybridCompute/machines/extensions/write",
            "Microsoft.Insights/dataCollectionRuleAssociations/write",
        ]);
        assert.deepEqual(allowed(`/subscriptions/${lab}/resourceGroups/rg-lab`), [
            "Microsoft.Compute/virtualMachines/extensions/write",
            "Microsoft.Insights/dataCollectionRuleAssociations/write",
        ]);
    });

    it("is the right to create the stack, in its own group", () => {
        const actions = allowed(`${subscription}/resourceGroups/rg-detection`);
        for (const action of [
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Insights/scheduledQueryRules/write",
            "Microsoft.OperationalInsights/workspaces/write",
            "Microsoft.Resources/subscriptions/resourceGroups/write",
            "Microsoft.Storage/storageAccounts/listKeys/action",
        ]) {
            assert.ok(actions.includes(action), action);
        }
        assert.ok(!actions.some((action) => action.startsWith("Microsoft.HybridCompute/")));
    });

    it("is the right to assign policies and roles, at the scope of the fleet", () => {
        const actions = allowed(subscription);
        for (const type of ["policyAssignments", "policySetDefinitions", "roleAssignments"])
            assert.ok(actions.includes(`Microsoft.Authorization/${type}/write`), type);
        assert.ok(actions.includes("Microsoft.PolicyInsights/remediations/write"));
    });

    it("is the providers of each subscription", () => {
        const inLab = needs.providers.filter(({ subscriptionId }) => subscriptionId === lab);
        assert.deepEqual(inLab.map(({ namespace }) => namespace).sort(), ["Microsoft.Compute", "Microsoft.Insights"]);
        const namespaces = needs.providers.map(({ namespace }) => namespace);
        assert.ok(
            namespaces.includes("Microsoft.OperationalInsights") && namespaces.includes("Microsoft.HybridCompute"),
        );
        assert.ok(!namespaces.includes("Microsoft.Authorization"), "every subscription has it");
    });

    it("is the action groups, those that exist and the stack's own", () => {
        assert.deepEqual(
            needs.actionGroups.map(({ name }) => name),
            ["ag-oncall"],
        );
        assert.deepEqual(
            needs.ownActionGroups.map((id) => id.replace(`${subscription}/resourceGroups/`, "")),
            [
                "rg-detection/providers/Microsoft.Insights/actionGroups/ag-sysmon-dev-we",
                "rg-detection/providers/Microsoft.Insights/actionGroups/ag-sysmon-dev-we-on-call",
            ],
        );
    });
});

describe("The report of a preflight", () => {
    const vm =
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-office/providers/Microsoft.Compute/virtualMachines/vm-old";
    const finding = (severity: Finding["severity"], check: Finding["check"], subject: string): Finding => ({
        check,
        severity,
        subject,
        message: `is ${severity}`,
        advice: severity === "ok" ? "" : `Mend ${check}.`,
    });
    const report = (...findings: Finding[]): string[] => preflightReport(findings, pc.createColors(false)).split("\n");

    it("names problems by group and name, errors first, each with what to do, and counts the rest", () => {
        const lines = report(
            finding("ok", "provider", "Microsoft.Insights"),
            finding("warning", "sensor", vm),
            finding("ok", "provider", "Microsoft.Compute"),
            finding("error", "machine", vm),
            finding("ok", "agent", vm),
        );
        assert.deepEqual(lines, [
            "error    machine         rg-office/vm-old  is error",
            "         Mend machine.",
            "warning  sensor          rg-office/vm-old  is warning",
            "         Mend sensor.",
            "ok       provider 2, agent 1",
            "Not ready for pulumi up. Errors: 1, warnings: 1.",
        ]);
    });

    it("lets warnings pass", () => {
        assert.equal(report(finding("warning", "sensor", vm)).at(-1), "Ready for pulumi up. Errors: 0, warnings: 1.");
    });
});

describe("sysmon-azure preflight", () => {
    nobodySignedIn();

    it("ends in one line where nobody is signed in", async () => {
        const { code, stdout, stderr } = await sysmonAzure(["preflight", "--stack", "everything"]);
        assert.equal(code, 2);
        assert.equal(stdout, "");
        assert.match(stderr, /^Azure Resource Graph, [^\n]*nobody is signed in to Azure\. Run "az login"[^\n]*\n$/);
    });

    it("tells of a stack that there is not", async () => {
        const { code, stderr } = await sysmonAzure(["preflight", "--stack", "nope"]);
        assert.equal(code, 2);
        assert.match(stderr, /No stack "nope"/);
    });

    it("refuses a program of somebody else, whose settings it does not know", async () => {
        const folder = temporaryFolder({
            "Pulumi.yaml": "name: other\nruntime: nodejs\n",
            "Pulumi.dev.yaml": "config: {}\n",
        });
        const { code, stderr } = await sysmonAzure(["preflight"], { cwd: folder });
        assert.equal(code, 2);
        assert.match(stderr, /names a program of its own/);
    });
});
