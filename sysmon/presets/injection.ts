import { block, ruleGroup, sysmonConfig } from "../builder";
import type { Block, SysmonConfig } from "../config";
import { allAccessMasks } from "./accessMasks";

/** Oldest schema version that has all the conditions used, and on which blocks without a group mean what they say. */
const schemaVersion = 4.22;

/**
 * Logs one thing: a process opens verclsid.exe or svchost.exe with full access, from code that belongs to no file
 * (`UNKNOWN` in the call trace). It is the filter the article of 2017 meant to write, see {@link published2017}.
 *
 * The three fields stand in one `and` group, where filters on one field are alternatives; the images are compared as
 * file names, so that every folder counts and `notsvchost.exe` does not. Who asks for fewer rights, or injects into
 * another process, is not seen.
 */
const injectedAccess: Block = block({
    element: "ProcessAccess",
    onmatch: "include",
    group: ruleGroup("and", "technique_id=T1055,technique_name=Process Injection"),
    items: [
        { field: "TargetImage", condition: "image", value: "verclsid.exe" },
        { field: "TargetImage", condition: "image", value: "svchost.exe" },
        ...allAccessMasks.map((value) => ({ field: "GrantedAccess", condition: "is", value }) as const),
        { field: "CallTrace", condition: "contains", value: "UNKNOWN" },
    ],
});

/** A block that never matches: an include of this kind alone logs nothing, an exclude logs everything. */
function empty(element: "ProcessCreate" | "ProcessTerminate", onmatch: "include" | "exclude"): Block {
    return block({ element, onmatch });
}

/** Injection into verclsid.exe and svchost.exe, and nothing else: the sensor would log processes if it were not told. */
export const injection: SysmonConfig = sysmonConfig({
    schemaVersion,
    blocks: [empty("ProcessCreate", "include"), empty("ProcessTerminate", "include"), injectedAccess],
});

/** The same with the start of every process, to see who injected and what came of it. */
export const injectionContext: SysmonConfig = sysmonConfig({
    schemaVersion,
    options: { HashAlgorithms: "SHA256,IMPHASH" },
    blocks: [empty("ProcessCreate", "exclude"), empty("ProcessTerminate", "include"), injectedAccess],
});
