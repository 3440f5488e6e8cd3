import type { SysmonConfig } from "../config";
import { compileExplainer } from "../explainVerdict";
import { compileFilter, type FilterableEvent } from "../filter";
import { techniques } from "./techniques";

/** What becomes of an event that a technique leaves. */
export interface SignVerdict {
    /** What the event shows. */
    readonly what: string;
    readonly event: FilterableEvent;
    readonly logged: boolean;
    /** The block and filters that decided, or the default, see `explainVerdict`. */
    readonly why: string;
}

/** What a configuration sees of a technique. */
export interface TechniqueSight {
    /** Its id in MITRE ATT&CK. */
    readonly id: string;
    /** Its name there. */
    readonly name: string;
    /** `none`: a blind spot, not one of its signs is logged. */
    readonly seen: "all" | "some" | "none";
    readonly signs: readonly SignVerdict[];
}

/**
 * What a configuration sees of known techniques, each decided on representative events. A technique that is seen can
 * still be carried out in a way that is not.
 */
export function sightOfTechniques(config: SysmonConfig): TechniqueSight[] {
    const decide = compileFilter(config);
    const explain = compileExplainer(config);
    return techniques.map(({ id, name, signs }) => {
        const verdicts = signs.map(({ what, event }): SignVerdict => ({
            what,
            event,
            logged: decide(event).logged,
            why: explain(event),
        }));
        const logged = verdicts.filter((verdict) => verdict.logged).length;
        return { id, name, seen: logged === 0 ? "none" : logged === signs.length ? "all" : "some", signs: verdicts };
    });
}
