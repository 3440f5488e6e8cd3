import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { loadCatalog } from "../../detections";
import { loadStack, neededEventIds, type Stack } from "../../settings";
import { presetXml, readConfig } from "../../sysmon";
import { temporaryFolder } from "../support/temporaryFolder";
import { ids, principal, validSettings } from "./validSettings";

const dns = (onmatch: string, name: string): string =>
    `<Sysmon schemaversion="4.90"><EventFiltering><ProcessCreate onmatch="include"/><ProcessTerminate onmatch="include"/><DnsQuery onmatch="${onmatch}"><QueryName>${name}</QueryName></DnsQuery></EventFiltering></Sysmon>`;

const folder = temporaryFolder({
    "a.xml": dns("include", "a"),
    "b.xml": dns("include", "b"),
    "c.xml": dns("exclude", "c"),
    "bad.xml": "<Sysmon/>",
    "tools.csv": 'Image,Owner\r\n"C:\\a, b.exe",IT\r\n',
    "uneven.csv": "Image,Owner\na.exe\n",
    "open.csv": 'Image\n"a.exe\n',
});

const shellcode = loadCatalog().find("verclsid-shellcode-injection") ?? assert.fail("the detection is gone");

/** The stack with these settings. */
function stackOf(changes: Record<string, unknown>): Stack {
    const values = Object.entries(validSettings(changes))
        .filter(([, value]) => value !== undefined)
        .map(
            ([key, value]) =>
                [`sysmon-azure:${key}`, typeof value === "string" ? value : JSON.stringify(value)] as const,
        );
    pulumi.runtime.setAllConfig(Object.fromEntries(values));
    return loadStack(folder);
}

/** The Sysmon configuration of a stack whose sensor has this one. */
function sensorConfigXml(config: string | string[]): string {
    return stackOf({ sensor: { acceptEula: true, config } }).sensor.configXml;
}

function reportOf(config: string[]): string {
    return refusalOf({ sensor: { acceptEula: true, config } });
}

/** The report of settings that do not pass. */
function refusalOf(changes: Record<string, unknown>): string {
    try {
        stackOf(changes);
    } catch (error) {
        if (pulumi.RunError.isInstance(error)) return error.message;
    }
    return assert.fail("it passed");
}

async function withMocks(): Promise<void> {
    await pulumi.runtime.setMocks(
        { newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }), call: () => ({}) },
        "sysmon-azure",
        "dev",
    );
}

