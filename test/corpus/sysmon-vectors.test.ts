import assert from "node:assert/strict";
import * as fs from "node:fs";
import { z } from "zod";
import { compileFilter, readConfig, type FilterableEvent, type Verdict } from "../../sysmon";
import { describeShared, sharedPath } from "../support/shared";

const vectors = z.object({
    configs: z.record(z.string(), z.string()),
    configRefs: z.record(z.string(), z.object({ file: z.string() })),
    cases: z.array(
        z.object({
            name: z.string(),
            category: z.string(),
            configFile: z.string(),
            event: z.object({ id: z.number(), fields: z.record(z.string(), z.string()) }),
            logged: z.boolean(),
            ruleName: z.string().nullable(),
            reason: z.string(),
            group: z.object({ index: z.number(), of: z.number(), onmatch: z.string(), combine: z.string() }).nullable(),
        }),
    ),
    configErrors: z.array(z.object({ name: z.string(), configXml: z.string(), accepted: z.boolean() })),
});

describeShared("verdicts recorded from the sensor's rule engine", () => {
    const { cases, configErrors, configs, configRefs } = vectors.parse(
        JSON.parse(fs.readFileSync(sharedPath("sysmon", "vectors.json"), "utf8")),
    );
    const filters = new Map<string, (event: FilterableEvent) => Verdict>();

    function filterOf(name: string): (event: FilterableEvent) => Verdict {
        const known = filters.get(name);
        if (known !== undefined) return known;
        const file = configRefs[name]?.file;
        const source = file === undefined ? configs[name] : fs.readFileSync(sharedPath("sysmon", file));
        const { config } = readConfig(source ?? "");
        if (config === undefined) throw new Error(`${name} is rejected`);
        const filter = compileFilter(config);
        filters.set(name, filter);
        return filter;
    }

    for (const category of new Set(cases.map((recorded) => recorded.category))) {
        it(`agrees on ${category}`, () => {
            const ofCategory = cases.filter((recorded) => recorded.category === category);
            for (const { name, configFile, event, logged, ruleName, reason, group } of ofCategory) {
                assert.deepEqual(filterOf(configFile)(event), { logged, ruleName, reason, group }, name);
            }
        });
    }

    for (const { name, configXml, accepted } of configErrors) {
        it(`${accepted ? "accepts" : "rejects"} ${name}`, () => {
            assert.equal(readConfig(configXml).config !== undefined, accepted);
        });
    }
});
