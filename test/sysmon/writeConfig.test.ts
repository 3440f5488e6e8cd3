import assert from "node:assert/strict";
import fc from "fast-check";
import {
    block,
    compileFilter,
    configSha256,
    readConfig,
    ruleGroup,
    sysmonConfig,
    writeConfig,
    type SysmonConfig,
} from "../../sysmon";
import { arbitraryCase } from "../support/arbitraryCase";

const small = sysmonConfig({
    schemaVersion: 4.2,
    options: { HashAlgorithms: "SHA256", CheckRevocation: "" },
    blocks: [
        block({ element: "ProcessTerminate", onmatch: "include" }),
        block({
            element: "ProcessAccess",
            onmatch: "include",
            group: ruleGroup("and", "g"),
            items: [
                { relation: "or", name: "r", filters: [{ field: "TargetImage", condition: "image", value: "a&b" }] },
                { field: "CallTrace", condition: "contains", value: "", name: "" },
            ],
        }),
        block({ element: "FileCreate", onmatch: "exclude", group: ruleGroup("and", "g") }),
    ],
});

/** A configuration without the places it was read from. */
function withoutPositions(config: SysmonConfig | undefined): unknown {
    return JSON.parse(JSON.stringify(config, (key, value: unknown) => (key === "position" ? undefined : value)));
}

describe("writeConfig", () => {
    it("writes one form", () => {
        assert.equal(
            writeConfig(small),
            `<Sysmon schemaversion="4.20">
  <HashAlgorithms>SHA256</HashAlgorithms>
  <CheckRevocation/>
  <EventFiltering>
    <ProcessTerminate onmatch="include"/>
    <RuleGroup name="g" groupRelation="and">
      <ProcessAccess onmatch="include">
        <Rule name="r" groupRelation="or">
          <TargetImage condition="image">a&amp;b</TargetImage>
        </Rule>
        <CallTrace name="" condition="contains"/>
      </ProcessAccess>
      <FileCreate onmatch="exclude"/>
    </RuleGroup>
  </EventFiltering>
</Sysmon>
`,
        );
    });

    it("keeps an empty configuration", () => {
        const empty = sysmonConfig({ schemaVersion: 4.9, blocks: [] });
        assert.deepEqual(readConfig(writeConfig(empty)).config, { ...empty, options: [], blocks: [] });
    });

    it("is read back as what was written, without what the sensor drops", () => {
        fc.assert(
            fc.property(arbitraryCase, ({ config, events }) => {
                const read = readConfig(writeConfig(config)).config;
                if (read === undefined) assert.fail("what was written is rejected");
                assert.deepEqual(withoutPositions(readConfig(writeConfig(read)).config), withoutPositions(read));
                const [before, after] = [compileFilter(config), compileFilter(read)];
                for (const event of events) assert.deepEqual(after(event), before(event));
            }),
            { numRuns: 500 },
        );
    });

    it("carries any text of values and names", () => {
        const text = fc.string({ unit: "binary", maxLength: 12 }).filter((drawn) => isXmlText(drawn));
        fc.assert(
            fc.property(text, text, (value, name) => {
                const config = sysmonConfig({
                    schemaVersion: 4.9,
                    blocks: [
                        block({
                            element: "ImageLoad",
                            onmatch: "include",
                            items: [{ field: "Image", condition: "is", value, name }],
                        }),
                    ],
                });
                assert.deepEqual(withoutPositions(readConfig(writeConfig(config)).config), withoutPositions(config));
            }),
        );
    });

    for (const [title, value] of [
        ["a control character", "a\u0001"],
        ["half of a pair", "\ud800"],
        ["a noncharacter", "\uffff"],
    ] as const) {
        it(`refuses ${title}, which XML cannot carry`, () => {
            const items = [{ field: "Image", condition: "is", value }] as const;
            const blocks = [block({ element: "ImageLoad", onmatch: "include", items })];
            const config = sysmonConfig({ schemaVersion: 4.9, blocks });
            assert.throws(() => writeConfig(config), { name: "RangeError", message: /U\+[0-9A-F]{4}/ });
        });
    }
});

function isXmlText(text: string): boolean {
    return /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u.test(text);
}

describe("configSha256", () => {
    const hash = (xml: string): string | undefined => {
        const { config } = readConfig(xml);
        return config === undefined ? undefined : configSha256(config);
    };
    const xml =
        '<Sysmon schemaversion="4.90"><EventFiltering><ImageLoad onmatch="include"><Image>a</Image></ImageLoad></EventFiltering></Sysmon>';

    it("is the same for files that differ in comments, layout and spelling", () => {
        const other = xml
            .replace("4.90", "4.9")
            .replace("<EventFiltering>", "<!-- c -->\n <EventFiltering>\n")
            .replace("<Image>", '<Image condition="IS">');
        assert.equal(hash(other), hash(xml));
        assert.match(hash(xml) ?? "", /^[0-9a-f]{64}$/);
    });

    it("differs where a value does", () => assert.notEqual(hash(xml.replace(">a<", ">A<")), hash(xml)));
});
