import assert from "node:assert/strict";
import * as fs from "node:fs";
import { packagePath } from "../../../package/root";
import { checkConfig, issueCodes, type IssueCode, type Need } from "../../../sysmon";

const codes = Object.keys(issueCodes) as IssueCode[];

/** Codes that no short file can show. */
const withoutExample: ReadonlySet<IssueCode> = new Set(["SM299"]);

function page(code: string): string {
    return fs.readFileSync(packagePath("docs", "sysmon-check", `${code}.md`), "utf8");
}

/** The contents of all fences of a language. */
function fences(text: string, language: string): string[] {
    return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, "gms"))].map((match) => match[1] ?? "");
}

describe("the pages of docs/sysmon-check", () => {
    for (const code of codes) {
        it(`${code} has a page with its meaning and severity`, () => {
            const { meaning, severity } = issueCodes[code];
            const text = page(code);
            assert.ok(text.startsWith(`# ${code}: ${meaning.replace(/\.$/, "")}\n`), "heading");
            assert.ok(text.includes(`\nSeverity: ${severity}\n`), "severity");
            assert.match(text, /^## Effect$/m);
            assert.match(text, /^## Mend$/m);
        });

        if (withoutExample.has(code)) continue;

        it(`${code} is found in the example of its page, and not in the mended one`, () => {
            const [example = "", mended = "", ...others] = fences(page(code), "xml");
            const needs = fences(page(code), "json").map((text) => JSON.parse(text) as Need[]);
            const found = (xml: string): string[] =>
                // As bytes, like a file: an encoding that it declares counts.
                checkConfig(Buffer.from(xml), { needs: needs.flat() }).map((issue) => issue.code);
            assert.ok(found(example).includes(code), `example: ${found(example).join(" ")}`);
            assert.ok(mended !== "" && !found(mended).includes(code), `mended: ${found(mended).join(" ")}`);
            assert.equal(others.length, 0);
        });

        it(`${code} is mended without an error`, () => {
            const mended = fences(page(code), "xml").at(-1) ?? "";
            const errors = checkConfig(Buffer.from(mended)).filter(({ severity }) => severity === "error");
            assert.deepEqual(errors, []);
        });
    }

    it("are no more than there are codes, and listed in the index", () => {
        const files = fs.readdirSync(packagePath("docs", "sysmon-check")).sort();
        assert.deepEqual(files, ["README.md", ...codes.map((code) => `${code}.md`)].sort());
        const index = page("README");
        for (const code of codes) assert.ok(index.includes(`[${code}](${code}.md)`), code);
    });
});
