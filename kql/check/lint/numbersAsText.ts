import type { Inspection } from "../inspection";
import { comparisonsOf } from "./comparison";

/** A number column held against a text of digits. */
export function checkNumbersAsText({ text, findings }: Inspection): void {
    for (const { operator, left, literals } of comparisonsOf(text)) {
        const { type } = left.facts;
        if ((type !== "int" && type !== "long") || !/^(?:==|!=|!?in)$/.test(operator)) continue;
        for (const { node, value } of literals) {
            if (!/^\d+$/.test(value)) continue;
            findings.add("KQ613", "info", node, `${left.text} is a number: write ${value} without quotes`);
        }
    }
}
