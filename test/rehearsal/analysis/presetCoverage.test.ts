import assert from "node:assert/strict";
import * as path from "node:path";
import { shippedRecordings } from "../../../detections";
import { packageRoot } from "../../../package/root";
import { cover, type ChainCoverage } from "../../../rehearsal/analysis/coverage";
import { plannedChains, withSensorConfig, type Chain } from "../../../rehearsal/plan/chains";
import { planStack } from "../../../rehearsal/plan/planStack";
import { plannedRules, type PlannedRule } from "../../../rehearsal/plan/rules";
import { findRecordings } from "../../../rehearsal/recordings";
import { isPresetName, presetXml, presets } from "../../../sysmon";
import { assertDeadRules } from "./deadRules";

describe("the catalog over the configurations that we ship", () => {
    let chains: readonly Chain[];
    let rules: readonly PlannedRule[];
    const covered = new Map<string, ChainCoverage>();
    before(async () => {
        const { plan, folder } = await planStack(packageRoot, "dev");
        chains = plannedChains(plan, folder).chains;
        rules = plannedRules(plan);
        const { sources } = findRecordings(shippedRecordings());
        for (const name of Object.keys(presets).filter(isPresetName)) {
            const args = { stack: "dev", chains: withSensorConfig(chains, presetXml(name)), rules, gaps: [], sources };
            const [chain] = (await cover(args)).chains;
            if (chain !== undefined) covered.set(name, chain);
        }
    });

    it("has no dead and no unproven rule under balanced", () => {
        const silent = covered.get("balanced")?.detections.filter(({ life }) => life !== "alive");
        assert.deepEqual(silent, []);
    });

    it("loses no proof of any rule under balanced", () => {
        const lost = covered
            .get("balanced")
            ?.detections.flatMap(({ detection, proofs }) =>
                proofs.filter((proof) => proof.lost !== null).map(({ recording }) => `${detection} in ${recording}`),
            );
        assert.deepEqual(lost, []);
    });

    it("has these dead rules under each (UPDATE_GOLDEN=1 writes the list)", () => {
        assertDeadRules(path.join(__dirname, "golden", "deadRules.txt"), covered);
    });
});
