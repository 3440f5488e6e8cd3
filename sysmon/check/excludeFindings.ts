import { issueAt, type Issue, type IssueCode } from "../issue";
import { ownerPosition, type Alternative, type Clause, type EventReading, type Owner } from "./alternatives";
import { truthOf, type Atom } from "./atom";
import { impossibility } from "./impossibility";
import { ownerText, shown } from "./wording";

/** Excludes behind which an attacker can hide. */
export function* excludeFindings(reading: EventReading): Generator<Issue> {
    for (const block of reading.blocks) {
        if (block.source.onmatch !== "exclude") continue;
        for (const owner of block.owners) yield* ownerFinding(owner, reading);
    }
}

function* ownerFinding(owner: Owner, { element, events }: EventReading): Generator<Issue> {
    let worst: Weakness | null = null;
    for (const alternative of owner.alternatives) {
        if (events.every((event) => impossibility(alternative, event) !== null)) continue;
        const weakness =
            element === "CreateRemoteThread"
                ? (libraryThreads(alternative) ?? weaknessOf(alternative))
                : weaknessOf(alternative);
        if (weakness !== null && rank(weakness) < rank(worst)) worst = weakness;
    }
    if (worst === null) return;
    const text = ownerText(owner);
    yield issueAt(
        worst.code,
        ownerPosition(owner),
        `${text.charAt(0).toUpperCase()}${text.slice(1)} in the exclude of ${element} ${worst.effect}`,
    );
}

/** How an exclude can be used, in words that follow it. */
interface Weakness {
    readonly code: IssueCode;
    readonly effect: string;
}

/** The easiest to use first. */
const ranks: readonly IssueCode[] = ["SM233", "SM230", "SM231", "SM232"];

function rank(weakness: Weakness | null): number {
    return weakness === null ? ranks.length : ranks.indexOf(weakness.code);
}

/** The hardest of its conditions on paths; null where one cannot be met, or none is on a path. */
function weaknessOf({ clauses, owner }: Alternative): Weakness | null {
    let hardest: Weakness | null = null;
    for (const clause of clauses) {
        if (!isOnPath(clause)) continue;
        const weakness = clauseWeakness(clause, owner);
        if (weakness === null) return null;
        if (hardest === null || rank(weakness) > rank(hardest)) hardest = weakness;
    }
    return hardest;
}

/** Fields that hold the path of a file that an attacker may bring along; what he attacks is not his to name. */
const broughtFields: ReadonlySet<string> = new Set([
    "Image",
    "ParentImage",
    "SourceImage",
    "ImageLoaded",
    "TargetFilename",
]);

function isOnPath(clause: Clause): boolean {
    return clause.some((atom) => broughtFields.has(atom.field) && !atom.negative);
}

/** The easiest of its atoms; one that is not on a path is for the attacker to choose, or not: it is no hold. */
function clauseWeakness(clause: Clause, owner: Owner): Weakness | null {
    let easiest: Weakness | null = null;
    for (const atom of clause) {
        if (!broughtFields.has(atom.field) || atom.negative || truthOf(atom) !== "open") continue;
        const weakness = atomWeakness(atom, owner);
        if (weakness !== null && rank(weakness) < rank(easiest)) easiest = weakness;
    }
    return easiest;
}

/** Places that every user can write to. */
const writable =
    /(?:^|\\)(?:users|appdata|temp|tmp|downloads|public|perflogs|\$recycle\.bin)\\|^c:\\programdata\\|\\windows\\(?:tasks|tracing|system32\\spool\\drivers\\color)\\/;

/** Kept for administrators, whatever its folders are called, but for the last three places above. */
const guarded =
    /^c:\\(?:programdata\\microsoft\\windows defender|program files(?: \(x86\))?|windows\\(?:system32|syswow64|winsxs))\\(?!spool\\drivers\\color\\)/;

/** Variables that lead to a user's own folders. */
const userVariable = /%(?:appdata|localappdata|temp|tmp|userprofile|homepath|public)%/;

function atomWeakness(atom: Atom, owner: Owner): Weakness | null {
    const { text, anchor } = atom;
    // A rule of one text has just been quoted.
    const quoted = owner.filters.length === 1 && owner.alternatives.length === 1 ? "" : ` ("${shown(text)}")`;
    if (anchor === "opaque" ? userVariable.test(text) : writable.test(text) && !guarded.test(text)) {
        return {
            code: "SM231",
            effect: `goes by a place in which every user can write${quoted}: an attacker puts his file there. Exclude by a path that only administrators can write to.`,
        };
    }
    const hasDrive = /^[a-z]:\\/.test(text);
    if (anchor === "file" || (anchor === "end" && /^\\?[^\\]*$/.test(text))) {
        return {
            code: "SM230",
            effect: `goes by a file name alone${quoted}: an attacker gives his file that name. Exclude by the full path.`,
        };
    }
    if ((anchor === "end" || anchor === "anywhere") && !hasDrive) {
        return {
            code: "SM232",
            effect: `goes by a part of a path${quoted} that may stand ${anchor === "end" ? "behind any folder" : "anywhere"}, so also in a folder that an attacker makes. Begin with the drive.`,
        };
    }
    if (anchor !== "whole" && anchor !== "opaque" && /^[a-z]:\\[^\\]*$/.test(text)) {
        return {
            code: "SM232",
            effect: `goes by the beginning of a folder's name${quoted}, and users can make folders there. End it with a backslash.`,
        };
    }
    return null;
}

/** Threads that begin in kernel32.dll are those of LoadLibrary, the classic way to inject a library. */
function libraryThreads(alternative: Alternative): Weakness | null {
    const hides = alternative.clauses.some((clause) =>
        clause.some(
            ({ field, text, negative }) =>
                !negative &&
                ((field === "StartModule" && text.includes("kernel32")) ||
                    (field === "StartFunction" && text.includes("loadlibrary"))),
        ),
    );
    if (!hides || (alternative.clauses.some(isOnPath) && weaknessOf(alternative) === null)) return null;
    return {
        code: "SM233",
        effect: "hides threads that begin in kernel32.dll: LoadLibrary, by which libraries are injected into other processes (T1055.001). Exclude by the full path of a source image instead.",
    };
}
