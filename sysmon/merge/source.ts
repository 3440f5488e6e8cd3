import type { Position, SysmonConfig } from "../config";

/** A configuration under the name that reports and comments give it: a preset's, or the path of its file. */
export interface NamedConfig {
    readonly name: string;
    readonly config: SysmonConfig;
}

/**
 * One of the configurations to merge. Several files are the pieces of one configuration, as in a folder of modules:
 * what a piece is silent about is for the other pieces to say.
 */
export interface MergeSource {
    /** At least one. */
    readonly files: readonly NamedConfig[];
}

/** A place in one of the configurations. */
export interface MergePlace {
    /** Name of the configuration. */
    readonly name: string;
    /** Absent where it was not read from text. */
    readonly position?: Position;
}

/** Something about a merge that a person has to know, or to decide. */
export interface MergeFinding {
    /**
     * `rest`: what no rule is about is logged by one and not by another; `swallowed`: an exclude drops all that an
     * include asks for; `option`: an option has two values; `version`: the sensor would not take the merge.
     */
    readonly kind: "rest" | "swallowed" | "option" | "version";
    /** What is wrong and what to do, places included. */
    readonly message: string;
    /** The places it is about, at least one. */
    readonly places: readonly MergePlace[];
}

/** The place of a part of a configuration. */
export function placeIn({ name }: NamedConfig, part: { readonly position?: Position } = {}): MergePlace {
    return part.position === undefined ? { name } : { name, position: part.position };
}

/** `file:line:column`, or the name alone. */
export function placeText({ name, position }: MergePlace): string {
    return position === undefined ? name : `${name}:${position.line}:${position.column}`;
}

/** Names as a list, the first three of many. */
export function shortList(names: readonly string[]): string {
    const distinct = [...new Set(names)];
    const more = distinct.length - 3;
    return more <= 0 ? distinct.join(", ") : `${distinct.slice(0, 3).join(", ")} and ${more} more`;
}
