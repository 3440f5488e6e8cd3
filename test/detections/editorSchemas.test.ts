import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { parse } from "yaml";
import { editorSchemas, loadCatalog, loadHunts, shippedRecordings } from "../../detections";
import { packagePath } from "../../package/root";

const schemas = editorSchemas();
// Ids are texts to a schema; their form is in the pattern beside it.
const ajv = new Ajv2020({ formats: { uuid: true } });
const accepts = {
    "detection.schema.json": ajv.compile(schemas["detection.schema.json"]),
    "hunt.schema.json": ajv.compile(schemas["hunt.schema.json"]),
    "recording.schema.json": ajv.compile(schemas["recording.schema.json"]),
};

const files: readonly (readonly [file: string, schema: keyof typeof schemas])[] = [
    ...loadCatalog().detections.map(
        ({ folder }) => [path.join(folder, "detection.yaml"), "detection.schema.json"] as const,
    ),
    ...loadHunts().map(({ folder }) => [path.join(folder, "hunt.yaml"), "hunt.schema.json"] as const),
    ...shippedRecordings().map((folder) => [path.join(folder, "recording.yaml"), "recording.schema.json"] as const),
];

describe("the schemas for editors", () => {
    for (const [name, schema] of Object.entries(schemas)) {
        it(`${name} is the one that the package checks by; else run npx tsx test/detections/writeEditorSchemas.ts`, () => {
            const committed: unknown = JSON.parse(fs.readFileSync(packagePath("detections", name), "utf8"));
            assert.deepEqual(committed, JSON.parse(JSON.stringify(schema)));
        });
    }

    for (const [file, schema] of files) {
        it(`${path.relative(packagePath("detections"), file)} names its schema and fits it`, () => {
            const text = fs.readFileSync(file, "utf8");
            const named = /^# yaml-language-server: \$schema=(.+)\n/.exec(text)?.[1] ?? "";
            assert.equal(path.resolve(path.dirname(file), named), packagePath("detections", schema));
            assert.equal(accepts[schema](parse(text)), true, JSON.stringify(accepts[schema].errors));
        });
    }

    const wrong: readonly (readonly [title: string, from: RegExp, to: string])[] = [
        ["an unknown key", /^status: /m, "state: "],
        ["a severity that does not exist", /^severity: .*/m, "severity: Critical"],
        ["a missing key", /^title: .*\n/m, ""],
        ["a default of another type", /^ {4}default: \[\]/m, "    default: 1"],
    ];
    const [sample = ""] = files.map(([file]) => file).filter((file) => file.includes("raw-disk-access"));
    for (const [title, from, to] of wrong) {
        it(`mark ${title}`, () => {
            const text = fs.readFileSync(sample, "utf8");
            assert.match(text, from);
            assert.equal(accepts["detection.schema.json"](parse(text.replace(from, to))), false);
        });
    }
});
