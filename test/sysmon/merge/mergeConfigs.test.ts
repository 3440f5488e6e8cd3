import assert from "node:assert/strict";
import fc from "fast-check";
import {
    eventsByElement,
    latestEvents,
    mergeConfigs,
    presetConfig,
    readConfig,
    writeConfig,
    type Block,
    type FilterableEvent,
    type MergeFinding,
    type MergeSource,
    type SysmonConfig,
} from "../../../sysmon";
import { arbitraryCase } from "../../support/arbitraryCase";
import { completeEvent } from "../../support/completeEvent";
import { referenceVerdict } from "../../support/referenceFilter";

/** A configuration with one line for each of these. */
function read(lines: readonly string[], options: { version?: string; head?: string } = {}): SysmonConfig {
    const { version = "4.90", head = "" } = options;
    const { config, issues } = readConfig(
        [`<Sysmon schemaversion="${version}">${head}<EventFiltering>`, ...lines, "</EventFiltering></Sysmon>"].join(
            "\n",
        ),
    );
    if (config === undefined) throw new Error(JSON.stringify(issues));
    return config;
}

function file(name: string, ...lines: string[]): MergeSource {
    return { files: [{ name, config: read(lines) }] };
}

const or = (inner: string, name = ""): string =>
    `<RuleGroup groupRelation="or"${name === "" ? "" : ` name="${name}"`}>${inner}</RuleGroup>`;
const and = (inner: string): string => `<RuleGroup groupRelation="and">${inner}</RuleGroup>`;

/** The merge, which must be one. */
function merged(...sources: MergeSource[]): { config: SysmonConfig; xml: string; warnings: readonly MergeFinding[] } {
    const result = mergeConfigs(sources);
    if (!result.ok) throw new Error(result.conflicts.map(({ message }) => message).join("\n"));
    return result;
}

function conflicts(...sources: MergeSource[]): readonly MergeFinding[] {
    const result = mergeConfigs(sources);
    return result.ok ? [] : result.conflicts;
}

function logged(config: SysmonConfig, id: number, fields: Record<string, string>): boolean {
    return referenceVerdict(config, completeEvent({ id, fields })).logged;
}

/** The merge as the sensor would read it. */
function reread(xml: string): SysmonConfig {
    const { config, issues } = readConfig(xml);
    assert.deepEqual(
        issues.filter(({ severity }) => severity !== "info"),
        [],
    );
    if (config === undefined) throw new Error("the merge is rejected");
    return config;
}

