import assert from "node:assert/strict";
import { xPathQueriesProblems } from "../../azure";

const channel = "Microsoft-Windows-Sysmon/Operational";

describe("queries of a data collection rule", () => {
    const ids = (count: number, from = 0): string =>
        Array.from({ length: count }, (_, index) => `EventID=${index + from}`).join(" or ");

    for (const queries of [
        [`${channel}!*`],
        [`${channel}!*[System[(EventID=1 or EventID=3)]]`],
        [`${channel}!*[EventData[Data[@Name='Image']='a!b=c']]`],
        [`${channel}!*[EventData[Data[@Name='Image']='contains(x)']]`],
        [`${channel}!*[System[(${ids(20)})]]`, `${channel}!*[System[(${ids(9, 20)})]]`],
        Array.from({ length: 100 }, (_, index) => `${channel}!*[System[EventID=${index}]]`),
    ]) {
        it(`may be ${queries.length} like ${queries[0]?.slice(0, 80)}`, () => {
            assert.deepEqual(xPathQueriesProblems(queries), []);
        });
    }

    const refused: [string, string[], string, RegExp][] = [
        ["none", [], "", /nothing would be collected/],
        [
            "101",
            Array.from({ length: 101 }, (_, index) => `${channel}!*[System[EventID=${index}]]`),
            "",
            /has 101 queries, at most 100/,
        ],
        ["without a channel", ["!*"], "[0]", /is no query; accepted is channel!XPath/],
        ["without XPath", [channel], "[0]", /is no query/],
        ["with an empty XPath", [`${channel}! `], "[0]", /is no query/],
        ["of a debug channel", ["Microsoft-Windows-X/Debug!*"], "[0]", /cannot read analytic and debug/],
        ["with contains()", [`${channel}!*[EventData[contains(Data,'x')]]`], "[0]", /knows no contains\(\)/],
        ["with starts-with()", [`${channel}!*[starts-with(Data,'x')]`], "[0]", /knows no starts-with\(\)/],
        ["of 21 expressions", [`${channel}!*[System[(${ids(21)})]]`], "[0]", /has 21 expressions, at most 20/],
        ["twice the same", [`${channel}!*`, `${channel}!*`], "[1]", /is there twice/],
    ];
    for (const [what, queries, field, reason] of refused) {
        it(`may not be ${what}`, () => {
            const [problem, ...others] = xPathQueriesProblems(queries);
            assert.deepEqual(others, []);
            assert.equal(problem?.field, field);
            assert.match(problem.reason, reason);
        });
    }
});
