import assert from "node:assert/strict";
import { compileFilter, presetXml, readConfig, sysmonConfig, writeConfig } from "../../sysmon";

/** The lines between `<EventFiltering>` and `</EventFiltering>`. */
function rulesOf(config: ReturnType<typeof sysmonConfig>): string[] {
    const lines = writeConfig(config)
        .split("\n")
        .map((line) => line.trim());
    return lines.slice(lines.indexOf("<EventFiltering>") + 1, lines.indexOf("</EventFiltering>"));
}

describe("sysmonConfig", () => {
    it("begins without rules, with the options given", () => {
        const config = sysmonConfig({ schemaVersion: 4.5, options: { HashAlgorithms: "SHA256", DnsQueryConfig: "" } });
        assert.equal(
            writeConfig(config),
            [
                '<Sysmon schemaversion="4.50">',
                "  <HashAlgorithms>SHA256</HashAlgorithms>",
                "  <DnsQueryConfig/>",
                "  <EventFiltering/>",
                "</Sysmon>",
                "",
            ].join("\n"),
        );
    });

    it("is not changed by what is added to it", () => {
        const before = sysmonConfig({ schemaVersion: 4.9 });
        const after = before.event("ProcessTampering").exclude();
        assert.deepEqual([before.blocks.length, after.blocks.length], [0, 1]);
    });

    it("keeps the order of blocks, items and fields", () => {
        const config = sysmonConfig({ schemaVersion: 4.9 })
            .event("ImageLoad")
            .exclude({ Signature: { is: "b" }, Image: { is: "a" } }, { Signed: { is: "true" } })
            .event("DriverLoad")
            .include();
        assert.deepEqual(rulesOf(config), [
            '<ImageLoad onmatch="exclude">',
            '<Signature condition="is">b</Signature>',
            '<Image condition="is">a</Image>',
            '<Signed condition="is">true</Signed>',
            "</ImageLoad>",
            '<DriverLoad onmatch="include"/>',
        ]);
    });

    it("makes one filter of several texts in a condition for lists, and one filter each in the others", () => {
        const config = sysmonConfig({ schemaVersion: 4.9 })
            .event("ProcessAccess")
            .include({
                CallTrace: { "contains any": ["a", "b"], contains: ["c", "d"] },
                TargetImage: { "is any": "e;f" },
            });
        assert.deepEqual(rulesOf(config).slice(1, -1), [
            '<CallTrace condition="contains">c</CallTrace>',
            '<CallTrace condition="contains">d</CallTrace>',
            '<CallTrace condition="contains any">a;b</CallTrace>',
            '<TargetImage condition="is any">e;f</TargetImage>',
        ]);
    });

    it("puts a group around a block, names filters, and makes rules of them", () => {
        const config = sysmonConfig({ schemaVersion: 4.9 })
            .event("ProcessAccess", { relation: "or", name: "group" })
            .include(
                {
                    rule: "and",
                    name: "rule",
                    filters: { TargetImage: { image: "a.exe" }, CallTrace: { contains: "b" } },
                },
                { rule: "or", filters: { TargetImage: { image: "c.exe" } } },
                { name: "filter", filters: { GrantedAccess: { is: "0x1" } } },
            );
        assert.deepEqual(rulesOf(config), [
            '<RuleGroup name="group" groupRelation="or">',
            '<ProcessAccess onmatch="include">',
            '<Rule name="rule" groupRelation="and">',
            '<TargetImage condition="image">a.exe</TargetImage>',
            '<CallTrace condition="contains">b</CallTrace>',
            "</Rule>",
            '<Rule groupRelation="or">',
            '<TargetImage condition="image">c.exe</TargetImage>',
            "</Rule>",
            '<GrantedAccess name="filter" condition="is">0x1</GrantedAccess>',
            "</ProcessAccess>",
            "</RuleGroup>",
        ]);
    });

    it("decides events as it stands", () => {
        const config = sysmonConfig({ schemaVersion: 4.9 })
            .event("ProcessAccess", { relation: "and", name: "n" })
            .include({ TargetImage: { image: ["a.exe", "b.exe"] }, CallTrace: { contains: "UNKNOWN" } });
        const decide = compileFilter(config);
        const event = (TargetImage: string) => ({ id: 10, fields: { TargetImage, CallTrace: "UNKNOWN(1)" } });
        assert.equal(decide(event("C:\\b.exe")).ruleName, "n");
        assert.equal(decide(event("C:\\c.exe")).logged, false);
    });

    for (const [title, items, expected] of [
        ["no item", [], /holds an empty list/],
        ["an empty item", ["a", ""], /holds ""/],
        ["an item that would be two", ["a;b"], /holds "a;b"/],
    ] as const) {
        it(`refuses a list with ${title}`, () => {
            const event = sysmonConfig({ schemaVersion: 4.9 }).event("ImageLoad");
            assert.throws(() => event.include({ Image: { "is any": items } }), {
                name: "RangeError",
                message: expected,
            });
        });
    }

    it("refuses a rule without filters, which crashes the sensor", () => {
        const event = sysmonConfig({ schemaVersion: 4.9 }).event("ImageLoad");
        assert.throws(() => event.include({ rule: "and", filters: {} }), { name: "RangeError", message: /no filters/ });
    });

    it("writes what the sensor takes", () => {
        assert.deepEqual(readConfig(presetXml("injection")).issues, []);
    });
});
