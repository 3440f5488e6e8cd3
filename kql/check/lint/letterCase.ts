import type { SyntaxNode } from "../../syntax";
import type { Inspection } from "../inspection";
import type { QueryText } from "../queryText";
import { comparisonsOf } from "./comparison";

/** Operators that tell capitals from small letters. */
const caseSensitive = /^(?:==|!=|!?in|!?\w+_cs)$/;

/** What to write instead. */
const caseless: Readonly<Record<string, string>> = { "==": "=~", "!=": "!~", in: "in~", "!in": "!in~" };

/** Texts that are the path of a file or a registry key on Windows, or the name of a program. */
const pathLike: readonly RegExp[] = [
    /^[a-z]:\\/i,
    /\\[^\\\s]+\.[a-z0-9]{2,4}$/i,
    /\\(?:windows|system32|syswow64|temp|appdata|programdata|program files|users)(?:\\|$)/i,
    /^(?:HKLM|HKCU|HKU|HKCR|HKEY_[A-Z_]+|\\REGISTRY)\\/i,
    /^[^\s\\/:"]+\.(?:exe|dll|sys|scr|cpl|ocx|bat|cmd|ps1|psm1|vbs|wsf|hta|msi|lnk)$/i,
];

/** Comparisons that an attacker passes by another letter case, and those that letter case makes void. */
export function checkLetterCase({ text, findings }: Inspection): void {
    const folded = foldedNames(text);
    for (const { operator, left, literals } of comparisonsOf(text)) {
        if (!caseSensitive.test(operator)) continue;
        const fold = foldOf(left, folded);
        if (fold === "mixed") continue;
        if (fold === undefined) {
            const path = literals.find(({ value }) => pathLike.some((form) => form.test(value)));
            if (path === undefined) continue;
            const instead = caseless[operator] ?? operator.replace(/_cs$/, "");
            const message = `${operator} tells capitals from small letters, which Windows paths do not: use ${instead}`;
            findings.add("KQ602", "warning", path.node, message);
            continue;
        }
        const other = literals.find(({ value }) => value !== folds[fold](value));
        if (other === undefined) continue;
        const letters = fold === "tolower" ? "capitals" : "small letters";
        const message = `${fold}() leaves no ${letters}, so that this text is never found`;
        findings.add("KQ603", "warning", other.node, message);
    }
}

const folds = {
    tolower: (text: string): string => text.toLowerCase(),
    toupper: (text: string): string => text.toUpperCase(),
} as const;

/** What was done to the letters of an expression: all small, all capital, something in between, or nothing. */
type Fold = keyof typeof folds | "mixed" | undefined;

function foldOf(node: SyntaxNode, names: ReadonlyMap<string, Fold>): Fold {
    if (node.kind === "FunctionCallExpression") {
        const { name } = node.child("Name");
        if (name === "tolower" || name === "toupper") return name;
    }
    if (node.kind === "ParenthesizedExpression") return foldOf(node.child("Expression"), names);
    if (node.kind === "NameReference") return names.get(node.name);
    return mentionsFold(node, names) ? "mixed" : undefined;
}

function mentionsFold(node: SyntaxNode, names: ReadonlyMap<string, Fold>): boolean {
    return node.parts.some(
        (part) =>
            (part.kind === "NameReference" &&
                (part.name === "tolower" || part.name === "toupper" || names.get(part.name) !== undefined)) ||
            mentionsFold(part, names),
    );
}

/** What the query does to the letters of the columns and values that it names; of a name given twice, `mixed`. */
function foldedNames(text: QueryText): ReadonlyMap<string, Fold> {
    const given = [...text.ofKind("SimpleNamedExpression"), ...text.ofKind("LetStatement")].map((node) => ({
        name: node.child("Name").name,
        value: node.child("Expression"),
    }));
    const names = new Map<string, Fold>();
    // A name can stand for another one, so that this is repeated until nothing new is found.
    for (let before = -1; before !== names.size;) {
        before = names.size;
        for (const { name, value } of given) {
            if (names.has(name)) continue;
            const fold = foldOf(value, names);
            if (fold === undefined) continue;
            const once = given.filter((other) => other.name === name).length === 1;
            names.set(name, once ? fold : "mixed");
        }
    }
    return names;
}
