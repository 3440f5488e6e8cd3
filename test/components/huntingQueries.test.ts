import assert from "node:assert/strict";
import { HuntingQueries, type HuntingQueriesArgs } from "../../components/huntingQueries";
import { problemsOf } from "../support/argumentErrors";
import { build } from "../support/mocks";

const pipes = "00000000-0000-4000-8000-00000000000A";
const parents = "00000000-0000-4000-8000-00000000000b";
const query = { queryId: pipes, displayName: "Pipes", body: "SysmonParsed | where EventID == 17" };
const args: HuntingQueriesArgs = {
    resourceGroupName: "rg",
    location: "westeurope",
    queries: [
        { ...query, description: "Rare ones.", tactics: ["CommandAndControl"], techniques: ["T1071"] },
        { ...query, queryId: parents },
    ],
};

describe("HuntingQueries", () => {
    it("is one pack, named after the component where nothing else is said", async () => {
        const { inputs } = (await build(() => new HuntingQueries("hunting", args))).resource(
            "hunting",
            "operationalinsights:QueryPack",
        );
        assert.deepEqual(inputs, { resourceGroupName: "rg", queryPackName: "pack-hunting", location: "westeurope" });
    });

    it("names each query by its GUID, which azure-native makes the id", async () => {
        const { resources } = await build(() => new HuntingQueries("hunting", args));
        assert.deepEqual(
            new Set(resources.filter(({ type }) => type.endsWith(":Query")).map(({ name }) => name)),
            new Set([pipes.toLowerCase(), parents]),
        );
    });

    it("says of a query what it is about and what people filter by", async () => {
        const { inputs, dependencies } = (await build(() => new HuntingQueries("hunting", args))).resource(
            pipes.toLowerCase(),
            "operationalinsights:Query",
        );
        assert.deepEqual(inputs, {
            resourceGroupName: "rg",
            queryPackName: "pack-hunting",
            displayName: "Pipes",
            description: "Rare ones.",
            body: query.body,
            related: { categories: ["security"], resourceTypes: ["microsoft.operationalinsights/workspaces"] },
            tags: { tactics: ["CommandAndControl"], techniques: ["T1071"] },
        });
        assert.deepEqual(dependencies, ["hunting"]);
    });

    const refused: readonly [string, Partial<HuntingQueriesArgs>, RegExp][] = [
        ["no query", { queries: [] }, /^queries: is empty/],
        ["an id that is no GUID", { queries: [{ ...query, queryId: "pipes" }] }, /^queries\[0\]\.queryId: "pipes"/],
        [
            "two queries of one id, whatever its case",
            { queries: [query, { ...query, queryId: pipes.toLowerCase() }] },
            /^queries\[1\]\.queryId: .* another query's id/,
        ],
        ["a query without a title", { queries: [{ ...query, displayName: " " }] }, /^queries\[0\]\.displayName: /],
        ["a query without a text", { queries: [{ ...query, body: "" }] }, /^queries\[0\]\.body: /],
        ["a name that Azure refuses", { queryPackName: "-" }, /^queryPackName: /],
        ["a region that is none", { location: "" }, /^location: /],
    ];
    for (const [what, change, problem] of refused) {
        it(`refuses ${what}`, async () => {
            const problems = await problemsOf(() => new HuntingQueries("hunting", { ...args, ...change }));
            assert.equal(problems.length, 1);
            assert.match(problems[0] ?? "", problem);
        });
    }
});