describe("mergeConfigs", () => {
    it("joins rules of which one match is enough, and says where each comes from", () => {
        const { xml } = merged(
            file(
                "a.xml",
                or('<ImageLoad onmatch="include"><Image name="n">a</Image><ImageLoaded>b</ImageLoaded></ImageLoad>'),
            ),
            file(
                "b.xml",
                or('<ImageLoad onmatch="include"><Image>c</Image><ImageLoaded>b</ImageLoaded></ImageLoad>', "g"),
            ),
            file("c.xml", or('<ImageLoad onmatch="include"><ImageLoaded>b</ImageLoaded></ImageLoad>')),
        );
        assert.equal(
            xml,
            `<Sysmon schemaversion="4.90">
  <EventFiltering>
    <RuleGroup groupRelation="or">
      <ImageLoad onmatch="include">
        <!-- a.xml -->
        <Image name="n" condition="is">a</Image>
        <!-- a.xml, c.xml -->
        <ImageLoaded condition="is">b</ImageLoaded>
        <!-- b.xml -->
        <Image name="g" condition="is">c</Image>
        <ImageLoaded name="g" condition="is">b</ImageLoaded>
      </ImageLoad>
    </RuleGroup>
  </EventFiltering>
</Sysmon>
`,
        );
    });

    it("leaves a block that needs several matches as it is, so that rules of two files never mix", () => {
        const block = (image: string, loaded: string): string =>
            and(`<ImageLoad onmatch="include"><Image>${image}</Image><ImageLoaded>${loaded}</ImageLoaded></ImageLoad>`);
        const { config } = merged(file("a.xml", block("a", "b")), file("b.xml", block("c", "d")));
        assert.equal(config.blocks.length, 2);
        const cases = [
            ["a", "b", true],
            ["c", "d", true],
            ["a", "d", false],
        ] as const;
        for (const [Image, ImageLoaded, expected] of cases)
            assert.equal(logged(config, 7, { Image, ImageLoaded }), expected);
    });

    it("keeps such a block once where two files have it", () => {
        const block = and('<ImageLoad onmatch="include"><Image>a</Image><ImageLoaded>b</ImageLoaded></ImageLoad>');
        const other = or('<ImageLoad onmatch="include"><Image>c</Image></ImageLoad>');
        const { config, xml } = merged(file("a.xml", block), file("b.xml", other), file("c.xml", block));
        assert.equal(config.blocks.length, 2);
        assert.match(xml, /<!-- a\.xml, c\.xml -->/);
    });

    it("adds excludes up, and still logs the rest", () => {
        const exclude = (inner: string): string => `<ImageLoad onmatch="exclude">${inner}</ImageLoad>`;
        const cases = [
            { title: "one block", blocks: 1, first: or(exclude("<Image>a</Image>")) },
            {
                title: "several blocks",
                blocks: 3,
                first: and(exclude("<Image>a</Image><ImageLoaded>x</ImageLoaded>")),
            },
        ];
        for (const { title, blocks, first } of cases) {
            const { config } = merged(file("a.xml", first), file("b.xml", or(exclude("<Image>b</Image>"))));
            assert.equal(config.blocks.length, blocks, title);
            assert.equal(logged(config, 7, { Image: "a", ImageLoaded: "x" }), false, title);
            assert.equal(logged(config, 7, { Image: "b", ImageLoaded: "x" }), false, title);
            assert.equal(logged(config, 7, { Image: "c", ImageLoaded: "x" }), true, title);
        }
    });

    it("keeps the meaning of a block without a group when the schema version rises", () => {
        const lines = ['<ImageLoad onmatch="include"><Image>a</Image><ImageLoaded>b</ImageLoaded></ImageLoad>'];
        const old = { files: [{ name: "old.xml", config: read(lines, { version: "4.10" }) }] };
        const { config, xml } = merged(old, file("new.xml", '<FileExecutableDetected onmatch="exclude"/>'));
        assert.equal(config.schemaVersion, 4.9);
        assert.match(xml, /<RuleGroup groupRelation="or">/);
        assert.equal(logged(config, 7, { Image: "a" }), true);
    });

    it("leaves blocks without a group alone where the version stays", () => {
        const lines = '<ImageLoad onmatch="include"><Image>a</Image><ImageLoaded>b</ImageLoaded></ImageLoad>';
        const { xml } = merged(file("a.xml", lines), file("b.xml", '<DnsQuery onmatch="include"/>'));
        assert.doesNotMatch(xml, /RuleGroup/);
    });

    it("keeps blocks of a series apart where together they would be bound to another event", () => {
        const registry = (inner: string): string => or(`<RegistryEvent onmatch="include">${inner}</RegistryEvent>`);
        const { config, xml } = merged(
            file("a.xml", registry("<Details>a</Details>")),
            file("b.xml", registry("<NewName>b</NewName>")),
            file("c.xml", registry("<User>c</User>")),
            file("d.xml", registry("<TargetObject>d</TargetObject>")),
        );
        reread(xml);
        assert.equal(logged(config, 13, { Details: "a" }), true);
        assert.equal(logged(config, 14, { NewName: "b" }), true);
        assert.equal(logged(config, 12, { User: "c" }), true);
        assert.equal(logged(config, 12, { TargetObject: "d" }), true);
    });

    it("logs all of an event where one configuration does and another asks for a part, and warns", () => {
        const part = file("part.xml", or('<ProcessCreate onmatch="include"><Image>a</Image></ProcessCreate>', "mine"));
        const cases: [string, MergeSource, RegExp][] = [
            ["says so", file("all.xml", '<ProcessCreate onmatch="exclude"/>'), /as in all\.xml:2:1\./],
            [
                "is silent",
                file("silent.xml", '<DnsQuery onmatch="exclude"/>'),
                /there are no rules for it in silent\.xml/,
            ],
        ];
        for (const [title, other, message] of cases) {
            const { config, warnings } = merged(part, other);
            assert.deepEqual([title, logged(config, 1, { Image: "b" })], [title, true]);
            assert.equal(referenceVerdict(config, completeEvent({ id: 1, fields: { Image: "a" } })).ruleName, "mine");
            assert.deepEqual(
                warnings.map(({ kind }) => kind),
                ["rest"],
            );
            assert.match(warnings[0]?.message ?? "", message);
        }
    });

    it("takes an empty include for a wish for nothing, which another's wish outweighs", () => {
        const none = file("none.xml", '<DnsQuery onmatch="include"/>');
        const some = file("some.xml", or('<DnsQuery onmatch="include"><QueryName>a</QueryName></DnsQuery>'));
        const { config } = merged(none, some, none);
        assert.equal(config.blocks.length, 1);
        assert.equal(logged(config, 22, { QueryName: "a" }), true);
        assert.equal(logged(merged(none, file("x.xml")).config, 22, {}), false);
        assert.equal(logged(merged(none, file("x.xml", '<DnsQuery onmatch="exclude"/>')).config, 22, {}), true);
    });

    it("logs nothing where no part does", () => {
        const twice = (value: string): string[] => [
            or(`<DnsQuery onmatch="exclude"><QueryName>${value}</QueryName></DnsQuery>`),
            '<DnsQuery onmatch="exclude"/>',
        ];
        const { config } = merged(file("a.xml", ...twice("a")), file("b.xml", ...twice("b")));
        assert.equal(logged(config, 22, { QueryName: "c" }), false);
        const idle = ['<DnsQuery onmatch="include"/>', '<DnsQuery onmatch="exclude"/>'];
        const { config: none } = merged(file("a.xml", ...idle), file("b.xml", '<DnsQuery onmatch="include"/>'));
        assert.equal(logged(none, 22, { QueryName: "c" }), false);
    });

    it("gives the rule name of the configuration that is named first", () => {
        const named = (name: string, relation: "or" | "and"): MergeSource =>
            file(
                `${name}.xml`,
                `<RuleGroup groupRelation="${relation}" name="${name}"><DnsQuery onmatch="include"><QueryName>a</QueryName><Image condition="contains"/></DnsQuery></RuleGroup>`,
            );
        for (const relation of ["or", "and"] as const) {
            const [a, b] = [named("a", relation), named("b", relation)];
            const event = completeEvent({ id: 22, fields: { QueryName: "a" } });
            assert.equal(referenceVerdict(merged(a, b).config, event).ruleName, "a");
            assert.equal(referenceVerdict(merged(b, a).config, event).ruleName, "b");
        }
    });

    it("says so where there is nothing to merge", () => {
        assert.throws(() => mergeConfigs([]), { name: "RangeError", message: /at least one/ });
    });

    it("writes any name of a file into a comment", () => {
        const { xml } = merged(file("a--b---c-", '<DnsQuery onmatch="exclude"/>'));
        reread(xml);
        assert.match(xml, /<!-- a- -b- - -c- -->/);
    });
});

