import assert from "node:assert/strict";
import { compileFilter, readConfig, type FilterableEvent, type SysmonConfig } from "../../sysmon";

function configOf(xml: string, version = "4.90"): SysmonConfig {
    const { config, issues } = readConfig(
        `<Sysmon schemaversion="${version}"><EventFiltering>${xml}</EventFiltering></Sysmon>`,
    );
    if (config === undefined) throw new Error(`rejected: ${issues.map((issue) => issue.message).join(" ")}`);
    return config;
}

/** The verdict on one event. */
function verdictOf(xml: string, event: FilterableEvent, version?: string) {
    return compileFilter(configOf(xml, version))(event);
}

function process(fields: Readonly<Record<string, string>>): FilterableEvent {
    return { id: 1, fields };
}

/** Whether one filter on the image of a process matches. */
function imageMatches(condition: string, value: string, image: string | undefined): boolean {
    const xml = `<ProcessCreate onmatch="include"><Image condition="${condition}">${value}</Image></ProcessCreate>`;
    return verdictOf(xml, process(image === undefined ? {} : { Image: image })).logged;
}

describe("conditions", () => {
    const cases: readonly (readonly [condition: string, value: string, image: string | undefined, matches: boolean])[] =
        [
            ["is", "a.exe", "A.EXE", true],
            ["is", "a.exe", "a.exe ", false],
            ["is", "a;b", "a;b", true],
            ["is", "É", "é", false],
            ["is", "-", undefined, true],
            ["is", "-", "", true],
            ["is", "", undefined, false],
            ["is not", "a", "b", true],
            ["is not", "a", "A", false],
            ["is not", "a", undefined, true],
            ["is not", "", "a", true],
            ["is any", "a;B", "b", true],
            ["is any", "a; b", "b", false],
            ["is any", "a;", "", false],
            ["contains", "xe", "a.eXe", true],
            ["contains", "a;b", "a", false],
            ["contains", "", "a", true],
            ["contains any", "x;b", "abc", true],
            ["contains any", "x;y", "abc", false],
            ["contains any", "x;", "abc", true],
            ["contains any", ";b", "abc", true],
            ["contains any", "x;;b", "abc", true],
            ["contains any", "x;;y", "a;y", true],
            ["contains all", "a;C", "abc", true],
            ["contains all", "a;x", "abc", false],
            ["contains all", "a; c", "abc", false],
            ["contains all", ";", "abc", false],
            ["contains all", ";", "a;c", true],
            ["excludes", "x", "abc", true],
            ["excludes", "B", "abc", false],
            ["excludes", "", "abc", false],
            ["excludes any", "x;y", "abc", true],
            ["excludes any", "x;b", "abc", false],
            ["excludes any", "x;", "abc", false],
            ["excludes all", "x;b", "abc", true],
            ["excludes all", "a;b", "abc", false],
            ["begin with", "AB", "abc", true],
            ["begin with", "b", "abc", false],
            ["begin with", "", "abc", true],
            ["not begin with", "ab", "abc", false],
            ["not begin with", "b", "abc", true],
            ["end with", "BC", "abc", true],
            ["end with", "xabc", "abc", false],
            ["not end with", "bc", "abc", false],
            ["not end with", "b", "abc", true],
            ["less than", "443", "1024", true],
            ["less than", "443", "80", false],
            ["less than", "b", "A", true],
            ["less than", "_", "B", false],
            ["less than", "ab", "a", true],
            ["more than", "443", "80", true],
            ["more than", "443", "443", false],
            ["more than", "", "a", true],
            ["image", "a.exe", "C:\\x\\A.exe", true],
            ["image", "a.exe", "a.exe", true],
            ["image", "a.exe", "C:\\x\\ba.exe", false],
            ["image", "a.exe", "C:/x/a.exe", false],
            ["image", "x\\a.exe", "C:\\x\\a.exe", false],
            ["image", "c:\\X\\a.exe", "C:\\x\\a.exe", true],
            ["image", "", "C:\\x\\", true],
            ["contains", "привет", "C:\\привет", true],
            ["contains", "ПРИВЕТ", "C:\\привет", false],
            ["end with", "\u{1F600}.TXT", "a\u{1F600}.txt", true],
        ];
    for (const [condition, value, image, matches] of cases) {
        it(`${image === undefined ? "no image" : `"${image}"`} ${matches ? "" : "not "}by ${condition} "${value}"`, () => {
            assert.equal(imageMatches(condition, value, image), matches);
        });
        it(`the same among many filters: ${condition} "${value}"`, () => {
            const others = Array.from(
                { length: 20 },
                (_, index) => `<Image condition="contains">no${index}such</Image>`,
            ).join("");
            const xml = `<RuleGroup groupRelation="or"><ProcessCreate onmatch="include">${others}<Image condition="${condition}">${value}</Image></ProcessCreate></RuleGroup>`;
            assert.equal(verdictOf(xml, process(image === undefined ? {} : { Image: image })).logged, matches);
        });
    }
});

