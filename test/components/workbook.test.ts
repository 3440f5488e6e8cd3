import assert from "node:assert/strict";
import { Workbook, type WorkbookArgs } from "../../components/workbook";
import { problemsOf } from "../support/argumentErrors";
import { build } from "../support/mocks";

const workspaceId =
    "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/Log";
const args: WorkbookArgs = {
    resourceGroupName: "rg",
    location: "westeurope",
    displayName: "Sysmon",
    workspaceId,
    items: [
        { name: "intro", markdown: "# Sensors" },
        { name: "machines", query: "Heartbeat | count" },
    ],
};

describe("Workbook", () => {
    it("is one shared workbook over the workspace", async () => {
        const { inputs } = (await build(() => new Workbook("sensors", args))).resource(
            "sensors",
            "applicationinsights:Workbook",
        );
        assert.match(String(inputs["resourceName"]), /^[0-9a-f]{8}-/);
        assert.deepEqual(
            [inputs["kind"], inputs["category"], inputs["sourceId"]],
            ["shared", "workbook", workspaceId.toLowerCase()],
        );
        const data = JSON.parse(String(inputs["serializedData"])) as {
            items: { name: string }[];
            fallbackResourceIds: string[];
        };
        assert.deepEqual(
            data.items.map(({ name }) => name),
            ["time-range", "intro", "machines"],
        );
        assert.deepEqual(data.fallbackResourceIds, [workspaceId]);
    });

    it("keeps its name, so that a second deployment changes nothing", async () => {
        const name = async (): Promise<unknown> =>
            (await build(() => new Workbook("sensors", args))).resource("sensors", "applicationinsights:Workbook")
                .inputs["resourceName"];
        assert.equal(await name(), await name());
    });

    const refused: readonly [string, Partial<WorkbookArgs>, RegExp][] = [
        [
            "an item that is neither tile nor text",
            { items: [{ name: "a" }] },
            /^items\[0\]\.query: and markdown: give one of them/,
        ],
        ["an item that is both", { items: [{ name: "a", markdown: "a", query: "b" }] }, /^items\[0\]\.query: /],
        [
            "two items of one name",
            {
                items: [
                    { name: "a", markdown: "a" },
                    { name: "a", query: "b" },
                ],
            },
            /^items\[1\]\.name: /,
        ],
        ["a name with spaces", { items: [{ name: "a b", markdown: "a" }] }, /^items\[0\]\.name: /],
        ["no width", { items: [{ name: "a", query: "b", width: 0 }] }, /^items\[0\]\.width: /],
        ["no title", { displayName: "" }, /^displayName: is empty/],
    ];
    for (const [what, change, problem] of refused) {
        it(`refuses ${what}`, async () => {
            const problems = await problemsOf(() => new Workbook("sensors", { ...args, ...change }));
            assert.equal(problems.length, 1);
            assert.match(problems[0] ?? "", problem);
        });
    }
});
