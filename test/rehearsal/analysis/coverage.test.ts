import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { cover, type DetectionCoverage, type Life } from "../../../rehearsal/analysis/coverage";
import type { Chain } from "../../../rehearsal/plan/chains";
import type { PlannedRule } from "../../../rehearsal/plan/rules";
import type { RecordingSource } from "../../../rehearsal/recordings";
import { presetXml, sysmonConfig, writeConfig } from "../../../sysmon";
import { temporaryFolder } from "../../support/temporaryFolder";
import { plannedChain, plannedRule, shippedSource } from "./planned";

const accesses = plannedRule(
    "verclsid-shellcode-injection",
    `Event | where EventID in (10) | where EventData has "verclsid.exe" | where EventData has "UNKNOWN"`,
);
const proof = shippedSource("hancitor-verclsid", [accesses.detection]);

/** What one rule gets from one chain. */
async function covered(
    chain: Chain,
    rule: PlannedRule = accesses,
    sources: RecordingSource[] = [proof],
): Promise<DetectionCoverage> {
    const { chains } = await cover({ stack: "test", chains: [chain], rules: [rule], gaps: [], sources });
    const only = chains[0]?.detections[0];
    assert.ok(only);
    return only;
}

describe("the coverage of a rule", () => {
    it("is alive where the rule rings in a recording that proves it", async () => {
        const { life, proofs } = await covered(plannedChain(presetXml("injection")));
        assert.equal(life, "alive");
        assert.deepEqual(proofs, [{ recording: "hancitor-verclsid", lost: null }]);
    });

    it("counts the events that the rule rings on, not the noise around them", async () => {
        const { events } = await covered(plannedChain(presetXml("balanced")));
        assert.deepEqual(events, [
            { id: 10, name: "ProcessAccess", sensor: "some", needed: 1, logged: 1, collected: 1 },
        ]);
    });

    it("counts every event that the query reads, where a recording does not note which matter", async () => {
        const folder = temporaryFolder({ "events.jsonl": fs.readFileSync(proof.files[0] ?? "") });
        const unnoted = { ...proof, files: [path.join(folder, "events.jsonl")] };
        const { life, events } = await covered(plannedChain(presetXml("injection")), accesses, [unnoted]);
        assert.deepEqual([life, events[0]?.needed, events[0]?.collected], ["alive", 27, 1]);
    });

    it("is dead at the sensor, and names the filter and its line", async () => {
        const { life, proofs } = await covered(plannedChain(presetXml("published-2017")));
        const lost = proofs[0]?.lost;
        assert.deepEqual([life, lost?.station, lost?.event, lost?.count], ["dead", "sensor", 10, { lost: 1, of: 1 }]);
        assert.match(lost?.why ?? "", /excluded by ProcessAccess exclude, line \d+: TargetImage excludes/);
    });

    it("is dead at the sensor where an including block is empty", async () => {
        const empty = sysmonConfig({ schemaVersion: 4.9 }).event("ProcessAccess").include();
        const { life, proofs } = await covered(plannedChain(writeConfig(empty)));
        assert.equal(life, "dead");
        assert.match(proofs[0]?.lost?.why ?? "", /the ProcessAccess include \(line \d+\) has no filters/);
    });

    it("is dead at the collection, and names the XPath", async () => {
        const queries = ["Microsoft-Windows-Sysmon/Operational!*[System[(EventID=1)]]"];
        const { life, proofs, events } = await covered(plannedChain(presetXml("injection"), { queries }));
        assert.deepEqual([life, proofs[0]?.lost?.station], ["dead", "collection"]);
        assert.match(proofs[0]?.lost?.why ?? "", /EventID ?= ?1/);
        assert.deepEqual([events[0]?.logged, events[0]?.collected], [1, 0]);
    });

    it("is dead at the query where every event arrives and a predicate drops it", async () => {
        const narrow = { ...accesses, query: `${accesses.query} | where EventData has "no-such.exe"` };
        const { life, proofs } = await covered(plannedChain(presetXml("injection")), narrow);
        assert.deepEqual([life, proofs[0]?.lost?.station, proofs[0]?.lost?.event], ["dead", "query", null]);
        assert.match(proofs[0]?.lost?.why ?? "", /no-such\.exe/);
    });

    it("blames the event id of which most is lost, where a rule needs several", async () => {
        const both = plannedRule(
            "parent-process-spoofing",
            "Event | where EventID in (1, 10) | summarize Ids = dcount(EventID) by _ResourceId | where Ids == 2",
        );
        const { proofs, events } = await covered(plannedChain(presetXml("injection")), both, [
            shippedSource("implant-spawns-and-injects", [both.detection]),
        ]);
        assert.deepEqual(
            events.map(({ id, needed, collected }) => [id, needed, collected]),
            [
                [1, 1, 0],
                [10, 1, 0],
            ],
        );
        assert.equal(proofs[0]?.lost?.station, "sensor");
    });

    it("is unproven where no recording must ring it", async () => {
        const { life, events } = await covered(plannedChain(presetXml("injection")), accesses, [
            shippedSource("hancitor-verclsid", ["another"]),
        ]);
        assert.deepEqual([life, events[0]?.needed], ["unproven", 0]);
    });

    it("stays alive where one proof rings and another is lost, and tells of the loss", async () => {
        const stranger = temporaryFolder();
        const events = fs.readFileSync(proof.files[0] ?? "", "utf8").replaceAll("UNKNOWN", "elsewhere.dll+1");
        fs.writeFileSync(path.join(stranger, "events.jsonl"), events);
        const second = { ...proof, name: "second", files: [path.join(stranger, "events.jsonl")] };
        const { life, proofs } = await covered(plannedChain(presetXml("balanced")), accesses, [proof, second]);
        assert.equal(life, "alive");
        assert.deepEqual(
            proofs.map(({ recording, lost }) => [recording, lost === null]),
            [
                ["hancitor-verclsid", true],
                ["second", false],
            ],
        );
    });

    it("tells the fields that came after the configuration's schema version", async () => {
        const rule = { ...accesses, query: `${accesses.query} | extend SourceUser = "", GrantedAccess = ""` };
        const at = async (schemaVersion: 4.5 | 4.9): Promise<DetectionCoverage> =>
            covered(plannedChain(writeConfig(sysmonConfig({ schemaVersion }).event("ProcessAccess").exclude())), rule);
        const [old, recent] = [await at(4.5), await at(4.9)];
        assert.deepEqual([old.fields, old.missingFields], [2, [{ name: "SourceUser", since: 4.8 }]]);
        assert.deepEqual(recent.missingFields, []);
    });
});

