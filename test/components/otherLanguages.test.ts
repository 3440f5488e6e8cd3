import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import * as components from "../../components";
import { packagePath } from "../../package/root";

const exported: unknown[] = Object.values(components);
const classNames = exported.flatMap((value) =>
    typeof value === "function" && value.prototype instanceof pulumi.ComponentResource ? [value.name] : [],
);

describe("the components, to users of other languages", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sysmon-azure-analyzer-"));
    const entry = packagePath("components", "index.ts");
    let analyzed: ReturnType<Analyzer["analyze"]>;

    before(() => {
        // The analyzer compiles all that its tsconfig names: the components alone, not the whole package.
        const settings = { extends: packagePath("tsconfig.json"), files: [entry], include: [] };
        const compilerOptions = {
            rootDir: packagePath(),
            noEmit: true,
            typeRoots: [packagePath("node_modules/@types")],
        };
        fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ ...settings, compilerOptions }));
        analyzed = new Analyzer(
            folder,
            "sysmon-azure",
            { name: "sysmon-azure", main: entry },
            new Set(classNames),
        ).analyze();
    });

    after(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    it("are all understood by the component host", () => {
        assert.deepEqual(Object.keys(analyzed.components).sort(), [...classNames].sort());
        assert.ok(classNames.length >= 4);
    });

    it("have arguments that are all documented, required or not", () => {
        const described = [...Object.values(analyzed.components), ...Object.values(analyzed.typeDefinitions)].flatMap(
            (definition) =>
                Object.entries("inputs" in definition ? definition.inputs : (definition.properties ?? {})).map(
                    ([property, { description, optional }]) => ({
                        property: `${definition.name}.${property}`,
                        description: description ?? "",
                        optional: optional === true,
                    }),
                ),
        );
        const bad = described.filter(({ description, optional }) =>
            optional ? !/^(Optional|Conditional)\. /.test(description) : !/^Required\. /.test(description),
        );
        assert.deepEqual(bad, []);
        const silent = described.filter(
            ({ description }) => description.startsWith("Optional.") && !/Defaults to /.test(description),
        );
        assert.deepEqual(silent, []);
    });

    it("have outputs that are all documented", () => {
        const bad = Object.values(analyzed.components).flatMap(({ name, outputs }) =>
            Object.entries(outputs)
                .filter(([, { description }]) => description === undefined)
                .map(([property]) => `${name}.${property}`),
        );
        assert.deepEqual(bad, []);
    });
});
