import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as fc from "fast-check";
import { packagePath } from "../../../package/root";
import {
    decide,
    decisionRules,
    factNames,
    facts,
    type Decision,
    type Observation,
} from "../../../sysmon/installer/decisions";
import { exitCodes, installerScript } from "../../../sysmon/installer/index";
import { decisionCases, standing } from "./decisionCases";
import { decisionCasesText, withDecisions } from "./decisionText";
import { MachineModel, type ModelState } from "./machineModel";

describe("What the installer decides", () => {
    for (const { name, seen, decision } of decisionCases) {
        it(`on a machine with ${name}: ${decision.step === "Fail" ? decision.reason : decision.step}`, () => {
            assert.deepEqual(decide({ ...standing, ...seen }), decision);
        });
    }

    it("rests on rules each of which decides one of these cases", () => {
        const deciding = new Set(
            decisionCases.map(({ seen }) => {
                const observation: Observation = { ...standing, ...seen };
                return decisionRules.findIndex(({ when }) =>
                    factNames.every((fact) => {
                        const words: readonly string[] | undefined = when[fact];
                        return words === undefined || words.includes(observation[fact]);
                    }),
                );
            }),
        );
        assert.deepEqual(
            decisionRules.filter((_rule, index) => !deciding.has(index)).map(({ because }) => because),
            [],
        );
    });

    it("ends with reasons that have an exit code of the installer", () => {
        const codes = exitCodes.filter(({ part }) => part === "installer").map(({ name }) => name);
        const reasons = decisionRules.flatMap((rule) => (rule.step === "Fail" ? [rule.reason] : []));
        assert.deepEqual(
            reasons.filter((reason) => !codes.includes(reason)),
            [],
        );
    });

    it("is the same table in the installer", () => {
        const script = installerScript();
        assert.equal(script, withDecisions(script), "write it anew: npx tsx test/sysmon/installer/writeDecisions.ts");
    });

    it("is told to PowerShell in the same cases", () => {
        const file = packagePath("test", "sysmon", "installer", "decisionCases.json");
        assert.equal(
            fs.readFileSync(file, "utf8").replace(/\r\n/g, "\n"),
            decisionCasesText(),
            "write them anew: npx tsx test/sysmon/installer/writeDecisions.ts",
        );
    });

    it("names in the installer every fact that a rule asks for, and a deed for every step", () => {
        const script = installerScript();
        const observed = script.slice(
            script.indexOf("function Get-Observation"),
            script.indexOf("function Get-StateText"),
        );
        for (const fact of factNames) assert.match(observed, new RegExp(`\\b${fact} = |\\.${fact} = `), fact);
        const deeds = script.slice(script.indexOf("function Invoke-Step"), script.indexOf("function Stop-AsDecided"));
        const ends = script.slice(script.indexOf("function Stop-AsDecided"), script.indexOf("function Get-Summary"));
        for (const rule of decisionRules) {
            if (rule.step === "Fail") assert.match(ends, new RegExp(`'${rule.reason}' \\{`), rule.reason);
            else if (rule.step !== "Done") assert.match(deeds, new RegExp(`'${rule.step}' \\{`), rule.step);
        }
    });

    it("says in the installer only words that the facts have", () => {
        const script = installerScript();
        for (const fact of factNames) {
            const said = [...script.matchAll(new RegExp(`\\$seen\\.${fact} = '(\\w+)'`, "g"))].map(([, word]) => word);
            const words: readonly string[] = facts[fact];
            assert.deepEqual(
                said.filter((word) => word === undefined || !words.includes(word)),
                [],
                fact,
            );
        }
    });
});

/** Drives a machine until it rests or is refused; the deeds in order. */
function drive(state: ModelState): {
    readonly machine: MachineModel;
    readonly steps: string[];
    readonly end: Decision;
} {
    const machine = new MachineModel(state);
    const steps: string[] = [];
    for (;;) {
        const decision = decide(machine.observe());
        if (decision.step === "Done" || decision.step === "Fail") return { machine, steps, end: decision };
        steps.push(decision.step);
        assert.ok(steps.length <= 12, `does not come to rest: ${steps.join(", ")}`);
        machine.act(decision.step);
    }
}

describe("A machine driven by the installer's decisions", () => {
    const states = MachineModel.states();

    it("comes to rest, or is refused with a reason, whatever it was", () => {
        fc.assert(
            fc.property(states, (state) => void drive(state)),
            { numRuns: 5_000 },
        );
    });

    it("is as wanted where it was not refused", () => {
        fc.assert(
            fc.property(states, (state) => {
                const { machine, end } = drive(state);
                if (end.step === "Done") assert.equal(machine.isAsWanted(), true);
            }),
            { numRuns: 5_000 },
        );
    });

    it("is left alone by a second run", () => {
        fc.assert(
            fc.property(states, (state) => {
                const { machine, end } = drive(state);
                if (end.step !== "Done") return;
                const again = drive(machine.nextRun());
                // An unpinned or zipped source is looked at again, since only that shows whether a newer one came.
                assert.deepEqual(
                    again.steps.filter((step) => step !== "FetchSource"),
                    [],
                );
            }),
            { numRuns: 5_000 },
        );
    });

    it("never takes two steps that undo one another", () => {
        fc.assert(
            fc.property(states, (state) => {
                const { steps } = drive(state);
                assert.equal(new Set(steps).size, steps.length, steps.join(", "));
            }),
            { numRuns: 5_000 },
        );
    });

    it("keeps its sensor when Microsoft's download cannot be reached", () => {
        fc.assert(
            fc.property(states, (state) => {
                fc.pre(state.wanted.ensure === "present" && !state.wanted.pinned && !state.reachable);
                fc.pre(state.builtInWanted === "auto" || state.builtInWanted === "never");
                const { machine } = drive(state);
                assert.ok(machine.installations() >= Math.min(1, state.standalone.length + (state.builtIn ? 1 : 0)));
            }),
            { numRuns: 5_000 },
        );
    });
});
