import assert from "node:assert/strict";
import {
    compileFilter,
    isPresetName,
    latestEvents,
    presetConfig,
    presets,
    presetXml,
    readConfig,
    schemaReleases,
    type FilterableEvent,
    type PresetName,
    type SysmonConfig,
} from "../../sysmon";

const verclsid = "C:\\Windows\\System32\\verclsid.exe";
const unknownCode = "C:\\Windows\\SYSTEM32\\ntdll.dll+9ca64|UNKNOWN(00000000001F2A40)";

function access(fields: Readonly<Record<string, string>>): FilterableEvent {
    return {
        id: 10,
        fields: { TargetImage: verclsid, GrantedAccess: "0x1fffff", CallTrace: unknownCode, ...fields },
    };
}

const injected: readonly FilterableEvent[] = [
    access({}),
    access({ TargetImage: "C:\\Windows\\SysWOW64\\VERCLSID.EXE" }),
    access({ TargetImage: "C:\\Windows\\System32\\svchost.exe", GrantedAccess: "0x1f0fff" }),
    access({ TargetImage: "D:\\elsewhere\\svchost.exe", GrantedAccess: "0x1f8fff" }),
];

const harmless: readonly FilterableEvent[] = [
    access({ TargetImage: "C:\\Windows\\System32\\lsass.exe" }),
    access({ TargetImage: "C:\\tools\\notsvchost.exe" }),
    access({ TargetImage: "C:\\svchost.exe\\a.exe" }),
    access({ TargetImage: "C:\\Windows\\svchost.exe.bak" }),
    access({ GrantedAccess: "0x1000" }),
    access({ GrantedAccess: "0x1ffffe" }),
    access({ GrantedAccess: "0x11fffff" }),
    access({ CallTrace: "C:\\Windows\\SYSTEM32\\ntdll.dll+9ca64" }),
];

const filtered = latestEvents.filter((event) => event.element !== null).map((event) => event.id);

/** A preset as a sensor of this schema version would get it. */
function atVersion(name: PresetName, schemaVersion: number): SysmonConfig {
    const { config, issues } = readConfig(
        presetXml(name).replace(/schemaversion="[^"]*"/, `schemaversion="${schemaVersion}"`),
    );
    assert.deepEqual(issues, []);
    if (config === undefined) throw new Error("rejected without an issue");
    return config;
}

const versions = schemaReleases.map((release) => release.version).filter((version) => version >= 4.22);

for (const version of versions) {
    describe(`presets at schema version ${version}`, () => {
        it("injection logs injection with its technique, and nothing else", () => {
            const filter = compileFilter(atVersion("injection", version));
            for (const event of injected) {
                const { logged, ruleName } = filter(event);
                assert.deepEqual([logged, ruleName], [true, "technique_id=T1055,technique_name=Process Injection"]);
            }
            for (const event of harmless) assert.equal(filter(event).logged, false, event.fields.TargetImage);
            for (const id of filtered) assert.equal(filter({ id, fields: { Image: verclsid } }).logged, false, `${id}`);
        });

        it("injection-context logs the start of processes as well", () => {
            const filter = compileFilter(atVersion("injection-context", version));
            for (const event of injected) assert.equal(filter(event).logged, true);
            for (const event of harmless) assert.equal(filter(event).logged, false);
            const logged = filtered.filter((id) => filter({ id, fields: { Image: verclsid } }).logged);
            assert.deepEqual(logged, [1]);
        });

        it("published-2017 logs no access to any process", () => {
            const filter = compileFilter(atVersion("published-2017", version));
            for (const event of [...injected, ...harmless]) assert.equal(filter(event).logged, false);
        });
    });
}

describe("presets", () => {
    it("are read back from their XML as they were written", () => {
        for (const name of Object.keys(presets)) {
            assert.ok(isPresetName(name));
            const config = readConfig(presetXml(name)).config;
            assert.equal(config?.blocks.length, presetConfig(name).blocks.length);
            assert.equal(config.schemaVersion, presetConfig(name).schemaVersion);
        }
    });

    it("are known by name", () => {
        assert.equal(isPresetName("injection"), true);
        assert.equal(isPresetName("toString"), false);
    });
});
