import { sysmonConfig } from "../builder";
import type { SysmonConfig } from "../config";
import { allAccessMasks } from "./accessMasks";

/**
 * The filters of Microsoft's article of 2017 on Sysmon and in-memory attacks as they were published, only the schema
 * version raised to one that a sensor accepts. It logs no access to any process: two `excludes` on one field are
 * alternatives, and each image lacks one of the two names. Kept to show that, and to compare with.
 */
export const published2017: SysmonConfig = sysmonConfig({ schemaVersion: 4.22 })
    .event("ProcessAccess")
    .exclude({ TargetImage: { excludes: ["verclsid.exe", "svchost.exe"] } })
    .event("ProcessAccess")
    .include({ GrantedAccess: { is: allAccessMasks }, CallTrace: { contains: "unknown" } });
