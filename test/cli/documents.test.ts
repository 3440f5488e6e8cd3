import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { Command, CommanderError } from "commander";
import { parse } from "yaml";
import type { Output } from "../../cli/output";
import { packagePath, packageRoot } from "../../package/root";
import { stackFileSchema } from "../../settings";

const load = createRequire(__filename);

const documents = ["README.md", "CONTRIBUTING.md", ...markdownIn("docs")];

function markdownIn(folder: string): string[] {
    return fs
        .readdirSync(packagePath(folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".md"))
        .map((file) => path.join(folder, file))
        .sort();
}

const textOf = (document: string): string => fs.readFileSync(packagePath(document), "utf8");

/** Fenced blocks of a language, without the indentation of a list that they stand in. */
function blocksOf(text: string, language: string): string[] {
    return [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\``, "gm"))].map(
        ([, indentation = "", block = ""]) => block.replace(new RegExp(`^${indentation}`, "gm"), ""),
    );
}

/** Commands in shell blocks, each without what follows a pipe or comment, and those in the text's own line. */
function commandsOf(text: string): string[] {
    const lines = blocksOf(text, "sh").flatMap((block) => block.replace(/\\\n\s*/g, " ").split("\n"));
    const inline = [...text.replace(/^ *```[\s\S]*?^ *```/gm, "").matchAll(/`(npx sysmon-azure[^`]*)`/g)].map(
        ([, command = ""]) => command,
    );
    return [...lines, ...inline].flatMap(
        (line) => /^npx sysmon-azure (.*?)(?: [|>#&].*)?$/.exec(line.trim())?.[1] ?? [],
    );
}

/** The words of a command as a shell would split them; marks of optional and repeated parts are no words. */
function wordsOf(command: string): string[] {
    const plain = command.replace(/[[\]…]/g, "");
    return [...plain.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, one, two, three]) => one ?? two ?? three ?? "");
}

/** The command as it is, but nothing runs. */
function commandThatOnlyParses(): Command {
    const output: Output = {
        write: () => undefined,
        line: () => undefined,
        note: () => undefined,
        colors: load("picocolors") as Output["colors"],
        width: 100,
        interactive: false,
    };
    const program = new Command("sysmon-azure").enablePositionalOptions();
    for (const file of fs.readdirSync(packagePath("cli"))) {
        // It runs what this process was started with.
        if (file === "main.ts") continue;
        const name = path.basename(file, ".ts");
        const exported = load(path.join(packageRoot, "cli", file)) as Readonly<Record<string, unknown>>;
        const make = exported[`${name}Command`];
        if (typeof make === "function") program.addCommand((make as (output: Output) => Command)(output));
    }
    silence(program);
    return program;
}

function silence(command: Command): void {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    const onlyGroups = command.commands.length > 0 && command.registeredArguments.length === 0;
    if (!onlyGroups) command.action(() => undefined);
    command.commands.forEach((child) => silence(child));
}

/** What the command says against it; undefined where it parses. */
async function problemOf(words: readonly string[]): Promise<string | undefined> {
    try {
        await commandThatOnlyParses().parseAsync(["node", "sysmon-azure", ...words]);
        return undefined;
    } catch (error) {
        if (error instanceof CommanderError) return error.message;
        throw error;
    }
}

describe("The documents", () => {
    const commands = new Map<string, string>();
    for (const document of documents) {
        for (const command of commandsOf(textOf(document))) {
            if (!commands.has(command)) commands.set(command, document);
        }
    }

    it("hold the commands that this looks at", () => assert.ok(commands.size > 20, `${commands.size}`));

    it("refuse a command that there is not", async () => {
        assert.match((await problemOf(["preflight", "--stacks", "dev"])) ?? "", /unknown option/);
        assert.match((await problemOf(["preflights"])) ?? "", /unknown command/);
    });

    for (const [command, document] of commands) {
        it(`${document}: npx sysmon-azure ${command}`, async () => {
            assert.equal(await problemOf(wordsOf(command)), undefined);
        });
    }

    const schema = stackFileSchema();
    const config = schema.properties?.config;
    assert.ok(typeof config === "object");
    // A page shows the settings that it speaks of, each whole.
    const { required: _, ...fragment } = config;
    const validate = new Ajv2020({ formats: { uuid: true }, allErrors: true }).compile(fragment);
    const fragments = documents.flatMap((document) =>
        blocksOf(textOf(document), "yaml")
            .map((block): unknown => parse(block))
            .filter((content) => isMapping(content) && "config" in content)
            .map((content) => ({ document, content })),
    );

    it("hold the settings that this looks at", () => assert.ok(fragments.length > 8, `${fragments.length}`));

    it("refuse a setting that there is not", () => {
        assert.ok(!validate({ "sysmon-azure:sensor": { acceptEula: true, versions: 1 } }));
        assert.ok(!validate({ "sysmon-azure:sensors": { acceptEula: true } }));
    });

    fragments.forEach(({ document, content }, index) => {
        it(`${document}: settings ${index + 1} fit the schema of stack files`, () => {
            validate(isMapping(content) ? content.config : content);
            assert.deepEqual(validate.errors ?? [], []);
        });
    });

    it("link to files that are there", () => {
        const dead = documents.flatMap((document) =>
            [...textOf(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
                .map(([, target = ""]) => path.join(path.dirname(document), target))
                .filter((target) => !fs.existsSync(packagePath(target)))
                .map((target) => `${document}: ${target}`),
        );
        assert.deepEqual(dead, []);
    });

    it("are all in the index", () => {
        const index = textOf(path.join("docs", "README.md"));
        const missing = fs
            .readdirSync(packagePath("docs"), { withFileTypes: true })
            .filter(({ name }) => name !== "README.md")
            .filter((entry) => !index.includes(entry.isDirectory() ? `(${entry.name}/` : `(${entry.name})`));
        assert.deepEqual(
            missing.map(({ name }) => name),
            [],
        );
    });
});

function isMapping(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
