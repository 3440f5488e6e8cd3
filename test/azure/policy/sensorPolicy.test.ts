import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { fleetTargets, sensorPolicy, type FleetTarget } from "../../../azure/policy";
import { packagePath } from "../../../package/root";

/** Every object below a value, itself included, with its path. */
function* objectsIn(value: unknown, at = ""): Generator<{ at: string; object: Record<string, unknown> }> {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) yield { at, object: value as Record<string, unknown> };
    for (const [key, below] of Object.entries(value)) yield* objectsIn(below, `${at}/${key}`);
}

const variants = fleetTargets.flatMap((target) =>
    [true, false].map((grantsReader) => ({
        target,
        grantsReader,
        name: `${target}${grantsReader ? "-own-identity" : ""}`,
        policy: sensorPolicy(target, { grantsReader }),
    })),
);

describe("The policy that keeps Sysmon on machines", () => {
    for (const { name, policy } of variants) {
        it(`reads as its golden for ${name} (UPDATE_GOLDEN=1 writes it)`, () => {
            const file = packagePath("test", "azure", "policy", "goldens", `${name}.json`);
            const text = `${JSON.stringify(policy, null, 4)}\n`;
            if (process.env.UPDATE_GOLDEN === "1") fs.writeFileSync(file, text);
            assert.deepEqual(policy, JSON.parse(fs.readFileSync(file, "utf8")));
        });

        it(`uses for ${name} only parameters that it declares, in the rule as in the template`, () => {
            const [rule, template] = splitTemplate(policy.policyRule);
            assert.deepEqual(undeclared(rule, Object.keys(policy.parameters)), []);
            const declared = Object.keys(template["parameters"] ?? {});
            assert.deepEqual(undeclared(template, declared), []);
            const handed = [...objectsIn(rule)].find(({ at }) => at.endsWith("/deployment/properties/parameters"));
            assert.deepEqual(Object.keys(handed?.object ?? {}).sort(), declared.sort());
        });

        it(`keeps the command of ${name} out of everything but protected settings`, () => {
            const [, template] = splitTemplate(policy.policyRule);
            const uses = [...objectsIn(template)].filter(({ object }) =>
                Object.values(object).includes("[parameters('command')]"),
            );
            assert.deepEqual(
                uses.map(({ at }) => path.posix.basename(at)),
                ["protectedSettings"],
            );
        });
    }

    it("finds a machine wanting until an extension has run the wanted content with success", () => {
        for (const { policy } of variants) {
            const condition = JSON.stringify(policy.policyRule).match(/"existenceCondition":(\{.*?\]\})/)?.[1] ?? "";
            for (const property of ["publisher", "type", "forceUpdateTag", "provisioningState"]) {
                assert.match(condition, new RegExp(`extensions/${property}"`));
            }
            assert.match(condition, /\[parameters\('contentHash'\)\]/);
        }
    });

    it("leaves out node pools of AKS and Service Fabric, and Flexible scale sets, whose instances are machines", () => {
        const text = JSON.stringify(sensorPolicy("scaleSet", { grantsReader: false }).policyRule["if"]);
        for (const word of ["aks-managed-poolName", "aks-managed-orchestrator", "Service Fabric", "Flexible"]) {
            assert.ok(text.includes(word), word);
        }
    });

    const signsIn: readonly [FleetTarget, boolean, string | undefined][] = [
        ["virtualMachine", true, "SystemAssigned"],
        ["virtualMachine", false, "UserAssigned"],
        ["scaleSet", true, "SystemAssigned"],
        ["scaleSet", false, "UserAssigned"],
        ["arcMachine", true, undefined],
    ];
    for (const [target, grantsReader, kind] of signsIn) {
        it(`takes of ${target} ${kind === undefined ? "all" : `those with identity ${kind}`}`, () => {
            const rule = JSON.stringify(sensorPolicy(target, { grantsReader }).policyRule["if"]);
            assert.equal(/"identity\.type","contains":"(\w+)"/.exec(rule)?.[1], kind);
        });
    }
});

/** A rule without its template, and the template. */
function splitTemplate(rule: object): [object, Record<string, unknown>] {
    let template: Record<string, unknown> | undefined;
    const rest: unknown = JSON.parse(JSON.stringify(rule), (key, value: Record<string, unknown>) => {
        if (key !== "template" || !("parameters" in value)) return value;
        template = value;
        return {};
    });
    return [rest as object, template ?? assert.fail("there is no template")];
}

function undeclared(value: object, declared: readonly string[]): string[] {
    const used = [...JSON.stringify(value).matchAll(/parameters\('(\w+)'\)/g)].map(([, name = ""]) => name);
    return used.filter((name) => !declared.includes(name));
}