describe("conflicts of a merge", () => {
    const include = or('<DnsQuery onmatch="include"><QueryName>a.example</QueryName></DnsQuery>');
    const exclude = or('<DnsQuery onmatch="exclude"><QueryName condition="end with">.example</QueryName></DnsQuery>');
    const otherExclude = or('<DnsQuery onmatch="exclude"><QueryName>b</QueryName></DnsQuery>');

    it("an include beside an exclude that logs the rest: both places", () => {
        const found = conflicts(file("a.xml", include), file("b.xml", otherExclude));
        assert.deepEqual(
            found.map(({ kind, places }) => ({ kind, places })),
            [
                {
                    kind: "rest",
                    places: [
                        { name: "a.xml", position: { line: 2, column: 31 } },
                        { name: "b.xml", position: { line: 2, column: 31 } },
                    ],
                },
            ],
        );
        assert.match(found[0]?.message ?? "", /^DnsQuery: a\.xml:2:31 .* b\.xml:2:31 .*one folder/);
    });

    it("an exclude that drops all another asks for: both rules, and the proof", () => {
        const mixed = file("b.xml", or('<DnsQuery onmatch="include"><QueryName>c</QueryName></DnsQuery>'), exclude);
        const [found, ...more] = conflicts(file("a.xml", include), mixed);
        assert.deepEqual(more, []);
        assert.equal(found?.kind, "swallowed");
        assert.equal(
            found.message,
            'DnsQuery: all that a.xml:2:59 includes (QueryName is "a.example") is excluded by b.xml:3:59 (QueryName end with ".example"), and excludes go first. Remove one of the two.',
        );
    });

    const proofs: readonly (readonly [asked: string, dropped: string, swallowed: boolean])[] = [
        ["<QueryName>a.b</QueryName>", '<QueryName condition="contains any">x;.b</QueryName>', true],
        ['<QueryName condition="is any">a.b;c.b</QueryName>', '<QueryName condition="end with">.b</QueryName>', true],
        ['<QueryName condition="is any">a.b;c.d</QueryName>', '<QueryName condition="end with">.b</QueryName>', false],
        ['<Image condition="image">a.exe</Image>', '<Image condition="contains">A.EX</Image>', true],
        ['<Image condition="contains">a.ex</Image>', '<Image condition="image">a.exe</Image>', false],
        ["<QueryName>a</QueryName>", '<Image condition="contains">a</Image>', false],
        [
            '<Rule groupRelation="and"><QueryName>a</QueryName><Image>b</Image></Rule>',
            '<Rule groupRelation="and"><Image>b</Image><QueryName>A</QueryName></Rule>',
            true,
        ],
        [
            "<QueryName>a</QueryName>",
            '<Rule groupRelation="and"><Image>b</Image><QueryName>a</QueryName></Rule>',
            false,
        ],
        [
            '<Rule groupRelation="or"><QueryName>a</QueryName><QueryName>b</QueryName></Rule>',
            '<QueryName condition="is any">b;a</QueryName>',
            true,
        ],
        ["<Image>%TEMP%\\a</Image>", '<Image condition="contains">TEMP</Image>', false],
    ];
    for (const [asked, dropped, isSwallowed] of proofs) {
        it(`${asked} is ${isSwallowed ? "" : "not "}proven to be dropped by ${dropped}`, () => {
            const rest = or('<DnsQuery onmatch="include"><QueryName>keep</QueryName></DnsQuery>');
            const found = conflicts(
                file("a.xml", or(`<DnsQuery onmatch="include">${asked}</DnsQuery>`)),
                file("b.xml", rest, or(`<DnsQuery onmatch="exclude">${dropped}</DnsQuery>`)),
            );
            assert.deepEqual(
                found.map(({ kind }) => kind),
                isSwallowed ? ["swallowed"] : [],
            );
        });
    }

    it("an and block of which a single field is dropped", () => {
        const asked = and(
            '<DnsQuery onmatch="include"><QueryName>a</QueryName><Image>b</Image><Image>c</Image></DnsQuery>',
        );
        const mixed = (field: string): MergeSource =>
            file(
                "b.xml",
                or('<DnsQuery onmatch="include"><QueryName>keep</QueryName></DnsQuery>'),
                or(`<DnsQuery onmatch="exclude">${field}</DnsQuery>`),
            );
        assert.equal(conflicts(file("a.xml", asked), mixed("<QueryName>a</QueryName>")).length, 1);
        assert.equal(conflicts(file("a.xml", asked), mixed("<Image>b</Image>")).length, 0);
    });

    it("no exclude that a configuration has itself", () => {
        const mixed = file("a.xml", include, exclude);
        assert.deepEqual(conflicts(mixed, file("b.xml", include, exclude, otherExclude)), []);
    });

    const option = (head: string): MergeSource => ({ files: [{ name: head, config: read([], { head }) }] });

    it("an option with two values", () => {
        const [found] = conflicts(
            option("<ArchiveDirectory>a</ArchiveDirectory>"),
            option("<ArchiveDirectory>b</ArchiveDirectory>"),
        );
        assert.equal(found?.kind, "option");
        assert.match(found.message, /ArchiveDirectory.*"a" at .*:1:30, "b" at .*:1:30/);
    });

    it("not an option that one leaves out, nor hash algorithms, which add up", () => {
        const { config } = merged(
            option("<HashAlgorithms>sha256, IMPHASH</HashAlgorithms>"),
            option("<HashAlgorithms>md5,SHA256</HashAlgorithms><CheckRevocation/>"),
            option("<HashAlgorithms>imphash</HashAlgorithms><DnsLookup>false</DnsLookup>"),
            option("<DnsLookup>False</DnsLookup>"),
        );
        assert.deepEqual(config.options, [
            { name: "CheckRevocation", value: "" },
            { name: "DnsLookup", value: "false" },
            { name: "HashAlgorithms", value: "MD5,SHA256,IMPHASH" },
        ]);
        const all = merged(
            option("<HashAlgorithms>*</HashAlgorithms>"),
            option("<HashAlgorithms>MD5</HashAlgorithms>"),
        );
        assert.deepEqual(all.config.options, [{ name: "HashAlgorithms", value: "*" }]);
    });

    it("a filter on all of the hashes, where there come to be more", () => {
        const filters = ['<DriverLoad onmatch="include"><Hashes condition="begin with">MD5=0</Hashes></DriverLoad>'];
        const whole = (head: string): MergeSource => ({ files: [{ name: "a.xml", config: read(filters, { head }) }] });
        const more = option("<HashAlgorithms>SHA1</HashAlgorithms>");
        const [found] = conflicts(whole("<HashAlgorithms>MD5</HashAlgorithms>"), more);
        assert.match(found?.message ?? "", /a\.xml:2:31 compares all of Hashes \(begin with\).*MD5,SHA1/);
        assert.deepEqual(conflicts(whole("<HashAlgorithms>SHA1</HashAlgorithms>"), more), []);
    });

    it("a schema version that no longer has what an older one had", () => {
        const old = read([], { version: "4.23", head: "<CopyOnDelete_PE/>" });
        const [found] = conflicts({ files: [{ name: "old.xml", config: old }] }, file("new.xml"));
        assert.equal(found?.kind, "version");
        assert.match(found.message, /4\.90, the highest, from new\.xml.*CopyOnDelete_PE/);
    });
});

