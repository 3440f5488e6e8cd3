import assert from "node:assert/strict";
import { exitCodes, inlineScript, installerScript, standaloneScript } from "../../../sysmon/installer/index";
import { readPowerShell } from "./powershell";
import { command, configXml, innerScript, install, machines, sources } from "./samples";

const scripts = new Map<string, string>([["the installer", installerScript()]]);
for (const source of Object.values(sources)) {
    for (const [machine, how] of Object.entries(machines)) {
        scripts.set(`the command for an ${machine} and source ${source.kind}`, innerScript(command(source, how)));
    }
    scripts.set(`the standalone script for source ${source.kind}`, standaloneScript({ configXml, source, install }));
    if (source.kind !== "file") {
        scripts.set(
            `the inline script for source ${source.kind}`,
            // Text outside ASCII travels packed.
            inlineScript({ configXml, source, install }),
        );
    }
}

/** Aliases of Windows PowerShell 5.1 that somebody might write. */
const aliases = new Set(
    (
        "% ? ac asnp cat cd chdir clc clear clhy cli clp cls clv cnsn compare copy cp cpi cpp curl cvpa dbp del diff dir " +
        "dnsn ebp echo epal epcsv epsn erase etsn exsn fc fl foreach ft fw gal gbp gc gci gcm gcs gdr ghy gi gjb gl gm " +
        "gmo gp gps gpv group gsn gsnp gsv gu gv gwmi h history icm iex ihy ii ipal ipcsv ipmo ipsn irm ise iwmi iwr kill " +
        "lp ls man md measure mi mount move mp mv nal ndr ni nmo npssc nsn nv ogv oh popd ps pushd pwd r rbp rcjb rcsn rd " +
        "rdr ren ri rjb rm rmdir rmo rni rnp rp rsn rsnp rujb rv rvpa rwmi sajb sal saps sasv sbp sc select set shcm si sl " +
        "sleep sls sort sp spjb spps spsv start sujb sv swmi tee trcm type wget where wjb write"
    ).split(" "),
);

