import assert from "node:assert/strict";
import fc from "fast-check";
import {
    compileFilter,
    explainConfig,
    latestEvents,
    readConfig,
    type EventSummary,
    type SysmonConfig,
} from "../../../sysmon";
import { arbitraryCase } from "../../support/arbitraryCase";
import { completeEvent } from "../../support/completeEvent";

function read(...lines: string[]): SysmonConfig {
    const { config } = readConfig(
        ['<Sysmon schemaversion="4.90">', "<EventFiltering>", ...lines, "</EventFiltering></Sysmon>"].join("\n"),
    );
    if (config === undefined) throw new Error("rejected");
    return config;
}

function summary(id: number, ...lines: string[]): EventSummary {
    const found = explainConfig(read(...lines)).find((event) => event.id === id);
    if (found === undefined) throw new Error(`no event ${id}`);
    return found;
}

const or = (inner: string): string => `<RuleGroup groupRelation="or">${inner}</RuleGroup>`;
const and = (inner: string): string => `<RuleGroup groupRelation="and">${inner}</RuleGroup>`;
const access = (onmatch: string, inner = ""): string => `<ProcessAccess onmatch="${onmatch}">${inner}</ProcessAccess>`;
const two = "<SourceImage>a</SourceImage><TargetImage>b</TargetImage>";

describe("explainConfig says of one event", () => {
    const cases: readonly (readonly [title: string, id: number, lines: readonly string[], summary: string])[] = [
        ["it is never filtered", 16, [], "everything: it is never filtered"],
        ["it has no rules and is logged all the same", 1, [], "everything: there are no rules for it"],
        ["it has no rules", 10, [], "nothing: there are no rules for it"],
        ["an empty include", 10, [access("include")], "nothing: no rule includes it"],
        ["an empty exclude", 10, [access("exclude")], "everything"],
        ["one included rule", 10, [access("include", "<SourceImage>a</SourceImage>")], "only what 1 rule includes"],
        ["includes", 10, [or(access("include", two))], "only what 2 rules include"],
        ["an and block, which is one rule", 10, [and(access("include", two))], "only what 1 rule includes"],
        [
            "an and block on one field, whose filters are alternatives",
            10,
            [and(access("include", "<SourceImage>a</SourceImage><SourceImage>b</SourceImage>"))],
            "only what 2 rules include",
        ],
        ["excludes", 10, [or(access("exclude", two))], "everything, except what 2 rules exclude"],
        [
            "both",
            10,
            [or(access("include", two)), access("exclude", "<CallTrace>x</CallTrace>")],
            "only what 2 rules include, except what 1 rule excludes",
        ],
        [
            "two excludes, which together log nothing",
            10,
            [access("exclude", "<CallTrace>x</CallTrace>"), access("exclude")],
            "nothing: 2 blocks, and none of them includes",
        ],
        [
            "an include that matches everything beside an exclude",
            10,
            [access("include", '<CallTrace condition="contains"/>'), access("exclude", "<CallTrace>x</CallTrace>")],
            "everything, except what 1 rule excludes",
        ],
        [
            "rules that cannot match this event of a series",
            12,
            [or('<RegistryEvent onmatch="include"><Details>a</Details><Image>b</Image></RegistryEvent>')],
            "only what 1 rule includes",
        ],
        [
            "a rule with a field that this event of a series lacks",
            14,
            [
                or(
                    '<RegistryEvent onmatch="include"><Rule groupRelation="and"><Details>a</Details><Image>b</Image></Rule></RegistryEvent>',
                ),
            ],
            "nothing: no rule includes it",
        ],
    ];
    for (const [title, id, lines, expected] of cases) {
        it(title, () => assert.equal(summary(id, ...lines).summary, expected));
    }

    it("the names its rules report, each once", () => {
        const rules =
            '<SourceImage name="a">a</SourceImage><Rule name="b"><CallTrace>b</CallTrace><CallTrace name="a">c</CallTrace></Rule>';
        assert.deepEqual(summary(10, or(access("include", rules))).ruleNames, ["a", "b"]);
    });

    it("its blocks with their places", () => {
        assert.deepEqual(summary(10, access("exclude"), or(access("include", two))).blocks, [
            { onmatch: "exclude", combine: "and", rules: 0, position: { line: 3, column: 1 } },
            { onmatch: "include", combine: "or", rules: 2, position: { line: 4, column: 31 } },
        ]);
    });
});

describe("explainConfig", () => {
    it("has a line for every event, in the order of their ids", () => {
        assert.deepEqual(
            explainConfig(read()).map(({ id }) => id),
            latestEvents.map(({ id }) => id),
        );
    });

    it("never says nothing of what is logged, nor everything of what is not", () => {
        fc.assert(
            fc.property(arbitraryCase, ({ config, events }) => {
                const decide = compileFilter(config);
                const summaries = new Map(explainConfig(config).map((event) => [event.id, event.logged]));
                for (const event of events.map(completeEvent)) {
                    const said = summaries.get(event.id);
                    if (said === undefined) continue;
                    assert.notEqual(said, decide(event).logged ? "nothing" : "everything");
                }
            }),
            { numRuns: 500 },
        );
    });
});
