/**
 * Ids of the Sysmon events that a planned query reads, ascending: as its `SysmonParsed` is cut, or as its own predicates
 * on `EventID` say. Empty where it names none.
 */
export function eventsRead(query: string): number[] {
    const cut = /\bEventID in \(([\d, ]+)\)/.exec(query)?.[1];
    const named = cut ?? [...query.matchAll(/\bEventID\s*==\s*(\d+)/g)].map(([, id]) => id).join();
    return [...new Set(named.split(",").flatMap((text) => (text.trim() === "" ? [] : [Number(text)])))].sort(
        (left, right) => left - right,
    );
}
