import type { Position, SysmonConfig } from "../config";
import { compileFilter } from "../filter";
import { issueAt, type Issue } from "../issue";
import { alternationsOf, matchesNearlyAll, negativePair } from "./alternation";
import {
    ownerPosition,
    positionOf,
    triedBlocks,
    type Alternative,
    type BlockReading,
    type Clause,
    type EventReading,
} from "./alternatives";
import { truthOf } from "./atom";
import type { Budget } from "./budget";
import { coverIndexOf } from "./coverIndex";
import { impossibility } from "./impossibility";
import { fillers, usualValue, witnessOf } from "./witness";
import { filterText, lineText, ownerText } from "./wording";

/** Why none of the events of an element is logged, and where. */
export interface Unlogged {
    readonly position: Position;
    /** The cause and the mend, to follow "…: ". */
    readonly why: string;
}

/**
 * Whether nothing of an element's events can be logged. A block that drops all but events in which texts stand together
 * that hardly ever do counts as dropping all, unless a rule asks for just those: the filter engine is asked with an
 * event made for each rule.
 */
export function unlogged(reading: EventReading, config: SysmonConfig, budget: Budget): Unlogged | null {
    const why = whyUnlogged(reading, budget);
    return why === null || isDisproved(reading, config) ? null : why;
}

/** The finding for an element of which nothing is logged. */
export function unloggedFinding(reading: EventReading, { position, why }: Unlogged): Issue {
    // Where the sensor logs an event without being asked, an empty include is the one way to switch it off.
    const [only, ...others] = reading.blocks;
    const isSwitchedOff =
        reading.events.some((event) => event.loggedWithoutRules) &&
        others.length === 0 &&
        only?.source.items.length === 0;
    if (isSwitchedOff) {
        return issueAt(
            "SM260",
            position,
            `${reading.element} is switched off: the include block has no rules, so none is logged. Remove the block to log all of them, or write rules for those that are wanted.`,
        );
    }
    return issueAt("SM200", position, `Nothing of ${reading.element} is ever logged: ${why}`);
}

function whyUnlogged(reading: EventReading, budget: Budget): Unlogged | null {
    const excludes = triedBlocks(reading, "exclude");
    const includes = triedBlocks(reading, "include");
    const dropping = reading.events.map((event) => excludes.find((block) => matchesNearlyAll(block, event)));
    const [all] = dropping;
    const [firstInclude] = includes;
    if (all !== undefined && dropping.every((block) => block !== undefined)) return dropsAll(all);
    if (firstInclude === undefined) {
        const [last, ...others] = excludes;
        if (last === undefined || others.length === 0) return null;
        return {
            position: positionOf(last.source),
            why: `${excludes.length} exclude blocks and no include: what none of several blocks matches is dropped. Move the filters into one exclude block.`,
        };
    }
    const index = coverIndexOf(excludes, budget);
    // A filter works for the same events only in blocks that are bound alike.
    const bounds = new Set(excludes.map(({ bound }) => bound));
    let isCovered = false;
    for (const block of includes) {
        for (const owner of block.owners) {
            for (const alternative of owner.alternatives) {
                if (reading.events.every((event) => impossibility(alternative, event) !== null)) continue;
                if (bounds.size !== 1 || !bounds.has(block.bound) || index.coverOf(alternative) === null) return null;
                isCovered = true;
            }
        }
    }
    const position = positionOf(firstInclude.source);
    if (includes.every((block) => block.owners.length === 0)) {
        const only = includes.length === 1 ? "the include block has no rules" : "the include blocks have no rules";
        const beside = excludes.length === 0 ? "" : ", and what no block matches is dropped where there are several";
        return {
            position,
            why: `${only}${beside}. Write a rule for what is wanted, or remove the include${excludes.length === 0 ? " if nothing is" : " so that the exclude alone decides"}.`,
        };
    }
    if (isCovered) {
        return { position, why: "the exclude drops whatever the include asks for. Narrow the exclude, or remove it." };
    }
    return { position, why: "no rule of the include can match. Mend the rules that are reported." };
}

function dropsAll(block: BlockReading): Unlogged {
    for (const alternation of alternationsOf(block)) {
        const pair = negativePair(alternation);
        if (pair === null) continue;
        const but = pair.strict
            ? "every event matches one of them"
            : "only an event with both texts in it escapes them";
        return {
            position: positionOf(pair.first),
            why: `the exclude block drops what matches ${filterText(pair.first)} or ${filterText(pair.second)}${lineText(pair.second)}, as filters on one field are alternatives: ${but}. Put the two into one <Rule groupRelation="and">, or list the texts in one "excludes any".`,
        };
    }
    const always = block.owners.find(({ alternatives }) => alternatives.some(({ clauses }) => clauses.every(isAlways)));
    if (always !== undefined) {
        return {
            position: ownerPosition(always),
            why: `the exclude block drops every event, as ${ownerText(always)} always matches. Remove what always matches.`,
        };
    }
    const missing = block.filters.find(({ filter }) => filter.condition === "excludes all");
    const filter =
        missing === undefined ? "" : `, as ${filterText(missing.filter)} matches where one of the texts is missing`;
    return {
        position: positionOf(missing?.filter ?? block.source),
        why: `the exclude block drops nearly every event${filter}. Write "excludes any" to drop what has none of the texts.`,
    };
}

function isAlways(clause: Clause): boolean {
    return clause.some((atom) => truthOf(atom) === "always");
}

/** Most steps, filters times events, that are spent on asking the engine. */
const mostAsked = 20_000_000;

/** Whether the filter engine logs an event that is made for a rule, or any usual one. */
function isDisproved(reading: EventReading, config: SysmonConfig): boolean {
    const decide = compileFilter(config);
    const alternatives = triedBlocks(reading, "include")
        .flatMap((block) => block.owners)
        .flatMap((owner) => owner.alternatives);
    const filters = reading.blocks.reduce((sum, block) => sum + block.filters.length, 1);
    const asked = alternatives.slice(0, Math.ceil(mostAsked / filters / fillers.length));
    return reading.events.some((event) =>
        fillers.some((filler) => {
            const usual = Object.fromEntries(event.fields.map(({ name, type }) => [name, usualValue(type, filler)]));
            const made = (alternative: Alternative): boolean =>
                decide({ id: event.id, fields: witnessOf(alternative, event, filler) }).logged;
            return decide({ id: event.id, fields: usual }).logged || asked.some(made);
        }),
    );
}
