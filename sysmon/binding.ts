import { blockFilters, type Block, type SysmonConfig } from "./config";
import { eventsByElement, type EventFacts } from "./schema";

/**
 * The event a block is bound to: the first id of its element's series that has every field of the block. Filtering
 * always uses the newest layout, whatever version the configuration names.
 */
export type Binding =
    | { readonly ok: true; readonly event: EventFacts }
    | {
          readonly ok: false;
          /** The field at which the last id of the series failed, as the sensor reports it. */
          readonly field: string;
          /** How many filters, in document order, the sensor looked at before it gave up. */
          readonly reached: number;
      };

/** Binds a block to an event of its series. */
export function bindBlock(block: Block): Binding {
    const fields = [...blockFilters(block)].map(({ filter }) => filter.field);
    let failedField = "";
    let reached = 0;
    for (const event of eventsByElement(block.element)) {
        const names = new Set(event.fields.map((field) => field.name));
        const failed = fields.findIndex((field) => !names.has(field));
        if (failed === -1) return { ok: true, event };
        failedField = fields[failed] ?? "";
        reached = Math.max(reached, failed);
    }
    return { ok: false, field: failedField, reached };
}

/**
 * The blocks of an element that the sensor loads, each with the event it is bound to: it drops a block that fits no event
 * of the series, and with it every later one of the element.
 */
export function loadedBlocks(
    config: SysmonConfig,
    element: string,
): { readonly block: Block; readonly bound: EventFacts }[] {
    const loaded: { block: Block; bound: EventFacts }[] = [];
    for (const block of config.blocks) {
        if (block.element !== element) continue;
        const binding = bindBlock(block);
        if (!binding.ok) break;
        loaded.push({ block, bound: binding.event });
    }
    return loaded;
}

/**
 * Whether a filter of a block bound to one event can match another event of the series: only if that event has the same
 * field at the same place. Otherwise the filter never matches it, negative conditions included.
 */
export function fieldApplies(field: string, bound: EventFacts, event: EventFacts): boolean {
    const index = bound.fields.findIndex((candidate) => candidate.name === field);
    return event.fields[index]?.name === field;
}
