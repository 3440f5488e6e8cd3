import assert from "node:assert/strict";
import { checkConfig, presetXml, type Issue, type IssueCode } from "../../../sysmon";

function filtering(xml: string, version = "4.90"): string {
    return `<Sysmon schemaversion="${version}"><EventFiltering>${xml}</EventFiltering></Sysmon>`;
}

/** Blocks of an element in one group. */
function group(relation: "and" | "or", blocks: string): string {
    return filtering(`<RuleGroup groupRelation="${relation}">${blocks}</RuleGroup>`);
}

function include(filters: string, relation: "and" | "or" = "or"): string {
    return group(relation, `<ProcessAccess onmatch="include">${filters}</ProcessAccess>`);
}

function exclude(filters: string, element = "ProcessAccess"): string {
    return group("or", `<${element} onmatch="exclude">${filters}</${element}>`);
}

function filter(field: string, condition: string, value: string): string {
    return `<${field} condition="${condition}">${value}</${field}>`;
}

function found(xml: string, code: IssueCode): Issue[] {
    return checkConfig(xml).filter((issue) => issue.code === code);
}

const lsass = filter("TargetImage", "image", "lsass.exe");

describe("checkConfig", () => {
    describe("says of a value whether the sensor ever writes it", () => {
        const cases: readonly (readonly [
            field: string,
            condition: string,
            value: string,
            codes: readonly IssueCode[],
        ])[] = [
            ["GrantedAccess", "is", "0x1FFFFF", []],
            ["GrantedAccess", "is", "0x0", []],
            ["GrantedAccess", "is", "0x01", ["SM201"]],
            ["GrantedAccess", "is", "2097151", ["SM201"]],
            ["GrantedAccess", "is", "1FFFFF", ["SM201"]],
            ["GrantedAccess", "is", "0x123456789", ["SM201"]],
            ["GrantedAccess", "is", "0x1FFFFZ", ["SM201"]],
            ["GrantedAccess", "is not", "0x01", ["SM202"]],
            ["GrantedAccess", "is any", "0x10;0x010", ["SM201"]],
            ["GrantedAccess", "begin with", "0x1f", []],
            ["GrantedAccess", "begin with", "1f", ["SM201"]],
            ["GrantedAccess", "end with", "0fff", []],
            ["GrantedAccess", "contains", "1f", []],
            ["GrantedAccess", "contains", "0x0f", ["SM201"]],
            ["SourceProcessId", "is", "4", []],
            ["SourceProcessId", "is", "0x4", ["SM201"]],
            ["SourceProcessId", "is", "04", ["SM201"]],
            ["SourceProcessId", "begin with", "0", []],
            ["SourceProcessId", "end with", "00", []],
            ["SourceProcessGUID", "is", "{00000000-0000-0000-0000-00000000000A}", []],
            ["SourceProcessGUID", "is", "00000000-0000-0000-0000-00000000000A", ["SM201"]],
            ["SourceProcessGUID", "begin with", "0", ["SM201"]],
            ["SourceProcessGUID", "end with", "0", ["SM201"]],
            ["SourceProcessGUID", "contains", "abc", []],
            ["TargetImage", "is", "", ["SM201"]],
            ["TargetImage", "is not", "", ["SM202"]],
            ["TargetImage", "contains", "", ["SM202"]],
            ["TargetImage", "excludes", "", ["SM201"]],
            ["TargetImage", "less than", "", ["SM201"]],
            ["TargetImage", "more than", "", ["SM202"]],
            ["RuleName", "contains", "x", ["SM201"]],
            ["RuleName", "is", "-", ["SM202"]],
            ["GrantedAccess", "more than", "0x1000", ["SM205"]],
            ["CallTrace", "contains any", "a;", ["SM206"]],
            ["CallTrace", "excludes any", "a;", ["SM206"]],
            ["CallTrace", "contains all", "a;", ["SM206"]],
            ["CallTrace", "contains any", "a;;b", ["SM206"]],
            ["CallTrace", "is any", ";a", ["SM206"]],
            ["CallTrace", "contains any", "a;b", []],
            ["CallTrace", "contains any", "a; b", ["SM207"]],
            ["TargetImage", "is", "lsass.exe", ["SM208"]],
            ["TargetImage", "is", "System", []],
            ["TargetImage", "is any", "C:\\a.exe;lsass.exe", ["SM208"]],
        ];
        for (const [field, condition, value, codes] of cases) {
            it(`${field} ${condition} "${value}": ${codes.join(" ") || "nothing to say"}`, () => {
                const about = checkConfig(include(filter(field, condition, value))).map(({ code }) => code);
                assert.deepEqual(
                    about.filter((code) => code > "SM200" && code < "SM210"),
                    codes,
                );
            });
        }

        for (const [value, mend] of [
            ["0x001F0FFF", "Write 0x1f0fff."],
            ["2097151", "Write 0x1fffff if 2097151 is a decimal number, 0x2097151 if it is a hexadecimal one."],
            ["1F0FFF", "Write 0x1f0fff."],
        ] as const) {
            it(`and how it would write ${value}`, () => {
                const [issue] = found(include(filter("GrantedAccess", "is", value)), "SM201");
                assert.ok(issue?.message.endsWith(mend), issue?.message);
            });
        }
    });

    describe("says where nothing of an event is ever logged", () => {
        const negative = filter("TargetImage", "excludes", "a.exe") + filter("TargetImage", "excludes", "b.exe");
        const blocks: Readonly<Record<string, string>> = {
            "an include without rules": '<ProcessAccess onmatch="include"/>',
            "an include without rules beside an exclude": `<ProcessAccess onmatch="exclude">${lsass}</ProcessAccess><ProcessAccess onmatch="include"/>`,
            "two excludes": `<ProcessAccess onmatch="exclude">${lsass}</ProcessAccess><ProcessAccess onmatch="exclude"/>`,
            "an exclude of everything": `<ProcessAccess onmatch="exclude">${filter("TargetImage", "contains", "")}</ProcessAccess>`,
            "an exclude of what is not this or not that": `<ProcessAccess onmatch="exclude">${negative}</ProcessAccess>`,
            "an exclude of what lacks one of two texts": `<ProcessAccess onmatch="exclude">${filter("TargetImage", "excludes all", "a.exe;b.exe")}</ProcessAccess>`,
            "an include that can never match": `<ProcessAccess onmatch="include">${filter("GrantedAccess", "is", "0x01")}</ProcessAccess>`,
            "an exclude that swallows the include": `<ProcessAccess onmatch="exclude">${filter("TargetImage", "contains", "lsass")}</ProcessAccess><ProcessAccess onmatch="include">${lsass}</ProcessAccess>`,
        };
        for (const [title, xml] of Object.entries(blocks)) {
            it(title, () => {
                const errors = checkConfig(group("or", xml)).filter(({ severity }) => severity === "error");
                assert.deepEqual(
                    errors.map(({ code }) => code),
                    ["SM200"],
                );
                assert.match(errors[0]?.message ?? "", /^Nothing of ProcessAccess is ever logged: .*\. \w/);
            });
        }

        for (const [title, xml] of [
            ["an exclude without rules", '<ProcessAccess onmatch="exclude"/>'],
            [
                "a rule that asks for what escapes a sweeping exclude",
                `<ProcessAccess onmatch="exclude">${negative}</ProcessAccess><ProcessAccess onmatch="include">${filter("TargetImage", "is", "C:\\a.exe\\b.exe")}</ProcessAccess>`,
            ],
            [
                "an exclude of all that lacks a longer text or a shorter one in it",
                `<ProcessAccess onmatch="exclude">${filter("TargetImage", "excludes", "lsass.exe")}${filter("TargetImage", "excludes", "lsass")}</ProcessAccess>`,
            ],
            [
                "an include of one value among impossible ones",
                `<ProcessAccess onmatch="include">${filter("GrantedAccess", "is any", "0x01;0x1")}</ProcessAccess>`,
            ],
        ] as const) {
            it(`but not of ${title}`, () => {
                assert.deepEqual(found(group("or", xml), "SM200"), []);
            });
        }

        it("in one line on the configuration of the article, with the mend, and not twice", () => {
            const issues = checkConfig(presetXml("published-2017")).filter(
                ({ code }) => code === "SM200" || code === "SM203",
            );
            assert.deepEqual(
                issues.map(({ code, severity, line }) => [code, severity, line]),
                [["SM200", "error", 4]],
            );
            assert.match(
                issues[0]?.message ?? "",
                /Nothing of ProcessAccess .* excludes "verclsid\.exe" or .* excludes "svchost\.exe" \(line 5\), as filters on one field are alternatives.* <Rule groupRelation="and">/,
            );
        });

        it("also in a file whose schema version is too old to be loaded", () => {
            const codes = checkConfig(filtering('<ProcessAccess onmatch="include"/>', "3.30")).map(({ code }) => code);
            assert.ok(codes.includes("SM011") && codes.includes("SM200"));
        });

        it("but calls it switched off where the sensor would log without being asked", () => {
            const codes = checkConfig(filtering('<ProcessCreate onmatch="include"/>')).map(({ code }) => code);
            assert.ok(codes.includes("SM260") && !codes.includes("SM200"));
        });
    });

    describe("finds rules that never decide", () => {
        const cases: readonly (readonly [earlier: string, later: string, code: IssueCode | null])[] = [
            [filter("TargetImage", "contains", "lsass"), filter("TargetImage", "is", "C:\\LSASS.exe"), "SM210"],
            [filter("TargetImage", "end with", "sass.exe"), lsass, "SM210"],
            [lsass, filter("TargetImage", "end with", "\\lsass.exe"), "SM210"],
            [lsass, filter("TargetImage", "end with", "lsass.exe"), null],
            [filter("TargetImage", "begin with", "C:\\"), filter("TargetImage", "begin with", "c:\\windows"), "SM210"],
            [filter("TargetImage", "contains", "a"), filter("TargetImage", "contains all", "b;a"), "SM210"],
            [filter("TargetImage", "contains", "a"), filter("TargetImage", "contains any", "xa;ay"), "SM210"],
            [filter("TargetImage", "contains", "a"), filter("TargetImage", "contains any", "xa;y"), null],
            [filter("TargetImage", "contains any", "x;y"), filter("TargetImage", "is any", "ax;by"), "SM210"],
            [filter("TargetImage", "is not", "a"), filter("TargetImage", "is", "b"), "SM210"],
            [filter("TargetImage", "excludes", "ab"), filter("TargetImage", "excludes", "a"), "SM210"],
            [filter("SourceImage", "contains", "a"), filter("TargetImage", "contains", "ab"), null],
            [lsass, `<Rule groupRelation="and">${lsass}${filter("GrantedAccess", "is", "0x10")}</Rule>`, "SM210"],
            [`<Rule groupRelation="and">${lsass}${filter("GrantedAccess", "is", "0x10")}</Rule>`, lsass, null],
            [lsass, lsass, "SM211"],
            [filter("TargetImage", "more than", "m"), filter("TargetImage", "more than", "M"), "SM211"],
            [filter("TargetImage", "contains", "%TEMP%\\a"), filter("TargetImage", "contains", "%TEMP%\\ab"), null],
        ];
        for (const [earlier, later, code] of cases) {
            it(`${later} behind ${earlier}: ${code ?? "decides"}`, () => {
                const about = checkConfig(include(earlier + later)).filter((issue) => /^SM21[01]$/.test(issue.code));
                assert.deepEqual(
                    about.map((issue) => issue.code),
                    code === null ? [] : [code],
                );
                const column = include(earlier).indexOf("</ProcessAccess>") + 1;
                if (code !== null) assert.equal(about[0]?.column, column);
            });
        }

        it("in an earlier block of the file, as the last is tried first", () => {
            const block = (filters: string): string => `<ProcessAccess onmatch="include">${filters}</ProcessAccess>`;
            const [issue] = found(
                group("or", block(lsass) + block(filter("TargetImage", "contains", "lsass"))),
                "SM210",
            );
            assert.match(issue?.message ?? "", /^TargetImage image "lsass\.exe" never decides/);
        });

        it("an `and` block that repeats another, also where its lists are too many to take apart", () => {
            const lists = ["a;b;c", "d;e;f", "g;h;i"].map((list) => filter("CallTrace", "contains all", list)).join("");
            const block = `<ProcessAccess onmatch="include">${lists}${lsass}</ProcessAccess>`;
            assert.deepEqual(found(group("and", block), "SM211"), []);
            assert.equal(found(group("and", block + block), "SM211").length, 1);
        });

        it("an `and` block that asks for more than another", () => {
            const block = (filters: string): string => `<ProcessAccess onmatch="include">${filters}</ProcessAccess>`;
            const wide = filter("CallTrace", "contains all", "a;b") + filter("CallTrace", "contains", "c");
            const narrow = filter("CallTrace", "contains", "xc") + lsass;
            assert.equal(found(group("and", block(narrow) + block(wide)), "SM210").length, 1);
            assert.equal(found(group("and", block(wide) + block(narrow)), "SM210").length, 0);
        });

        it("an include that an exclude swallows, whichever stands first", () => {
            const blocks = [
                `<ProcessAccess onmatch="include">${lsass}${filter("SourceImage", "contains", "x")}</ProcessAccess>`,
                `<ProcessAccess onmatch="exclude">${filter("TargetImage", "contains", "lsass")}</ProcessAccess>`,
            ];
            assert.equal(found(group("or", blocks.join("")), "SM212").length, 1);
            assert.equal(found(group("or", blocks.reverse().join("")), "SM212").length, 1);
        });
    });

    describe("finds conditions that contradict one another", () => {
        const cases: readonly (readonly [first: string, second: string, contradict: boolean])[] = [
            [lsass, filter("TargetImage", "image", "csrss.exe"), true],
            [lsass, filter("TargetImage", "is", "C:\\lsass.exe"), false],
            [lsass, filter("TargetImage", "end with", "csrss.exe"), true],
            [lsass, filter("TargetImage", "end with", "\\x\\lsass.exe"), false],
            [lsass, filter("TargetImage", "excludes", "sass"), true],
            [filter("TargetImage", "begin with", "C:\\"), filter("TargetImage", "begin with", "D:\\"), true],
            [filter("TargetImage", "contains", "a"), filter("TargetImage", "contains", "b"), false],
            [filter("TargetImage", "contains any", "a;b"), filter("TargetImage", "excludes any", "a;b"), true],
            [filter("TargetImage", "is any", "a;b"), filter("TargetImage", "is any", "c;d"), true],
            [filter("TargetImage", "not end with", "a"), filter("TargetImage", "not end with", "b"), false],
        ];
        for (const [first, second, contradict] of cases) {
            it(`${first} and ${second}: ${contradict ? "never" : "may be"}`, () => {
                const xml = include(
                    `<Rule groupRelation="and">${first}${second}</Rule>${filter("SourceImage", "contains", "q")}`,
                );
                assert.equal(found(xml, "SM204").length, contradict ? 1 : 0);
            });
        }

        it("among three of which no two contradict one another", () => {
            const three = [
                filter("TargetImage", "is any", "a;b"),
                filter("TargetImage", "is not", "a"),
                filter("TargetImage", "is not", "b"),
            ];
            assert.equal(
                found(include(`<Rule groupRelation="and">${three.join("")}</Rule>${lsass}`), "SM204").length,
                1,
            );
        });
    });

    describe("finds excludes that an attacker can use", () => {
        const image = (condition: string, value: string): string => filter("SourceImage", condition, value);
        const safe = image("is", "C:\\Program Files\\Contoso\\a.exe");
        const cases: readonly (readonly [filters: string, code: IssueCode | null])[] = [
            [safe, null],
            [image("begin with", "C:\\Windows\\System32\\"), null],
            [image("begin with", "C:\\Windows\\System32\\spool\\drivers\\color\\"), "SM231"],
            [image("end with", "C:\\Program Files\\Contoso\\Temp\\a.exe"), null],
            [image("is", "System"), null],
            [image("image", "a.exe"), "SM230"],
            [image("end with", "\\a.exe"), "SM230"],
            [image("is", "C:\\Users\\Public\\a.exe"), "SM231"],
            [image("begin with", "C:\\ProgramData\\Contoso\\"), "SM231"],
            [image("begin with", "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\"), null],
            [image("contains", "\\AppData\\Local\\Contoso\\"), "SM231"],
            [image("begin with", "%LOCALAPPDATA%\\Contoso\\"), "SM231"],
            [image("begin with", "%ProgramFiles%\\Contoso\\"), null],
            [image("contains", "\\Contoso\\"), "SM232"],
            [image("end with", "\\Contoso\\a.exe"), "SM232"],
            [image("begin with", "C:\\Program Files"), "SM232"],
            [image("excludes", "\\Temp\\"), null],
            [filter("GrantedAccess", "is", "0x1000"), null],
            [filter("TargetImage", "image", "a.exe"), null],
            [`<Rule groupRelation="and">${safe}${filter("TargetImage", "image", "a.exe")}</Rule>`, null],
            [
                `<Rule groupRelation="and">${image("image", "a.exe")}${filter("TargetImage", "is", "C:\\Windows\\b.exe")}</Rule>`,
                "SM230",
            ],
            [
                `<Rule groupRelation="and">${image("image", "a.exe")}${filter("GrantedAccess", "is", "0x10")}</Rule>`,
                "SM230",
            ],
        ];
        for (const [filters, code] of cases) {
            it(`${filters}: ${code ?? "safe enough"}`, () => {
                const codes = checkConfig(exclude(filters)).map((issue) => issue.code);
                assert.deepEqual(
                    codes.filter((known) => known.startsWith("SM23")),
                    code === null ? [] : [code],
                );
            });
        }

        for (const [filters, hidden] of [
            [filter("StartModule", "is", "C:\\Windows\\System32\\KERNEL32.dll"), true],
            [filter("StartFunction", "contains", "LoadLibrary"), true],
            [`<Rule groupRelation="and">${safe}${filter("StartModule", "end with", "kernel32.dll")}</Rule>`, false],
            [filter("StartModule", "is", "C:\\Windows\\System32\\ntdll.dll"), false],
        ] as const) {
            it(`CreateRemoteThread by ${filters}: ${hidden ? "SM233" : "hides no library"}`, () => {
                assert.equal(found(exclude(filters, "CreateRemoteThread"), "SM233").length, hidden ? 1 : 0);
            });
        }

        it("and says nothing of includes", () => {
            const codes = checkConfig(include(image("image", "a.exe"))).map(({ code }) => code);
            assert.ok(!codes.some((code) => code.startsWith("SM23")));
        });
    });

    describe("holds the file against what detections need", () => {
        const config = include(lsass);

        it("events of which nothing is logged, with everybody who needs them", () => {
            const issues = checkConfig(config, {
                needs: [
                    { name: "hollowing", eventId: 25 },
                    { name: "dump", eventId: 10 },
                    { name: "tampering", eventId: 25 },
                    { name: "starts", eventId: 1 },
                    { name: "restarts", eventId: 4 },
                ],
            }).filter(({ code }) => code === "SM250");
            assert.equal(issues.length, 1);
            assert.match(issues[0]?.message ?? "", /ProcessTampering \(25\).*\(hollowing, tampering\)/);
        });

        it("an include that lets none through is as good as none", () => {
            const [issue] = checkConfig(filtering('<ProcessAccess onmatch="include"/>'), {
                needs: [{ name: "dump", eventId: 10 }],
            }).filter(({ code }) => code === "SM250");
            assert.match(issue?.message ?? "", /let none through/);
        });

        it("proofs that the filter drops, and which filter it is", () => {
            const proof = (TargetImage: string): { id: number; fields: Record<string, string> } => ({
                id: 10,
                fields: { TargetImage },
            });
            const issues = checkConfig(config, {
                needs: [
                    { name: "dump", eventId: 10, proofs: [proof("C:\\lsass.exe"), proof("C:\\csrss.exe")] },
                    { name: "fine", eventId: 10, proofs: [proof("C:\\lsass.exe")] },
                ],
            }).filter(({ code }) => code === "SM251");
            assert.equal(issues.length, 1);
            assert.match(issues[0]?.message ?? "", /^dump must ring .*ProcessAccess include/);
        });
    });

    describe("names each kind of blind spot of nine public configurations", () => {
        const loadLibrary = filter("StartModule", "is", "C:\\windows\\system32\\kernel32.dll");
        const threads = `<RuleGroup groupRelation="or"><CreateRemoteThread onmatch="exclude">${filter("SourceImage", "is", "C:\\a.exe")}${loadLibrary}</CreateRemoteThread></RuleGroup>`;
        const quietThreads = `<CreateRemoteThread onmatch="exclude">${filter("SourceImage", "is", "C:\\a.exe")}</CreateRemoteThread>`;
        const wanted = `<CreateRemoteThread onmatch="include">${filter("TargetImage", "image", "lsass.exe")}</CreateRemoteThread>`;
        const access = (onmatch: string, filters = lsass): string =>
            `<ProcessAccess onmatch="${onmatch}">${filters}</ProcessAccess>`;
        const tampering = '<ProcessTampering onmatch="exclude"/>';
        const executables = '<FileExecutableDetected onmatch="exclude"/>';
        const cases: readonly (readonly [
            kind: string,
            version: string,
            blocks: string,
            findings: readonly (readonly [IssueCode, RegExp])[],
        ])[] = [
            [
                "an access block that includes nothing, LoadLibrary's threads dropped",
                "4.50",
                threads + access("include", ""),
                [
                    ["SM200", /^Nothing of ProcessAccess/],
                    ["SM233", /CreateRemoteThread hides threads .*LoadLibrary/],
                ],
            ],
            ["no tampering, though the version has it", "4.50", threads, [["SM262", /ProcessTampering \(25\)/]]],
            [
                "neither tampering nor executables, as the version is too old for them",
                "4.22",
                threads + access("exclude"),
                [
                    ["SM262", /ProcessTampering \(25, from schema version 4\.50\)/],
                    ["SM262", /FileExecutableDetected \(29, from schema version 4\.90\)/],
                    ["SM233", /LoadLibrary/],
                ],
            ],
            [
                "includes and excludes of one event: the rest is dropped",
                "4.22",
                wanted + threads + access("include") + access("exclude", filter("SourceImage", "is", "C:\\a.exe")),
                [
                    ["SM213", /^CreateRemoteThread has 2 blocks/],
                    ["SM213", /^ProcessAccess has 2 blocks/],
                ],
            ],
            [
                "the same with tampering and executables",
                "4.90",
                wanted + quietThreads + tampering + executables,
                [["SM213", /^CreateRemoteThread has 2 blocks/]],
            ],
            [
                "everything of an event",
                "4.90",
                '<CreateRemoteThread onmatch="exclude"/>' + tampering + executables,
                [
                    ["SM261", /Every CreateRemoteThread event/],
                    ["SM261", /Every ProcessTampering event/],
                    ["SM261", /Every FileExecutableDetected event/],
                ],
            ],
            [
                "blocks whose meaning changes with the version",
                "4.10",
                access("include", lsass + filter("GrantedAccess", "is", "0x1010")),
                [["SM221", /ProcessAccess one filter is enough, .* 4\.10; from 4\.11 on/]],
            ],
            ["tampering, but no executables", "4.60", tampering, [["SM262", /FileExecutableDetected \(29, from/]]],
            ["no threads at all", "4.90", access("include"), [["SM262", /CreateRemoteThread \(8\)/]]],
        ];
        for (const [kind, version, blocks, findings] of cases) {
            it(kind, () => {
                const issues = checkConfig(filtering(blocks, version));
                for (const [code, message] of findings) {
                    assert.ok(
                        issues.some((issue) => issue.code === code && message.test(issue.message)),
                        `${code} ${message}: ${issues.map((issue) => issue.message).join("\n")}`,
                    );
                }
            });
        }
    });

    it("finds options that keep copies for ever, and those that are set twice", () => {
        const options =
            "<CaptureClipboard/><HashAlgorithms>MD5</HashAlgorithms><HashAlgorithms>SHA256</HashAlgorithms>";
        const issues = checkConfig(`<Sysmon schemaversion="4.90">${options}</Sysmon>`);
        assert.deepEqual(
            issues.filter(({ code }) => code !== "SM262").map(({ code, column }) => [code, column]),
            [
                ["SM240", 30],
                ["SM211", 49],
            ],
        );
    });

    it("gives everything a place, in the order of the file", () => {
        const issues = checkConfig(
            [
                '<Sysmon schemaversion="4.90">',
                "<EventFiltering>",
                '<ProcessAccess onmatch="exclude">',
                '  <SourceImage condition="image">a.exe</SourceImage>',
                '  <GrantedAccess condition="is">0x01</GrantedAccess>',
                "</ProcessAccess>",
                "</EventFiltering>",
                "</Sysmon>",
            ].join("\n"),
        );
        assert.deepEqual(
            issues.map(({ code, line, column }) => [code, line, column]),
            [
                ["SM262", 1, 1],
                ["SM221", 3, 1],
                ["SM201", 5, 3],
            ],
        );
    });

    it("finds no more than notes in the presets that we recommend", () => {
        for (const name of ["injection", "injection-context", "balanced"] as const) {
            const grave = checkConfig(presetXml(name)).filter(({ severity }) => severity !== "info");
            assert.deepEqual(grave, [], name);
        }
    });
});
