import assert from "node:assert/strict";
import { checkConfig } from "../../../sysmon";

/** A file of 200,000 filters. */
function enormous(filter: (index: number) => string): string {
    const filters = Array.from({ length: 100_000 }, (_, index) => filter(index)).join("");
    return `<Sysmon schemaversion="4.90"><EventFiltering><RuleGroup groupRelation="or"><ProcessAccess onmatch="exclude">${filters}</ProcessAccess><ProcessAccess onmatch="include">${filters}</ProcessAccess></RuleGroup></EventFiltering></Sysmon>`;
}

describe("files of 200,000 filters are checked to the end", () => {
    it("with different texts: nothing of what is included is logged", () => {
        const findings = checkConfig(enormous((at) => `<TargetImage condition="contains">b${at}q</TargetImage>`));
        assert.ok(findings.some(({ code }) => code === "SM200"));
        assert.ok(findings.some(({ code }) => code === "SM299"));
    });

    it("with rules that must all hold", () => {
        const rule = (at: number): string =>
            `<Rule groupRelation="and"><TargetImage condition="contains">b${at}q</TargetImage></Rule>`;
        const findings = checkConfig(enormous(rule));
        assert.ok(findings.some(({ code }) => code === "SM212" || code === "SM299"));
    });
});
