import assert from "node:assert/strict";
import {
    eventById,
    eventElements,
    presetConfig,
    readConfig,
    sightOfTechniques,
    techniques,
    type SysmonConfig,
    type TechniqueSight,
} from "../../../sysmon";

function read(...lines: string[]): SysmonConfig {
    const { config } = readConfig(
        ['<Sysmon schemaversion="4.90">', "<EventFiltering>", ...lines, "</EventFiltering></Sysmon>"].join("\n"),
    );
    if (config === undefined) throw new Error("rejected");
    return config;
}

function sight(id: string, config: SysmonConfig): TechniqueSight {
    const found = sightOfTechniques(config).find((technique) => technique.id === id);
    if (found === undefined) throw new Error(`no technique ${id}`);
    return found;
}

describe("the table of techniques", () => {
    it("names each technique once, by its id in ATT&CK, in order", () => {
        const ids = techniques.map(({ id }) => id);
        assert.deepEqual(ids, [...new Set(ids)].sort());
        for (const id of ids) assert.match(id, /^T\d{4}(?:\.\d{3})?$/);
    });

    it("fills every field of every event, and no other", () => {
        for (const { id, signs } of techniques) {
            assert.ok(signs.length > 0, id);
            for (const { event } of signs) {
                const fields = eventById(event.id)?.fields.map(({ name }) => name);
                assert.deepEqual(Object.keys(event.fields), fields, id);
                assert.ok(
                    Object.values(event.fields).every((value) => value !== ""),
                    id,
                );
            }
        }
    });
});

describe("sightOfTechniques", () => {
    const everything = read(...eventElements.map((element) => `<${element} onmatch="exclude"/>`));
    const nothing = read(...eventElements.map((element) => `<${element} onmatch="include"/>`));

    it("sees every technique where everything is logged", () => {
        assert.deepEqual(
            sightOfTechniques(everything).filter(({ seen }) => seen !== "all"),
            [],
        );
    });

    it("sees only the sensor's own end where nothing is: that event is never filtered", () => {
        const seen = sightOfTechniques(nothing).filter((technique) => technique.seen !== "none");
        assert.deepEqual(
            seen.map(({ id }) => id),
            ["T1562.001"],
        );
    });

    it("names the event that is lost, and the filter that drops it", () => {
        const config = read(
            '<CreateRemoteThread onmatch="exclude">',
            '<StartModule condition="end with">\\kernel32.dll</StartModule>',
            "</CreateRemoteThread>",
            '<ImageLoad onmatch="exclude"/>',
        );
        const { seen, signs } = sight("T1055.001", config);
        assert.equal(seen, "some");
        assert.deepEqual(
            signs.map(({ event, logged, why }) => [event.id, logged, why]),
            [
                [8, false, 'excluded by CreateRemoteThread exclude, line 4: StartModule end with "\\kernel32.dll"'],
                [7, true, "the ImageLoad exclude (line 6) has no filters: logged"],
            ],
        );
    });

    it("sees injection of code by the preset made for it, and not by the article's filters", () => {
        assert.equal(sight("T1055.002", presetConfig("injection")).seen, "some");
        assert.equal(sight("T1055.002", presetConfig("published-2017")).seen, "none");
    });
});
