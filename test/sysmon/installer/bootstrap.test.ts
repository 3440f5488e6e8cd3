import assert from "node:assert/strict";
import fc from "fast-check";
import {
    bootstrapCommand,
    longestCommand,
    payloadFiles,
    readBootstrap,
    type BootstrapMachine,
    type PayloadReference,
} from "../../../sysmon/installer/index";
import { readPowerShell } from "./powershell";
import { command, configXml, containerUrl, innerScript, install, machines, sources, userIdentity } from "./samples";

const hostile = fc.string({
    unit: fc.constantFrom(
        "'",
        '"',
        "%",
        "!",
        "^",
        "&",
        "|",
        "<",
        ">",
        "`",
        "$",
        "(",
        ")",
        ";",
        " ",
        "\u2019",
        "\n",
        "ö",
        "a",
        "\\",
    ),
});

/** The payload of the samples with further files of any name. */
function withFiles(names: readonly string[]): PayloadReference[] {
    const extra = names.map((name) => ({ name, sha256: "0f".repeat(32) }));
    return [...payloadFiles({ configXml, source: sources.microsoft }), ...extra];
}

function commandFor(wanted: {
    files?: readonly PayloadReference[];
    url?: string;
    containerUrl?: string;
    machine?: BootstrapMachine;
}): string {
    return bootstrapCommand({
        ...(wanted.machine ?? userIdentity),
        containerUrl: wanted.containerUrl ?? containerUrl,
        files: wanted.files ?? withFiles([]),
        source:
            wanted.url === undefined ? sources.microsoft : { kind: "url", url: wanted.url, sha256: "ab".repeat(32) },
        install,
    });
}

/** Double quotes open and close once, and nothing inside them means anything to cmd.exe. */
function assertSafeForCmd(text: string): void {
    const parts = text.split('"');
    assert.equal(parts.length, 3, "exactly one quoted part");
    assert.equal(parts[2], "", "nothing after it");
    assert.match(text, /^[\x20-\x7e]*$/);
    assert.doesNotMatch(text, /[%!]/);
    assert.doesNotMatch(parts[1] ?? "", /\\$/, "a backslash before the quote would escape it");
}

