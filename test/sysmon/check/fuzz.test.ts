import fc from "fast-check";
import { isPresetName, presets, presetXml } from "../../../sysmon";
import { asBytes, mutated } from "../../support/mutations";
import { assertReadableOrRejected } from "../../support/readableOrRejected";

describe("configurations that are damaged in any way", () => {
    const texts = Object.keys(presets).filter(isPresetName).map(presetXml);

    it("are read or rejected with a place, never a crash, as text", () => {
        fc.assert(fc.property(mutated(texts), assertReadableOrRejected), { numRuns: 300 });
    });

    it("and as bytes of any encoding", () => {
        fc.assert(fc.property(asBytes(mutated(texts)), assertReadableOrRejected), { numRuns: 300 });
    });

    it("also where they never were a configuration", () => {
        fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array()), assertReadableOrRejected), {
            numRuns: 500,
        });
    });
});
