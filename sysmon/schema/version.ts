/**
 * A schema version as the sensor compares it: a decimal number with two places, so that `4.2` is the same version as
 * `4.20` and newer than `4.10`. See {@link formatVersion} for its text.
 */
export type SchemaVersion = number;

/** One release of the schema and the Sysmon release that brought it. */
export interface SchemaRelease {
    /** Version of the schema, e.g. `4.9`. */
    readonly version: SchemaVersion;
    /** Newest Sysmon release known to carry it, as its banner prints it, e.g. `"13.0"`. */
    readonly sysmon: string;
}

const releases = [
    { version: 3.1, sysmon: "1.01" },
    { version: 3.2, sysmon: "1.01" },
    { version: 3.3, sysmon: "1.01" },
    { version: 3.4, sysmon: "1.01" },
    { version: 4.0, sysmon: "1.01" },
    { version: 4.1, sysmon: "8.00" },
    { version: 4.2, sysmon: "8.00" },
    { version: 4.21, sysmon: "9.10" },
    { version: 4.22, sysmon: "9.20" },
    { version: 4.23, sysmon: "9.20" },
    { version: 4.3, sysmon: "9.20" },
    { version: 4.31, sysmon: "9.20" },
    { version: 4.32, sysmon: "9.20" },
    { version: 4.4, sysmon: "11.0" },
    { version: 4.5, sysmon: "13.0" },
    { version: 4.6, sysmon: "14.0" },
    { version: 4.7, sysmon: "15.0" },
    { version: 4.8, sysmon: "16" },
    { version: 4.81, sysmon: "16" },
    { version: 4.82, sysmon: "16" },
    { version: 4.83, sysmon: "16" },
    { version: 4.9, sysmon: "16" },
] as const satisfies readonly SchemaRelease[];

/** Every known release of the schema, oldest first (published Sysmon schema; from 4.82 on public field lists). */
export const schemaReleases: readonly SchemaRelease[] = releases;

/** Version of a known release. */
export type KnownVersion = (typeof releases)[number]["version"];

/** Versions of the releases up to one, that one included. */
export type VersionsUpTo<V extends KnownVersion, Releases = typeof releases> = Releases extends readonly [
    { readonly version: infer Oldest },
    ...infer Later,
]
    ? Oldest extends V
        ? Oldest
        : Oldest | VersionsUpTo<V, Later>
    : never;

/** Version of a known release that an up-to-date sensor accepts in a configuration. */
export type AcceptedVersion = Exclude<KnownVersion, VersionsUpTo<3.4>>;

/** The newest schema: the one an up-to-date sensor calls its own. */
export const latestVersion: SchemaVersion = 4.9;

/** The oldest schema an up-to-date sensor still accepts in a configuration. */
export const oldestAcceptedVersion: SchemaVersion = 4.0;

/** The schema against which a sensor checks a configuration that is newer than itself: its second newest. */
const fallbackVersion: SchemaVersion = 4.83;

/** A version as Sysmon prints it: always two places, e.g. `"4.90"`. */
export function formatVersion(version: SchemaVersion): string {
    return version.toFixed(2);
}

/**
 * Reads the `schemaversion` attribute as the sensor does: leading white space and whatever follows the number are
 * ignored, a third decimal is rounded. `undefined` where the text begins with no number (the sensor crashes on it).
 */
export function parseVersion(text: string): SchemaVersion | undefined {
    const number = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i.exec(text)?.[1];
    if (number === undefined) return undefined;
    return Math.round(Number(number) * 100) / 100;
}

/**
 * The release that decides which events and fields a configuration of this version may name: the newest one not above
 * it. A configuration newer than the sensor is checked against the sensor's second newest schema.
 */
export function releaseFor(version: SchemaVersion): SchemaVersion {
    if (version > latestVersion) return fallbackVersion;
    let found = oldestAcceptedVersion;
    for (const release of schemaReleases) {
        if (release.version <= version) found = release.version;
    }
    return found;
}
