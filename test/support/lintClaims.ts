import type { Block, Filter, Issue, Rule, SysmonConfig } from "../../sysmon";

/** Codes of findings about something that decides nothing. */
const decidesNothing: ReadonlySet<string> = new Set(["SM204", "SM210", "SM211", "SM212"]);

/**
 * A configuration in which whatever the findings say decides nothing can match nothing: it must log the same. The filters
 * stay, as their fields decide for which of a series of events the block works.
 */
export function withoutDeadRules(config: SysmonConfig, issues: readonly Issue[]): SysmonConfig {
    const dead = new Set(
        issues
            .filter((issue) => decidesNothing.has(issue.code) || isNeverFilter(issue))
            .map(({ line, column }) => `${line}:${column}`),
    );
    const isDead = ({ position }: Filter | Rule | Block): boolean =>
        position !== undefined && dead.has(`${position.line}:${position.column}`);
    const mute = (filter: Filter, all: boolean): Filter =>
        all || isDead(filter) ? { ...filter, condition: "is", value: "" } : filter;
    const items = (block: Block): (Filter | Rule)[] =>
        block.items.map((item) => {
            const all = isDead(block) || isDead(item);
            if (item.kind === "filter") return mute(item, all);
            return { ...item, filters: item.filters.map((filter) => mute(filter, all)) };
        });
    return { ...config, blocks: config.blocks.map((block) => ({ ...block, items: items(block) })) };
}

/** A whole filter that can never match, not one text of a list. */
function isNeverFilter({ code, message }: Issue): boolean {
    return code === "SM201" && !message.startsWith('"');
}
