import type { Inspection } from "../inspection";

/** A `let` whose name stands nowhere else. */
export function checkUnusedLets({ text, findings }: Inspection): void {
    const references = text.ofKind("NameReference");
    // A wildcard among tables takes views that let declares.
    if (references.some(({ name }) => name.includes("*"))) return;
    const used = new Set(references.map(({ name }) => name));
    for (const statement of text.ofKind("LetStatement")) {
        const name = statement.child("Name");
        if (used.has(name.name)) continue;
        findings.add("KQ614", "info", name, `nothing uses ${name.name}: take the let away, or use it`);
    }
}
