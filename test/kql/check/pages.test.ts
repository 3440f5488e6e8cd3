import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkedCodes, findings, indexText, pagesFolder, readPage } from "./pages";

/** A text without what a formatter may change. */
const plain = (text: string): string => text.replace(/ +/g, " ").replace(/-{3,}/g, "---");

describe("The pages about what kql check finds", () => {
    for (const [code, title] of Object.entries(checkedCodes)) {
        it(`${code} has a page whose examples show it, and show it mended`, () => {
            const page = readPage(code);
            assert.ok(plain(page).startsWith(`# ${code}: ${title}\n`), "its title is that of the code");
            const found = findings(page, "Found");
            assert.ok(found.length > 0, "an example");
            for (const issues of found)
                assert.ok(
                    issues.some((issue) => issue.code === code),
                    JSON.stringify(issues),
                );
            const mended = findings(page, "Mended");
            assert.ok(mended.length > 0, "a mended example");
            for (const issues of mended) assert.deepEqual(issues, []);
        });
    }

    it("are those of the codes, and an index that is current (npx tsx test/kql/check/writeIndex.ts)", () => {
        const expected = [...Object.keys(checkedCodes).map((code) => `${code}.md`), "README.md"];
        assert.deepEqual(fs.readdirSync(pagesFolder).sort(), expected.sort());
        assert.equal(plain(fs.readFileSync(path.join(pagesFolder, "README.md"), "utf8")), plain(indexText()));
    });
});
