import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import {
    contentHash,
    fileSource,
    hashFile,
    installerScript,
    payloadFiles,
    type SysmonSource,
} from "../../../sysmon/installer/index";
import { readLiteral, writeLiteral } from "../../../sysmon/installer/powershellLiteral";
import { configXml, install, sources } from "./samples";

const sha256 = (text: string): string => crypto.createHash("sha256").update(text, "utf8").digest("hex");

describe("The payload", () => {
    it("is the installer and the configuration, each named by its content", () => {
        assert.deepEqual(payloadFiles({ configXml, source: { kind: "microsoft" } }), [
            {
                name: "install-sysmon.ps1",
                sha256: sha256(installerScript()),
                text: installerScript(),
                blobName: `${sha256(installerScript())}/install-sysmon.ps1`,
            },
            {
                name: "sysmon.xml",
                sha256: sha256(configXml),
                text: configXml,
                blobName: `${sha256(configXml)}/sysmon.xml`,
            },
        ]);
    });

    for (const [name, delivered] of [
        ["Sysmon 15.15 (approved).ZIP", "sysmon.zip"],
        ["Sysmon64.exe", "sysmon.exe"],
    ] as const) {
        it(`takes a local ${path.extname(name)} along under a plain name`, () => {
            const source: SysmonSource = { kind: "file", name, path: `/private/${name}`, sha256: "CD".repeat(32) };
            assert.deepEqual(payloadFiles({ configXml, source }).at(-1), {
                name: delivered,
                sha256: "cd".repeat(32),
                path: `/private/${name}`,
                blobName: `${"cd".repeat(32)}/${delivered}`,
            });
        });
    }

    it("has a new blob for the configuration when the configuration changes, and only for it", () => {
        const [installer, config] = payloadFiles({ configXml, source: { kind: "microsoft" } });
        const [installerNext, configNext] = payloadFiles({ configXml: `${configXml} `, source: { kind: "microsoft" } });
        assert.equal(installerNext?.blobName, installer?.blobName);
        assert.notEqual(configNext?.blobName, config?.blobName);
    });

    const digest = "ab".repeat(32);
    const refused: readonly [string, SysmonSource, RegExp][] = [
        [
            "a short hash",
            { kind: "url", url: "https://a.example/s.zip", sha256: "ab" },
            /"ab" must be 64 hexadecimal digits/,
        ],
        [
            "an address that is none",
            { kind: "url", url: "mirror", sha256: digest },
            /"mirror" must be an https address/,
        ],
        [
            "a password in the address",
            { kind: "url", url: "https://u:p@a.example/s.zip", sha256: digest },
            /user name or password/,
        ],
        [
            "a file of another kind",
            { kind: "file", name: "Sysmon.msi", path: "Sysmon.msi", sha256: digest },
            /must be a \.zip or an \.exe/,
        ],
        ["two problems at once", { kind: "url", url: "ftp://a.example", sha256: "" }, /64 hexadecimal digits; its url/],
    ];
    for (const [what, source, message] of refused) {
        it(`is refused for ${what}`, () => {
            assert.throws(() => payloadFiles({ configXml, source }), message);
        });
    }

    const encodings: readonly [string, string, boolean][] = [
        ["no declaration", "<Sysmon/>", true],
        ["UTF-8", `<?xml version="1.0" encoding="UTF-8"?><Sysmon>ö</Sysmon>`, true],
        ["windows-1252 with plain ASCII", `<?xml version='1.0' encoding='windows-1252'?><Sysmon/>`, true],
        ["windows-1252 with other letters", `<?xml version="1.0" encoding="windows-1252"?><Sysmon>ö</Sysmon>`, false],
        ["UTF-16", `<?xml version="1.0" encoding="UTF-16"?><Sysmon/>`, false],
    ];
    for (const [what, xml, accepted] of encodings) {
        it(`${accepted ? "takes" : "refuses"} a configuration that declares ${what}`, () => {
            const attempt = (): unknown => payloadFiles({ configXml: xml, source: { kind: "microsoft" } });
            if (accepted) assert.doesNotThrow(attempt);
            else assert.throws(attempt, /the sensor would reject it/);
        });
    }
});

