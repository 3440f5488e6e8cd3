import assert from "node:assert/strict";
import { eventMix, withFreshTexts } from "../../bench/sysmon/eventMix";
import { huntingConfig, workstationConfig } from "../../bench/sysmon/generatedConfig";
import { compileFilter, eventById, readConfig, writeConfig, type SysmonConfig } from "../../sysmon";

function filterCount(config: SysmonConfig): number {
    const items = config.blocks.flatMap((block) => block.items);
    return items.reduce((sum, item) => sum + (item.kind === "rule" ? item.filters.length : 1), 0);
}

describe("the generated configurations", () => {
    for (const [name, generate, filters] of [
        ["for workstations", workstationConfig, 650],
        ["for hunting", huntingConfig, 1900],
    ] as const) {
        it(`${name}: the same every time`, () => assert.deepEqual(generate(), generate()));

        it(`${name}: at least ${filters} filters`, () => assert.ok(filterCount(generate()) >= filters));

        it(`${name}: logs some of the generated events and drops others`, () => {
            const filter = compileFilter(generate());
            const logged = eventMix(1000).filter((event) => filter(event).logged).length;
            assert.ok(logged > 100 && logged < 900, `${logged} of 1000`);
        });
    }

    it("are configurations that the sensor accepts", () => {
        for (const config of [workstationConfig(), huntingConfig()]) {
            const xml = writeConfig(config);
            const read = readConfig(xml).config;
            assert.ok(read !== undefined);
            assert.equal(writeConfig(read), xml);
        }
    });
});

describe("the generated events", () => {
    const events = eventMix(200);

    it("are the same every time", () => assert.deepEqual(eventMix(200), events));

    it("can be given texts that never come again, all else being as it was", () => {
        const fresh = withFreshTexts(events);
        const seen = new Set<string>();
        fresh.forEach(({ id, fields }, index) => {
            for (const { name, type } of eventById(id)?.fields ?? []) {
                const value = fields[name] ?? "";
                if (type !== "UnicodeString") {
                    assert.equal(value, events[index]?.fields[name]);
                } else {
                    assert.equal(seen.has(`${name}:${value}`), false, value);
                    seen.add(`${name}:${value}`);
                }
            }
        });
    });
});