describe("a folder of modules", () => {
    const modules = (...lines: string[]): MergeSource => ({
        files: lines.map((line, index) => ({ name: `${index}.xml`, config: read([line]) })),
    });
    const include = or('<ProcessCreate onmatch="include"><Image>a</Image></ProcessCreate>');
    const exclude = or('<ProcessCreate onmatch="exclude"><CommandLine>x</CommandLine></ProcessCreate>');

    it("is one configuration: its excludes cut into its includes, and a piece that is silent asks for nothing", () => {
        const { config, warnings } = merged(modules(include, exclude, '<DnsQuery onmatch="include"/>'));
        assert.deepEqual(warnings, []);
        assert.equal(logged(config, 1, { Image: "a" }), true);
        assert.equal(logged(config, 1, { Image: "a", CommandLine: "x" }), false);
        assert.equal(logged(config, 1, { Image: "b" }), false);
    });

    it("logs the rest where all its pieces exclude", () => {
        const more = or('<ProcessCreate onmatch="exclude"><CommandLine>y</CommandLine></ProcessCreate>');
        const { config } = merged(modules(exclude, more));
        assert.equal(config.blocks.length, 1);
        assert.equal(logged(config, 1, { Image: "b" }), true);
        assert.equal(logged(config, 1, { CommandLine: "y" }), false);
    });

    it("warns of a rule that another piece makes useless", () => {
        const dropped = or('<ProcessCreate onmatch="exclude"><Image>A</Image></ProcessCreate>');
        const { warnings } = merged(modules(include, dropped));
        assert.match(warnings[0]?.message ?? "", /0\.xml:2:64 .*1\.xml:2:64/);
    });
});

