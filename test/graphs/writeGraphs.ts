/** Writes the graph of each stack anew: `npx tsx test/graphs/writeGraphs.ts`. A review sees what changes. */
import * as fs from "node:fs";
import { format } from "prettier";
import { graphFile, graphOf, stacks } from "./graph";

async function write(): Promise<void> {
    for (const stack of stacks) {
        const text = JSON.stringify(await graphOf(stack));
        fs.writeFileSync(graphFile(stack), await format(text, { parser: "json", printWidth: 120, tabWidth: 4 }));
    }
}

void write();