/** What Windows PowerShell 5.1 does not know. */
const newerThan51: readonly [string, RegExp][] = [
    ["&&", /&&/],
    ["||", /\|\|/],
    ["??", /\?\?/],
    ["?.", /\?\.|\?\[/],
    ["ternary", /\?[^\n]*:/],
    ["clean block", /\bclean\s*\{/i],
];

for (const [name, script] of scripts) {
    describe(`PowerShell of ${name}`, () => {
        it("is read by the grammar without an error", async () => {
            assert.deepEqual((await readPowerShell(script)).syntaxErrors, []);
        });

        it("is printable ASCII", () => {
            assert.match(script, /^[\n\x20-\x7e]*$/);
        });

        it("uses nothing that Windows PowerShell 5.1 lacks", async () => {
            const { code, parameters } = await readPowerShell(script);
            const newer = newerThan51.filter(([, pattern]) => pattern.test(code)).map(([what]) => what);
            assert.deepEqual(newer, []);
            assert.deepEqual(
                parameters.filter((parameter) =>
                    ["-parallel", "-noproxy", "-skipcertificatecheck", "-asutc", "-asbytestream"].includes(parameter),
                ),
                [],
            );
        });

        it("calls full command names only, and functions that it defines", async () => {
            const { commands, functions } = await readPowerShell(script);
            assert.notEqual(commands.length, 0);
            for (const called of [...commands, ...functions]) {
                assert.ok(!aliases.has(called), `${called} is an alias`);
                assert.match(called, /^[a-z]+-[a-z0-9]+$/, `${called} is no Verb-Noun`);
            }
        });

        it("neither loosens certificate checks nor writes transcripts, keeps credentials, or ends processes", async () => {
            const { commands, code } = await readPowerShell(script);
            const refused = [
                "start-transcript",
                "stop-process",
                "set-content",
                "out-file",
                "add-content",
                "invoke-expression",
            ];
            assert.deepEqual(
                commands.filter((called) => refused.includes(called)),
                [],
            );
            assert.doesNotMatch(code, /ServerCertificateValidationCallback|\.Kill\s*\(|ConvertTo-SecureString/i);
        });
    });
}

describe("The installer", () => {
    it("ends with the exit codes of the exported table, each with a name of its own", () => {
        const block = /\$ExitCodes = @\{([^}]*)\}/.exec(installerScript())?.[1] ?? "";
        const inScript = [...block.matchAll(/^\s*(\w+)\s*=\s*(\d+)\s*$/gm)].map(([, name, code]) => [
            name,
            Number(code),
        ]);
        const inTable = exitCodes.filter((exit) => exit.part === "installer").map((exit) => [exit.name, exit.code]);
        assert.deepEqual(inScript, inTable);
    });

    it("ends for every reason it declares, and for no other", () => {
        const declared = exitCodes.filter((exit) => exit.part === "installer").map((exit) => exit.name);
        const used = [...installerScript().matchAll(/Stop-Installation -Reason '(\w+)'/g)].map(([, name]) => name);
        assert.deepEqual(new Set([...used, "Unexpected"]), new Set(declared));
    });

    it("checks the signature of a binary before every place that runs one", async () => {
        const bodies = installerScript()
            .split(/^function /m)
            .slice(1);
        const running = bodies.filter((body) => /\(Invoke-Sysmon |= Invoke-Sysmon /.test(body));
        const guarded = running.filter((body) => {
            const check = body.indexOf("Assert-MicrosoftSignature -Path");
            return check >= 0 && check < body.indexOf("Invoke-Sysmon -Binary");
        });
        const unguarded = running.filter((body) => !guarded.includes(body)).map((body) => body.split(" ")[0]);
        assert.deepEqual(unguarded, []);
        assert.ok(guarded.length >= 3);
        const { functions } = await readPowerShell(installerScript());
        assert.ok(functions.includes("assert-microsoftsignature"));
    });

    it("pins the hash before it looks into the source", () => {
        const script = installerScript();
        const candidate = script.slice(
            script.indexOf("function Get-Candidate"),
            script.indexOf("function Get-ServiceBinary"),
        );
        assert.ok(candidate.indexOf("'SourceMismatch'") > 0);
        assert.ok(candidate.indexOf("'SourceMismatch'") < candidate.indexOf("Expand-Source"));
    });

    it("offers no way around the signature or the license", () => {
        const block = /\nparam\(([\s\S]*?)\n\)/.exec(installerScript())?.[1] ?? "";
        const names = [...block.matchAll(/^\s*\[\w+\] \$(\w+)/gm)].map(([, name]) => name);
        assert.deepEqual(names, [
            "ConfigPath",
            "ConfigSha256",
            "SourceKind",
            "SourceUrl",
            "SourceSha256",
            "SourcePath",
            "AcceptEula",
            "Ensure",
            "BuiltIn",
            "ChannelMegabytes",
            "ProxyUrl",
        ]);
        assert.match(installerScript(), /if \(-not \$AcceptEula\) \{\s*Stop-Installation/);
    });
});

describe("The table of exit codes", () => {
    it("gives each code and each name once, and none that Windows or PowerShell use themselves", () => {
        assert.equal(new Set(exitCodes.map((exit) => exit.code)).size, exitCodes.length);
        assert.equal(new Set(exitCodes.map((exit) => exit.name)).size, exitCodes.length);
        for (const { code } of exitCodes) assert.ok(code >= 10 && code <= 99, String(code));
    });

    it("says for each what happened and what to do", () => {
        for (const exit of exitCodes) {
            assert.match(exit.meaning, /^[A-Z].{10,}\.$/, exit.name);
            assert.match(exit.nextStep, /^[A-Z].{5,}\.$/, exit.name);
        }
    });

    it("lists what the command of the extension ends with", () => {
        const text = innerScript(command(sources.microsoft, machines["Arc machine"] ?? assert.fail()));
        const inCommand = [...text.matchAll(/(\d+)='(\w+) \(exit (\d+)\)/g)].map(([, key, name, code]) => [
            name,
            Number(key),
            Number(code),
        ]);
        const inTable = exitCodes
            .filter((exit) => exit.part === "bootstrap")
            .map((exit) => [exit.name, exit.code, exit.code]);
        assert.deepEqual(inCommand, inTable);
    });
});