describe("the Sysmon configuration of a stack", () => {
    before(withMocks);
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

describe("the rings of a stack", () => {
    before(withMocks);
    after(() => pulumi.runtime.setAllConfig({}));

    it("have a configuration of their own, or the sensor's", () => {
        const machines = ["canary", "broad"].map((ring, index) => ({
            id: `${ids.vm}${index}`,
            location: "westeurope",
            identity: { system: principal },
            ring,
        }));
        const sensor = { acceptEula: true, config: "injection", rings: { canary: { config: "a.xml" }, broad: {} } };
        const { rings } = stackOf({ sensor, machines });
        assert.deepEqual(
            [...rings].map(([name, { configXml }]) => [name, configXml]),
            [
                ["canary", dns("include", "a")],
                ["broad", presetXml("injection")],
            ],
        );
    });

    it("are told where a ring's files contradict one another", () => {
        const rings = { canary: { config: ["a.xml", "c.xml"] } };
        const machine = { id: ids.vm, location: "westeurope", identity: { system: principal }, ring: "canary" };
        assert.match(
            refusalOf({ sensor: { acceptEula: true, rings }, machines: [machine] }),
            /sensor\.rings\.canary\.config\[1\]: .*\[ST214\]$/,
        );
    });
});

describe("the events that a stack collects", () => {
    before(withMocks);
    after(() => pulumi.runtime.setAllConfig({}));

    it("are all, those that are listed, or those that are needed", () => {
        assert.equal(stackOf({}).eventIds, "all");
        assert.deepEqual(stackOf({ collection: { eventIds: [10, 1] } }).eventIds, [1, 10]);
        const needed = {
            sensor: { acceptEula: true, config: "injection" },
            collection: { eventIds: "needed" },
            detections: { include: ["verclsid-shellcode-injection"] },
        };
        assert.deepEqual(stackOf(needed).eventIds, [4, 10, 16, 255]);
    });

    it("are needed where a configuration can log them and a detection reads them, or they tell of the sensor", () => {
        const [config] = ["a.xml"].flatMap((name) => readConfig(dns("include", name)).config ?? []);
        assert.ok(config);
        const reading = (...events: number[]) => ({
            data: { ...shellcode.data, events },
        });
        assert.deepEqual(neededEventIds([config], [reading(22, 1), reading(10)]), [4, 16, 22, 255]);
        assert.deepEqual(neededEventIds([], [reading(22)]), [4, 16, 255]);
    });
});

describe("the rules of a stack", () => {
    before(withMocks);
    after(() => pulumi.runtime.setAllConfig({}));

    const name = shellcode.name;
    /** Kinds of rule of each detection. */
    const kindsOf = (changes: Record<string, unknown>): Record<string, string[]> =>
        Object.fromEntries(
            stackOf(changes).detections.map(({ detection, queries }) => [detection.name, [...queries.keys()]]),
        );
    const both = { include: [name, "workspace-daily-cap-reached"] };

    it("are scheduled queries without Sentinel, and analytics rules with it, as far as a detection can be one", () => {
        assert.deepEqual(kindsOf({ detections: both }), {
            [name]: ["scheduled-query"],
            "workspace-daily-cap-reached": ["scheduled-query"],
        });
        assert.deepEqual(kindsOf({ sentinel: {}, detections: both }), {
            [name]: ["sentinel"],
            "workspace-daily-cap-reached": ["scheduled-query"],
        });
    });

    it("are both where a stack says so, of all or of one", () => {
        const overrides = { [name]: { target: "both" } };
        assert.deepEqual(kindsOf({ sentinel: {}, detections: { ...both, overrides } })[name], [
            "scheduled-query",
            "sentinel",
        ]);
    });

    it("cannot be what a detection is not made for", () => {
        const overrides = { "workspace-daily-cap-reached": { target: "sentinel" } };
        assert.match(
            refusalOf({ sentinel: {}, detections: { ...both, overrides } }),
            /overrides\.workspace-daily-cap-reached\.target: .*accepted: .*scheduled-query +\[ST215\]$/,
        );
    });

    it("cannot be longer than Sentinel takes", () => {
        const allowedSourceImages = Array.from({ length: 200 }, (_, n) => `C:\\Program Files\\Example ${n}\\tool.exe`);
        const overrides = { "svchost-thread-kill": { parameters: { allowedSourceImages } } };
        const detections = { include: ["svchost-thread-kill"], overrides };
        assert.match(
            refusalOf({ sentinel: {}, detections }),
            /a query of \d+ characters in a rule of Sentinel.*\[ST215\]$/,
        );
    });

    it("must reach somebody at each severity", () => {
        const groups = [{ name: "low", severities: ["Low"], emails: [{ name: "soc", address: "soc@example.com" }] }];
        assert.match(
            refusalOf({ alerts: { groups }, detections: { include: [name] } }),
            /sysmon-azure:alerts: found nobody who is told of severity High, which .* has.*\[ST207\]$/,
        );
    });

    it("are silent after an alert as the detection says, or the stack", () => {
        const suppressed = (suppressFor?: string): string | undefined =>
            stackOf({
                detections: {
                    include: [name],
                    overrides: suppressFor === undefined ? {} : { [name]: { suppressFor } },
                },
            }).detections[0]?.suppressFor;
        assert.equal(suppressed(), shellcode.suppressFor);
        assert.equal(suppressed("PT2H"), "PT2H");
        assert.equal(suppressed("none"), undefined);
    });
});

describe("the watchlists of a stack", () => {
    before(withMocks);
    after(() => pulumi.runtime.setAllConfig({}));

    const listed = (list: object): Record<string, unknown> => ({
        sentinel: { watchlists: [{ alias: "tools", searchKey: "Image", ...list }] },
    });

    it("are read from the stack file, a column for each key of a row", () => {
        const rows = [{ Image: "a.exe" }, { Image: "b.exe", Owner: "IT" }];
        assert.deepEqual(stackOf(listed({ rows })).watchlists, [
            {
                alias: "tools",
                displayName: "tools",
                searchKey: "Image",
                columns: ["Image", "Owner"],
                rows: [
                    ["a.exe", ""],
                    ["b.exe", "IT"],
                ],
            },
        ]);
    });

    it("are read from CSV", () => {
        const [list] = stackOf(listed({ file: "tools.csv" })).watchlists;
        assert.deepEqual([list?.columns, list?.rows], [["Image", "Owner"], [["C:\\a, b.exe", "IT"]]]);
    });

    const bad: [string, object, RegExp][] = [
        ["a file that is not there", { file: "none.csv" }, /watchlists\[0\]\.file: .*\[ST301\]$/],
        ["rows of several lengths", { file: "uneven.csv" }, /row 1 with 1 values; accepted: 2, .*\[ST221\]$/],
        ["an open quote", { file: "open.csv" }, /open\.csv:2: a quote that is not closed.*\[ST221\]$/],
        ["a key that is no column", { file: "tools.csv", searchKey: "Path" }, /without a column Path.*\[ST221\]$/],
    ];
    for (const [what, list, expected] of bad) {
        it(`are refused for ${what}`, () => assert.match(refusalOf(listed(list)), expected));
    }
});
