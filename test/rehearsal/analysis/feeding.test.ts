import assert from "node:assert/strict";
import { loadCatalog } from "../../../detections";
import { compileFeeding, shippedProofs, type Proof } from "../../../rehearsal/analysis";
import { presetConfig, sysmonConfig, type SysmonConfig } from "../../../sysmon";

/** Logs access to one image. */
const accessTo = (image: string): SysmonConfig =>
    sysmonConfig({ schemaVersion: 4.9 }).event("ProcessAccess").include({ TargetImage: { image } });
const proof = (recording: string, image: string): Proof => ({
    recording,
    rings: ["injection"],
    events: [{ id: 10, fields: { TargetImage: `C:\\Windows\\System32\\${image}` } }],
});
const injection = { name: "injection", events: [10] };

describe("what a Sysmon configuration gives to detections", () => {
    const proofs = [proof("first", "svchost.exe"), proof("second", "verclsid.exe")];

    it("feeds a detection by each recording in which it logs one event that matters", () => {
        assert.deepEqual(compileFeeding(accessTo("svchost.exe"), proofs)(injection), {
            kind: "fed",
            recordings: ["first"],
        });
    });

    it("starves a detection where it logs no event that matters in any recording", () => {
        assert.deepEqual(compileFeeding(accessTo("lsass.exe"), proofs)(injection), {
            kind: "starved",
            recordings: ["first", "second"],
        });
    });

    const unproven: [string, { name: string; events: number[] }][] = [
        ["no recording rings", { name: "other", events: [10] }],
        ["the recordings hold none of its events", { name: "injection", events: [8] }],
    ];
    for (const [what, detection] of unproven) {
        it(`proves nothing of a detection where ${what}`, () => {
            assert.deepEqual(compileFeeding(accessTo("svchost.exe"), proofs)(detection), { kind: "unproven" });
        });
    }
});

describe("the recordings that the package ships, as proofs", () => {
    // What looks for missing events is fed by none.
    const readers = loadCatalog().detections.filter(({ kind }) => kind === "events");
    let proofs: Proof[];
    before(async () => {
        proofs = await shippedProofs();
    });

    it("prove every detection of the package, and the balanced configuration feeds each", () => {
        const feeding = compileFeeding(presetConfig("balanced"), proofs);
        for (const { name, data } of readers) {
            assert.equal(feeding({ name, events: data.events }).kind, "fed", name);
        }
    });

    it("starve, under the narrowest configuration, all but the detections that it is made for", () => {
        const feeding = compileFeeding(presetConfig("injection"), proofs);
        const fed = loadCatalog().detections.filter(
            ({ name, data }) => feeding({ name, events: data.events }).kind === "fed",
        );
        assert.deepEqual(
            fed.map(({ name }) => name),
            [
                "svchost-mass-access",
                "svchost-thread-kill",
                // The sensor logs what happens to itself under any configuration.
                "sysmon-configuration-changed",
                "sysmon-error",
                "sysmon-process-access",
                "sysmon-service-stopped",
                "verclsid-shellcode-injection",
            ],
        );
    });

    it("come from recordings of attacks alone", () => {
        assert.ok(proofs.length > 0);
        assert.deepEqual(
            proofs.filter(({ recording, events }) => recording.startsWith("quiet-") || events.length === 0),
            [],
        );
    });
});
