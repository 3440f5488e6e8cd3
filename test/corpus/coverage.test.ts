import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { shippedRecordings } from "../../detections";
import { packageRoot } from "../../package/root";
import { cover, type ChainCoverage, type CoverageArgs } from "../../rehearsal/analysis/coverage";
import { plannedChains, withSensorConfig } from "../../rehearsal/plan/chains";
import { planStack } from "../../rehearsal/plan/planStack";
import { plannedRules } from "../../rehearsal/plan/rules";
import { findRecordings } from "../../rehearsal/recordings";
import { assertDeadRules } from "../rehearsal/analysis/deadRules";
import { describeShared, sharedPath } from "../support/shared";

describeShared("The coverage of public configurations", () => {
    let args: CoverageArgs;
    before(async () => {
        const { plan, folder } = await planStack(packageRoot, "dev");
        const { sources } = findRecordings(shippedRecordings());
        args = {
            stack: "dev",
            chains: plannedChains(plan, folder).chains,
            rules: plannedRules(plan),
            gaps: [],
            sources,
        };
    });

    async function covered(name: string): Promise<ChainCoverage> {
        const configXml = fs.readFileSync(sharedPath("sysmon", "configs", `${name}.xml`), "utf8");
        const { chains } = await cover({ ...args, chains: withSensorConfig(args.chains, configXml) });
        const [only] = chains;
        assert.ok(only);
        return only;
    }

    it("of SwiftOnSecurity: every rule that reads nothing but ProcessAccess is dead, for its empty block", async () => {
        const { detections, unlogged } = await covered("swift");
        const readers = detections.filter(({ events }) => events.map(({ id }) => id).join() === "10");
        assert.ok(readers.length >= 10, `${readers.length} rules`);
        for (const { detection, life, proofs } of readers) {
            assert.equal(life, "dead", detection);
            for (const { lost } of proofs) {
                assert.match(lost?.why ?? "", /the ProcessAccess include \(line 472\) has no filters/, detection);
            }
        }
        assert.ok(unlogged.some(({ id }) => id === 10));
    });

    it("of SwiftOnSecurity: its exclusion of kernel32.dll kills the rule on LoadLibrary threads", async () => {
        const { detections } = await covered("swift");
        const loadLibrary = detections.find(({ detection }) => detection === "remote-thread-load-library");
        assert.match(loadLibrary?.proofs[0]?.lost?.why ?? "", /CreateRemoteThread exclude, line 445: StartModule is/);
    });

    it("of SwiftOnSecurity: what is no filter's business stays alive", async () => {
        const { detections } = await covered("swift");
        const alive = detections.filter(({ life }) => life === "alive").map(({ detection }) => detection);
        for (const name of ["comsvcs-minidump", "sysmon-configuration-changed", "vulnerable-driver-load"]) {
            assert.ok(alive.includes(name), name);
        }
    });

    it("has these dead rules (UPDATE_GOLDEN=1 writes the list)", async () => {
        const all = new Map<string, ChainCoverage>();
        for (const name of [
            "swift",
            "modular",
            "modular-excl",
            "modular-filedelete",
            "modular-mde",
            "modular-research",
        ]) {
            all.set(name, await covered(name));
        }
        assertDeadRules(path.join(__dirname, "golden", "deadRules.txt"), all);
    });
});
