import assert from "node:assert/strict";
import { stackTags, tagProblems } from "../../azure";

describe("tags of a stack", () => {
    const stack = { workload: "sysmon", environment: "dev" };

    it("say workload, environment and who manages", () => {
        assert.deepEqual(stackTags(stack), { workload: "sysmon", environment: "dev", managedBy: "pulumi" });
    });

    it("give way to the caller's, whatever the case of their keys", () => {
        assert.deepEqual(stackTags(stack, { Environment: "test", team: "soc" }), {
            workload: "sysmon",
            managedBy: "pulumi",
            Environment: "test",
            team: "soc",
        });
    });

    it("are accepted by Azure", () => {
        assert.deepEqual(tagProblems(stackTags(stack, { "cost center": "42/7", empty: "" })), []);
    });

    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, ""]));
    const refused: [string, Record<string, string>, string, RegExp][] = [
        ["an empty key", { "": "x" }, "", /needs a key/],
        ["a slash in a key", { "a/b": "x" }, "a/b", /has none of/],
        ["a long key", { ["k".repeat(129)]: "x" }, "k".repeat(129), /has 129 characters, at most 128/],
        ["a long value", { team: "x".repeat(257) }, "team", /has 257 characters, at most 256/],
        ["a reserved start", { "Microsoft-x": "x" }, "Microsoft-x", /are reserved/],
        ["keys that differ by case alone", { team: "a", Team: "b" }, "Team", /is the same tag as "team"/],
        ["51 tags", many(51), "", /51 tags, at most 50/],
    ];
    for (const [what, tags, field, reason] of refused) {
        it(`are refused with ${what}`, () => {
            const [problem, ...others] = tagProblems(tags);
            assert.deepEqual(others, []);
            assert.equal(problem?.field, field);
            assert.match(problem.reason, reason);
        });
    }
});
