import assert from "node:assert/strict";
import fc from "fast-check";
import {
    compareEvents,
    compileFilter,
    diffConfigs,
    readConfig,
    type FilterableEvent,
    type RuleChange,
    type SysmonConfig,
} from "../../../sysmon";
import { arbitraryCase } from "../../support/arbitraryCase";

function read(lines: readonly string[], options: { version?: string; head?: string } = {}): SysmonConfig {
    const { version = "4.90", head = "" } = options;
    const { config } = readConfig(
        [`<Sysmon schemaversion="${version}">${head}<EventFiltering>`, ...lines, "</EventFiltering></Sysmon>"].join(
            "\n",
        ),
    );
    if (config === undefined) throw new Error("rejected");
    return config;
}

const access = (onmatch: string, ...filters: string[]): string =>
    `<RuleGroup groupRelation="or"><ProcessAccess onmatch="${onmatch}">${filters.join("")}</ProcessAccess></RuleGroup>`;
const source = (value: string, name = ""): string =>
    `<SourceImage${name === "" ? "" : ` name="${name}"`}>${value}</SourceImage>`;

/** A change in a few words. */
function outline(change: RuleChange): string {
    const rule = change.kind === "removed" ? change.before : change.after;
    return `${change.kind} ${rule.onmatch} ${rule.text} ${change.effect}`;
}

describe("diffConfigs tells of rules", () => {
    const cases: readonly (readonly [title: string, before: string[], after: string[], expected: string[]])[] = [
        ["nothing where they are the same", [access("include", source("a"))], [access("include", source("a"))], []],
        [
            "nothing where they stand elsewhere",
            [access("include", source("a"), source("b"))],
            [access("include", source("b")), access("include", source("a"), source("a"))],
            [],
        ],
        [
            "what is added and removed, and what that can do",
            [access("include", source("a")), access("exclude", source("x"))],
            [access("include", source("b")), access("exclude", source("y"))],
            [
                'removed include SourceImage is "a" fewer',
                'removed exclude SourceImage is "x" more',
                'added include SourceImage is "b" more',
                'added exclude SourceImage is "y" fewer',
            ],
        ],
        [
            "another name",
            [access("include", source("a", "old"))],
            [access("include", source("a", "new"))],
            ['renamed include SourceImage is "a" same'],
        ],
        [
            "an include that became an exclude",
            [access("include", source("a"))],
            [access("exclude", source("a"))],
            ['moved exclude SourceImage is "a" fewer'],
        ],
        [
            "another question under the same name",
            [access("include", source("a", "n"))],
            [access("include", source("b", "n"))],
            ['changed include SourceImage is "b" other'],
        ],
        [
            "an and block as one rule",
            [],
            [
                '<ProcessAccess onmatch="include">',
                source("a"),
                source("b"),
                '<Rule groupRelation="or"><CallTrace>c</CallTrace><CallTrace>d</CallTrace></Rule>',
                "</ProcessAccess>",
            ],
            [
                'added include (SourceImage is "a" or SourceImage is "b") and (CallTrace is "c" or CallTrace is "d") more',
            ],
        ],
        [
            "a Rule as one rule",
            [],
            [
                access(
                    "include",
                    '<Rule groupRelation="and"><CallTrace>c</CallTrace><SourceImage>d</SourceImage></Rule>',
                ),
            ],
            ['added include CallTrace is "c" and SourceImage is "d" more'],
        ],
    ];
    for (const [title, before, after, expected] of cases) {
        it(title, () => assert.deepEqual(diffConfigs(read(before), read(after)).rules.map(outline), expected));
    }

    it("with their names and places", () => {
        const [change] = diffConfigs(read([]), read([access("include", source("a", "n"))])).rules;
        assert.ok(change?.kind === "added");
        assert.deepEqual(change.after, {
            element: "ProcessAccess",
            onmatch: "include",
            text: 'SourceImage is "a"',
            names: ["n"],
            position: { line: 2, column: 64 },
        });
    });
});

