import assert from "node:assert/strict";
import fc from "fast-check";
import {
    compileFilter,
    configSha256,
    eventsByElement,
    readConfig,
    sysmonConfig,
    writeConfig,
    type SysmonConfig,
} from "../../sysmon";
import { arbitraryCase } from "../support/arbitraryCase";

const small = sysmonConfig({ schemaVersion: 4.2, options: { HashAlgorithms: "SHA256", CheckRevocation: "" } })
    .event("ProcessTerminate")
    .include()
    .event("ProcessAccess", { relation: "and", name: "g" })
    .include(
        { rule: "or", name: "r", filters: { TargetImage: { image: "a&b" } } },
        { filters: { CallTrace: { contains: "" } }, name: "" },
    )
    .event("FileCreate", { relation: "and", name: "g" })
    .exclude();

/** Configurations of which the sensor's schema has every event and field at the version they name. */
const acceptedCase = arbitraryCase.filter(({ config: { schemaVersion, blocks } }) =>
    blocks.every((block) => {
        const events = eventsByElement(block.element).filter((event) => event.since <= schemaVersion);
        const fields = events.flatMap((event) => event.fields).filter((field) => field.since <= schemaVersion);
        const named = block.items.flatMap((item) => (item.kind === "rule" ? item.filters : [item]));
        return events.length > 0 && named.every(({ field }) => fields.some(({ name }) => name === field));
    }),
);

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
        const empty = sysmonConfig({ schemaVersion: 4.9 });
        assert.deepEqual(readConfig(writeConfig(empty)).config, { ...empty });
    });

    it("is read back as what was written, without what the sensor drops", () => {
        fc.assert(
            fc.property(acceptedCase, ({ config, events }) => {
                const read = readConfig(writeConfig(config)).config;
                if (read === undefined) assert.fail("what was written is rejected");
                assert.deepEqual(withoutPositions(readConfig(writeConfig(read)).config), withoutPositions(read));
                const [before, after] = [compileFilter(config), compileFilter(read)];
                for (const event of events) assert.deepEqual(after(event), before(event));
            }),
            { numRuns: 500 },
        );
    });

    it("keeps the meaning of a file, however that was spelled", () => {
        const spellings = fc.record({
            byDefault: fc.boolean(),
            shouted: fc.boolean(),
            withoutIs: fc.boolean(),
            inSections: fc.boolean(),
            commented: fc.boolean(),
        });
        fc.assert(
            fc.property(acceptedCase, spellings, ({ config, events }, spelling) => {
                const file = respelled(writeConfig(config), spelling);
                const { config: read, issues } = readConfig(file);
                if (read === undefined) assert.fail(`rejected: ${issues[0]?.message}\n${file}`);
                const rewritten = readConfig(writeConfig(read)).config;
                if (rewritten === undefined) assert.fail("what was written is rejected");
                const [before, after] = [compileFilter(read), compileFilter(rewritten)];
                for (const event of events) assert.deepEqual(after(event), before(event));
                assert.equal(writeConfig(rewritten), writeConfig(read));
                assert.equal(writeConfig(read), writeConfig(readConfig(writeConfig(config)).config ?? config));
            }),
            { numRuns: 500 },
        );
    });

    it("carries any text of values and names", () => {
        const text = fc.string({ unit: "binary", maxLength: 12 }).filter((drawn) => isXmlText(drawn));
        fc.assert(
            fc.property(text, text, (value, name) => {
                const config = sysmonConfig({ schemaVersion: 4.9 })
                    .event("ImageLoad")
                    .include({ filters: { Image: { is: value } }, name });
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
            const config = sysmonConfig({ schemaVersion: 4.9 })
                .event("ImageLoad")
                .include({ Image: { is: value } });
            assert.throws(() => writeConfig(config), { name: "RangeError", message: /U\+[0-9A-F]{4}/ });
        });
    }
});

/** A written configuration in other words of the same meaning. */
function respelled(
    xml: string,
    spelling: Readonly<Record<"byDefault" | "shouted" | "withoutIs" | "inSections" | "commented", boolean>>,
): string {
    let text = xml;
    if (spelling.byDefault) {
        const opposite = { include: "exclude", exclude: "include" } as const;
        text = text.replace(
            /onmatch="(include|exclude)"/g,
            (_, onmatch: "include" | "exclude") => `default="${opposite[onmatch]}"`,
        );
    }
    if (spelling.withoutIs) text = text.replace(/ condition="is"/g, "");
    if (spelling.shouted)
        text = text.replace(/ condition="[^"]*"/g, (found) => found.toUpperCase().replace("CONDITION", "condition"));
    if (spelling.inSections) {
        text = text.replace(/">([^<>&]+)<\/(?!Rule)/g, (_, value: string) => `"><![CDATA[${value}]]></`);
    }
    if (spelling.commented) text = text.replace(/>\n/g, "><!-- said -->\n\n");
    return text;
}

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
