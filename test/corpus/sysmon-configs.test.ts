import assert from "node:assert/strict";
import * as fs from "node:fs";
import { compileFilter, configSha256, readConfig, writeConfig, type SysmonConfig } from "../../sysmon";
import { loadRecording, type SysmonEvent } from "../../sysmon/events";
import { describeShared, sharedPath } from "../support/shared";

const files = ["swift", "modular", "modular-excl", "modular-filedelete", "modular-mde", "modular-research"];

function read(name: string): SysmonConfig {
    const { config, issues } = readConfig(fs.readFileSync(sharedPath("sysmon", "configs", `${name}.xml`)));
    assert.deepEqual(
        issues.filter((issue) => issue.severity !== "info"),
        [],
    );
    if (config === undefined) throw new Error(`${name} is rejected`);
    return config;
}

describeShared("public configurations", () => {
    const events: SysmonEvent[] = [];
    before(async () => {
        for (const folder of ["evtx", "json"]) {
            for (const file of fs.readdirSync(sharedPath("events", folder))) {
                events.push(...(await loadRecording(sharedPath("events", folder, file))).events);
            }
        }
    });

    for (const name of files) {
        it(`${name} is read without an error or a warning, and written with the same meaning`, () => {
            const config = read(name);
            const again = readConfig(writeConfig(config)).config;
            if (again === undefined) throw new Error("what was written is rejected");
            assert.equal(again.blocks.length, config.blocks.length);
            assert.equal(configSha256(again), configSha256(config));
            const [before, after] = [compileFilter(config), compileFilter(again)];
            for (const event of events) assert.deepEqual(after(event), before(event));
        });
    }
});