describe("diffConfigs", () => {
    it("tells of options and of the schema version", () => {
        const before = read([], { version: "4.50", head: "<HashAlgorithms>MD5</HashAlgorithms><CheckRevocation/>" });
        const after = read([], { head: "<HashAlgorithms>SHA256</HashAlgorithms><DnsLookup>False</DnsLookup>" });
        const { schemaVersion, options } = diffConfigs(before, after);
        assert.deepEqual(schemaVersion, { before: 4.5, after: 4.9 });
        assert.deepEqual(options, [
            { name: "CheckRevocation", before: "", after: null },
            { name: "DnsLookup", before: null, after: "False" },
            { name: "HashAlgorithms", before: "MD5", after: "SHA256" },
        ]);
    });

    it("tells of defaults that change without a rule", () => {
        const { events, rules } = diffConfigs(
            read([access("include")]),
            read([access("include"), '<DnsQuery onmatch="exclude"/>']),
        );
        assert.deepEqual(rules, []);
        assert.deepEqual(
            events.map(({ id, before, after }) => [id, before.logged, after.logged]),
            [[22, "nothing", "everything"]],
        );
    });

    it("finds nothing between a configuration and itself", () => {
        fc.assert(
            fc.property(arbitraryCase, ({ config }) => {
                assert.deepEqual(diffConfigs(config, structuredClone(config)), {
                    schemaVersion: null,
                    options: [],
                    events: [],
                    rules: [],
                });
            }),
            { numRuns: 200 },
        );
    });
});

describe("compareEvents", () => {
    const event = (image: string): FilterableEvent => ({ id: 10, fields: { SourceImage: image } });
    const before = read([access("include", source("a"), source("b", "old"))]);
    const after = read([access("include", source("b", "new"), source("c"))]);

    it("counts by event id what is gained, lost and renamed, with examples", () => {
        const comparison = compareEvents(before, after);
        for (const image of ["a", "a", "a", "a", "b", "c", "d"]) comparison.add(event(image));
        comparison.add({ id: 1, fields: {} });
        const [creation, accesses] = comparison.result();
        assert.deepEqual([creation?.id, creation?.name, creation?.loggedAfter], [1, "ProcessCreate", 1]);
        const { gainedExamples, lostExamples, ...counts } = accesses ?? assert.fail();
        assert.deepEqual(counts, {
            id: 10,
            name: "ProcessAccess",
            read: 7,
            loggedBefore: 5,
            loggedAfter: 2,
            gained: 1,
            lost: 4,
            renamed: 1,
        });
        assert.equal(lostExamples.length, 3);
        assert.deepEqual(gainedExamples, [
            {
                event: event("c"),
                before: "no filter of the ProcessAccess include (line 2) matched: not logged",
                after: 'included by ProcessAccess include, line 2: SourceImage is "c"',
            },
        ]);
    });

    it("agrees with the filters of both", () => {
        fc.assert(
            fc.property(arbitraryCase, arbitraryCase, ({ config, events }, other) => {
                const comparison = compareEvents(config, other.config);
                const [old, next] = [compileFilter(config), compileFilter(other.config)];
                for (const one of events) comparison.add(one);
                const sum = (key: "loggedBefore" | "loggedAfter" | "gained" | "lost"): number =>
                    comparison.result().reduce((total, counts) => total + counts[key], 0);
                const [loggedBefore, loggedAfter] = [old, next].map(
                    (decide) => events.filter((one) => decide(one).logged).length,
                );
                assert.deepEqual([sum("loggedBefore"), sum("loggedAfter")], [loggedBefore, loggedAfter]);
                assert.equal(sum("loggedAfter") - sum("loggedBefore"), sum("gained") - sum("lost"));
            }),
            { numRuns: 200 },
        );
    });
});
