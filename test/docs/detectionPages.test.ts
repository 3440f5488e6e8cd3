import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { loadCatalog } from "../../detections";
import { detectionPages, detectionPagesFolder } from "./detectionPages";

describe("the pages on detections", () => {
    it("are those that the catalog gives; else run npx tsx test/docs/writeDetectionPages.ts", async () => {
        const pages = await detectionPages();
        const read = (name: string): [string, string] => [
            name,
            fs.readFileSync(path.join(detectionPagesFolder, name), "utf8"),
        ];
        const found = new Map(fs.readdirSync(detectionPagesFolder).map(read));
        const stale = [...new Set([...pages.keys(), ...found.keys()])].filter(
            (name) => pages.get(name) !== found.get(name),
        );
        assert.deepEqual(stale, []);
    });

    it("link to files that are there", () => {
        for (const name of fs.readdirSync(detectionPagesFolder)) {
            const page = fs.readFileSync(path.join(detectionPagesFolder, name), "utf8");
            for (const [, target = ""] of page.matchAll(/\]\((?!https:)([^)]+)\)/g)) {
                assert.ok(fs.existsSync(path.join(detectionPagesFolder, target)), `${name}: ${target}`);
            }
        }
    });

    it("tell of every detection what proves it", () => {
        for (const { name } of loadCatalog().detections) {
            const page = fs.readFileSync(path.join(detectionPagesFolder, `${name}.md`), "utf8");
            assert.match(page, /It must ring in\n\n- \[/, name);
        }
    });
});