describe("A local source", () => {
    it("is hashed from the file", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "installer-"));
        try {
            const file = path.join(folder, "Sysmon.zip");
            fs.writeFileSync(file, "content");
            assert.equal(hashFile(file), sha256("content"));
            assert.deepEqual(fileSource(file), {
                kind: "file",
                name: "Sysmon.zip",
                path: file,
                sha256: sha256("content"),
            });
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});

describe("The content hash", () => {
    const wanted = { configXml, source: sources.file, install };
    const url = { kind: "url", url: "https://a.example/s.zip", sha256: "ab".repeat(32) } as const;
    const changes: readonly [string, Parameters<typeof contentHash>[0]][] = [
        ["the configuration", { ...wanted, configXml: `${configXml}\n` }],
        ["the kind of source", { ...wanted, source: { kind: "microsoft" } }],
        [
            "the binary",
            {
                ...wanted,
                source: { kind: "file", name: "Sysmon.zip", path: "/tmp/Sysmon.zip", sha256: "ef".repeat(32) },
            },
        ],
        ["the address", { ...wanted, source: url }],
        ["another address", { ...wanted, source: { ...url, url: "https://b.example/s.zip" } }],
        ["ensure", { ...wanted, install: { ...install, ensure: "absent" } }],
        ["builtIn", { ...wanted, install: { ...install, builtIn: "never" } }],
        ["the channel's size", { ...wanted, install: { ...install, channelMegabytes: 256 } }],
        ["the proxy", { ...wanted, install: { ...install, proxyUrl: "http://proxy.example:8080" } }],
    ];

    it("differs for every thing a machine would run differently", () => {
        const hashes = [wanted, ...changes.map(([, changed]) => changed)].map(contentHash);
        assert.equal(new Set(hashes).size, hashes.length);
        for (const hash of hashes) assert.match(hash, /^[0-9a-f]{64}$/);
    });

    it("stays where a local binary only moved, or a hash is written in other letters", () => {
        const moved = {
            kind: "file",
            name: "Sysmon.zip",
            path: "/elsewhere/Sysmon.zip",
            sha256: "CD".repeat(32),
        } as const;
        assert.equal(contentHash({ ...wanted, source: moved }), contentHash(wanted));
    });
});

describe("A PowerShell literal", () => {
    it("gives back any text", () => {
        const unit = fc.oneof(
            fc.constantFrom("'", '"', "%", "!", "'+[char]65+'", "\u2018", "\u201B", "(", ")", "\n"),
            fc.string({ unit: "binary" }),
        );
        fc.assert(
            fc.property(fc.string({ unit }), (text) => {
                assert.equal(readLiteral(writeLiteral(text)), text);
            }),
        );
    });

    it("is printable ASCII, with nothing that cmd.exe acts on inside double quotes", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), (text) => {
                assert.match(writeLiteral(text), /^[\x20\x23\x24\x26-\x7e]*$/);
            }),
        );
    });

    for (const [text, literal] of [
        ["", "''"],
        ["it's", "'it''s'"],
        ["50%", "('50'+[char]37+'')"],
        ["\u2019", "(''+[char]8217+'')"],
    ] as const) {
        it(`writes ${JSON.stringify(text)} as ${literal}`, () => {
            assert.equal(writeLiteral(text), literal);
        });
    }

    for (const text of ["", "'", "'a", "a", "'a'b'", "('a')", "('a'+[char]+'')", "'a'+'b'"]) {
        it(`is not ${JSON.stringify(text)}`, () => {
            assert.equal(readLiteral(text), undefined);
        });
    }
});
