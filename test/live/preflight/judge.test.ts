import assert from "node:assert/strict";
import { parseMachineId } from "../../../azure";
import type { FoundExtension, FoundMachine } from "../../../live/machines";
import type { EmailReceiver, Findable, Permission } from "../../../live/preflight/ask";
import type { Answered } from "../../../live/resourceManager";
import type { Finding } from "../../../live/preflight/finding";
import { judge } from "../../../live/preflight/judge";
import type { NeededMachine, NeededPermission } from "../../../live/preflight/needs";
import {
    actionGroupId,
    customerId,
    foundMachine,
    group,
    machineId,
    needs,
    neededMachine,
    principalId,
    ready,
    stackGroup,
    subscriptionId,
    userIdentity,
} from "./readyStack";

const problems = (findings: readonly Finding[]): string[] =>
    findings.flatMap(({ check, severity, message }) => (severity === "ok" ? [] : [`${severity} ${check}: ${message}`]));

const script = (changes: Partial<FoundExtension>): FoundExtension => ({
    name: "sysmon",
    publisher: "Microsoft.Compute",
    type: "CustomScriptExtension",
    forceUpdateTag: "a".repeat(64),
    provisioningState: "Succeeded",
    tags: {},
    ...changes,
});
const agent = (changes: Partial<FoundExtension> = {}): FoundExtension =>
    script({
        name: "AzureMonitorWindowsAgent",
        publisher: "Microsoft.Azure.Monitor",
        type: "AzureMonitorWindowsAgent",
        ...changes,
    });
const ourTags = { managedBy: "pulumi", workload: "sysmon" };

/** What is said of one machine, declared so and found so. */
function ofMachine(
    declared: Partial<NeededMachine>,
    found: Partial<FoundMachine> | undefined,
    guestAgent = "Ready",
): string[] {
    const machine = neededMachine(declared);
    const key = machine.id.id.toLowerCase();
    const answers: Findable = {
        ...ready(),
        machines: new Map(found === undefined ? [] : [[key, foundMachine({ id: machine.id, ...found })]]),
        guestAgents: new Map([[key, { kind: "found", value: guestAgent }]]),
    };
    return problems(judge({ ...needs, machines: [machine] }, answers));
}

