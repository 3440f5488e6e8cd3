import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { loadStack } from "../../settings";
import { presetXml, readConfig } from "../../sysmon";
import { temporaryFolder } from "../support/temporaryFolder";
import { validSettings } from "./validSettings";

const dns = (onmatch: string, name: string): string =>
    `<Sysmon schemaversion="4.90"><EventFiltering><ProcessCreate onmatch="include"/><ProcessTerminate onmatch="include"/><DnsQuery onmatch="${onmatch}"><QueryName>${name}</QueryName></DnsQuery></EventFiltering></Sysmon>`;

const folder = temporaryFolder({
    "a.xml": dns("include", "a"),
    "b.xml": dns("include", "b"),
    "c.xml": dns("exclude", "c"),
    "bad.xml": "<Sysmon/>",
});

/** The Sysmon configuration of a stack whose sensor has this one. */
function sensorConfigXml(config: string | string[]): string {
    const values = Object.entries(validSettings({ sensor: { acceptEula: true, config } })).map(
        ([key, value]) => [`sysmon-azure:${key}`, typeof value === "string" ? value : JSON.stringify(value)] as const,
    );
    pulumi.runtime.setAllConfig(Object.fromEntries(values));
    return loadStack(folder).sensorConfigXml;
}

function reportOf(config: string[]): string {
    try {
        sensorConfigXml(config);
    } catch (error) {
        if (pulumi.RunError.isInstance(error)) return error.message;
    }
    return assert.fail("it passed");
}

describe("the Sysmon configuration of a stack", () => {
    before(async () => {
        await pulumi.runtime.setMocks(
            { newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }), call: () => ({}) },
            "sysmon-azure",
            "dev",
        );
    });

    after(() => pulumi.runtime.setAllConfig({}));

    it("is a preset, or a file as it is", () => {
        assert.equal(sensorConfigXml("injection"), presetXml("injection"));
        assert.equal(sensorConfigXml("a.xml"), dns("include", "a"));
    });

    it("is the merge of a list, with the origin of every rule", () => {
        const xml = sensorConfigXml(["a.xml", "injection", "b.xml"]);
        for (const name of ["a.xml", "b.xml", "injection"]) assert.ok(xml.includes(`<!-- ${name} -->`), name);
        assert.deepEqual(
            readConfig(xml).config?.blocks.map(({ element }) => element),
            ["ProcessCreate", "ProcessTerminate", "ProcessAccess", "DnsQuery"],
        );
    });

    it("is the same text every time, wherever the folder is", () => {
        assert.equal(sensorConfigXml(["a.xml", "b.xml"]), sensorConfigXml(["a.xml", "b.xml"]));
        assert.ok(!sensorConfigXml(["a.xml", "b.xml"]).includes(folder));
    });

    it("is a problem of the settings where two of a list contradict one another", () => {
        const lines = reportOf(["a.xml", "injection", "c.xml"]).split("\n");
        assert.equal(lines.length, 1);
        assert.match(
            lines[0] ?? "",
            /^Pulumi\.dev\.yaml {2}sysmon-azure:sensor\.config\[2\]: found DnsQuery: a\.xml:1:\d+ .* c\.xml:1:\d+ .*\[ST214\]$/,
        );
    });

    it("is told with every file of a list that the sensor would reject", () => {
        assert.match(reportOf(["bad.xml", "a.xml", "c.xml"]), /^bad\.xml:1:1 SM010 /);
    });
});