describe("fields as the filter sees them", () => {
    const cases: readonly (readonly [
        element: string,
        id: number,
        field: string,
        value: string | undefined,
        seen: string,
    ])[] = [
        ["ProcessAccess", 10, "GrantedAccess", "0x1FFFFF", "0x1fffff"],
        ["ProcessAccess", 10, "GrantedAccess", "0x001fffff", "0x1fffff"],
        ["ProcessAccess", 10, "GrantedAccess", "2097151", "0x1fffff"],
        ["ProcessAccess", 10, "GrantedAccess", "0x0", "0x0"],
        ["ProcessAccess", 10, "SourceProcessId", "0x1f4", "500"],
        ["ProcessAccess", 10, "SourceProcessId", "0500", "500"],
        ["ProcessAccess", 10, "SourceProcessId", "many", "many"],
        ["ProcessCreate", 1, "LogonId", "0x3E7", "0x3e7"],
        ["ProcessCreate", 1, "LogonId", "18446744073709551615", "0xffffffffffffffff"],
        ["ProcessCreate", 1, "ProcessGuid", "{ABC}", "{abc}"],
        ["ProcessCreate", 1, "ProcessGuid", "abc", "{abc}"],
        ["ProcessCreate", 1, "ParentProcessGuid", undefined, "{00000000-0000-0000-0000-000000000000}"],
        ["NetworkConnect", 3, "Initiated", "True", "true"],
        ["NetworkConnect", 3, "DestinationPort", "443", "443"],
        ["ProcessCreate", 1, "RuleName", "technique", "-"],
        ["ProcessCreate", 1, "ParentImage", undefined, "-"],
    ];
    for (const [element, id, field, value, seen] of cases) {
        it(`${field} ${value === undefined ? "absent" : `"${value}"`} is "${seen}"`, () => {
            const xml = `<${element} onmatch="include"><${field}>${seen}</${field}></${element}>`;
            assert.equal(verdictOf(xml, { id, fields: value === undefined ? {} : { [field]: value } }).logged, true);
        });
    }

    it("gives up on a block at a number that is absent, even if a later filter would match", () => {
        const either = (first: string, second: string): boolean =>
            verdictOf(
                `<RuleGroup groupRelation="or"><ProcessAccess onmatch="include">${first}${second}</ProcessAccess></RuleGroup>`,
                { id: 10, fields: { SourceImage: "a" } },
            ).logged;
        const mask = "<GrantedAccess>0x1000</GrantedAccess>";
        const source = "<SourceImage>a</SourceImage>";
        assert.equal(either(mask, source), false);
        assert.equal(either(source, mask), true);
    });

    it("tries the other blocks after it gave up on one", () => {
        const xml =
            '<ProcessAccess onmatch="include"><SourceImage>a</SourceImage></ProcessAccess><ProcessAccess onmatch="include"><GrantedAccess>1</GrantedAccess></ProcessAccess>';
        assert.equal(verdictOf(xml, { id: 10, fields: { SourceImage: "a" } }).logged, true);
    });
});

