import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { packagePath } from "../../package/root";
import { policies } from "../../policies/catalog";
import { cleanQueries } from "../../policies/cleanQueries";
import { enforcedPolicies, EnforcementError } from "../../policies/enforcement";
import { temporaryFolder } from "../support/temporaryFolder";

describe("the levels of policies", () => {
    const levelsOf = (stack: string, text?: string): Map<string, string> =>
        new Map(enforcedPolicies(policies, stack, text).map(({ policy, level }) => [policy.name, level]));

    it("are advice in dev, but for what exposes secrets or detects nothing", () => {
        const levels = levelsOf("dev");
        assert.equal(levels.get("roles-are-narrow"), "advisory");
        assert.equal(levels.get("sensor-secrets-protected"), "mandatory");
        assert.equal(levels.get("sysmon-config-feeds-detections"), "mandatory");
    });

    for (const stack of ["prod", "a-stack-of-somebody-else"]) {
        it(`stop a deployment of ${stack}, but for advice`, () => {
            const mild = [...levelsOf(stack)].filter(([, level]) => level !== "mandatory");
            assert.deepEqual(mild, [["filled-store-takes-keys", "advisory"]]);
        });
    }

    it("take a stack's own word before the default's, policy by policy", () => {
        const text = `
default: { level: mandatory, policies: { workspace-keeps-data: { level: advisory, days: 60 } } }
stacks: { lab: { level: disabled, policies: { workspace-keeps-data: { days: 7 } } } }`;
        const own = enforcedPolicies(policies, "lab", text).find(
            ({ policy }) => policy.name === "workspace-keeps-data",
        );
        assert.deepEqual([own?.level, own?.settings], ["advisory", { days: 7 }]);
        assert.equal(levelsOf("lab", text).get("roles-are-narrow"), "disabled");
    });

    it("are refused with every problem of the file, whichever stack it is about", () => {
        const text = `
default: { policies: { no-such-policy: {} } }
stacks: { lab: { policies: { workspace-keeps-data: { days: none } } } }`;
        assert.throws(
            () => enforcedPolicies(policies, "dev", text),
            (error) =>
                error instanceof EnforcementError &&
                /default: there is no policy no-such-policy/.test(error.message) &&
                /lab: workspace-keeps-data\.days:/.test(error.message),
        );
        assert.throws(() => enforcedPolicies(policies, "dev", "stacks: {}"), EnforcementError);
    });
});

describe("policies of the pack", () => {
    it("have names of their own, and each a sentence on the mend", () => {
        assert.equal(new Set(policies.map(({ name }) => name)).size, policies.length);
        for (const { name, description, mend } of policies) {
            assert.match(name, /^[a-z]+(-[a-z]+)+$/);
            for (const sentence of [description, mend]) assert.match(sentence, /^[A-Z].*\.$/, name);
        }
    });
});

describe("the page on policies", () => {
    const page = fs.readFileSync(packagePath("docs", "policies.md"), "utf8");

    it("has a row for each, with severity, what must hold and what can be set", () => {
        const rows = page.split("\n").flatMap((line) => {
            const [, name = "", severity = "", what = "", settings = ""] = line.split("|").map((cell) => cell.trim());
            return /^`[a-z-]+`$/.test(name) ? [[name, severity, what, settings]] : [];
        });
        assert.deepEqual(
            rows,
            policies.map(({ name, severity, description, settings }) => [
                `\`${name}\``,
                severity,
                description,
                Object.keys(settings.shape)
                    .filter((key) => key !== "except")
                    .map((key) => `\`${key}\``)
                    .join(", "),
            ]),
        );
    });

    it("shows levels that the pack takes", () => {
        const [, example = ""] = /```yaml\n(stacks:[^`]*)```/.exec(page) ?? [];
        const text = `default: { level: mandatory }\n${example}`;
        const own = enforcedPolicies(policies, "prod", text).find(({ policy }) => policy.name === "region-is-allowed");
        assert.deepEqual(own?.settings, { regions: ["westeurope"] });
    });
});

describe("queries that were found clean", () => {
    it("are known in the next run, with what they were checked against", () => {
        const folders = [path.join(temporaryFolder(), "queries")];
        const against = { kind: "scheduled-query" };
        cleanQueries(folders).add("Event", against);
        const again = cleanQueries(folders);
        assert.ok(again.has("Event", against));
        assert.ok(!again.has("Event", { kind: "sentinel" }) && !again.has("Heartbeat", against));
    });

    it("are kept for this run where nothing can be written", () => {
        const queries = cleanQueries([path.join(temporaryFolder({ file: "" }), "file", "queries")]);
        queries.add("Event", {});
        assert.ok(queries.has("Event", {}));
    });
});
