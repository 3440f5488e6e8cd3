import type { Inspection } from "../inspection";
import { comparisonsOf } from "./comparison";

const termOperator = /^!?has(?:_cs|_any|_all)?$/;

/**
 * Words that detections look for, and how many of their letters nobody takes for another word. `has` finds whole terms
 * only, so that a piece of one of these finds nothing. A needle that cuts any other word cannot be told from a whole one.
 */
const knownWords: ReadonlyMap<string, number> = new Map([
    ["bitsadmin", 6],
    ["certutil", 6],
    ["cobaltstrike", 7],
    ["comsvcs", 6],
    ["cscript", 5],
    ["lsass", 4],
    ["meterpreter", 6],
    ["mimikatz", 4],
    ["minidump", 6],
    ["msbuild", 5],
    ["powershell", 6],
    ["procdump", 6],
    ["psexec", 5],
    ["regasm", 5],
    ["regsvr32", 6],
    ["rundll32", 6],
    ["schtasks", 7],
    ["svchost", 5],
    ["werfault", 6],
    ["winlogon", 6],
    ["wscript", 5],
]);

/** A needle of `has` that is a piece of a term: it is never found in the text that it was cut from. */
export function checkWholeTerms({ text, findings }: Inspection): void {
    for (const { operator, left, literals } of comparisonsOf(text)) {
        if (!termOperator.test(operator)) continue;
        for (const { node, value } of literals) {
            const whole = cutFrom(value);
            if (whole !== undefined) {
                const message = `${operator} finds whole terms only, and ${JSON.stringify(value)} is a piece of ${whole}: write the whole term, or use hasprefix or contains`;
                findings.add("KQ605", "warning", node, message);
            } else if (left.kind === "NameReference" && left.name === "GrantedAccess" && /^[0-9a-f]+$/i.test(value)) {
                const message = `${operator} finds whole terms only, and a mask is one with its 0x: write "0x${value}"`;
                findings.add("KQ605", "warning", node, message);
            }
        }
    }
}

/** The known word that the needle's last term is the beginning of. */
function cutFrom(needle: string): string | undefined {
    const term = /[a-z0-9]+$/i.exec(needle)?.[0].toLowerCase();
    if (term === undefined) return undefined;
    for (const [word, letters] of knownWords) {
        if (term.length >= letters && term.length < word.length && word.startsWith(term)) return word;
    }
    return undefined;
}