describe("what happens when nothing matches", () => {
    const include = '<ProcessCreate onmatch="include"><Image>x</Image></ProcessCreate>';
    const exclude = '<ProcessCreate onmatch="exclude"><Image>x</Image></ProcessCreate>';
    const cases: readonly (readonly [title: string, xml: string, id: number, logged: boolean, reason: string])[] = [
        ["no block: the start of a process is logged", "", 1, true, "no-rules"],
        ["no block: the end of a process is logged", "", 5, true, "no-rules"],
        ["no block: nothing else is logged", "", 10, false, "no-rules"],
        ["a block of another event", include, 5, true, "no-rules"],
        ["an event that does not exist", include, 99, false, "no-rules"],
        ["one include", include, 1, false, "default-single"],
        ["one exclude", exclude, 1, true, "default-single"],
        ["an empty include", '<ProcessCreate onmatch="include"/>', 1, false, "default-single"],
        ["an empty exclude", '<ProcessCreate onmatch="exclude"/>', 1, true, "default-single"],
        ["an include and an exclude", include + exclude, 1, false, "default-multiple"],
        ["two excludes", exclude + exclude, 1, false, "default-multiple"],
        ["two empty excludes", '<ProcessCreate onmatch="exclude"/>'.repeat(2), 1, false, "default-multiple"],
        ["an event that is never filtered: 4", include, 4, true, "exempt"],
        ["an event that is never filtered: 16", include, 16, true, "exempt"],
        ["an event that is never filtered: 255", include, 255, true, "exempt"],
    ];
    for (const [title, xml, id, logged, reason] of cases) {
        it(title, () => {
            assert.deepEqual(verdictOf(xml, { id, fields: {} }), { logged, ruleName: null, reason, group: null });
        });
    }
});

describe("the order of blocks", () => {
    const block = (onmatch: string, value: string): string =>
        `<ProcessCreate onmatch="${onmatch}"><Image name="${onmatch} ${value}" condition="contains">${value}</Image></ProcessCreate>`;
    const decider = (xml: string, image: string): unknown => {
        const { group, logged } = verdictOf(xml, process({ Image: image }));
        return group === null ? null : [group.index, group.of, group.onmatch, logged];
    };

    it("tries excludes first, wherever they stand", () => {
        assert.deepEqual(decider(block("include", "a") + block("exclude", "a"), "a"), [1, 2, "exclude", false]);
    });

    it("tries the last of a kind first", () => {
        const xml = block("include", "a") + block("include", "b") + block("include", "c");
        assert.deepEqual(decider(xml, "abc"), [2, 3, "include", true]);
        assert.deepEqual(decider(xml, "ab"), [1, 3, "include", true]);
        assert.deepEqual(decider(xml, "x"), null);
    });
});

