import assert from "node:assert/strict";
import {
    conditions,
    conditionSince,
    eventById,
    eventElements,
    eventsAtVersion,
    eventsByElement,
    formatVersion,
    latestEvents,
    latestVersion,
    options,
    parseCondition,
    parseVersion,
    releaseFor,
    schemaReleases,
} from "../../../sysmon";

describe("schema: events", () => {
    it("has ids 1 to 29 and 255, ascending", () => {
        const ids = latestEvents.map((event) => event.id);
        assert.deepEqual(ids, [...Array.from({ length: 29 }, (_, index) => index + 1), 255]);
    });

    it("describes an event with its element, heading and fields in the sensor's order", () => {
        const event = eventById(10);
        assert.equal(event?.element, "ProcessAccess");
        assert.equal(event.heading, "Process accessed");
        assert.equal(event.title, "ProcessAccess (Process accessed)");
        assert.deepEqual(
            event.fields.slice(7, 11).map(({ name, type }) => [name, type]),
            [
                ["TargetProcessId", "UInt32"],
                ["TargetImage", "UnicodeString"],
                ["GrantedAccess", "HexInt32"],
                ["CallTrace", "UnicodeString"],
            ],
        );
    });

    it("knows no event of another id or element", () => {
        assert.equal(eventById(30), undefined);
        assert.deepEqual(eventsByElement("processaccess"), []);
    });

    it("gives events that share an element one element", () => {
        for (const [element, ids] of [
            ["RegistryEvent", [12, 13, 14]],
            ["PipeEvent", [17, 18]],
            ["WmiEvent", [19, 20, 21]],
            ["FileDelete", [23]],
        ] as const) {
            assert.deepEqual(
                eventsByElement(element).map((event) => event.id),
                ids,
            );
        }
    });

    it("has no element for events that are never filtered", () => {
        const never = latestEvents.filter((event) => event.element === null).map((event) => event.id);
        assert.deepEqual(never, [4, 16, 255]);
        assert.equal(eventElements.length, 22);
    });

    it("logs the start and end of processes without rules, and what is never filtered", () => {
        const logged = latestEvents.filter((event) => event.loggedWithoutRules).map((event) => event.id);
        assert.deepEqual(logged, [1, 4, 5, 16, 255]);
    });

    it("gives every event of a version the fields it had then", () => {
        const names = (version: number, id: number): string[] | undefined =>
            eventsAtVersion(version)
                .find((event) => event.id === id)
                ?.fields.map((field) => field.name);
        assert.equal(names(4.2, 22), undefined);
        assert.equal(names(4.21, 22)?.includes("QueryName"), true);
        assert.equal(names(4.7, 1)?.includes("ParentUser"), false);
        assert.equal(names(4.8, 1)?.includes("ParentUser"), true);
        assert.deepEqual(
            names(4.9, 1),
            eventById(1)?.fields.map((field) => field.name),
        );
    });
});

describe("schema: versions", () => {
    for (const [text, version] of [
        ["4.90", 4.9],
        ["4.9", 4.9],
        ["4.2", 4.2],
        ["4.10", 4.1],
        ["4.106", 4.11],
        [" 4.5", 4.5],
        ["4.5x", 4.5],
        ["4,5", 4],
        ["4.5.1", 4.5],
        ["+4.5", 4.5],
        ["1e1", 10],
        ["", undefined],
        ["v4.5", undefined],
        ["x", undefined],
    ] as const) {
        it(`reads "${text}" as ${version ?? "no number"}`, () => assert.equal(parseVersion(text), version));
    }

    it("prints two places", () => {
        assert.equal(formatVersion(4.2), "4.20");
        assert.equal(formatVersion(10), "10.00");
    });

    for (const [version, release] of [
        [4, 4],
        [4.05, 4],
        [4.25, 4.23],
        [4.89, 4.83],
        [4.9, 4.9],
        [4.91, 4.83],
        [10, 4.83],
    ] as const) {
        it(`checks a configuration of ${version} against ${release}`, () => assert.equal(releaseFor(version), release));
    }

    it("ends with the newest release", () => assert.equal(schemaReleases.at(-1)?.version, latestVersion));
});

describe("schema: conditions", () => {
    it("has sixteen", () => assert.equal(conditions.length, 16));

    for (const [text, condition] of [
        ["", "is"],
        ["IS NOT", "is not"],
        ["Contains Any", "contains any"],
        ["begin  with", undefined],
        [" is", undefined],
        ["equals", undefined],
        ["constructor", undefined],
    ] as const) {
        it(`reads "${text}" as ${condition ?? "none"}`, () => assert.equal(parseCondition(text), condition));
    }

    it("knows which are young", () => {
        assert.equal(conditionSince("is"), 3.1);
        assert.equal(conditionSince("not end with"), 4.7);
    });
});

describe("schema: options", () => {
    it("has each option once", () => assert.equal(new Set(options.map(({ name }) => name)).size, options.length));
});