describe("The command of the extension", () => {
    for (const [machine, how] of Object.entries(machines)) {
        for (const source of Object.values(sources)) {
            it(`fits well below 3,000 characters for an ${machine} and source ${source.kind}`, () => {
                const text = command(source, how);
                assert.ok(text.length < 3000, String(text.length));
                assertSafeForCmd(text);
            });
        }
    }

    it("is the same for the same request", () => {
        assert.equal(command(sources.file, userIdentity), command(sources.file, userIdentity));
    });

    it("asks the metadata service for the identity that is named", () => {
        const text = command(sources.microsoft, userIdentity);
        assert.match(
            text,
            /169\.254\.169\.254\/metadata\/identity\/oauth2\/token\?api-version=2018-02-01&resource=https:\/\/storage\.azure\.com\/&msi_res_id=\/subscriptions\//,
        );
        const own = commandFor({ machine: { platform: "azure", identity: { kind: "system" } } });
        assert.doesNotMatch(own, /msi_res_id/);
    });

    it("asks the agent on Arc, and answers its challenge only from the agent's folder", () => {
        const text = commandFor({ machine: { platform: "arc", identity: { kind: "system" } } });
        assert.match(text, /http:\/\/localhost:40342\/metadata\/identity\/oauth2\/token\?api-version=2020-06-01/);
        const refusal = text.indexOf("\\AzureConnectedMachineAgent\\Tokens'){throw");
        assert.ok(refusal > 0 && refusal < text.indexOf("ReadAllText"));
        assert.doesNotMatch(text, /169\.254/);
    });

    it("carries no signature, no encoded command and no secret", () => {
        const text = command(sources.url, userIdentity);
        assert.doesNotMatch(text, /EncodedCommand|sig=|AccountKey/i);
    });

    it("hands the hash of the configuration that it fetched to the installer", () => {
        const files = withFiles([]);
        const at = files.findIndex((file) => file.name === "sysmon.xml");
        assert.ok(commandFor({ files }).includes(`'-ConfigSha256' $f[${2 * at + 1}]`));
    });

    it("waits for what a fresh role assignment answers, and for nothing that waiting cannot heal", () => {
        const list = /\(([\d,]+)\) -notcontains \$k/.exec(command(sources.microsoft, userIdentity))?.[1];
        assert.deepEqual(list?.split(","), ["401", "403", "404", "408", "410", "429"]);
    });

    const refused: readonly [string, () => string, RegExp][] = [
        ["a payload without installer", () => commandFor({ files: [] }), /lacks install-sysmon\.ps1 and sysmon\.xml/],
        ["a container over http", () => commandFor({ containerUrl: "http://a.example/c" }), /no container/],
        [
            "a container with a signature",
            () => commandFor({ containerUrl: `${containerUrl}?sig=x` }),
            /without a signature/,
        ],
        [
            "an account without container",
            () => commandFor({ containerUrl: "https://a.example/" }),
            /<account>\/<container>/,
        ],
        ["a container that is no address", () => commandFor({ containerUrl: "payload" }), /"payload" is no container/],
        ["a source over http", () => commandFor({ url: "http://a.example/Sysmon.zip" }), /must be an https address/],
        [
            "an identity that is no resource id",
            () => commandFor({ machine: { platform: "azure", identity: { kind: "user", resourceId: "my-identity" } } }),
            /must start with \/subscriptions\//,
        ],
        [
            "more than cmd.exe takes",
            () => commandFor({ url: `https://a.example/${"x".repeat(longestCommand)}` }),
            /cmd\.exe takes 8191: shorten/,
        ],
    ];
    for (const [what, attempt, message] of refused) {
        it(`is refused for ${what}`, () => {
            assert.throws(attempt, message);
        });
    }

    it("lets no file name break out of its quotes", () => {
        fc.assert(
            fc.property(fc.array(hostile, { maxLength: 4 }), (names) => {
                const files = withFiles(names);
                const text = commandFor({ files });
                assertSafeForCmd(text);
                const read = readBootstrap(text)?.files.map(({ name, sha256 }) => ({ name, sha256 }));
                assert.deepEqual(
                    read,
                    files.map(({ name, sha256 }) => ({ name, sha256 })),
                );
            }),
        );
    });

    it("lets no address, no container and no identity break out of its quotes", async () => {
        await fc.assert(
            fc.asyncProperty(hostile, async (text) => {
                const built = commandFor({
                    url: `https://a.example/${text}?q=${encodeURIComponent(text)}`,
                    containerUrl: `${containerUrl}/x${encodeURIComponent(text)}`,
                    machine: {
                        platform: "azure",
                        identity: { kind: "user", resourceId: `/subscriptions/0/resourceGroups/${text}` },
                    },
                });
                assertSafeForCmd(built);
                const script = await readPowerShell(innerScript(built));
                assert.deepEqual(script.syntaxErrors, []);
                assert.deepEqual(new Set(script.commands), plainCommands);
            }),
            { numRuns: 50 },
        );
    });
    const plainCommands = new Set<string>();
    before(async () => {
        for (const called of (await readPowerShell(innerScript(commandFor({})))).commands) plainCommands.add(called);
    });
});

describe("readBootstrap", () => {
    for (const [machine, how] of Object.entries(machines)) {
        it(`finds the files, hashes and addresses in the command for an ${machine}`, () => {
            for (const source of Object.values(sources)) {
                const files = payloadFiles({ configXml, source });
                const expected = files.map(({ name, sha256, blobName }) => ({
                    name,
                    sha256,
                    url: `${containerUrl}/${blobName}`,
                }));
                assert.deepEqual(readBootstrap(command(source, how)), { files: expected });
            }
        });
    }

    const foreign: readonly [string, string][] = [
        ["nothing", ""],
        ["another command", "powershell.exe -File setup.ps1"],
        [
            "another script with the same flags",
            'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "Get-Date"',
        ],
        ["a command whose list is cut", command({ kind: "microsoft" }, userIdentity).replace(/,'[0-9a-f]{64}';/, ";")],
        ["a command with an unquoted address", command({ kind: "microsoft" }, userIdentity).replace("$u='", "$u=x'")],
    ];
    for (const [what, text] of foreign) {
        it(`says nothing about ${what}`, () => {
            assert.equal(readBootstrap(text), undefined);
        });
    }
});
