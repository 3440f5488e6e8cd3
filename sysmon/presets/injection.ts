import { sysmonConfig, type FieldFilters } from "../builder";
import type { SysmonConfig } from "../config";
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
const injectedAccess: FieldFilters<"ProcessAccess", typeof schemaVersion> = {
    TargetImage: { image: ["verclsid.exe", "svchost.exe"] },
    GrantedAccess: { is: allAccessMasks },
    CallTrace: { contains: "UNKNOWN" },
};

const injectionGroup = { relation: "and", name: "technique_id=T1055,technique_name=Process Injection" } as const;

/**
 * Injection into verclsid.exe and svchost.exe, and nothing else. The sensor would log processes if it were not told: an
 * include without items matches nothing.
 */
export const injection: SysmonConfig = sysmonConfig({ schemaVersion })
    .event("ProcessCreate")
    .include()
    .event("ProcessTerminate")
    .include()
    .event("ProcessAccess", injectionGroup)
    .include(injectedAccess);

/** The same with the start of every process, to see who injected and what came of it. */
export const injectionContext: SysmonConfig = sysmonConfig({
    schemaVersion,
    options: { HashAlgorithms: "SHA256,IMPHASH" },
})
    .event("ProcessCreate")
    .exclude()
    .event("ProcessTerminate")
    .include()
    .event("ProcessAccess", injectionGroup)
    .include(injectedAccess);
