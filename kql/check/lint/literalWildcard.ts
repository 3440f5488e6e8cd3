import type { Inspection } from "../inspection";
import { comparisonsOf } from "./comparison";

/** Operators that find their needle anywhere: a `*` in it is looked for as it stands. */
const searching = /^!?(?:contains|has|hasprefix|hassuffix|startswith|endswith)(?:_cs|_any|_all)?$/;
const equality = /^(?:==|!=|=~|!~|!?in~?)$/;

/** A `*` in a needle of a text operator: KQL has no wildcards there. */
export function checkLiteralWildcards({ text, findings }: Inspection): void {
    for (const { operator, literals } of comparisonsOf(text)) {
        for (const { node, value } of literals) {
            // Punctuation alone, and a star that stands between blanks, are looked for on purpose.
            if (!/[\p{L}\p{N}]/u.test(value)) continue;
            const wild = searching.test(operator)
                ? /(?:^|\S)\*|\*(?:$|\S)/.test(value)
                : equality.test(operator) && /^\*|\*$/.test(value);
            if (!wild) continue;
            const message = `${operator} looks for the character *, which is no wildcard here: leave it out, or use matches regex`;
            findings.add("KQ600", "warning", node, message);
        }
    }
}
