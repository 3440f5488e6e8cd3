import assert from "node:assert/strict";
import * as fs from "node:fs";
import { Ajv2020 } from "ajv/dist/2020";
import { parse } from "yaml";
import { packagePath } from "../../package/root";
import { readStackFile, stackFileSchema, unknownDetections, type Settings } from "../../settings";

const stacks = ["dev", "staging", "prod", "everything"];

function textOf(stack: string): string {
    return fs.readFileSync(packagePath(`Pulumi.${stack}.yaml`), "utf8");
}

function settingsOf(stack: string): Settings {
    const read = readStackFile(textOf(stack), `Pulumi.${stack}.yaml`);
    if ("problems" in read) assert.fail(JSON.stringify(read.problems, null, 2));
    return read.file.settings;
}

const accepts = new Ajv2020({ allowUnionTypes: true }).compile(stackFileSchema());

describe("the stack files of the package", () => {
    for (const stack of stacks) {
        it(`${stack} passes, with the name of its environment`, () => {
            // Only dev has a lab, which everything has as well.
            assert.equal(settingsOf(stack).environment, stack === "everything" ? "dev" : stack);
        });

        it(`${stack} passes in an editor, which it names the schema to`, () => {
            assert.ok(accepts(parse(textOf(stack))), JSON.stringify(accepts.errors, null, 2));
            assert.match(textOf(stack), /^# yaml-language-server: \$schema=settings\/stack\.schema\.json\n/);
        });

        it(`${stack} names only detections that there are`, () => {
            const names = fs.readdirSync(packagePath("detections", "rules"));
            assert.deepEqual(unknownDetections(settingsOf(stack).detections, names, stack), []);
        });

        it(`${stack} holds no secret and no salt`, () => {
            assert.doesNotMatch(textOf(stack), /secure:|salt|encryptedkey/);
        });
    }

    it("cap collection in dev and leave it open in prod, where data is protected", () => {
        const [dev, prod] = [settingsOf("dev"), settingsOf("prod")];
        assert.deepEqual(dev.workspace, { kind: "create", retentionDays: 30, dailyCapGb: 1 });
        assert.deepEqual(prod.workspace, { kind: "create", retentionDays: 90 });
        assert.deepEqual([dev.protect, prod.protect], [false, true]);
    });

    it("have no machines but those of everything, which has every kind, identity and delivery", () => {
        for (const stack of ["dev", "staging", "prod"]) assert.deepEqual(settingsOf(stack).machines, []);
        const { machines, subscriptionId } = settingsOf("everything");
        const kinds = machines.map((machine) => (machine.kind === "scaleSet" ? machine.orchestration : machine.kind));
        assert.deepEqual(new Set(kinds), new Set(["virtualMachine", "uniform", "flexible", "arcMachine"]));
        assert.deepEqual(new Set(machines.map(({ identity }) => identity.kind)), new Set(["system", "user", "none"]));
        assert.deepEqual(new Set(machines.map(({ delivery }) => delivery)), new Set(["extension", "runCommand"]));
        assert.ok(machines.some(({ id }) => !id.includes(subscriptionId)));
    });

    it("set everything that can be set, in everything", () => {
        const schema = stackFileSchema().properties?.config;
        const keys = typeof schema === "object" ? Object.keys(schema.properties ?? {}) : [];
        const read = readStackFile(textOf("everything"), "Pulumi.everything.yaml");
        const set = "file" in read ? Object.keys(read.file.config) : [];
        assert.deepEqual(new Set(set), new Set(keys));
    });

    it("belong to a project that runs the program, not the library, and declares no configuration of its own", () => {
        const project: unknown = parse(fs.readFileSync(packagePath("Pulumi.yaml"), "utf8"));
        assert.deepEqual(project, {
            name: "sysmon-azure",
            description:
                "Detection of in-memory attacks on Windows machines with Sysmon, Azure Monitor and Microsoft Sentinel",
            main: "program.cjs",
            runtime: { name: "nodejs", options: { nodeargs: "--stack-trace-limit=3" } },
        });
    });
});

describe("the schema for editors", () => {
    it("is the one that the settings give; else run npx tsx test/settings/writeStackSchema.ts", () => {
        const committed: unknown = JSON.parse(fs.readFileSync(packagePath("settings", "stack.schema.json"), "utf8"));
        assert.deepEqual(committed, JSON.parse(JSON.stringify(stackFileSchema())));
    });

    const wrong: [title: string, from: string | RegExp, to: string][] = [
        ["an unknown key of the package", "config:", "config:\n  sysmon-azure:locatoin: x"],
        ["an unknown nested key", "acceptEula: true", "acceptEula: true\n    presets: x"],
        ["a licence not accepted", "acceptEula: true", "acceptEula: false"],
        ["a missing key", /.*sysmon-azure:location.*\n/, ""],
        ["a key without namespace", "config:", "config:\n  location: x"],
    ];
    for (const [title, from, to] of wrong) {
        it(`marks ${title}`, () => assert.equal(accepts(parse(textOf("dev").replace(from, to))), false));
    }

    it("lets other packages' keys pass, and a webhook's address encrypted", () => {
        const text = textOf("everything")
            .replace("config:", "encryptionsalt: v1\nconfig:\n  azure-native:location: westeurope")
            .replace("uri: https://hooks.example.com/sysmon-azure", "uri: { secure: AAAB }");
        assert.ok(accepts(parse(text)), JSON.stringify(accepts.errors));
    });
});