describe("how filters combine", () => {
    const filters = (names: string): string =>
        names
            .split(" ")
            .map((name) => {
                const [field, value] = name.split("=");
                return `<${field} condition="contains">${value}</${field}>`;
            })
            .join("");
    const event = process({ Image: "ab", User: "c", CommandLine: "d" });
    const create = (content: string): string => `<ProcessCreate onmatch="include">${content}</ProcessCreate>`;
    const group = (relation: string, content: string): string =>
        `<RuleGroup groupRelation="${relation}">${create(content)}</RuleGroup>`;
    const rule = (relation: string, names: string): string =>
        `<Rule groupRelation="${relation}">${filters(names)}</Rule>`;
    const cases: readonly (readonly [title: string, xml: string, version: string, logged: boolean])[] = [
        ["without a group: or up to 4.10", create(filters("Image=a User=x")), "4.10", true],
        ["without a group: 4.1 is 4.10", create(filters("Image=a User=x")), "4.1", true],
        ["without a group: and from 4.11", create(filters("Image=a User=x")), "4.106", false],
        ["without a group: 4.2 is 4.20", create(filters("Image=a User=x")), "4.2", false],
        ["or: one is enough", group("or", filters("Image=x User=c")), "4.90", true],
        ["and: every field must match", group("and", filters("Image=a User=c")), "4.90", true],
        ["and: one field that does not is too much", group("and", filters("Image=a User=x")), "4.90", false],
        ["and: filters on one field are alternatives", group("and", filters("Image=x User=c Image=b")), "4.90", true],
        ["and: unless none of them matches", group("and", filters("Image=x User=c Image=y")), "4.90", false],
        ["a rule with and: one field is nothing special", group("or", rule("and", "Image=a Image=x")), "4.90", false],
        ["a rule with and: all must match", group("or", rule("and", "Image=a Image=b User=c")), "4.90", true],
        ["a rule with or", group("and", rule("or", "Image=x User=c")), "4.90", true],
        [
            "rules in and: every rule must match",
            group("and", rule("and", "Image=a") + rule("and", "User=x")),
            "4.90",
            false,
        ],
        ["rules in or: one is enough", group("or", rule("and", "Image=x") + rule("and", "User=c")), "4.90", true],
        [
            "rules have no part in the alternatives",
            group("and", filters("Image=x") + rule("or", "Image=a")),
            "4.90",
            false,
        ],
        [
            "a rule without filters counts for nothing",
            group("and", `<Rule> </Rule>${filters("Image=a")}`),
            "4.90",
            true,
        ],
    ];
    for (const [title, xml, version, logged] of cases) {
        it(title, () => assert.equal(verdictOf(xml, event, version).logged, logged));
    }

    it("takes two excludes on one field as alternatives, which nearly everything satisfies", () => {
        const xml = `<ProcessAccess onmatch="exclude"><TargetImage condition="excludes">a</TargetImage><TargetImage condition="excludes">b</TargetImage></ProcessAccess>`;
        assert.equal(verdictOf(xml, { id: 10, fields: { TargetImage: "a" } }).logged, false);
        assert.equal(verdictOf(xml, { id: 10, fields: { TargetImage: "ab" } }).logged, true);
    });
});

describe("elements of several events", () => {
    const matches = (xml: string, id: number, fields: Readonly<Record<string, string>>): boolean =>
        verdictOf(xml, { id, fields }).reason === "match";
    const registry = (content: string): string => `<RegistryEvent onmatch="include">${content}</RegistryEvent>`;

    it("filters all of them by the fields they share", () => {
        const xml = registry('<TargetObject condition="contains">Run</TargetObject>');
        for (const id of [12, 13, 14]) assert.equal(matches(xml, id, { TargetObject: "HKLM\\Run" }), true);
    });

    for (const [field, element, ids] of [
        ["User", "RegistryEvent", [12]],
        ["Details", "RegistryEvent", [13]],
        ["NewName", "RegistryEvent", [14]],
        ["Name", "WmiEvent", [19]],
        ["Destination", "WmiEvent", [20]],
        ["Consumer", "WmiEvent", [21]],
        ["User", "PipeEvent", [17, 18]],
    ] as const) {
        it(`finds ${field} of ${element} in ${ids.join(" and ")} only`, () => {
            const xml = `<${element} onmatch="include"><${field}>a</${field}></${element}>`;
            const found = [12, 13, 14, 17, 18, 19, 20, 21].filter((id) => matches(xml, id, { [field]: "a" }));
            assert.deepEqual(found, ids);
        });
    }

    it("finds User in 13 and 14 when the block is bound to 13 by another field", () => {
        const xml =
            '<RuleGroup groupRelation="or"><RegistryEvent onmatch="include"><Details>x</Details><User>a</User></RegistryEvent></RuleGroup>';
        assert.deepEqual(
            [12, 13, 14].filter((id) => matches(xml, id, { User: "a" })),
            [13, 14],
        );
    });

    it("never matches a field in another place, not even by a negative condition", () => {
        const xml = registry('<Details condition="is not">x</Details>');
        assert.equal(matches(xml, 13, { Details: "a" }), true);
        assert.equal(matches(xml, 12, {}), false);
    });

    it("drops a block that fits none of them, and every later one of the element", () => {
        const config: SysmonConfig = {
            schemaVersion: 4.9,
            options: [],
            blocks: ["Details NewName", "TargetObject"].map((fields) => ({
                element: "RegistryEvent",
                onmatch: "include",
                group: null,
                items: fields
                    .split(" ")
                    .map((field) => ({ kind: "filter", field, condition: "is", value: "a", name: null })),
            })),
        };
        assert.equal(compileFilter(config)({ id: 13, fields: { TargetObject: "a" } }).reason, "no-rules");
    });
});

