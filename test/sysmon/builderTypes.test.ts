import assert from "node:assert/strict";
import ts from "typescript";
import { packagePath } from "../../package/root";

/** Code that stands in a file beside this one, and the compiler's complaints about it, in order. */
const cases: readonly (readonly [title: string, code: string, ...complaints: RegExp[]])[] = [
    [
        "a field of the event",
        'sysmonConfig({ schemaVersion: 4.9 }).event("ProcessAccess").include({ TargetImage: { image: "a.exe" } });',
    ],
    [
        "a field of another event",
        'sysmonConfig({ schemaVersion: 4.9 }).event("ProcessAccess").include({ QueryName: { is: "a" } });',
        /'QueryName' does not exist in type/,
    ],
    [
        "a misspelled field",
        'sysmonConfig({ schemaVersion: 4.9 }).event("ProcessAccess").exclude({ Targetimage: { is: "a" } });',
        /'Targetimage' does not exist in type/,
    ],
    [
        "a field of another event in a rule",
        `sysmonConfig({ schemaVersion: 4.9 }).event("ImageLoad").include({
            rule: "and",
            filters: { ImageLoaded: { "end with": ".dll" }, CommandLine: { contains: "a" } },
        });`,
        /'CommandLine' does not exist in type/,
    ],
    [
        "every field of a series of events",
        'sysmonConfig({ schemaVersion: 4.9 }).event("RegistryEvent").include({ Details: { is: "a" }, NewName: { is: "b" } });',
    ],
    [
        "an unknown event",
        'sysmonConfig({ schemaVersion: 4.9 }).event("ProcessOpen").include();',
        /'"ProcessOpen"' is not assignable/,
    ],
    [
        "an event at the version that brought it",
        'sysmonConfig({ schemaVersion: 4.5 }).event("ProcessTampering").exclude();',
    ],
    [
        "an event of a later version",
        'sysmonConfig({ schemaVersion: 4.4 }).event("ProcessTampering").exclude();',
        /'"ProcessTampering"' is not assignable/,
    ],
    [
        "an event that the sensor accepts before it has it",
        'sysmonConfig({ schemaVersion: 4.22 }).event("FileDelete").include({ TargetFilename: { is: "a" } });',
    ],
    [
        "a field at the version that brought it",
        'sysmonConfig({ schemaVersion: 4.8 }).event("ProcessAccess").include({ SourceUser: { is: "a" } });',
    ],
    [
        "a field of a later version",
        'sysmonConfig({ schemaVersion: 4.7 }).event("ProcessAccess").include({ SourceUser: { is: "a" } });',
        /'SourceUser' does not exist in type/,
    ],
    [
        "a condition that the sensor lacks",
        'sysmonConfig({ schemaVersion: 4.9 }).event("ImageLoad").include({ Image: { "ends with": "a" } });',
        /'"ends with"' does not exist in type/,
    ],
    [
        "a value that is no text",
        'sysmonConfig({ schemaVersion: 4.9 }).event("ProcessAccess").include({ GrantedAccess: { is: 0x1fffff } });',
        /Type 'number' is not assignable/,
    ],
    ["a version that no release has", "sysmonConfig({ schemaVersion: 4.85 });", /'4.85' is not assignable/],
    ["a version that the sensor rejects", "sysmonConfig({ schemaVersion: 3.4 });", /'3.4' is not assignable/],
    [
        "an unknown option",
        'sysmonConfig({ schemaVersion: 4.9, options: { HashAlgorithm: "SHA256" } });',
        /'HashAlgorithm' does not exist in type/,
    ],
    [
        "an event's name for the option that switches it on",
        'sysmonConfig({ schemaVersion: 4.9, options: { DnsQuery: "" } });',
        /'DnsQuery' does not exist in type/,
    ],
    [
        "a relation that is neither",
        'sysmonConfig({ schemaVersion: 4.9 }).event("ImageLoad", { relation: "xor" }).include();',
        /'"xor"' is not assignable/,
    ],
];

const configHost: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) =>
        assert.fail(ts.flattenDiagnosticMessageText(messageText, "\n")),
};

/** The complaints about each case, from one run of the compiler with the package's own options. */
function complaints(): readonly string[][] {
    const options = ts.getParsedCommandLineOfConfigFile(
        packagePath("tsconfig.json"),
        { noEmit: true },
        configHost,
    )?.options;
    assert.ok(options);
    const sources = new Map(
        cases.map(([, code], index) => [
            packagePath("test", "sysmon", `builderCase${index}.ts`),
            `import { sysmonConfig } from "../../sysmon/builder";\n${code}\n`,
        ]),
    );
    const host = ts.createCompilerHost(options);
    const readFile = host.readFile.bind(host);
    const fileExists = host.fileExists.bind(host);
    host.readFile = (file) => sources.get(file) ?? readFile(file);
    host.fileExists = (file) => sources.has(file) || fileExists(file);
    const program = ts.createProgram([...sources.keys()], options, host);
    return [...sources.keys()].map((file) => {
        const source = program.getSourceFile(file);
        assert.ok(source);
        const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
        return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    });
}

describe("a configuration as code", () => {
    let found: readonly string[][];
    before(() => {
        found = complaints();
    });

    for (const [index, [title, , ...expected]] of cases.entries()) {
        it(`${expected.length === 0 ? "compiles with" : "does not compile with"} ${title}`, () => {
            const messages = found[index] ?? [];
            assert.equal(messages.length, expected.length, messages.join("\n"));
            for (const [place, message] of messages.entries()) assert.match(message, expected[place] ?? /$^/);
        });
    }
});
