import assert from "node:assert/strict";
import { Access, type AccessArgs, type AccessGroupArgs } from "../../components/access";
import { problemsOf } from "../support/argumentErrors";
import { build, valueOf } from "../support/mocks";

const subscriptionId = "00000000-0000-4000-8000-000000000000";
const workspaceId = `/subscriptions/${subscriptionId}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-central`;
const groupId = "33333333-0000-4000-8000-000000000001";
const someone = "33333333-0000-4000-8000-000000000002";
const roleId = "73c42c96-874c-492b-b04d-ab87d138a893";
const grant = { key: "reads-logs", roleId, scope: workspaceId };
const readers: AccessGroupArgs = { key: "readers", existingGroupId: groupId, grants: [grant] };
const access = (change: Partial<AccessGroupArgs> = {}): AccessArgs => ({
    subscriptionId,
    groups: [{ ...readers, ...change }],
});
const toCreate = (change: object = {}): AccessArgs =>
    access({ existingGroupId: undefined, newGroup: { displayName: "SOC", ...change } });

describe("Access", () => {
    it("gives a group that exists its role, and creates none", async () => {
        const plan = await build(() => new Access("soc", access()));
        assert.deepEqual(plan.outline(), ["Access soc", "RoleAssignment soc-readers-reads-logs"]);
        const { roleAssignmentName, ...inputs } = plan.resource("soc-readers-reads-logs").inputs;
        assert.match(
            String(roleAssignmentName),
            /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        assert.deepEqual(inputs, {
            scope: workspaceId,
            principalId: groupId,
            principalType: "Group",
            roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
        });
    });

    it("gives each of several groups its roles at each scope, under names of their own", async () => {
        const scope = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
        const grants = [grant, { key: "reads-group", roleId, scope }];
        const engineers = { key: "engineers", newGroup: { displayName: "Engineers" }, grants };
        const plan = await build(() => new Access("soc", { subscriptionId, groups: [readers, engineers] }));
        const assignments = plan.resources.filter(({ type }) => type.endsWith(":RoleAssignment"));
        assert.deepEqual(
            assignments.map(({ name }) => name),
            ["soc-readers-reads-logs", "soc-engineers-reads-logs", "soc-engineers-reads-group"],
        );
        assert.equal(new Set(assignments.map(({ inputs }) => inputs["roleAssignmentName"])).size, 3);
        assert.deepEqual(await valueOf(plan.result.groupIds), {
            readers: groupId,
            engineers: "11111111-0000-4000-8000-000000000004",
        });
    });

    it("names a role at a management group by no subscription", async () => {
        const scope = "/providers/Microsoft.Management/managementGroups/corp";
        const plan = await build(() => new Access("soc", access({ grants: [{ ...grant, scope }] })));
        assert.equal(
            plan.resource("soc-readers-reads-logs").inputs["roleDefinitionId"],
            `/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
        );
    });

    it("names the assignment for the scope, whatever the case of its id, so that stacks never share one", async () => {
        const nameFor = async (scope: string): Promise<unknown> =>
            (await build(() => new Access("soc", access({ grants: [{ ...grant, scope }] })))).resource(
                "soc-readers-reads-logs",
            ).inputs["roleAssignmentName"];
        assert.equal(await nameFor(workspaceId.toUpperCase()), await nameFor(workspaceId));
        assert.notEqual(await nameFor(`${workspaceId}2`), await nameFor(workspaceId));
    });

    it("replaces the assignment when the group changes, the old one first", async () => {
        const { replaceOnChanges, deleteBeforeReplace } = (await build(() => new Access("soc", access()))).resource(
            "soc-readers-reads-logs",
        );
        assert.ok(replaceOnChanges.includes("principalId"));
        assert.equal(deleteBeforeReplace, true);
    });

    it("creates a security group whose members are managed elsewhere", async () => {
        const plan = await build(() => new Access("soc", toCreate()));
        assert.deepEqual(plan.resource("soc-readers").inputs, {
            displayName: "SOC",
            securityEnabled: true,
            preventDuplicateNames: true,
        });
        assert.deepEqual(plan.resource("soc-readers-reads-logs").dependencies, ["soc-readers"]);
    });

    it("takes owners, members and description of a new group", async () => {
        const change = { description: "Reads.", owners: [someone], members: [groupId] };
        const { inputs } = (await build(() => new Access("soc", toCreate(change)))).resource("soc-readers");
        assert.deepEqual(
            [inputs["owners"], inputs["members"], inputs["description"]],
            [[someone], [groupId], "Reads."],
        );
    });

    it("protects a group that it created, and leaves the assignment replaceable", async () => {
        const plan = await build(() => new Access("soc", toCreate(), { protect: true }));
        assert.deepEqual(
            [plan.resource("soc-readers").protect, plan.resource("soc-readers-reads-logs").protect],
            [true, false],
        );
    });

    describe("refuses", () => {
        const cases: [string, AccessArgs, RegExp][] = [
            ["nobody at all", { subscriptionId, groups: [] }, /^groups: is empty/],
            ["no group", access({ existingGroupId: undefined }), /^groups\[0\]\.newGroup: is missing; give newGroup/],
            [
                "two groups",
                access({ newGroup: { displayName: "SOC" } }),
                /^groups\[0\]\.existingGroupId: is given beside/,
            ],
            ["a group by name", access({ existingGroupId: "SOC" }), /^groups\[0\]\.existingGroupId: "SOC" is no GUID/],
            ["a group without roles", access({ grants: [] }), /^groups\[0\]\.grants: is empty/],
            ["a key in capitals", access({ key: "SOC" }), /^groups\[0\]\.key: "SOC" is no key/],
            [
                "a role by name",
                access({ grants: [{ ...grant, roleId: "Reader" }] }),
                /^groups\[0\]\.grants\[0\]\.roleId: "Reader" is no GUID/,
            ],
            [
                "a grant twice",
                access({ grants: [grant, grant] }),
                /^groups\[0\]\.grants\[1\]\.key: "reads-logs" is there twice/,
            ],
            ["a subscription by name", { ...access(), subscriptionId: "prod" }, /^subscriptionId: "prod" is no GUID/],
            ["an empty name", toCreate({ displayName: " " }), /^groups\[0\]\.newGroup\.displayName: " " is refused/],
            ["a long name", toCreate({ displayName: "x".repeat(257) }), /newGroup\.displayName: .*1 to 256/],
            ["an owner by name", toCreate({ owners: ["me"] }), /newGroup\.owners\[0\]: "me" is no GUID/],
            [
                "a member twice",
                toCreate({ members: [someone, someone.toUpperCase()] }),
                /newGroup\.members\[1\]: .*twice/,
            ],
            [
                "too many owners",
                toCreate({
                    owners: Array.from({ length: 101 }, (_, n) => someone.replace(/^3{8}/, String(10_000_000 + n))),
                }),
                /newGroup\.owners: has 101 owners/,
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
            const bad = { ...toCreate({ displayName: "", members: ["me"] }), subscriptionId: "" };
            assert.equal((await problemsOf(() => new Access("soc", bad))).length, 3);
        });
    });
});
