import assert from "node:assert/strict";
import fc from "fast-check";
import { checkConfig, compileFilter, readConfig, writeConfig, type Filter, type SysmonConfig } from "../../../sysmon";
import { withoutDeadRules } from "../../support/lintClaims";
import { arbitraryLint } from "./arbitraryLint";

/** The configuration as read back from its text, so that everything in it has a place. */
function written(config: SysmonConfig): { readonly xml: string; readonly config: SysmonConfig } {
    const xml = writeConfig(config);
    const read = readConfig(xml).config;
    assert.ok(read !== undefined);
    return { xml, config: read };
}

/** The filter at a place. */
function filterAt(config: SysmonConfig, line: number, column: number): { block: number; filter: Filter } | undefined {
    return config.blocks
        .flatMap(({ items }, block) =>
            items
                .flatMap((item) => (item.kind === "filter" ? [item] : item.filters))
                .map((filter) => ({ block, filter })),
        )
        .find(({ filter }) => filter.position?.line === line && filter.position.column === column);
}

/** The same block with this filter alone, logging what it matches. */
function alone(config: SysmonConfig, block: number, filter: Filter): SysmonConfig {
    const source = config.blocks[block];
    assert.ok(source !== undefined);
    return { ...config, blocks: [{ ...source, onmatch: "include", items: [filter] }] };
}

describe("what checkConfig claims, held against the filter engine", () => {
    it("nothing changes without the rules that it says never decide", () => {
        fc.assert(
            fc.property(arbitraryLint, (drawn) => {
                const { xml, config } = written(drawn.config);
                const before = compileFilter(config);
                const after = compileFilter(withoutDeadRules(config, checkConfig(xml)));
                for (const event of drawn.events) assert.equal(after(event).logged, before(event).logged, xml);
            }),
            { numRuns: 1000 },
        );
    });

    it("a filter that it says can never match does not, and one that it says matches every event does", () => {
        fc.assert(
            fc.property(arbitraryLint, (drawn) => {
                const { xml, config } = written(drawn.config);
                for (const { code, line, column, message } of checkConfig(xml)) {
                    if ((code !== "SM201" && code !== "SM202") || message.startsWith('"')) continue;
                    const found = filterAt(config, line, column);
                    assert.ok(found !== undefined, message);
                    const decide = compileFilter(alone(config, found.block, found.filter));
                    const { id } = drawn.events[0] ?? { id: 0 };
                    for (const event of drawn.events) {
                        // What a series' layouts do to a filter is another finding.
                        if (code === "SM202" && event.id !== id) continue;
                        if (code === "SM202" && !Object.hasOwn(event.fields, found.filter.field)) continue;
                        if (code === "SM202" && event.id > 11 && found.filter.field !== "TargetObject") continue;
                        assert.equal(decide(event).logged, code === "SM202", message);
                    }
                }
            }),
            { numRuns: 1000 },
        );
    });

    it("nothing is logged of an event of which it says so, but what it says escapes", () => {
        fc.assert(
            fc.property(arbitraryLint, (drawn) => {
                const { xml, config } = written(drawn.config);
                const finding = checkConfig(xml).find(({ code }) => code === "SM200");
                if (finding === undefined || /both texts|nearly|one of the texts/.test(finding.message)) return;
                const decide = compileFilter(config);
                for (const event of drawn.events) assert.ok(!decide(event).logged, `${finding.message}\n${xml}`);
            }),
            { numRuns: 1000 },
        );
    });
});
