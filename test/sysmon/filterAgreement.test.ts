import assert from "node:assert/strict";
import fc from "fast-check";
import { compileFilter } from "../../sysmon";
import { arbitraryCase } from "../support/arbitraryCase";
import { referenceVerdict } from "../support/referenceFilter";

/** How many verdicts must agree; those on events for which the configuration has no block do not count. */
const cases = 20_000;

describe("compileFilter, held against the sensor's rules written down plainly", () => {
    it(`agrees on ${cases} random cases and more`, () => {
        let decided = 0;
        let matched = 0;
        let named = 0;
        fc.assert(
            fc.property(arbitraryCase, ({ config, events }) => {
                const filter = compileFilter(config, { environment: {} });
                for (const event of events) {
                    const verdict = filter(event);
                    assert.deepEqual(verdict, referenceVerdict(config, event));
                    if (verdict.reason !== "no-rules" && verdict.reason !== "exempt") decided++;
                    if (verdict.reason === "match") matched++;
                    if (verdict.ruleName !== null) named++;
                }
            }),
            { numRuns: (cases * 2) / 5 },
        );
        assert.ok(decided >= cases, `only ${decided} cases`);
        // Matches and their names are what is easily got wrong, so they must not be rare.
        assert.ok(matched >= cases / 4, `only ${matched} matches`);
        assert.ok(named >= cases / 10, `only ${named} rule names`);
    });

    it("gives the same verdict whatever events came before", () => {
        fc.assert(
            fc.property(arbitraryCase, ({ config, events }) => {
                const used = compileFilter(config);
                for (const event of events) used(event);
                for (const event of events) assert.deepEqual(used(event), compileFilter(config)(event));
            }),
            { numRuns: 200 },
        );
    });
});
