import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { boundQueryFiles } from "../../cli/boundQueries";
import { temporaryFolder } from "../support/temporaryFolder";

describe("files of bound queries", () => {
    const before = { ...process.env };
    let folder: string;
    beforeEach(() => {
        folder = temporaryFolder();
        process.env.XDG_CACHE_HOME = folder;
        process.env.LOCALAPPDATA = folder;
    });
    afterEach(() => {
        for (const name of ["XDG_CACHE_HOME", "LOCALAPPDATA"]) {
            const value = before[name];
            if (value === undefined) Reflect.deleteProperty(process.env, name);
            else process.env[name] = value;
        }
    });
    const file = (key: string): string => path.join(folder, "sysmon-azure", "queries", key);

    it("give back what another process wrote", () => {
        boundQueryFiles().write("key", "a text\nof two lines");
        assert.equal(boundQueryFiles().read("key"), "a text\nof two lines");
    });

    it("hold nothing under another key", () => {
        boundQueryFiles().write("key", "text");
        assert.equal(boundQueryFiles().read("other"), undefined);
    });

    it("count as missing where they are damaged", () => {
        boundQueryFiles().write("key", "text");
        fs.appendFileSync(file("key"), "x");
        assert.equal(boundQueryFiles().read("key"), undefined);
    });

    it("are removed a month after they were written", () => {
        boundQueryFiles().write("old", "text");
        fs.utimesSync(file("old"), new Date(0), new Date(0));
        boundQueryFiles().write("new", "text");
        assert.deepEqual(fs.readdirSync(path.dirname(file("new"))), ["new"]);
    });

    it("leave no half-written file beside them", () => {
        boundQueryFiles().write("key", "text");
        assert.deepEqual(fs.readdirSync(path.dirname(file("key"))), ["key"]);
    });
});
