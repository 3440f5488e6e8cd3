import { issueAt, type Issue } from "../issue";
import { alternationsOf, leavesOutBoth, negativePair, type Alternation } from "./alternation";
import { ownerPosition, positionOf, type Clause, type EventReading, type Owner } from "./alternatives";
import { impossibility } from "./impossibility";
import { filterText, isNegative, lineText, ownerText, shown } from "./wording";

/** What comes of filters that stand together: alternatives that let everything through, conditions that never meet. */
export function* relationFindings(reading: EventReading): Generator<Issue> {
    for (const block of reading.blocks) {
        for (const alternation of alternationsOf(block)) yield* alternationFinding(alternation);
        for (const filter of block.filters) {
            if (
                filter.form.relation === "any" &&
                filter.filter.condition === "excludes all" &&
                leavesOutBoth(filter.form.atoms)
            ) {
                yield issueAt(
                    "SM203",
                    positionOf(filter.filter),
                    `${filterText(filter.filter)} matches every event in which one of the texts is missing, so nearly all. Write "excludes any" to match where none of them occurs.`,
                );
            }
        }
        for (const owner of block.owners) yield* contradictionFinding(owner, reading);
    }
}

function* alternationFinding(alternation: Alternation): Generator<Issue> {
    const pair = negativePair(alternation);
    if (pair !== null) {
        const but = pair.strict ? "every event" : "every event but those in which both texts stand";
        yield issueAt(
            "SM203",
            positionOf(pair.first),
            `${filterText(pair.first)} and ${filterText(pair.second)}${lineText(pair.second)} are alternatives, as they filter one field: together they match ${but}. Put them into a <Rule groupRelation="and">, or list the texts in one "excludes any".`,
        );
        return;
    }
    const negative = alternation.filters.find(({ form }) => form.atoms.every((atom) => atom.negative));
    const positive = alternation.filters.find(({ filter }) => !isNegative(filter.condition));
    if (negative === undefined || positive === undefined) return;
    yield issueAt(
        "SM203",
        positionOf(negative.filter),
        `${filterText(negative.filter)} is an alternative to ${filterText(positive.filter)}${lineText(positive.filter)}, as they filter one field: it matches nearly every event by itself. Put them into a <Rule groupRelation="and"> if both must hold.`,
    );
}

function* contradictionFinding(owner: Owner, reading: EventReading): Generator<Issue> {
    let conflict: { readonly first: Clause; readonly second: Clause } | null = null;
    if (owner.alternatives.length === 0) return;
    for (const alternative of owner.alternatives) {
        for (const event of reading.events) {
            const why = impossibility(alternative, event);
            if (why === null) return;
            if (why.reason === "conflict") conflict ??= why;
        }
    }
    if (conflict === null) return;
    yield issueAt(
        "SM204",
        ownerPosition(owner),
        `${capital(ownerText(owner))} can never match: ${clauseText(conflict.first)} and ${clauseText(conflict.second)} must both hold of ${conflict.first[0]?.field ?? "a field"}, and no value does both. Make them alternatives, or remove one.`,
    );
}

function clauseText(clause: Clause): string {
    const [first, ...others] = clause;
    if (first === undefined) return "nothing";
    const place = {
        whole: "is",
        start: "begins with",
        end: "ends with",
        anywhere: "contains",
        file: "file name is",
        opaque: "",
    };
    const not = first.negative ? "not " : "";
    const more = others.length === 0 ? "" : ` (or ${others.length} more)`;
    return `${not}${place[first.anchor]} "${shown(first.text)}"${more}`;
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