/** The configuration at its schema version where that has all that it names, else at the newest. */
function accepted(config: SysmonConfig): SysmonConfig {
    return readConfig(writeConfig(config)).config === undefined ? { ...config, schemaVersion: 4.9 } : config;
}

describe("what a merge means", () => {
    const anyCase = arbitraryCase.map(({ config, events }) => ({ config: accepted(config), events }));
    /** Configurations about the same events, with complete events. */
    const several = (kind: "include" | "any"): fc.Arbitrary<{ configs: SysmonConfig[]; events: FilterableEvent[] }> =>
        fc.array(anyCase, { minLength: 2, maxLength: 4 }).map((cases) => ({
            configs: cases.map(({ config }) => ({
                ...config,
                options: [],
                blocks: config.blocks.map((block): Block =>
                    kind === "any" ? block : { ...block, onmatch: "include" },
                ),
            })),
            events: cases.flatMap(({ events }) => events.map(completeEvent)),
        }));
    const sourcesOf = (configs: readonly SysmonConfig[]): MergeSource[] =>
        configs.map((config, index) => ({ files: [{ name: `${index}.xml`, config }] }));
    const rounds = { numRuns: 150 };

    it("of includes: what one of them logs, it logs, and nothing else", () => {
        fc.assert(
            fc.property(several("include"), ({ configs, events }) => {
                const { config } = merged(...sourcesOf(configs));
                for (const event of events) {
                    const expected = configs.some((one) => referenceVerdict(one, event).logged);
                    assert.equal(referenceVerdict(config, event).logged, expected);
                }
            }),
            rounds,
        );
    });

    it("of any: what a rule of one includes is logged unless a rule of one excludes it, or there is a conflict", () => {
        fc.assert(
            fc.property(several("any"), ({ configs, events }) => {
                const result = mergeConfigs(sourcesOf(configs));
                if (!result.ok) return;
                for (const event of events) {
                    const verdicts = configs.map((one) => referenceVerdict(one, event));
                    const dropped = verdicts.some(({ group }) => group?.onmatch === "exclude");
                    const expected = !dropped && verdicts.some((verdict) => verdict.logged);
                    assert.equal(referenceVerdict(result.config, event).logged, expected);
                }
            }),
            rounds,
        );
    });

    it("of one configuration: the same verdicts, names and reasons", () => {
        fc.assert(
            fc.property(anyCase, ({ config, events }) => {
                const result = merged(...sourcesOf([config]));
                for (const event of events) {
                    const before = referenceVerdict(config, event);
                    const after = referenceVerdict(result.config, event);
                    assert.deepEqual(after, before);
                }
            }),
            rounds,
        );
    });

    it("of a configuration with itself: itself", () => {
        fc.assert(
            fc.property(anyCase, ({ config }) => {
                const [once, twice] = [merged(...sourcesOf([config])), merged(...sourcesOf([config, config]))];
                assert.deepEqual(twice.config, once.config);
            }),
            rounds,
        );
    });

    it("survives being written and read", () => {
        fc.assert(
            fc.property(several("any"), ({ configs, events }) => {
                const result = mergeConfigs(sourcesOf(configs));
                if (!result.ok) return;
                const read = reread(result.xml);
                for (const event of events) {
                    assert.deepEqual(referenceVerdict(read, event), referenceVerdict(result.config, event));
                }
            }),
            rounds,
        );
    });

    it("does not depend on the order of what is merged, but for rule names", () => {
        fc.assert(
            fc.property(several("any"), ({ configs, events }) => {
                const [there, back] = [mergeConfigs(sourcesOf(configs)), mergeConfigs(sourcesOf(configs).reverse())];
                assert.equal(there.ok, back.ok);
                if (!there.ok || !back.ok) return;
                for (const event of events) {
                    assert.equal(
                        referenceVerdict(back.config, event).logged,
                        referenceVerdict(there.config, event).logged,
                    );
                }
            }),
            rounds,
        );
    });

    it("is written the same every time", () => {
        fc.assert(
            fc.property(several("any"), ({ configs }) => {
                const [first, again] = [configs, structuredClone(configs)].map((given) => {
                    const result = mergeConfigs(sourcesOf(given));
                    return result.ok ? result.xml : result.conflicts.map(({ message }) => message).join("\n");
                });
                assert.equal(again, first);
            }),
            { numRuns: 100 },
        );
    });

    it("covers every element: each takes part in a merge that keeps the rest", () => {
        for (const element of new Set(latestEvents.flatMap((event) => event.element ?? []))) {
            const part = or(`<${element} onmatch="include"><UtcTime>x</UtcTime></${element}>`);
            const { config } = merged(file("a.xml", part), file("b.xml", `<${element} onmatch="exclude"/>`));
            for (const { id } of eventsByElement(element)) assert.equal(logged(config, id, {}), true, `${id}`);
        }
    });

    it("of the presets: what each asks for", () => {
        const { config } = merged(
            { files: [{ name: "injection", config: presetConfig("injection") }] },
            { files: [{ name: "injection-context", config: presetConfig("injection-context") }] },
        );
        assert.equal(logged(config, 1, {}), true);
        assert.equal(logged(config, 5, {}), false);
        assert.equal(config.blocks.filter(({ element }) => element === "ProcessAccess").length, 1);
    });
});
