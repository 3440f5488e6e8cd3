import assert from "node:assert/strict";
import * as path from "node:path";
import { findRecordings } from "../../rehearsal/recordings";
import { temporaryFolder } from "../support/temporaryFolder";

const manifest = `title: t
description: d
reconstructed: true
sources: []
techniques: []
expect: { ring: [], quiet: others }
`;

describe("Recordings behind paths", () => {
    it("are the files of a folder, and of the folders in it, one by one", () => {
        const folder = temporaryFolder({ "b.evtx": "", "a.jsonl.gz": "", "notes.txt": "", "inner/c.xml": "" });
        const { sources, problems } = findRecordings([folder]);
        assert.deepEqual(
            sources.map(({ name }) => name),
            ["a.jsonl.gz", "b.evtx", "c.xml"],
        );
        assert.deepEqual(problems, []);
    });

    it("are one where a folder has a recording.yaml", () => {
        const folder = temporaryFolder({
            "attack/recording.yaml": manifest,
            "attack/1.jsonl": "",
            "attack/2.jsonl": "",
        });
        const { sources } = findRecordings([folder]);
        assert.deepEqual(
            sources.map(({ name, files }) => [name, files.map((file) => path.basename(file))]),
            [["attack", ["1.jsonl", "2.jsonl"]]],
        );
        assert.equal(sources[0]?.manifest?.title, "t");
    });

    it("keep the order in which they are named", () => {
        const folder = temporaryFolder({ "a.xml": "", "b.xml": "" });
        const named = ["b.xml", "a.xml"].map((name) => path.join(folder, name));
        assert.deepEqual(
            findRecordings(named).sources.map(({ files }) => files[0]),
            named,
        );
    });

    it("are told apart from what is none", () => {
        const folder = temporaryFolder({ "notes.txt": "", "attack/recording.yaml": "title: 1\n" });
        const { sources, problems } = findRecordings([path.join(folder, "attack"), path.join(folder, "gone.evtx")]);
        assert.deepEqual(sources, []);
        assert.equal(problems.length, 2);
        assert.match(problems[0]?.message ?? "", /recording\.yaml/);
        assert.match(problems[1]?.message ?? "", /no such file/);
    });
});
