import { blockFilters, type ConfigOption, type Filter } from "../config";
import type { Condition } from "../schema";
import { placeIn, placeText, type MergeFinding, type NamedConfig } from "./source";

/** The options of several configurations as one list, by name. */
export interface MergedOptions {
    readonly options: readonly ConfigOption[];
    /** Where each comes from. */
    readonly origins: ReadonlyMap<ConfigOption, string>;
    readonly conflicts: readonly MergeFinding[];
}

interface PlacedOption {
    readonly file: NamedConfig;
    readonly option: ConfigOption;
}

/**
 * Merges options. One that a configuration leaves out is for the others to say. Hash algorithms add up: a filter that
 * looks for a hash within the text of `Hashes` finds it there as before. Any other option must have one value.
 */
export function mergeOptions(files: readonly NamedConfig[]): MergedOptions {
    const byName = new Map<string, PlacedOption[]>();
    for (const file of files) {
        // The last of two in one file holds.
        for (const option of new Map(file.config.options.map((candidate) => [candidate.name, candidate])).values()) {
            byName.set(option.name, [...(byName.get(option.name) ?? []), { file, option }]);
        }
    }
    const options: ConfigOption[] = [];
    const origins = new Map<ConfigOption, string>();
    const conflicts: MergeFinding[] = [];
    for (const [name, placed] of [...byName].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const values = placed.map(({ option }) => option.value.trim());
        // Neither switches nor paths of Windows have a case.
        const isOne = new Set(values.map((value) => value.toLowerCase())).size === 1;
        const isHashes = name === hashOption;
        const option = { name, value: isHashes && !isOne ? allAlgorithms(values) : (values[0] ?? "") };
        options.push(option);
        origins.set(option, [...new Set(placed.map(({ file }) => file.name))].join(", "));
        if (isOne) continue;
        if (isHashes) conflicts.push(...hashConflicts(placed, option.value));
        else conflicts.push(optionConflict(placed));
    }
    return { options, origins, conflicts };
}

const hashOption = "HashAlgorithms";

/** The algorithms that the sensor knows, in the order in which it prints their hashes. */
const knownAlgorithms = ["MD5", "SHA1", "SHA256", "IMPHASH"];

function algorithms(value: string): string[] {
    const named = value
        .split(",")
        .map((name) => name.trim().toUpperCase())
        .filter((name) => name !== "");
    return named.includes("*") ? ["*"] : [...new Set(named)];
}

function allAlgorithms(values: readonly string[]): string {
    const all = algorithms(values.join(","));
    const known = knownAlgorithms.filter((name) => all.includes(name));
    return [...known, ...all.filter((name) => !known.includes(name)).sort()].join(",");
}

/** Conditions that hold for a text wherever they hold for a part of it. */
const withinText: ReadonlySet<Condition> = new Set(["contains", "contains any", "contains all"]);

/** Filters that see another text where further algorithms are written into it. */
function hashConflicts(placed: readonly PlacedOption[], merged: string): MergeFinding[] {
    const isKept = (value: string): boolean => algorithms(value).sort().join() === algorithms(merged).sort().join();
    const changed = placed.filter(({ option }) => !isKept(option.value));
    return changed.flatMap(({ file, option }) =>
        wholeHashFilters(file).map((filter): MergeFinding => {
            const places = [placeIn(file, filter), placeIn(file, option)];
            const message = `${placeText(placeIn(file, filter))} compares all of Hashes (${filter.condition}), but with ${hashOption} ${merged} in place of ${option.value.trim()} there is more in it. Use contains, or one ${hashOption} everywhere.`;
            return { kind: "option", message, places };
        }),
    );
}

function wholeHashFilters({ config }: NamedConfig): Filter[] {
    return config.blocks
        .flatMap((block) => [...blockFilters(block)].map(({ filter }) => filter))
        .filter(({ field, condition }) => ["Hashes", "Hash"].includes(field) && !withinText.has(condition));
}

function optionConflict(placed: readonly PlacedOption[]): MergeFinding {
    const places = placed.map(({ file, option }) => placeIn(file, option));
    const found = placed.map(
        ({ file, option }) => `${JSON.stringify(option.value.trim())} at ${placeText(placeIn(file, option))}`,
    );
    const name = placed[0]?.option.name ?? "";
    const message = `The option ${name} has different values: ${found.join(", ")}. Leave one of them.`;
    return { kind: "option", message, places };
}
