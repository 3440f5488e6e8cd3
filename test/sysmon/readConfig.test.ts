import assert from "node:assert/strict";
import { checkConfig, readConfig, type IssueCode } from "../../sysmon";

/** A file of one block, at the newest version. */
function filtering(xml: string, version = "4.90"): string {
    return `<Sysmon schemaversion="${version}"><EventFiltering>${xml}</EventFiltering></Sysmon>`;
}

function access(xml: string, version?: string): string {
    return filtering(`<ProcessAccess onmatch="include">${xml}</ProcessAccess>`, version);
}

const longName = "n".repeat(256);

describe("readConfig", () => {
    it("reads options, groups, blocks, rules and filters with their places", () => {
        const { config, issues } = readConfig(
            [
                '<?xml version="1.0"?>',
                '<Sysmon schemaversion="4.50">',
                "  <HashAlgorithms>sha256</HashAlgorithms>",
                "  <EventFiltering>",
                '    <RuleGroup name="g" groupRelation="or">',
                '      <ProcessAccess onmatch="include">',
                '        <Rule name="r" groupRelation="and">',
                "          <SourceImage",
                '              condition="image">a.exe</SourceImage>',
                "        </Rule>",
                "        <TargetImage>b.exe</TargetImage>",
                "      </ProcessAccess>",
                "    </RuleGroup>",
                '    <ImageLoad onmatch="exclude"/>',
                "  </EventFiltering>",
                "</Sysmon>",
            ].join("\r\n"),
        );
        assert.deepEqual(issues, []);
        assert.deepEqual(config, {
            schemaVersion: 4.5,
            options: [{ name: "HashAlgorithms", value: "sha256", position: { line: 3, column: 3 } }],
            blocks: [
                {
                    element: "ProcessAccess",
                    onmatch: "include",
                    group: { relation: "or", name: "g", position: { line: 5, column: 5 } },
                    items: [
                        {
                            kind: "rule",
                            relation: "and",
                            name: "r",
                            filters: [
                                {
                                    kind: "filter",
                                    field: "SourceImage",
                                    condition: "image",
                                    value: "a.exe",
                                    name: null,
                                    position: { line: 8, column: 11 },
                                },
                            ],
                            position: { line: 7, column: 9 },
                        },
                        {
                            kind: "filter",
                            field: "TargetImage",
                            condition: "is",
                            value: "b.exe",
                            name: null,
                            position: { line: 11, column: 9 },
                        },
                    ],
                    position: { line: 6, column: 7 },
                },
                {
                    element: "ImageLoad",
                    onmatch: "exclude",
                    group: null,
                    items: [],
                    position: { line: 14, column: 5 },
                },
            ],
        });
    });

    for (const [written, value] of [
        [" a ", " a "],
        ["a&amp;b&lt;c&#62;", "a&b<c>"],
        ["<![CDATA[<x>&y]]>", "<x>&y"],
        ["fo<!-- c -->o", "foo"],
        ["", ""],
        ["a\r\nb", "a\nb"],
        ["C:\\Ünï\u{1F600}", "C:\\Ünï\u{1F600}"],
    ] as const) {
        it(`takes the value ${JSON.stringify(written)} exactly`, () => {
            const item = readConfig(access(`<TargetImage>${written}</TargetImage>`)).config?.blocks[0]?.items[0];
            assert.equal(item?.kind === "filter" ? item.value : undefined, value);
        });
    }

    it('takes default as the opposite of onmatch: default="include" is onmatch="exclude"', () => {
        const read = (text: string): string | undefined =>
            readConfig(filtering(`<ProcessAccess default="${text}"/>`)).config?.blocks[0]?.onmatch;
        assert.equal(read("include"), "exclude");
        assert.equal(read("exclude"), "include");
    });

    for (const [text, relation] of [
        ["", "or"],
        [' groupRelation="OR"', "or"],
        [' groupRelation="xor"', "and"],
        [' groupRelation=""', "and"],
    ] as const) {
        it(`combines a Rule${text} with ${relation}`, () => {
            const xml = access(`<Rule${text}><TargetImage>a</TargetImage></Rule>`);
            const item = readConfig(xml).config?.blocks[0]?.items[0];
            assert.equal(item?.kind === "rule" ? item.relation : undefined, relation);
        });
    }

    describe("reads the encodings the sensor reads", () => {
        const xml = access("<TargetImage>Ünï</TargetImage>");
        const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>${xml}`;
        const cases: Readonly<Record<string, Uint8Array>> = {
            "UTF-8": Buffer.from(xml),
            "UTF-8 with a byte order mark": Buffer.from(`\ufeff${xml}`),
            "UTF-8 by declaration": Buffer.from(declared("utf-8")),
            "UTF-16 with a byte order mark": Buffer.from(`\ufeff${declared("UTF-16")}`, "utf16le"),
            "UTF-16 without one": Buffer.from(xml, "utf16le"),
            "UTF-16 by declaration without a mark": Buffer.from(declared("utf-16"), "utf16le"),
            "Windows-1252 by declaration": Buffer.from(declared("windows-1252"), "latin1"),
        };
        for (const [title, bytes] of Object.entries(cases)) {
            it(title, () => {
                const item = readConfig(bytes).config?.blocks[0]?.items[0];
                assert.equal(item?.kind === "filter" ? item.value : undefined, "Ünï");
            });
        }
    });
});

describe("readConfig rejects what the sensor rejects", () => {
    const cases: readonly (readonly [title: string, xml: string | Uint8Array, code: IssueCode])[] = [
        ["nothing at all", "", "SM001"],
        ["an unclosed element", '<Sysmon schemaversion="4.90">', "SM001"],
        ["an attribute given twice", filtering('<ImageLoad onmatch="include" onmatch="exclude"/>'), "SM001"],
        ["two hyphens in a comment", filtering("<!-- a -- b -->"), "SM001"],
        ["an entity of its own", access("<TargetImage>&a;</TargetImage>"), "SM001"],
        ["a control character", access("<TargetImage>\u0001</TargetImage>"), "SM001"],
        ["text after the end", `${filtering("")}x`, "SM001"],
        ["a declaration that is not first", ` <?xml version="1.0"?>${filtering("")}`, "SM001"],
        ["bytes that are no UTF-8", Buffer.from([0x3c, 0xff, 0x3e]), "SM002"],
        ["UTF-16 big endian", Buffer.from([0xfe, 0xff, 0, 0x3c]), "SM002"],
        ["UTF-16 big endian without a mark", Buffer.from([0, 0x3c, 0, 0x53]), "SM002"],
        ["an unknown encoding", Buffer.from('<?xml version="1.0" encoding="klingon"?><Sysmon/>'), "SM002"],
        ["UTF-16 declared in UTF-8", Buffer.from('<?xml version="1.0" encoding="utf-16"?><Sysmon/>'), "SM002"],
        ["hopeless nesting", "<a>".repeat(1000), "SM003"],
        ["an enormous file", " ".repeat(25 * 1024 * 1024), "SM003"],
        ["an enormous file of bytes", Buffer.alloc(76 * 1024 * 1024, "<"), "SM003"],
        [
            "a million attributes",
            `<Sysmon ${Array.from({ length: 1_000_001 }, (_, at) => `a${at}=""`).join(" ")}/>`,
            "SM003",
        ],
        ["a document type", `<!DOCTYPE Sysmon [<!ENTITY a "b">]>${filtering("")}`, "SM004"],
        ["another root", "<sysmon schemaversion='4.90'/>", "SM005"],
        ["no version", "<Sysmon/>", "SM010"],
        ["an empty version", filtering("", ""), "SM010"],
        ["a version that is text", filtering("", "v4.5"), "SM010"],
        ["a version that is too old", filtering("", "3.40"), "SM011"],
        ["a negative version", filtering("", "-4.5"), "SM011"],
        ["a version out of all bounds", filtering("", "70000"), "SM011"],
        ["an unknown event", filtering('<ProcesAccess onmatch="include"/>'), "SM020"],
        ["an event in another case", filtering('<processaccess onmatch="include"/>'), "SM020"],
        ["an unknown option", '<Sysmon schemaversion="4.90"><HashAlgorithm/></Sysmon>', "SM020"],
        ["an event that is never filtered", filtering('<Error onmatch="include"/>'), "SM020"],
        ["an event beside EventFiltering", '<Sysmon schemaversion="4.90"><FileCreate/></Sysmon>', "SM021"],
        ["an option in EventFiltering", filtering("<HashAlgorithms>sha1</HashAlgorithms>"), "SM021"],
        ["a field in EventFiltering", filtering("<TargetImage>a</TargetImage>"), "SM021"],
        ["a Rule in EventFiltering", filtering("<Rule/>"), "SM021"],
        ["a RuleGroup in a RuleGroup", filtering('<RuleGroup groupRelation="or"><RuleGroup/></RuleGroup>'), "SM021"],
        ["a Rule in a Rule", access("<Rule><Rule/></Rule>"), "SM021"],
        ["an event in an event", access('<FileCreate onmatch="include"/>'), "SM021"],
        ["an element in a field", access("<TargetImage><b/></TargetImage>"), "SM021"],
        ["an element in an option", '<Sysmon schemaversion="4.90"><DnsLookup><b/></DnsLookup></Sysmon>', "SM021"],
        ["an unknown attribute", filtering('<ProcessAccess onMatch="include"/>'), "SM022"],
        ["text in an event", access("a"), "SM023"],
        ["text in a Rule", access("<Rule>a</Rule>"), "SM023"],
        ["text in EventFiltering", filtering("a"), "SM023"],
        ["onmatch with another word", filtering('<ProcessAccess onmatch="Include"/>'), "SM024"],
        ["default with another word", filtering('<ProcessAccess default="none"/>'), "SM024"],
        ["a RuleGroup with another relation", filtering('<RuleGroup groupRelation="AND"/>'), "SM024"],
        ["a RuleGroup without relation", filtering('<RuleGroup name="g"/>'), "SM025"],
        ["an event of a later version", filtering('<DnsQuery onmatch="include"/>', "4.20"), "SM026"],
        [
            "the newest event at a version to come",
            filtering('<FileExecutableDetected onmatch="include"/>', "5.0"),
            "SM026",
        ],
        ["an option of a later version", '<Sysmon schemaversion="4.50"><FieldSizes>a</FieldSizes></Sysmon>', "SM026"],
        ["an option that is gone", '<Sysmon schemaversion="4.90"><CopyOnDelete_PE/></Sysmon>', "SM026"],
        ["a field of another event", access("<ParentImage>a</ParentImage>"), "SM027"],
        ["a field that does not exist", access("<TargetImagee>a</TargetImagee>"), "SM027"],
        ["a field that does not exist, in a Rule", access("<Rule><Path>a</Path></Rule>"), "SM027"],
        ["a field of a later version", access("<SourceUser>a</SourceUser>", "4.70"), "SM028"],
        [
            "text in an option that has none",
            '<Sysmon schemaversion="4.90"><CaptureClipboard>1</CaptureClipboard></Sysmon>',
            "SM029",
        ],
        ["an unknown condition", access('<TargetImage condition="equals">a</TargetImage>'), "SM030"],
        ["a name that is too long", access(`<TargetImage name="${longName}">a</TargetImage>`), "SM031"],
        [
            "an inherited name that is too long",
            access(`<Rule name="${longName}"><TargetImage>a</TargetImage></Rule>`),
            "SM031",
        ],
        ["a name too long in bytes", access(`<TargetImage name="${"ü".repeat(128)}">a</TargetImage>`), "SM031"],
        ["a Rule with nothing inside", access("<Rule/>"), "SM032"],
    ];
    for (const [title, xml, code] of cases) {
        it(title, () => {
            const { config, issues } = readConfig(xml);
            assert.equal(config, undefined);
            const errors = issues.filter((issue) => issue.severity === "error").map((issue) => issue.code);
            assert.deepEqual(errors, [code]);
        });
    }
});

describe("readConfig accepts what the sensor accepts", () => {
    const cases: readonly (readonly [title: string, xml: string, ...codes: IssueCode[]])[] = [
        [
            "repeated blocks, filters and EventFiltering",
            `<Sysmon schemaversion="4.90"><EventFiltering/>${'<EventFiltering><ImageLoad onmatch="include"/></EventFiltering>'.repeat(2)}</Sysmon>`,
        ],
        ["an empty group", filtering('<RuleGroup groupRelation="and"/>')],
        ["a hash that does not exist", '<Sysmon schemaversion="4.90"><HashAlgorithms>x</HashAlgorithms></Sysmon>'],
        ["an option without text", '<Sysmon schemaversion="4.90"><CheckRevocation/><CaptureClipboard/></Sysmon>'],
        ["an option in its long form", '<Sysmon schemaversion="4.90"><ProcessAccessConfig/></Sysmon>'],
        ["a name of 255 bytes", access(`<TargetImage name="${"n".repeat(255)}">a</TargetImage>`)],
        [
            "a long name that its only filter hides",
            access(`<Rule name="${longName}"><TargetImage name="">a</TargetImage></Rule>`),
        ],
        [
            "deletions and the clipboard at every 4.x",
            filtering(
                '<FileDelete onmatch="include"/><ClipboardChange onmatch="exclude"><Session>1</Session></ClipboardChange>',
                "4.0",
            ),
        ],
        ["young conditions at old versions", access('<TargetImage condition="not end with">a</TargetImage>', "4.0")],
        ["a version to come", filtering("", "5.10"), "SM012"],
        ["a block without onmatch", filtering("<ProcessAccess/>"), "SM101"],
        [
            "an unknown condition in a block that is ignored",
            filtering('<ProcessAccess><TargetImage condition="x"/></ProcessAccess>'),
            "SM101",
        ],
        [
            "a block with onmatch and default",
            filtering('<ProcessAccess onmatch="include" default="include"/>'),
            "SM102",
        ],
        [
            "fields of two events of a series",
            filtering('<RegistryEvent onmatch="include"><Details>a</Details><NewName>a</NewName></RegistryEvent>'),
            "SM103",
        ],
        ["a field of another event in a Rule", access("<Rule><TargetFilename>a</TargetFilename></Rule>"), "SM103"],
        [
            "an unknown condition behind the field that does not fit",
            access('<Rule><TargetFilename>a</TargetFilename><TargetImage condition="x"/></Rule>'),
            "SM103",
        ],
        [
            "blocks behind a dropped one",
            filtering(
                '<ProcessAccess onmatch="include"><Rule><Device/></Rule></ProcessAccess><ProcessAccess onmatch="include"/>',
            ),
            "SM103",
            "SM104",
        ],
        ["a Rule without filters", access("<Rule> </Rule>"), "SM105"],
        [
            "a documented option that the schema lacks",
            '<Sysmon schemaversion="4.90"><CopyOnDeletePE>True</CopyOnDeletePE></Sysmon>',
            "SM106",
        ],
        [
            "a Rule with another relation",
            access('<Rule groupRelation="xor"><TargetImage>a</TargetImage></Rule>'),
            "SM108",
        ],
        ["a version with a comma", filtering("", "4,5"), "SM109"],
        ["a version with something behind it", filtering("", "4.5x"), "SM109"],
        ["a version of three parts", filtering("", "4.5.1"), "SM109"],
        ["a value that depends on the machine", access("<TargetImage>%ProgramFiles%\\a.exe</TargetImage>"), "SM107"],
    ];
    for (const [title, xml, ...codes] of cases) {
        it(title, () => {
            const { config, issues } = readConfig(xml);
            assert.notEqual(config, undefined);
            assert.deepEqual(
                issues.map((issue) => issue.code),
                codes,
            );
        });
    }

    it("leaves out blocks that the sensor ignores", () => {
        const { config } = readConfig(
            filtering(
                [
                    "<FileCreate/>",
                    '<WmiEvent onmatch="include"><Rule><Image>a</Image></Rule></WmiEvent>',
                    '<WmiEvent onmatch="include"/>',
                    '<ImageLoad onmatch="include"><Rule> </Rule></ImageLoad>',
                ].join(""),
            ),
        );
        assert.deepEqual(
            config?.blocks.map((block) => [block.element, block.items]),
            [["ImageLoad", []]],
        );
    });
});

describe("issues", () => {
    it("say what is wrong, where, and what was meant, all of them in the order of the file", () => {
        const issues = checkConfig(
            [
                '<Sysmon schemaversion="4.22">',
                "<EventFiltering>",
                '<ProcessAccess onmatch="include">',
                '<TargetImag condition="contain">a</TargetImag>',
                '  <TargetUser condition="contain">a</TargetUser>',
                "</ProcessAccess>",
                '<ProcesAccess onmatch="include"/>',
                "</EventFiltering>",
                "</Sysmon>",
            ].join("\n"),
        );
        assert.deepEqual(
            issues.map(({ code, line, column }) => [code, line, column]),
            [
                ["SM027", 4, 1],
                ["SM028", 5, 3],
                ["SM030", 5, 3],
                ["SM020", 7, 1],
            ],
        );
        assert.match(issues[0]?.message ?? "", /no field TargetImag\. Did you mean TargetImage\?/);
        assert.match(issues[1]?.message ?? "", /TargetUser came with schema version 4\.80; .* against 4\.22/);
        assert.match(issues[2]?.message ?? "", /no condition "contain"\. Did you mean contains\?/);
        assert.match(issues[3]?.message ?? "", /Did you mean ProcessAccess\?/);
    });

    it("point to the first bytes that are no text", () => {
        const text = access("<TargetImage>Ünï</TargetImage>");
        const bytes = Buffer.concat([
            Buffer.from(`${"<!-- ü -->\n".repeat(1000)}<!--`),
            Buffer.from([0xff]),
            Buffer.from(text),
        ]);
        const [issue] = readConfig(bytes).issues;
        assert.deepEqual([issue?.code, issue?.line, issue?.column], ["SM002", 1001, 5]);
    });

    it("are no more than anybody reads, and the file is rejected all the same", () => {
        const warnings = "<ProcessAccess/>".repeat(100_000);
        const { config, issues } = readConfig(filtering(`${warnings}<Nonsense/>`));
        assert.equal(config, undefined);
        assert.equal(issues.length, 100_001);
        assert.equal(issues.at(-1)?.code, "SM020");
    });

    it("stay affordable on a file of nothing but mistakes", () => {
        const issues = checkConfig(filtering('<ProcesAccess onmatch="x"/>'.repeat(50_000)));
        assert.equal(issues.length, 50_000);
    });
});
