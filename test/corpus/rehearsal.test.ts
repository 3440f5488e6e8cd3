import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../../package/root";
import { plannedChains } from "../../rehearsal/plan/chains";
import { planStack } from "../../rehearsal/plan/planStack";
import { plannedRules } from "../../rehearsal/plan/rules";
import { findRecordings } from "../../rehearsal/recordings";
import { rehearse } from "../../rehearsal/rehearse";
import type { Alert, Rehearsal } from "../../rehearsal/verdict";
import { describeShared, sharedPath } from "../support/shared";

describeShared("The dev stack over recordings of real attacks", () => {
    let result: Rehearsal;
    before(async () => {
        const { plan, folder } = await planStack(packageRoot, "dev");
        const { sources } = findRecordings(["derived", "evtx", "json"].map((name) => sharedPath("events", name)));
        result = await rehearse({
            stack: "dev",
            chains: plannedChains(plan, folder).chains,
            rules: plannedRules(plan),
            gaps: [],
            sources,
        });
    });

    function alertsOf(name: string): readonly Alert[] {
        return result.recordings.find((recording) => recording.name === name)?.alerts ?? [];
    }

    it("reads every file, each with the Sysmon events that are in it", () => {
        const summary = JSON.parse(fs.readFileSync(sharedPath("events", "summary.json"), "utf8")) as Record<
            string,
            { sysmonEvents: number }
        >;
        const expected = Object.entries(summary)
            .filter(([file]) => !file.startsWith("xml/"))
            .map(([file, { sysmonEvents }]) => [path.basename(file), sysmonEvents]);
        const found = result.recordings.map(({ name, events }) => [name, events.sysmon]);
        assert.deepEqual(found.sort(), expected.sort());
        assert.deepEqual(result.problems, []);
    });

    it("rings the two rules of the article for the two files with an attack of it, and for no other", () => {
        const ofTheArticle = ["svchost-thread-kill", "verclsid-shellcode-injection"];
        const rung = result.recordings.flatMap(({ name, alerts }) =>
            alerts
                .filter(({ detection }) => ofTheArticle.includes(detection))
                .map(({ detection, severity, certainty }) => [name, detection, severity, certainty]),
        );
        assert.deepEqual(rung.sort(), [
            ["meterpreter_ps_svchost_fullaccess.patched.evtx", "svchost-thread-kill", "High", "always"],
            ["reflective_pe_injection_verclsid.patched.evtx", "verclsid-shellcode-injection", "High", "always"],
        ]);
    });

    it("wakes nobody over a workstation's everyday life", () => {
        const alerts = alertsOf("cmd_psh_stop_netprofm_eventlog_before_reboot.sysmon.jsonl.gz");
        assert.deepEqual(
            alerts.filter(({ severity }) => severity === "High" || severity === "Medium"),
            [],
        );
    });

    it("rings the Low rule for the host that opens every process, in one row", () => {
        const alerts = alertsOf("covenant_psremoting_command_2020-08-06115603.sysmon.jsonl.gz").filter(
            ({ detection }) => detection === "svchost-mass-access",
        );
        assert.deepEqual(
            alerts.map(({ severity, count, rows }) => [severity, count, rows[0]?.Accesses]),
            [["Low", 1, 79]],
        );
    });
});
