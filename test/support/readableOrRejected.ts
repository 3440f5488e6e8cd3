import assert from "node:assert/strict";
import { checkConfig, compileFilter, readConfig } from "../../sysmon";

/** What must hold of any file whatever: no crash, every finding has a place, and a rejected file decides nothing. */
export function assertReadableOrRejected(file: string | Uint8Array): void {
    const { config, issues } = readConfig(file);
    assert.equal(
        config === undefined,
        issues.some(({ severity }) => severity === "error"),
    );
    const findings = checkConfig(file);
    for (const { line, column, message } of [...issues, ...findings]) {
        assert.ok(line >= 1 && column >= 1 && message !== "");
    }
    // The checker says all that the reader does.
    const told = new Set(findings.map(({ code, line, column, message }) => `${code} ${line}:${column} ${message}`));
    for (const { code, line, column, message } of issues) assert.ok(told.has(`${code} ${line}:${column} ${message}`));
    if (config === undefined) return;
    const fields = {
        SourceImage: "C:\\a.exe",
        TargetImage: "C:\\Windows\\System32\\lsass.exe",
        GrantedAccess: "0x1010",
    };
    assert.equal(typeof compileFilter(config)({ id: 10, fields }).logged, "boolean");
}
