import { block, sysmonConfig } from "../builder";
import type { SysmonConfig } from "../config";
import { allAccessMasks } from "./accessMasks";

/**
 * The filters of Microsoft's article of 2017 on Sysmon and in-memory attacks as they were published, only the schema
 * version raised to one that a sensor accepts. It logs no access to any process: two `excludes` on one field are
 * alternatives, and each image lacks one of the two names. Kept to show that, and to compare with.
 */
export const published2017: SysmonConfig = sysmonConfig({
    schemaVersion: 4.22,
    blocks: [
        block({
            element: "ProcessAccess",
            onmatch: "exclude",
            items: [
                { field: "TargetImage", condition: "excludes", value: "verclsid.exe" },
                { field: "TargetImage", condition: "excludes", value: "svchost.exe" },
            ],
        }),
        block({
            element: "ProcessAccess",
            onmatch: "include",
            items: [
                ...allAccessMasks.map((value) => ({ field: "GrantedAccess", condition: "is", value }) as const),
                { field: "CallTrace", condition: "contains", value: "unknown" },
            ],
        }),
    ],
});