describe("the coverage of a plan", () => {
    const lives = async (chains: Chain[]): Promise<[boolean, (Life | undefined)[]]> => {
        const { ok, chains: found } = await cover({
            stack: "test",
            chains,
            rules: [accesses],
            gaps: [],
            sources: [proof],
        });
        return [ok, found.map(({ detections }) => detections[0]?.life)];
    };

    it("is told chain by chain, and is not fine where a rule is dead in one of them", async () => {
        const [narrow, old] = [plannedChain(presetXml("injection")), plannedChain(presetXml("published-2017"))];
        assert.deepEqual(await lives([narrow]), [true, ["alive"]]);
        assert.deepEqual(await lives([narrow, old]), [false, ["alive", "dead"]]);
    });

    it("names the events that rules read and of which nothing is logged", async () => {
        const creation = sysmonConfig({ schemaVersion: 4.9 }).event("ProcessCreate").exclude();
        const { chains } = await cover({
            stack: "test",
            chains: [plannedChain(writeConfig(creation))],
            rules: [accesses],
            gaps: [],
            sources: [proof],
        });
        assert.deepEqual(chains[0]?.unlogged, [
            { id: 10, name: "ProcessAccess", why: "there are no rules for it", rules: 1 },
        ]);
    });

    it("leaves out what cannot be read, and says so", async () => {
        const missing = { ...proof, name: "gone", files: [path.join(temporaryFolder(), "gone.evtx")] };
        const { problems, chains } = await cover({
            stack: "test",
            chains: [plannedChain(presetXml("injection"))],
            rules: [accesses],
            gaps: [],
            sources: [missing],
        });
        assert.equal(problems.length, 1);
        assert.equal(chains[0]?.detections[0]?.life, "unproven");
    });
});
