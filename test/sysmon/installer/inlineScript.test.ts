import assert from "node:assert/strict";
import fc from "fast-check";
import { contentHash, inlineScript, installerScript, readInlineScript } from "../../../sysmon/installer/index";
import { readPowerShell } from "./powershell";
import { configXml, install } from "./samples";

const source = { kind: "microsoft" } as const;
const script = inlineScript({ configXml, source, install });

describe("The inline script", () => {
    it("carries installer and configuration, and gives the configuration back", () => {
        assert.ok(script.includes(installerScript().trimEnd()));
        assert.deepEqual(readInlineScript(script), { configXml });
    });

    it("gives back any text as it was", () => {
        const unit = fc.oneof(
            fc.constantFrom("<", ">", "'@", "\r\n", "\n", "\u0000", "\uFEFF"),
            fc.string({ unit: "binary" }),
        );
        fc.assert(
            fc.property(fc.string({ unit, maxLength: 400 }), (text) => {
                assert.deepEqual(readInlineScript(inlineScript({ configXml: text, source, install })), {
                    configXml: text,
                });
            }),
        );
    });

    it("is read back after somebody turned its line ends", () => {
        assert.deepEqual(readInlineScript(script.replace(/\n/g, "\r\n")), { configXml });
    });

    it("packs a configuration of real size into a fraction of it", () => {
        const rules = Array.from(
            { length: 3000 },
            (_, index) => `<Image condition="end with">\\program${index}.exe</Image>`,
        ).join("\n");
        const large = `<Sysmon schemaversion="4.90"><EventFiltering><ImageLoad onmatch="include">\n${rules}\n</ImageLoad></EventFiltering></Sysmon>`;
        const packed = inlineScript({ configXml: large, source, install });
        assert.ok(
            packed.length - script.length < large.length / 4,
            `${packed.length - script.length} of ${large.length}`,
        );
        assert.deepEqual(readInlineScript(packed), { configXml: large });
    });

    it("has the same text for the same request, and names its content at its end", () => {
        assert.equal(inlineScript({ configXml, source, install }), script);
        assert.equal(script.trimEnd().split("\n").at(-1), `# content ${contentHash({ configXml, source, install })}`);
    });

    it("lets no address break out of its quotes", async () => {
        const calm = await readPowerShell(
            inlineScript({
                configXml,
                source: { kind: "url", url: "https://a.example/", sha256: "ab".repeat(32) },
                install,
            }),
        );
        await fc.assert(
            fc.asyncProperty(
                fc.string({ unit: fc.constantFrom("'", '"', "$", "(", ";", "`", "\u2018", "\n", "a") }),
                async (text) => {
                    const url = `https://a.example/${text}?${text}`;
                    const read = await readPowerShell(
                        inlineScript({ configXml, source: { kind: "url", url, sha256: "ab".repeat(32) }, install }),
                    );
                    assert.deepEqual(read.syntaxErrors, []);
                    assert.deepEqual(read.commands, calm.commands);
                },
            ),
            { numRuns: 10 },
        );
    });
});

describe("readInlineScript", () => {
    const foreign: readonly [string, string][] = [
        ["nothing", ""],
        ["another script", "Get-Date\n"],
        ["our first line alone", `${script.split("\n")[0]}\n`],
    ];
    for (const [what, text] of foreign) {
        it(`says nothing about ${what}`, () => {
            assert.equal(readInlineScript(text), undefined);
        });
    }

    it("refuses a script whose configuration is not the one its hash names", () => {
        const other = inlineScript({ configXml: "<Sysmon/>", source, install });
        const digest = /\$configSha256 = '(.*)'/;
        const swapped = script.replace(digest, digest.exec(other)?.[0] ?? assert.fail());
        assert.throws(() => readInlineScript(swapped), /damaged/);
    });

    it("refuses a script whose configuration does not unpack", () => {
        assert.throws(() => readInlineScript(script.replace(/@'\n[\s\S]*?\n'@/, "@'\nAAAA\n'@")), /damaged/);
    });
});
