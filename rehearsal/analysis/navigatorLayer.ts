import type { Coverage, DetectionCoverage } from "./coverage";

/** A layer of the ATT&CK Navigator, as far as this package writes one ("ATT&CK Navigator Layer File Format 4.5"). */
export interface NavigatorLayer {
    readonly name: string;
    readonly versions: { readonly attack: string; readonly navigator: string; readonly layer: string };
    readonly domain: "enterprise-attack";
    readonly description: string;
    readonly filters: { readonly platforms: readonly string[] };
    /** 3: techniques by descending score. */
    readonly sorting: number;
    readonly layout: { readonly layout: "side"; readonly showID: boolean; readonly expandedSubtechniques: "annotated" };
    readonly techniques: readonly NavigatorTechnique[];
    readonly gradient: { readonly colors: readonly string[]; readonly minValue: number; readonly maxValue: number };
    readonly legendItems: readonly { readonly label: string; readonly color: string }[];
}

/** A technique of a layer. */
export interface NavigatorTechnique {
    readonly techniqueID: string;
    /** Percent of its rules that are alive in every chain. */
    readonly score: number;
    /** Hexadecimal RGB. */
    readonly color: string;
    /** Its rules, a line each. */
    readonly comment: string;
    readonly enabled: boolean;
    /** Whether its sub-techniques are drawn; one of them is in the layer. */
    readonly showSubtechniques: boolean;
}

/** The version of ATT&CK that the table of techniques is of. */
const attackVersion = "18";

const colors = { all: "#4caf50", some: "#ffc107", none: "#e53935", unproven: "#9e9e9e" } as const;

/** Coverage as a layer of the ATT&CK Navigator: each technique that a rule is about, by how many of its rules can ring. */
export function navigatorLayer(coverage: Coverage): NavigatorLayer {
    const rules = coverage.chains.flatMap(({ detections }) => detections);
    const techniques = [...new Set(rules.flatMap(({ techniques: ids }) => ids))].sort();
    return {
        name: `sysmon-azure ${coverage.stack}`,
        versions: { attack: attackVersion, navigator: "5.1.0", layer: "4.5" },
        domain: "enterprise-attack",
        description:
            "Rules of the stack by technique, each replayed over the recordings that prove it through the planned sensor and collection.",
        filters: { platforms: ["Windows"] },
        sorting: 3,
        layout: { layout: "side", showID: true, expandedSubtechniques: "annotated" },
        techniques: techniques.map((id) => layerTechnique(id, rules, techniques)),
        gradient: { colors: [colors.none, colors.some, colors.all], minValue: 0, maxValue: 100 },
        legendItems: [
            { label: "every rule rings in its recordings", color: colors.all },
            { label: "some rules are dead or unproven", color: colors.some },
            { label: "every rule is dead", color: colors.none },
            { label: "no recording proves a rule", color: colors.unproven },
        ],
    };
}

function layerTechnique(
    id: string,
    rules: readonly DetectionCoverage[],
    techniques: readonly string[],
): NavigatorTechnique {
    const lives = new Map<string, DetectionCoverage["life"]>();
    // A rule that is dead in one chain leaves the machines of that chain blind.
    for (const life of ["unproven", "alive", "dead"] as const) {
        for (const rule of rules) {
            if (rule.life === life && rule.techniques.includes(id)) lives.set(rule.detection, life);
        }
    }
    const found = [...lives.values()];
    const alive = found.filter((life) => life === "alive").length;
    return {
        techniqueID: id,
        score: Math.round((100 * alive) / found.length),
        color: colorOf(found, alive),
        comment: [...lives]
            .sort(([left], [right]) => (left < right ? -1 : 1))
            .map(([detection, life]) => `${detection}: ${life}`)
            .join("\n"),
        enabled: true,
        showSubtechniques: techniques.some((other) => other.startsWith(`${id}.`)),
    };
}

function colorOf(lives: readonly DetectionCoverage["life"][], alive: number): string {
    if (alive === lives.length) return colors.all;
    if (alive > 0) return colors.some;
    return lives.includes("dead") ? colors.none : colors.unproven;
}
