import assert from "node:assert/strict";
import fc from "fast-check";
import { builtInRoles, deterministicGuid, isGuid, roleDefinitionId } from "../../azure";

describe("GUIDs of logical keys", () => {
    it("never change from one release to the next", () => {
        assert.equal(deterministicGuid("role", "web-01"), "5a34ec43-4297-51c4-ad62-8b415aafe27a");
    });

    it("are of version 5, and the same for the same keys alone", () => {
        fc.assert(
            fc.property(fc.array(fc.string()), fc.array(fc.string()), (one, other) => {
                const guid = deterministicGuid(...one);
                assert.match(guid, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
                assert.equal(isGuid(guid), true);
                assert.equal(guid === deterministicGuid(...other), JSON.stringify(one) === JSON.stringify(other));
            }),
        );
    });

    it("heed the borders between keys", () => {
        assert.notEqual(deterministicGuid("ab", "c"), deterministicGuid("a", "bc"));
    });
});

describe("a GUID", () => {
    for (const text of ["", "x", "{00000000-0000-4000-8000-000000000000}", "00000000000040008000000000000000"]) {
        it(`is not ${JSON.stringify(text)}`, () => {
            assert.equal(isGuid(text), false);
        });
    }

    it("may be in capitals", () => {
        assert.equal(isGuid("ABCDEF00-0000-4000-8000-000000000000"), true);
    });
});

describe("built-in roles", () => {
    it("have ids of their own", () => {
        const ids = Object.values(builtInRoles);
        assert.deepEqual(
            ids.filter((id) => !isGuid(id)),
            [],
        );
        assert.equal(new Set(ids).size, ids.length);
    });

    it("are named in full, as an assignment returns them", () => {
        assert.equal(
            roleDefinitionId("00000000-0000-4000-8000-000000000000", "reader"),
            "/subscriptions/00000000-0000-4000-8000-000000000000/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
        );
    });
});
