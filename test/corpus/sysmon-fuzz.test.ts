import fc from "fast-check";
import * as fs from "node:fs";
import { asBytes, mutated } from "../support/mutations";
import { assertReadableOrRejected } from "../support/readableOrRejected";
import { describeShared, sharedPath } from "../support/shared";

describeShared("public configurations that are damaged in any way", () => {
    const folder = sharedPath("sysmon", "configs");
    const texts = fs.readdirSync(folder).map((name) => fs.readFileSync(`${folder}/${name}`, "utf8"));

    it("are read or rejected with a place, never a crash", () => {
        fc.assert(fc.property(mutated(texts), assertReadableOrRejected), { numRuns: 40 });
    });

    it("and as bytes of any encoding", () => {
        fc.assert(fc.property(asBytes(mutated(texts)), assertReadableOrRejected), { numRuns: 40 });
    });
});
