import assert from "node:assert/strict";
import { checkConfig, readConfig, type IssueCode } from "../../../sysmon";

function repeated(times: number, part: (index: number) => string): string {
    return Array.from({ length: times }, (_, index) => part(index)).join("");
}

function filtering(xml: string): string {
    return `<Sysmon schemaversion="4.90"><EventFiltering>${xml}</EventFiltering></Sysmon>`;
}

describe("files that are made to hurt", () => {
    const entities = `<!DOCTYPE Sysmon [<!ENTITY e0 "ha">${repeated(30, (at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`)}]>`;
    const cases: Readonly<Record<string, readonly [make: () => string | Uint8Array, code: IssueCode]>> = {
        "entities that expand a billion times": [() => `${entities}${filtering("&e30;")}`, "SM004"],
        "an entity that is not declared": [() => filtering("&e30;"), "SM001"],
        "an attribute of 100 MB": [() => Buffer.alloc(100_000_000, "a").fill("<a b='", 0, 6), "SM003"],
        "a name of 15 MB": [() => filtering(`<${"a".repeat(15_000_000)}/>`), "SM020"],
        "100,000 nested elements": [() => "<a>".repeat(100_000), "SM003"],
        "two million elements": [() => filtering("<a/>".repeat(2_000_000)), "SM003"],
        "NUL bytes": [() => Buffer.from(filtering("\u0000")), "SM001"],
        "nothing but NUL bytes": [() => Buffer.alloc(1000), "SM001"],
        "UTF-16 that is cut in a character": [() => Buffer.from(filtering(""), "utf16le").subarray(0, 101), "SM002"],
        "a declaration that lies": [
            () => Buffer.from(`<?xml version="1.0" encoding="utf-8"?>${filtering("<!-- ü -->")}`, "latin1"),
            "SM002",
        ],
        "a comment without an end": [() => `<!--${"-".repeat(1_000_000)}`, "SM001"],
    };
    for (const [title, [make, code]] of Object.entries(cases)) {
        it(`${title}: rejected with a place`, () => {
            const file = make();
            const { config, issues } = readConfig(file);
            assert.equal(config, undefined);
            assert.deepEqual([...new Set(issues.map((issue) => issue.code))], [code]);
            assert.ok(issues.every(({ line, column }) => line >= 1 && column >= 1));
            assert.deepEqual(checkConfig(file), issues);
        });
    }

    it("rules without number are compared without comparing each with each", () => {
        const rules = repeated(
            20_000,
            (at) => `<TargetImage condition="contains">C:\\Windows\\${at}.exe</TargetImage>`,
        );
        const shadowed =
            '<TargetImage condition="image">x7.exe</TargetImage><TargetImage condition="end with">\\7.exe</TargetImage>';
        const codes = checkConfig(
            filtering(
                `<RuleGroup groupRelation="or"><ProcessAccess onmatch="include"><TargetImage condition="contains">7.ex</TargetImage>${rules}${shadowed}</ProcessAccess></RuleGroup>`,
            ),
        ).filter(({ code }) => code === "SM210");
        // Every number that ends in 7, and the two at the end.
        assert.equal(codes.length, 2002);
    });

    it("a comparison that would take for ever is given up, and that is said", () => {
        const rules = repeated(3_000, (at) => `<TargetImage condition="contains">${"a".repeat(at + 1)}</TargetImage>`);
        const findings = checkConfig(
            filtering(
                `<RuleGroup groupRelation="or"><ProcessAccess onmatch="include">${rules}</ProcessAccess></RuleGroup>`,
            ),
        );
        assert.ok(findings.some(({ code }) => code === "SM299"));
    });
});
