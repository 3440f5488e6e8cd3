import assert from "node:assert/strict";
import fc from "fast-check";
import { compileFilter } from "../../sysmon";
import { arbitraryCase } from "../support/arbitraryCase";
import { referenceVerdict } from "../support/referenceFilter";

describe("compileFilter, held against the sensor's rules written down plainly", () => {
    it("agrees on every configuration and event", () => {
        fc.assert(
            fc.property(arbitraryCase, ({ config, events }) => {
                const filter = compileFilter(config, { environment: {} });
                for (const event of events) assert.deepEqual(filter(event), referenceVerdict(config, event));
            }),
            { numRuns: 2000 },
        );
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