describe("The judgment of what a stack needs", () => {
    it("finds nothing where all is ready, and says what it looked at", () => {
        const findings = judge(needs, ready());
        assert.deepEqual(problems(findings), []);
        assert.deepEqual([...new Set(findings.map(({ check }) => check))].sort(), [
            "action group",
            "agent",
            "identity",
            "machine",
            "permission",
            "provider",
            "resource group",
            "sensor",
            "workspace",
        ]);
    });

    it("says of every problem what to do", () => {
        const nothing: Findable = {
            ...ready(),
            providers: new Map(),
            permissions: new Map(),
            machines: new Map(),
            resourceGroups: new Map(),
            workspace: { kind: "missing" },
            actionGroups: new Map(),
        };
        const findings = judge(needs, nothing);
        assert.equal(findings.length, 6);
        assert.ok(findings.every(({ severity, advice }) => severity !== "ok" && advice.length > 20));
    });

    const machines: readonly [
        string,
        Partial<NeededMachine>,
        Partial<FoundMachine> | undefined,
        readonly string[],
        string?,
    ][] = [
        ["that is not there", {}, undefined, ["error machine: is not there, or you may not read it"]],
        ["that is stopped", {}, { power: "stopped" }, ["error machine: does not run"]],
        [
            "of Arc that is not connected",
            { id: machineId("srv", "Microsoft.HybridCompute/machines") },
            { power: "stopped" },
            ["error machine: is not connected to Azure Arc"],
        ],
        ["whose VM agent is not ready", {}, {}, ["error machine: its VM agent is not ready"], "Not Ready"],
        ["that runs another system", {}, { windows: false }, ["error machine: does not run Windows"]],
        [
            "in another region",
            {},
            { location: "northeurope" },
            ["error machine: is in northeurope, declared is westeurope"],
        ],
        ["that a service manages", {}, { managed: true }, ["error machine: is managed by a service such as AKS"]],
        [
            "that is a scale set of the other mode, with upgrades by hand",
            {
                id: machineId("vmss", "Microsoft.Compute/virtualMachineScaleSets"),
                orchestration: "flexible",
                identity: { kind: "user", resourceId: userIdentity },
            },
            {
                orchestration: "uniform",
                manualUpgrade: true,
                identity: { userResourceIds: [userIdentity.toUpperCase()], userPrincipalIds: {} },
            },
            [
                "error machine: its orchestration is uniform, declared is flexible",
                "warning machine: its instances get a new model by hand only",
            ],
        ],
        [
            "without the declared identity",
            {},
            { identity: { userResourceIds: [], userPrincipalIds: {} } },
            ["error identity: has no system-assigned identity"],
        ],
        [
            "with another principal",
            { identity: { kind: "system", principalId: "other" } },
            {},
            [`error identity: its principal id is ${principalId.toUpperCase()}, declared is other`],
        ],
        [
            "whose shared identity is not attached",
            { identity: { kind: "user", resourceId: userIdentity } },
            {},
            [`error identity: ${userIdentity} is not attached to it`],
        ],
        [
            "whose shared identity is another principal",
            { identity: { kind: "user", resourceId: userIdentity, principalId: "declared" } },
            {
                identity: {
                    userResourceIds: [userIdentity],
                    userPrincipalIds: { [userIdentity.toLowerCase()]: "actual" },
                },
            },
            ["error identity: the principal id of its identity is actual, declared is declared"],
        ],
        [
            "without identity, as declared",
            { identity: { kind: "none" }, delivery: "runCommand" },
            { identity: { userResourceIds: [], userPrincipalIds: {} } },
            [],
        ],
        [
            "with somebody else's agent",
            {},
            { extensions: [agent()] },
            ["error agent: is there already, and this stack did not install it"],
        ],
        ["with the agent that this stack installed", {}, { extensions: [agent({ tags: ourTags })] }, []],
        ["of a scale set with our agent and sensor", {}, { extensions: [agent(), script({})] }, []],
        [
            "without the agent that it is to have",
            { agent: "present" },
            {},
            ["error agent: is not there, though declared as present"],
        ],
        ["with the agent that it is to have", { agent: "present" }, { extensions: [agent()] }, []],
        [
            "whose agent has failed",
            { agent: "present" },
            { extensions: [agent({ provisioningState: "Failed" })] },
            ["warning agent: its installation has failed"],
        ],
        [
            "whose slot somebody else has",
            {},
            { extensions: [script({ name: "setup" })] },
            ["error sensor: somebody else's Custom Script Extension is there, and a machine takes one"],
        ],
        ["whose slot is not needed", { delivery: "runCommand" }, { extensions: [script({ name: "setup" })] }, []],
        [
            "on which our installation failed",
            {},
            { extensions: [script({ provisioningState: "Failed" })] },
            ["warning sensor: the last installation has failed"],
        ],
        [
            "on which another extension failed",
            {},
            { extensions: [script({ name: "backup", type: "Backup", provisioningState: "Failed" })] },
            ["warning sensor: the extension backup has failed"],
        ],
    ];
    for (const [title, declared, found, expected, guestAgent] of machines) {
        it(`judges a machine ${title}`, () => assert.deepEqual(ofMachine(declared, found, guestAgent), expected));
    }

    const write = "Microsoft.Compute/virtualMachines/extensions/write";
    const grants: readonly [string, readonly Permission[], boolean][] = [
        ["everything", [{ actions: ["*"], notActions: [] }], true],
        ["the operation, in another case", [{ actions: [write.toUpperCase()], notActions: [] }], true],
        ["a part by wildcard", [{ actions: ["Microsoft.Compute/*/write"], notActions: [] }], true],
        ["only reading", [{ actions: ["*/read"], notActions: [] }], false],
        ["everything but that", [{ actions: ["*"], notActions: ["Microsoft.Compute/*/Write"] }], false],
        [
            "it by one grant, though another leaves it out",
            [
                { actions: ["*"], notActions: ["Microsoft.Compute/*"] },
                { actions: [write], notActions: [] },
            ],
            true,
        ],
        ["a name that only resembles it", [{ actions: ["MicrosoftxCompute/*"], notActions: [] }], false],
        ["nothing", [], false],
    ];
    for (const [title, value, expected] of grants) {
        it(`${expected ? "lets" : "does not let"} somebody deploy who is allowed ${title}`, () => {
            const answers: Findable = {
                ...ready(),
                permissions: new Map([[group.toLowerCase(), { kind: "found", value }]]),
            };
            assert.deepEqual(
                problems(judge(needs, answers)),
                expected ? [] : [`error permission: not allowed: ${write}`],
            );
        });
    }

    it("names one role for all that it would allow", () => {
        const permission = (action: string, role: NeededPermission["role"]): NeededPermission => ({
            scope: stackGroup,
            action,
            role,
        });
        const needed = [
            permission("Microsoft.Insights/actionGroups/write", "monitoringContributor"),
            permission("Microsoft.Insights/dataCollectionRules/write", "monitoringContributor"),
            permission("Microsoft.Authorization/roleAssignments/write", "roleBasedAccessControlAdministrator"),
        ];
        const answers: Findable = {
            ...ready(),
            permissions: new Map([[stackGroup.toLowerCase(), { kind: "found", value: [] }]]),
        };
        const found = judge({ ...needs, permissions: needed }, answers).filter(({ check }) => check === "permission");
        assert.deepEqual(
            found.map(({ advice }) => /the role (.*?),/.exec(advice)?.[1]),
            ["Monitoring Contributor", "Role Based Access Control Administrator"],
        );
    });

    it("tells how to register a provider", () => {
        const answers: Findable = {
            ...ready(),
            providers: new Map([[`${subscriptionId}/microsoft.insights`, { kind: "found", value: "NotRegistered" }]]),
        };
        const [finding] = judge(needs, answers);
        assert.equal(finding?.severity, "error");
        assert.equal(
            finding.advice,
            `az provider register --subscription ${subscriptionId} --namespace Microsoft.Insights --wait`,
        );
    });

    it("compares an existing workspace with what is declared of it", () => {
        const answers: Findable = {
            ...ready(),
            workspace: { kind: "found", value: { location: "eastus", customerId: "another" } },
        };
        const found = judge(needs, answers).filter(({ check }) => check === "workspace");
        assert.deepEqual(
            found.map(({ message }) => message),
            ["is in eastus, declared is westeurope", `has the workspace id another, declared is ${customerId}`],
        );
        assert.deepEqual(
            found.map(({ advice }) => /Set (workspace\S+ \w+)/.exec(advice)?.[1]),
            ["workspace.existing.location: eastus", "workspace.existing.customerId: another"],
        );
    });

    const receivers: readonly [string, string][] = [
        ["NotSpecified", "warning action group: mailbox soc (soc@example.com) is not confirmed"],
        ["Disabled", "error action group: mailbox soc (soc@example.com) is switched off: it gets no alert"],
    ];
    for (const [status, expected] of receivers) {
        it(`tells of a mailbox that is ${status}`, () => {
            const receiver: EmailReceiver = { name: "soc", emailAddress: "soc@example.com", status };
            const answers: Findable = {
                ...ready(),
                actionGroups: new Map([[actionGroupId.toLowerCase(), { kind: "found", value: [receiver] }]]),
            };
            assert.deepEqual(problems(judge(needs, answers)), [expected]);
        });
    }

    it("expects the stack's own action group only once it is there", () => {
        const own = `${stackGroup}/providers/Microsoft.Insights/actionGroups/ag-own`;
        const withOwn = { ...needs, ownActionGroups: [own] };
        const answers = ready();
        const answering = (answer: Answered<readonly EmailReceiver[]>): Findable => ({
            ...answers,
            actionGroups: new Map([...answers.actionGroups, [own.toLowerCase(), answer]]),
        });
        const unconfirmed: EmailReceiver = { name: "a", emailAddress: "a@example.com", status: "NotSpecified" };
        assert.deepEqual(problems(judge(withOwn, answering({ kind: "missing" }))), []);
        assert.equal(problems(judge(withOwn, answering({ kind: "found", value: [unconfirmed] }))).length, 1);
    });

    it("does not take what it may not see for fine", () => {
        const answers: Findable = {
            ...ready(),
            permissions: new Map([[group.toLowerCase(), { kind: "refused" }]]),
            guestAgents: new Map([[machineId("vm-files").id.toLowerCase(), { kind: "refused" }]]),
            workspace: { kind: "refused" },
        };
        assert.deepEqual(problems(judge(needs, answers)), [
            "warning permission: cannot be checked: you may not read what you may do there",
            "warning workspace: cannot be checked: you may not read it",
            "warning machine: cannot be checked: you may not read the state of its VM agent",
        ]);
    });

    it("knows a machine whatever the case of its id", () => {
        const upper = parseMachineId(machineId("vm-files").id.toUpperCase());
        assert.ok(upper.kind === "parsed");
        assert.deepEqual(ofMachine({ id: upper.value }, {}), []);
    });
});
