import assert from "node:assert/strict";
import * as path from "node:path";
import { sysmonAzure } from "../support/command";
import { temporaryFolder } from "../support/temporaryFolder";

const good =
    '<Sysmon schemaversion="4.90"><EventFiltering><ProcessAccess onmatch="include"><TargetImage condition="image">lsass.exe</TargetImage></ProcessAccess></EventFiltering></Sysmon>';
const empty =
    '<Sysmon schemaversion="4.90"><EventFiltering><ProcessAccess onmatch="include"/></EventFiltering></Sysmon>';
const many = `<Sysmon schemaversion="4.90"><EventFiltering>
<ProcessAccess onmatch="include">
${'<GrantedAccess condition="is">0x01</GrantedAccess>\n'.repeat(9)}<GrantedAccess condition="is">0x10</GrantedAccess>
</ProcessAccess></EventFiltering></Sysmon>`;

describe("sysmon-azure sysmon check", () => {
    const folder = temporaryFolder({
        "bad.xml": "<Sysmon/>",
        "good.xml": good,
        "empty.xml": empty,
        "many.xml": many,
        "more/good.xml": good,
        "more/deeper/empty.XML": empty,
        "more/notes.txt": "no configuration",
        "none/notes.txt": "no configuration",
    });
    const file = (name: string): string => path.join(folder, name);

    it("ends with a failed check where the sensor rejects the file", async () => {
        const { code, stdout } = await sysmonAzure(["sysmon", "check", "--json", file("bad.xml")]);
        assert.equal(code, 1);
        const findings = JSON.parse(stdout) as Record<string, unknown>[];
        assert.deepEqual(findings.map(Object.keys), [["file", "line", "column", "severity", "code", "message"]]);
        assert.deepEqual([findings[0]?.file, findings[0]?.severity], [file("bad.xml"), "error"]);
    });

    it("and where nothing of an event is ever logged", async () => {
        const { code, stdout } = await sysmonAzure(["sysmon", "check", file("empty.xml")]);
        assert.equal(code, 1);
        assert.match(stdout, /empty\.xml:1:46 error SM200 Nothing of ProcessAccess/);
        assert.match(stdout, /1 error, 1 info; see docs\/sysmon-check\/SM200\.md\n$/);
    });

    it("says of the published preset in one line of an error why it logs nothing", async () => {
        const { code, stdout } = await sysmonAzure(["sysmon", "check", "published-2017"]);
        assert.equal(code, 1);
        const errors = stdout.split("\n").filter((line) => line.includes(" error "));
        assert.equal(errors.length, 1);
        assert.match(errors[0] ?? "", /Nothing of ProcessAccess is ever logged: .*Put the two into one <Rule/);
    });

    it("is content with a preset of ours", async () => {
        const { code, stdout } = await sysmonAzure(["sysmon", "check", "injection"]);
        assert.equal(code, 0);
        assert.doesNotMatch(stdout, /error|warning/);
    });

    it("tells five findings of a code, and all of them if asked", async () => {
        const short = await sysmonAzure(["sysmon", "check", file("many.xml")]);
        assert.equal(short.stdout.match(/warning SM201/g)?.length, 5);
        assert.match(short.stdout, /many\.xml: 4 more SM201 \(--all shows them\)/);
        const long = await sysmonAzure(["sysmon", "check", "--all", file("many.xml")]);
        assert.equal(long.stdout.match(/warning SM201/g)?.length, 9);
    });

    it("leaves out the codes that it is told to, but not what the sensor says", async () => {
        const ignored = await sysmonAzure(["sysmon", "check", file("empty.xml"), "--ignore", "SM200", "SM262"]);
        assert.deepEqual([ignored.code, ignored.stdout], [0, ""]);
        const refused = await sysmonAzure(["sysmon", "check", file("bad.xml"), "--ignore", "SM010"]);
        assert.equal(refused.code, 2);
        assert.match(refused.stderr, /--ignore takes codes of SM200 to SM\d+, not SM010/);
    });

    it("takes every XML file of a folder", async () => {
        const { code, stdout } = await sysmonAzure(["sysmon", "check", "--json", file("more")]);
        assert.equal(code, 1);
        const files = (JSON.parse(stdout) as { file: string }[]).map((finding) => path.relative(folder, finding.file));
        assert.deepEqual(
            [...new Set(files)],
            [path.join("more", "deeper", "empty.XML"), path.join("more", "good.xml")],
        );
    });

    it("checks the others where one cannot be read, and ends with bad input", async () => {
        const names = [file("absent.xml"), file("good.xml"), file("none")];
        const { code, stdout, stderr } = await sysmonAzure(["sysmon", "check", "--json", ...names]);
        assert.equal(code, 2);
        assert.ok((JSON.parse(stdout) as { file: string }[]).every((finding) => finding.file === file("good.xml")));
        assert.match(stderr, /absent\.xml" is neither a preset/);
        assert.match(stderr, /none" holds no \.xml file/);
    });

    it("holds the file against what the detections need", async () => {
        const { stdout } = await sysmonAzure(["sysmon", "check", "--all", file("empty.xml"), "--detections"]);
        assert.match(stdout, /warning SM250 Nothing is logged of ProcessAccess \(10\).*verclsid-shellcode-injection/);
    });
});
