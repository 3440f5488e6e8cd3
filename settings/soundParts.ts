import { z } from "zod";
import { isMapping } from "./found";
import type { SettingsPath, SettingsProblem } from "./problems";

/** Reports a problem at a path; `found` is looked up where it is not told. */
export type Report = (
    path: SettingsPath,
    details: Pick<SettingsProblem, "code" | "accepted"> & Partial<Pick<SettingsProblem, "found" | "nearest">>,
) => void;

/** The values of a mapping that are right by themselves; `schema` is that of the mapping. */
export function soundParts<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape, z.core.$strict>, raw: unknown) {
    const given = isMapping(raw) ? raw : {};
    const sound = Object.entries(schema.shape).filter(
        ([key, part]) => Object.hasOwn(given, key) && z.safeParse(part, given[key]).success,
    );
    return schema.partial().parse(Object.fromEntries(sound.map(([key]) => [key, given[key]])));
}
