import assert from "node:assert/strict";
import { Access, type AccessArgs } from "../../components/access";
import { problemsOf } from "../support/argumentErrors";
import { build } from "../support/mocks";

const workspaceId =
    "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-central";
const groupId = "33333333-0000-4000-8000-000000000001";
const someone = "33333333-0000-4000-8000-000000000002";
const args = { subscriptionId: "00000000-0000-4000-8000-000000000000", workspaceId };
const onExisting: AccessArgs = { ...args, existingGroupId: groupId };

describe("Access", () => {
    it("lets a group that exists read the workspace, and creates none", async () => {
        const plan = await build(() => new Access("soc", onExisting));
        assert.deepEqual(plan.outline(), ["Access soc", "RoleAssignment soc-reader"]);
        const { roleAssignmentName, ...inputs } = plan.resource("soc-reader").inputs;
        assert.match(
            String(roleAssignmentName),
            /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        assert.deepEqual(inputs, {
            scope: workspaceId,
            principalId: groupId,
            principalType: "Group",
            roleDefinitionId: `/subscriptions/${args.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/73c42c96-874c-492b-b04d-ab87d138a893`,
        });
    });

    it("names the assignment for the workspace, whatever the case of its id, so that stacks never share one", async () => {
        const nameFor = async (id: string): Promise<unknown> =>
            (await build(() => new Access("soc", { ...onExisting, workspaceId: id }))).resource("soc-reader").inputs[
                "roleAssignmentName"
            ];
        assert.equal(await nameFor(workspaceId.toUpperCase()), await nameFor(workspaceId));
        assert.notEqual(await nameFor(`${workspaceId}2`), await nameFor(workspaceId));
    });

    it("replaces the assignment when the group changes, the old one first", async () => {
        const { replaceOnChanges, deleteBeforeReplace } = (await build(() => new Access("soc", onExisting))).resource(
            "soc-reader",
        );
        assert.ok(replaceOnChanges.includes("principalId"));
        assert.equal(deleteBeforeReplace, true);
    });

    it("creates a security group whose members are managed elsewhere", async () => {
        const plan = await build(() => new Access("soc", { ...args, newGroup: { displayName: "SOC readers" } }));
        assert.deepEqual(plan.resource("soc", ":Group").inputs, {
            displayName: "SOC readers",
            description: "Reads Sysmon events and alerts in Log Analytics.",
            securityEnabled: true,
            preventDuplicateNames: true,
        });
        assert.deepEqual(plan.resource("soc-reader").dependencies, ["soc"]);
    });

    it("takes owners, members and description of a new group", async () => {
        const newGroup = { displayName: "SOC", description: "Reads.", owners: [someone], members: [groupId] };
        const { inputs } = (await build(() => new Access("soc", { ...args, newGroup }))).resource("soc", ":Group");
        assert.deepEqual(
            [inputs["owners"], inputs["members"], inputs["description"]],
            [[someone], [groupId], "Reads."],
        );
    });

    it("protects a group that it created, and leaves the assignment replaceable", async () => {
        const plan = await build(
            () => new Access("soc", { ...args, newGroup: { displayName: "SOC" } }, { protect: true }),
        );
        assert.deepEqual([plan.resource("soc", ":Group").protect, plan.resource("soc-reader").protect], [true, false]);
    });

    describe("refuses", () => {
        const group = (change: object): AccessArgs => ({ ...args, newGroup: { displayName: "SOC", ...change } });
        const cases: [string, AccessArgs, RegExp][] = [
            ["no group", args, /^newGroup: is missing; give newGroup, or existingGroupId/],
            ["two groups", { ...onExisting, newGroup: { displayName: "SOC" } }, /^existingGroupId: is given beside/],
            ["a group by name", { ...args, existingGroupId: "SOC" }, /^existingGroupId: "SOC" is no GUID/],
            ["a subscription by name", { ...onExisting, subscriptionId: "prod" }, /^subscriptionId: "prod" is no GUID/],
            ["an empty name", group({ displayName: " " }), /^newGroup\.displayName: " " is refused/],
            ["a long name", group({ displayName: "x".repeat(257) }), /^newGroup\.displayName: .*1 to 256/],
            ["an owner by name", group({ owners: ["me"] }), /^newGroup\.owners\[0\]: "me" is no GUID/],
            [
                "a member twice",
                group({ members: [someone, someone.toUpperCase()] }),
                /^newGroup\.members\[1\]: .*twice/,
            ],
            [
                "too many owners",
                group({
                    owners: Array.from({ length: 101 }, (_, n) => someone.replace(/^3{8}/, String(10_000_000 + n))),
                }),
                /^newGroup\.owners: has 101 owners/,
            ],
        ];
        for (const [what, bad, expected] of cases) {
            it(what, async () => {
                const problems = await problemsOf(() => new Access("soc", bad));
                assert.equal(problems.length, 1, problems.join("\n"));
                assert.match(problems.join(), expected);
            });
        }

        it("three mistakes in one error", async () => {
            const bad = { ...group({ displayName: "", members: ["me"] }), subscriptionId: "" };
            assert.equal((await problemsOf(() => new Access("soc", bad))).length, 3);
        });
    });
});
