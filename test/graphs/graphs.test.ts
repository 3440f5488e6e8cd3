import assert from "node:assert/strict";
import { graphOf, keptGraph, stacks } from "./graph";

describe("the graph of resources", () => {
    for (const stack of stacks) {
        it(`of ${stack} is the one that is kept; else look at the change and run npx tsx test/graphs/writeGraphs.ts`, async () => {
            // Through JSON, as the kept one has come.
            assert.deepEqual(JSON.parse(JSON.stringify(await graphOf(stack))), keptGraph(stack));
        });
    }
});