describe("rule names", () => {
    const named = (xml: string, fields: Readonly<Record<string, string>>, version?: string): string | null =>
        verdictOf(xml, process(fields), version).ruleName;
    const group = (relation: string, content: string, onmatch = "include"): string =>
        `<RuleGroup name="group" groupRelation="${relation}"><ProcessCreate onmatch="${onmatch}">${content}</ProcessCreate></RuleGroup>`;

    it("come from the filter, else its rule, else its group", () => {
        const xml = group(
            "or",
            '<Image name="own">a</Image><Image>b</Image><Rule name="rule"><Image name="inner">c</Image><Image>d</Image></Rule><Rule><Image>e</Image></Rule>',
        );
        const names = ["a", "b", "c", "d", "e"].map((Image) => named(xml, { Image }));
        assert.deepEqual(names, ["own", "group", "inner", "rule", "group"]);
    });

    it("are hidden by an empty one", () =>
        assert.equal(named(group("or", '<Image name="">a</Image>'), { Image: "a" }), null));

    it("are of the first filter that matches in or, of the last in and", () => {
        const filters = '<Image name="first">a</Image><User name="second">b</User><CommandLine name="">c</CommandLine>';
        const fields = { Image: "a", User: "b", CommandLine: "c" };
        assert.equal(named(group("or", filters), fields), "first");
        assert.equal(named(group("and", filters), fields), "second");
        assert.equal(named(group("or", `<Rule groupRelation="and">${filters}</Rule>`), fields), "second");
    });

    it("are none where an event is logged by default or not logged", () => {
        assert.equal(named(group("or", "<Image>a</Image>", "exclude"), { Image: "b" }), null);
        assert.equal(named(group("or", "<Image>a</Image>", "exclude"), { Image: "a" }), null);
        assert.equal(named(group("or", "<Image>a</Image>"), { Image: "b" }), null);
    });

    it("outlive the rule that failed in the end", () => {
        const xml =
            '<ProcessCreate onmatch="include"><Rule name="stale" groupRelation="and"><User>b</User><CommandLine>x</CommandLine></Rule><Image>a</Image></ProcessCreate>';
        assert.equal(named(xml, { Image: "a", User: "b" }, "4.1"), "stale");
        assert.equal(named(xml, { Image: "a", User: "c" }, "4.1"), null);
    });

    it("are that of the last rule that gave one, wherever its filters look", () => {
        const rule = (name: string, first: string): string =>
            `<Rule name="${name}" groupRelation="and">${first}<CommandLine>x</CommandLine></Rule>`;
        const begins = '<Image condition="begin with">a</Image>';
        const ends = '<Image condition="end with">c</Image>';
        const holds = '<Image condition="contains">b</Image>';
        const negative = '<Image condition="excludes">z</Image>';
        for (const firsts of [
            [begins, ends, holds],
            [holds, ends, begins],
            [negative, begins],
            [begins, negative],
        ]) {
            const rules = firsts.map((first, index) => rule(`rule ${index + 1}`, first)).join("");
            const xml = group("or", `${rules}<User name="">b</User>`);
            assert.equal(named(xml, { Image: "abc", User: "b" }), `rule ${firsts.length}`);
        }
    });

    it("outlive the block that failed in the end, also an exclude", () => {
        for (const onmatch of ["include", "exclude"]) {
            const failing = `<ProcessCreate onmatch="${onmatch}"><User name="stale">b</User><CommandLine>x</CommandLine></ProcessCreate>`;
            const xml = `<ProcessCreate onmatch="include"><Image>a</Image></ProcessCreate>${failing}`;
            assert.equal(named(xml, { Image: "a", User: "b" }), "stale");
        }
    });
});

