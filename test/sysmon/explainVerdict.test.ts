import assert from "node:assert/strict";
import fc from "fast-check";
import {
    compileFilter,
    explainVerdict,
    readConfig,
    sysmonConfig,
    type FilterableEvent,
    type SysmonConfig,
} from "../../sysmon";
import { arbitraryCase } from "../support/arbitraryCase";

function configOf(...lines: string[]): SysmonConfig {
    const { config } = readConfig(
        ['<Sysmon schemaversion="4.90">', "<EventFiltering>", ...lines, "</EventFiltering></Sysmon>"].join("\n"),
    );
    if (config === undefined) throw new Error("rejected");
    return config;
}

const access: FilterableEvent = {
    id: 10,
    fields: { TargetImage: "svchost.exe", SourceImage: "a.exe", CallTrace: "b" },
};

describe("explainVerdict", () => {
    const cases: readonly (readonly [title: string, config: SysmonConfig, event: FilterableEvent, line: string])[] = [
        ["an event that is never filtered", configOf(), { id: 16, fields: {} }, "event 16 is never filtered: logged"],
        ["an event without rules", configOf(), access, "ProcessAccess has no rules: not logged"],
        [
            "the start of a process without rules",
            configOf(),
            { id: 1, fields: {} },
            "ProcessCreate has no rules: logged",
        ],
        ["an event that does not exist", configOf(), { id: 99, fields: {} }, "event 99 has no rules: not logged"],
        [
            "an exclude that matched",
            configOf(
                '<ProcessAccess onmatch="exclude">',
                '<TargetImage condition="excludes">verclsid.exe</TargetImage>',
                "</ProcessAccess>",
            ),
            access,
            'excluded by ProcessAccess exclude, line 4: TargetImage excludes "verclsid.exe"',
        ],
        [
            "a rule that matched",
            configOf(
                '<RuleGroup groupRelation="or"><ProcessAccess onmatch="include">',
                "<SourceImage>x</SourceImage>",
                '<Rule groupRelation="and" name="r">',
                '<SourceImage condition="image">a.exe</SourceImage>',
                "<CallTrace>b</CallTrace>",
                "</Rule></ProcessAccess></RuleGroup>",
            ),
            access,
            'included by ProcessAccess include, line 6: SourceImage image "a.exe" and CallTrace is "b"; rule name "r"',
        ],
        [
            "an or rule that matched",
            configOf(
                '<RuleGroup groupRelation="or"><ProcessAccess onmatch="include"><Rule>',
                "<SourceImage>x</SourceImage>",
                "<CallTrace>b</CallTrace></Rule></ProcessAccess></RuleGroup>",
            ),
            access,
            'included by ProcessAccess include, line 5: CallTrace is "b"',
        ],
        [
            "an and that matched",
            configOf(
                '<ProcessAccess onmatch="include">',
                "<SourceImage>x</SourceImage>",
                "<SourceImage>a.exe</SourceImage>",
                "<CallTrace>b</CallTrace>",
                "</ProcessAccess>",
            ),
            access,
            'included by ProcessAccess include, line 5: SourceImage is "a.exe" and CallTrace is "b"',
        ],
        [
            "an empty block",
            configOf('<ProcessAccess onmatch="exclude"/>'),
            access,
            "the ProcessAccess exclude (line 3) has no filters: logged",
        ],
        [
            "one block that did not match",
            configOf('<ProcessAccess onmatch="include">', "<SourceImage>x</SourceImage>", "</ProcessAccess>"),
            access,
            "no filter of the ProcessAccess include (line 3) matched: not logged",
        ],
        [
            "several blocks that did not match",
            configOf('<ProcessAccess onmatch="exclude"/>', '<ProcessAccess onmatch="include"/>'),
            access,
            "none of the 2 ProcessAccess blocks matched: not logged",
        ],
        [
            "a rule that all but matched",
            configOf(
                '<RuleGroup groupRelation="or"><ProcessAccess onmatch="include">',
                '<Rule groupRelation="and">',
                "<SourceImage>a.exe</SourceImage>",
                "<CallTrace>x</CallTrace>",
                "</Rule></ProcessAccess></RuleGroup>",
            ),
            access,
            'no filter of the ProcessAccess include (line 3) matched: not logged; nearest: SourceImage is "a.exe", but not CallTrace is "x", line 6',
        ],
        [
            "an and that all but matched, at alternatives",
            configOf(
                '<ProcessAccess onmatch="include">',
                "<SourceImage>a.exe</SourceImage>",
                "<CallTrace>x</CallTrace>",
                "<CallTrace>y</CallTrace>",
                "</ProcessAccess>",
            ),
            access,
            'no filter of the ProcessAccess include (line 3) matched: not logged; nearest: SourceImage is "a.exe", but not any of its 2 filters on CallTrace, line 5',
        ],
        [
            "a configuration that was not read from a file",
            sysmonConfig({ schemaVersion: 4.9 })
                .event("ProcessAccess", { relation: "or", name: "g" })
                .include({ CallTrace: { contains: "b" } }),
            access,
            'included by ProcessAccess include: CallTrace contains "b"; rule name "g"',
        ],
        [
            "a value of several lines",
            configOf(
                '<ProcessAccess onmatch="exclude">',
                `<CallTrace condition="excludes">a\n${"c".repeat(100)}</CallTrace>`,
                "</ProcessAccess>",
            ),
            access,
            `excluded by ProcessAccess exclude, line 4: CallTrace excludes "a ${"c".repeat(78)}…"`,
        ],
    ];
    for (const [title, config, event, line] of cases) {
        it(title, () => assert.equal(explainVerdict(config, event), line));
    }

    it("says in one line what the filter decides", () => {
        fc.assert(
            fc.property(arbitraryCase, ({ config, events }) => {
                const filter = compileFilter(config);
                for (const event of events) {
                    const line = explainVerdict(config, event);
                    const { logged, reason } = filter(event);
                    assert.equal(line.includes("\n"), false);
                    if (reason === "match") assert.ok(line.startsWith(logged ? "included by" : "excluded by"), line);
                    else assert.match(line, logged ? /: logged/ : /: not logged/);
                }
            }),
            { numRuns: 300 },
        );
    });
});
