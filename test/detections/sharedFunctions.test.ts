import assert from "node:assert/strict";
import { plannedQuery, sharedFunctions, loadCatalog } from "../../detections";
import { openDatabase } from "../../kql";

/** What a shared function says to a text, and to a number behind it. */
function answer(name: string, text: string, rights?: number): unknown {
    const call = rights === undefined ? `${name}(A)` : `${name}(A, ${rights})`;
    const database = openDatabase({ tables: { T: { columns: [{ name: "A", type: "string" }], rows: [[text]] } } });
    return database.query(`let ${name} = ${sharedFunctions[name]?.text ?? ""};\nT | project ${call}`).rows[0]?.[0];
}

const ntdll = "C:\\Windows\\SYSTEM32\\ntdll.dll+9f984";
const kernelBase = "C:\\Windows\\System32\\KERNELBASE.dll+2f0de";
const kernel32 = "C:\\Windows\\System32\\KERNEL32.DLL+1cbb4";
const system = "C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System\\3c1e7a52\\System.ni.dll+384236";
const core = "C:\\Program Files\\dotnet\\shared\\Microsoft.NETCore.App\\8.0.4\\System.Diagnostics.Process.dll+2f1a0";
const clr = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll+8c33";
const tool = "C:\\tools\\a.exe+19c4";
const shellcode = "UNKNOWN(000001D2B5F1A23C)";
const shellcode32 = "UNKNOWN(01B51606)";
const kernelFrame = "UNKNOWN(FFFFF8054260ABC5)";
const wow64 = ["C:\\Windows\\System32\\wow64.dll+10705", "C:\\Windows\\System32\\wow64cpu.dll+1783"];

const traces: Readonly<Record<string, readonly string[]>> = {
    "a program opens": [ntdll, kernelBase, tool],
    "a program creates": [ntdll, kernelBase, kernelBase, kernel32, tool],
    "shellcode opens": [ntdll, kernelBase, shellcode, tool],
    "shellcode creates": [ntdll, kernelBase, kernelBase, kernel32, shellcode],
    "32-bit shellcode opens": [ntdll, ...wow64, ntdll, kernelBase, shellcode32],
    "shellcode calls a program that opens": [ntdll, kernelBase, tool, shellcode],
    "a window procedure opens": [ntdll, kernelBase, tool, ntdll, kernelFrame],
    "the kernel opens": [kernelFrame],
    "PowerShell lists": [ntdll, kernelBase, system, shellcode],
    "PowerShell starts": [ntdll, kernelBase, kernelBase, kernel32, system, shellcode],
    "pwsh starts": [ntdll, kernelBase, kernelBase, kernel32, shellcode, core, shellcode],
    "a .NET program calls Windows itself": [ntdll, kernelBase, shellcode, clr],
    "an empty trace": [],
};

/** The traces that each function is true for. */
const judgements: Readonly<Record<string, readonly string[]>> = {
    HasUnbackedFrame: [
        "shellcode opens",
        "shellcode creates",
        "32-bit shellcode opens",
        "shellcode calls a program that opens",
        "PowerShell lists",
        "PowerShell starts",
        "pwsh starts",
        "a .NET program calls Windows itself",
    ],
    IsUnbackedCaller: [
        "shellcode opens",
        "shellcode creates",
        "32-bit shellcode opens",
        "pwsh starts",
        "a .NET program calls Windows itself",
    ],
    IsProcessCreation: ["a program creates", "shellcode creates", "PowerShell starts", "pwsh starts"],
    IsProcessClass: ["PowerShell lists", "PowerShell starts", "pwsh starts"],
    HasJitFrame: ["PowerShell lists", "PowerShell starts", "a .NET program calls Windows itself"],
};

describe("functions that detections share", () => {
    for (const [name, trueFor] of Object.entries(judgements)) {
        for (const [title, frames] of Object.entries(traces)) {
            const expected = trueFor.includes(title);
            it(`${name} is ${expected} where ${title}`, () => {
                assert.equal(answer(name, frames.join("|")), expected);
            });
        }
    }

    const places: readonly (readonly [path: string, isProtected: boolean])[] = [
        ["C:\\Windows\\System32\\svchost.exe", true],
        ["c:\\windows\\system32\\inetsrv\\w3wp.exe", true],
        ["C:\\Program Files\\A\\a.exe", true],
        ["D:\\Program Files (x86)\\A\\a.exe", true],
        ["C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe", true],
        ["\\SystemRoot\\System32\\smss.exe", true],
        ["\\??\\C:\\Windows\\System32\\csrss.exe", true],
        ["System", true],
        ["<unknown process>", true],
        ["C:\\Windows\\Temp\\a.exe", false],
        ["C:\\Windows\\Tasks\\a.exe", false],
        ["C:\\Users\\user\\a.exe", false],
        ["C:\\ProgramData\\a.exe", false],
        ["\\\\server\\share\\a.exe", false],
        ["C:\\Users\\Windows\\a.exe", false],
        ["C:\\WindowsOld\\a.exe", false],
        ["a.exe", false],
        ["", false],
    ];
    for (const [path, isProtected] of places) {
        it(`IsProtectedPlace is ${isProtected} for "${path}"`, () => {
            assert.equal(answer("IsProtectedPlace", path), isProtected);
        });
    }

    const hosts: readonly (readonly [path: string, isHost: boolean])[] = [
        ["C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\PowerShell.exe", true],
        ["pwsh.exe", true],
        ["C:\\Windows\\System32\\rundll32.exe", true],
        ["C:\\a\\mypowershell.exe", false],
        ["C:\\powershell.exe\\a.exe", false],
        ["C:\\Windows\\System32\\svchost.exe", false],
    ];
    for (const [path, isHost] of hosts) {
        it(`IsScriptHost is ${isHost} for "${path}"`, () => assert.equal(answer("IsScriptHost", path), isHost));
    }

    const masks: readonly (readonly [mask: string, rights: number, has: boolean | null])[] = [
        ["0x1fffff", 0x28, true],
        ["0X143A", 0x28, true],
        ["0x1410", 0x10, true],
        ["0x1410", 0x28, false],
        ["0x20", 0x28, false],
        ["0x0", 0x10, false],
    ];
    for (const [mask, rights, has] of masks) {
        it(`HasRights is ${has} for ${mask} and 0x${rights.toString(16)}`, () => {
            assert.equal(answer("HasRights", mask, rights), has);
        });
    }

    it("FileNameOf gives what follows the last backslash, in lower case", () => {
        assert.equal(answer("FileNameOf", "C:\\A\\Svchost.EXE"), "svchost.exe");
        assert.equal(answer("FileNameOf", "Svchost.EXE"), "svchost.exe");
    });

    it("say what they tell", () => {
        for (const { summary } of Object.values(sharedFunctions)) assert.match(summary, /^[A-Z].*\.$/);
    });

    it("are each called by a detection, and written into its planned text alone", () => {
        const { detections } = loadCatalog();
        for (const name of Object.keys(sharedFunctions)) {
            const texts = detections.map((detection) => plannedQuery(detection, { table: "Event" }));
            assert.ok(
                texts.some((text) => text.includes(`let ${name} = `)),
                name,
            );
        }
        const plain = detections.find((detection) => detection.name === "sysmon-process-access");
        assert.ok(plain);
        assert.doesNotMatch(plannedQuery(plain, { table: "Event" }), /let [A-Z]\w+ = \(/);
    });
});
