import assert from "node:assert/strict";
import { locationProblem, regionCode, regionName } from "../../azure";

describe("a region", () => {
    for (const [location, name, code] of [
        ["westeurope", "westeurope", "we"],
        ["West Europe", "westeurope", "we"],
        ["EASTUS2", "eastus2", "eus2"],
        ["newregion1", "newregion1", "newregion1"],
    ] as const) {
        it(`${location} is ${name}, ${code} in names`, () => {
            assert.deepEqual([regionName(location), regionCode(location)], [name, code]);
            assert.equal(locationProblem(location), undefined);
        });
    }

    for (const location of ["", "west-europe", "1", "westeurope/x"]) {
        it(`is not ${JSON.stringify(location)}`, () => {
            assert.match(locationProblem(location) ?? "", /is no Azure region; accepted are names such as westeurope/);
        });
    }
});
