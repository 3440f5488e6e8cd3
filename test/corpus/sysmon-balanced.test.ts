import assert from "node:assert/strict";
import * as fs from "node:fs";
import { z } from "zod";
import { compileFilter, presetConfig } from "../../sysmon";
import { loadRecording } from "../../sysmon/events";
import { describeShared, sharedIsThere, sharedPath } from "../support/shared";
import { balancedShares, securityDatasets } from "../sysmon/balancedPage";
import { lostAlerts } from "../sysmon/lostAlerts";

/** At most this part of the events of an id is logged over recordings that are nearly all background. */
const budgets: Readonly<Record<number, number>> = {
    7: 0.01,
    10: 0.02,
    11: 0.02,
    12: 0.001,
    13: 0.005,
    18: 0.001,
    26: 0.001,
};

/** Attacks whose traces must reach the log: events of each id, and the rule that names one of them. */
const attacks: readonly (readonly [
    file: string,
    logged: Readonly<Record<number, number>>,
    technique: string | null,
])[] = [
    ["CA_keefarce_keepass_credump.evtx", { 1: 1, 7: 2, 8: 1 }, "T1574"],
    ["CA_sysmon_hashdump_cmd_meterpreter.evtx", { 8: 2, 10: 7 }, "T1055"],
    ["DE_ProcessHerpaderping_Sysmon_11_10_1_7.evtx", { 1: 1, 7: 1, 10: 1 }, "T1055"],
    ["DE_remote_eventlog_svc_crash_byt3bl33d3r_sysmon_17_1_3.evtx", { 1: 4, 17: 1, 18: 1 }, "T1562.002"],
    ["DSE_bypass_BYOV_TDL_dummydriver_sysmon_6_7_13.evtx", { 1: 1, 6: 1, 7: 1, 11: 1, 13: 1 }, "T1543.003"],
    ["EfsPotato_sysmon_17_18_privesc_seimpersonate_to_system.evtx", { 1: 3, 17: 1, 18: 1 }, "T1134.001"],
    ["ID10-Mimikatz_LSASS_process_dump.evtx", { 1: 2, 10: 1 }, "T1003.001"],
    ["Sysmon_meterpreter_ReflectivePEInjection_to_notepad_.evtx", { 1: 1, 3: 1, 8: 9, 10: 2 }, "T1055"],
    ["babyshark_mimikatz_powershell.evtx", { 1: 7, 4: 1, 5: 2, 10: 2, 16: 2 }, "T1003.001"],
    ["de_unmanagedpowershell_psinject_sysmon_7_8_10.evtx", { 7: 1, 8: 82, 10: 1 }, "T1059.001"],
    ["evasion_codeinj_odzhan_conhost_sysmon_10_1.evtx", { 1: 2, 10: 1 }, "T1055"],
    ["faxhell_sysmon_7_1_18_3_bindshell_dllhijack.evtx", { 1: 2, 7: 1 }, "T1574"],
    ["meterpreter_migrate_to_explorer_sysmon_8.evtx", { 8: 1 }, null],
    ["privesc_rotten_potato_from_webshell_metasploit_sysmon_1_8_3.evtx", { 1: 2, 3: 7, 8: 2, 10: 2 }, "T1055"],
    ["process_suspend_sysmon_10_ga_800.evtx", { 10: 1 }, "T1055"],
    ["sideloading_injection_persistence_run_key.evtx", { 1: 2, 7: 1, 10: 1 }, "T1574"],
    ["sysmon_10_11_lsass_memdump.evtx", { 10: 2, 11: 2 }, "T1003.001"],
    ["sysmon_10_lsass_mimikatz_sekurlsa_logonpasswords.evtx", { 10: 1 }, "T1003.001"],
    ["tutto_malseclogon.evtx", { 1: 3, 10: 1 }, "T1003.001"],
];

const article = z.object({
    events: z.record(
        z.string(),
        z.object({ event: z.object({ id: z.number(), fields: z.record(z.string(), z.string()) }) }),
    ),
});

describeShared("the preset balanced over recorded events", () => {
    const recordings = !sharedIsThere
        ? []
        : ["evtx", "json"].flatMap((folder) =>
              fs.readdirSync(sharedPath("events", folder)).map((file) => `${folder}/${file}`),
          );
    const datasets = recordings
        .filter((recording) => recording.startsWith("json/"))
        .map((recording) => sharedPath("events", recording));

    it("logs of each event what its page says", async () => {
        assert.deepEqual(await balancedShares(datasets), securityDatasets);
    });

    it("stays within the budget of each noisy event", async () => {
        const shares = await balancedShares(datasets);
        for (const [id, budget] of Object.entries(budgets)) {
            const [logged, of] = shares.get(Number(id)) ?? [0, 0];
            assert.ok(of > 0 && logged / of <= budget, `event ${id}: ${logged} of ${of}`);
        }
    });

    for (const [file, logged, technique] of attacks) {
        it(`logs the attack of ${file}`, async () => {
            const decide = compileFilter(presetConfig("balanced"));
            const { events } = await loadRecording(sharedPath("events", "evtx", file));
            const verdicts = events
                .map((event) => ({ id: event.id, ...decide(event) }))
                .filter((verdict) => verdict.logged);
            const counts: Record<number, number> = {};
            for (const { id } of verdicts) counts[id] = (counts[id] ?? 0) + 1;
            assert.deepEqual(counts, logged);
            const named = verdicts.some(({ ruleName }) => ruleName?.startsWith(`technique_id=${technique},`) ?? false);
            assert.equal(named, technique !== null);
        });
    }

    for (const recording of recordings) {
        it(`costs no alert in ${recording}`, async () => {
            const { events } = await loadRecording(sharedPath("events", recording));
            assert.deepEqual(lostAlerts(presetConfig("balanced"), events), []);
        });
    }

    it("logs both attacks of the article of 2017", () => {
        const decide = compileFilter(presetConfig("balanced"));
        const { events } = article.parse(JSON.parse(fs.readFileSync(sharedPath("sysmon", "blog-2017.json"), "utf8")));
        for (const name of ["A", "B"]) {
            const { logged, ruleName } = decide(events[name]?.event ?? assert.fail(`${name} is missing`));
            assert.deepEqual([logged, ruleName], [true, "technique_id=T1055,technique_name=Process Injection"], name);
        }
    });
});