describe("environment variables in values", () => {
    const xml =
        '<ProcessCreate onmatch="include"><Image condition="begin with">%ProgramFiles(x86)%\\a</Image></ProcessCreate>';

    it("are those of a machine with the defaults", () => {
        assert.equal(verdictOf(xml, process({ Image: "C:\\Program Files (x86)\\a.exe" })).logged, true);
    });

    it("can be given", () => {
        const filter = compileFilter(configOf(xml), { environment: { "PROGRAMFILES(X86)": "D:\\Programs" } });
        assert.equal(filter(process({ Image: "D:\\Programs\\a.exe" })).logged, true);
    });

    for (const [value, expanded] of [
        ["%SystemRoot%\\x", "C:\\Windows\\x"],
        ["a%windir%b%SYSTEMDRIVE%", "aC:\\WindowsbC:"],
        ["%nothing%\\x", "%nothing%\\x"],
        ["100%", "100%"],
        ["50% of %windir%", "50% of C:\\Windows"],
        ["%%SystemRoot%%", "%C:\\Windows%"],
    ] as const) {
        it(`"${value}" is "${expanded}"`, () => {
            const filter = `<ProcessCreate onmatch="include"><Image>${value}</Image></ProcessCreate>`;
            assert.equal(verdictOf(filter, process({ Image: expanded })).logged, true);
        });
    }
});

describe("configurations made to be slow", () => {
    const many = (count: number, filter: (index: number) => string): string =>
        Array.from({ length: count }, (_, index) => filter(index)).join("");
    const create = (content: string): string =>
        `<RuleGroup groupRelation="or"><ProcessCreate onmatch="include">${content}</ProcessCreate></RuleGroup>`;
    const matches = (xml: string, images: readonly string[]): boolean[] => {
        const filter = compileFilter(configOf(xml));
        return images.map((Image) => filter(process({ Image, User: "x" })).logged);
    };

    it("decide with 20,000 rules on texts that nearly match all of them", () => {
        const rules = many(
            20_000,
            (index) =>
                `<Rule groupRelation="and"><Image condition="contains">${"a".repeat(index % 40)}b${index}</Image><User>x</User></Rule>`,
        );
        const nearly = "a".repeat(2000);
        const images = Array.from({ length: 100 }, (_, index) => `${nearly}${index}`);
        assert.deepEqual(matches(create(rules), [...images, `${nearly}b19999`]), [...images.map(() => false), true]);
    });

    it("decide with 50,000 filters that are the same", () => {
        const filters = many(50_000, () => '<Image condition="contains">a</Image>');
        assert.deepEqual(matches(create(filters), ["b", "bab"]), [false, true]);
    });

    it("decide with 2,000 texts that begin with one another", () => {
        const filters = many(2000, (index) => `<Image condition="end with">b${"a".repeat(index)}</Image>`);
        assert.deepEqual(matches(create(filters), [`b${"a".repeat(1999)}`, `b${"a".repeat(2000)}`]), [true, false]);
    });

    it("decide with a list of 300,000 items", () => {
        const items = many(300_000, (index) => `;i${index}`).slice(1);
        const rule = `<Rule groupRelation="and"><Image condition="contains any">${items}</Image><User>x</User></Rule>`;
        assert.deepEqual(matches(create(rule), ["i", "_I299999_"]), [false, true]);
    });

    it("decide with 20,000 blocks", () => {
        const blocks = many(20_000, (index) => create(`<Image>${index}</Image>`));
        assert.deepEqual(matches(blocks, ["0", "19999", "20000"]), [true, true, false]);
    });
});
