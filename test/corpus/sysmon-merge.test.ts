import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
    compileFilter,
    explainConfig,
    mergeConfigs,
    readConfig,
    sightOfTechniques,
    type FilterableEvent,
    type MergeSource,
    type SysmonConfig,
} from "../../sysmon";
import { loadRecording } from "../../sysmon/events";
import { describeShared, sharedPath } from "../support/shared";

function read(name: string): SysmonConfig {
    const { config } = readConfig(fs.readFileSync(sharedPath("sysmon", "configs", `${name}.xml`)));
    if (config === undefined) throw new Error(`${name} is rejected`);
    return config;
}

function merged(...sources: MergeSource[]): SysmonConfig {
    const result = mergeConfigs(sources);
    if (!result.ok) throw new Error(result.conflicts.map(({ message }) => message).join("\n"));
    return result.config;
}

const source = (name: string): MergeSource => ({ files: [{ name, config: read(name) }] });

describeShared("public configurations, merged and explained", () => {
    const events: FilterableEvent[] = [];
    before(async () => {
        const folder = sharedPath("events", "json");
        for (const file of fs.readdirSync(folder).filter((name) => /\.jsonl?(?:\.gz)?$/.test(name))) {
            events.push(...(await loadRecording(path.join(folder, file))).events);
        }
        assert.ok(events.length > 1000);
    });

    for (const name of ["swift", "modular", "modular-excl", "modular-filedelete", "modular-mde", "modular-research"]) {
        it(`${name} alone, and with itself, is what it was`, () => {
            const before = compileFilter(read(name));
            for (const config of [merged(source(name)), merged(source(name), source(name))]) {
                const after = compileFilter(config);
                for (const event of events) assert.deepEqual(after(event), before(event));
            }
        });
    }

    it("modular, taken apart into a file a rule, is put together again", () => {
        const whole = read("modular");
        const files = whole.blocks.flatMap((block, index) =>
            (block.items.length === 0 ? [[]] : block.items.map((item) => [item])).map((items, rule) => ({
                name: `${index}/${rule}.xml`,
                config: { ...whole, blocks: [{ ...block, items }] },
            })),
        );
        assert.ok(files.length > 1000);
        const [before, after] = [compileFilter(whole), compileFilter(merged({ files }))];
        for (const event of events) assert.equal(after(event).logged, before(event).logged);
    });

    it("modular with what archives deleted files logs all that either does, without what an exclude drops", () => {
        const [one, other] = [compileFilter(read("modular")), compileFilter(read("modular-filedelete"))];
        const both = compileFilter(merged(source("modular"), source("modular-filedelete")));
        for (const event of events) {
            const verdicts = [one(event), other(event)];
            const isDropped = verdicts.some(({ group }) => group?.onmatch === "exclude");
            assert.equal(both(event).logged, !isDropped && verdicts.some(({ logged }) => logged));
        }
    });

    it("swift logs no access to a process, and is blind to the injection of libraries", () => {
        const swift = read("swift");
        assert.equal(explainConfig(swift).find(({ id }) => id === 10)?.logged, "nothing");
        const injection = sightOfTechniques(swift).find(({ id }) => id === "T1055.001");
        assert.equal(injection?.seen, "none");
        assert.match(injection.signs[0]?.why ?? "", /StartModule is "C:\\Windows\\system32\\kernel32\.dll"/);
    });
});
