import assert from "node:assert/strict";
import fc from "fast-check";
import {
    compileFilter,
    compileTracer,
    explainVerdict,
    readConfig,
    type SysmonConfig,
    type VerdictTrace,
} from "../../../sysmon";
import { arbitraryCase } from "../../support/arbitraryCase";

function read(...lines: string[]): SysmonConfig {
    const { config } = readConfig(
        ['<Sysmon schemaversion="4.90">', "<EventFiltering>", ...lines, "</EventFiltering></Sysmon>"].join("\n"),
    );
    if (config === undefined) throw new Error("rejected");
    return config;
}

const config = read(
    '<RuleGroup groupRelation="or"><ProcessAccess onmatch="include">',
    "<SourceImage>x</SourceImage>",
    '<Rule groupRelation="and" name="r">',
    '<SourceImage condition="image">a.exe</SourceImage>',
    "<CallTrace>b</CallTrace>",
    "</Rule>",
    "<CallTrace>c</CallTrace>",
    "</ProcessAccess></RuleGroup>",
    '<ProcessAccess onmatch="exclude">',
    "<TargetImage>t</TargetImage>",
    "<SourceProcessId>4</SourceProcessId>",
    "</ProcessAccess>",
);

/** Blocks and filters in the order in which they were asked, what decided marked. */
function outline({ blocks }: VerdictTrace): string[] {
    return blocks.flatMap(({ element, onmatch, combine, outcome, filters }) => [
        `${element} ${onmatch} ${combine}: ${outcome}`,
        ...filters.map(
            ({ field, value, outcome: answer, decided, position }) =>
                `${field} ${value}: ${answer}${decided ? ", decided" : ""}, line ${position?.line ?? "?"}`,
        ),
    ]);
}

describe("compileTracer", () => {
    const trace = compileTracer(config);

    it("tells the filters in the order they are asked, up to those that decide", () => {
        const fields = { SourceImage: "C:\\\\a.exe", CallTrace: "b", TargetImage: "u", SourceProcessId: "4" };
        assert.deepEqual(outline(trace({ id: 10, fields })), [
            "ProcessAccess exclude and: no-match",
            "TargetImage t: no-match, line 12",
            "ProcessAccess include or: match",
            "SourceImage x: no-match, line 4",
            "SourceImage a.exe: match, decided, line 6",
            "CallTrace b: match, decided, line 7",
        ]);
    });

    it("stops at the block that decides", () => {
        const { verdict, blocks } = trace({ id: 10, fields: { TargetImage: "t", SourceProcessId: "4" } });
        assert.equal(verdict.logged, false);
        assert.equal(blocks.length, 1);
    });

    it("tells where the sensor gives up on a block", () => {
        const [block] = trace({ id: 10, fields: { TargetImage: "t" } }).blocks;
        assert.deepEqual(
            block?.filters.map(({ outcome, found }) => [outcome, found]),
            [
                ["match", "t"],
                ["failed", null],
            ],
        );
        assert.equal(block.outcome, "failed");
    });

    it("tells the rule name that a filter reports", () => {
        const [, include] = trace({ id: 10, fields: {} }).blocks;
        assert.deepEqual(
            include?.filters.map(({ ruleName }) => ruleName),
            ["", "r", ""],
        );
    });

    for (const id of [1, 16, 99]) {
        it(`has no blocks for event ${id}, which none is about`, () => {
            assert.deepEqual(trace({ id, fields: {} }).blocks, []);
        });
    }

    it("agrees with the filter: the last block tried decides, by filters that matched, or none does", () => {
        fc.assert(
            fc.property(arbitraryCase, ({ config: any, events }) => {
                const [decide, tracer] = [compileFilter(any), compileTracer(any)];
                for (const event of events) {
                    const { verdict, why, blocks } = tracer(event);
                    assert.deepEqual(verdict, decide(event));
                    assert.equal(why, explainVerdict(any, event));
                    const last = blocks.at(-1);
                    assert.equal(last?.outcome === "match", verdict.reason === "match");
                    if (verdict.reason === "match") assert.equal(last?.onmatch, verdict.group?.onmatch);
                    assert.equal(
                        blocks.some(({ filters }) => filters.some(({ decided }) => decided)),
                        verdict.reason === "match",
                    );
                }
            }),
            { numRuns: 300 },
        );
    });
});
