import assert from "node:assert/strict";
import { z } from "zod";
import { attackTechniques } from "../../../detections";
import type { ChainCoverage, Coverage, DetectionCoverage, Life } from "../../../rehearsal/analysis/coverage";
import { navigatorLayer, type NavigatorTechnique } from "../../../rehearsal/analysis/navigatorLayer";

/** What a layer may hold, as the Navigator's own description of the format, version 4.5, says. */
const color = z.string().regex(/^#[0-9a-f]{6}$/i);
const layerFormat = z.strictObject({
    name: z.string().min(1),
    versions: z.strictObject({
        attack: z.string().regex(/^\d+$/),
        navigator: z.string().regex(/^(4\.9\.\d+|[5-9]\.\d+\.\d+)$/),
        layer: z.literal("4.5"),
    }),
    domain: z.enum(["enterprise-attack", "mobile-attack", "ics-attack"]),
    description: z.string().optional(),
    filters: z.strictObject({ platforms: z.array(z.string()).min(1) }).optional(),
    sorting: z.number().int().min(0).max(3).optional(),
    layout: z
        .strictObject({
            layout: z.enum(["side", "flat", "mini"]).optional(),
            showID: z.boolean().optional(),
            expandedSubtechniques: z.enum(["none", "all", "annotated"]).optional(),
        })
        .optional(),
    techniques: z.array(
        z.strictObject({
            techniqueID: z.string().regex(/^T\d{4}(\.\d{3})?$/),
            score: z.number().optional(),
            color: color.optional(),
            comment: z.string().optional(),
            enabled: z.boolean().optional(),
            showSubtechniques: z.boolean().optional(),
        }),
    ),
    gradient: z.strictObject({ colors: z.array(color).min(2), minValue: z.number(), maxValue: z.number() }),
    legendItems: z.array(z.strictObject({ label: z.string(), color })),
});

function detection(name: string, life: Life, techniques: string[]): DetectionCoverage {
    const nothing = { events: [], fields: 0, missingFields: [], proofs: [] };
    return { detection: name, rule: name, severity: "High", techniques, life, ...nothing };
}

function coverageOf(...chains: DetectionCoverage[][]): Coverage {
    const chain: ChainCoverage["chain"] = {
        machines: 0,
        sensor: { configSha256: "", schemaVersion: "4.90", via: "payload" },
        collection: { kind: "dataCollectionRule", queries: [], table: "Event" },
    };
    return {
        stack: "test",
        ok: true,
        chains: chains.map((detections) => ({ chain, detections, unlogged: [] })),
        gaps: [],
        problems: [],
    };
}

describe("a layer of the ATT&CK Navigator", () => {
    const layer = navigatorLayer(
        coverageOf([
            detection("injects", "alive", ["T1055", "T1055.012"]),
            detection("hollows", "dead", ["T1055.012"]),
            detection("dumps", "dead", ["T1003.001"]),
            detection("hides", "unproven", ["T1014"]),
        ]),
    );
    const technique = (id: string): NavigatorTechnique | undefined =>
        layer.techniques.find(({ techniqueID }) => techniqueID === id);

    it("has the published format", () => {
        assert.deepEqual(layerFormat.parse(JSON.parse(JSON.stringify(layer))), layer);
        assert.ok(layer.gradient.maxValue > layer.gradient.minValue);
    });

    it("has each technique once, all of them known to ATT&CK", () => {
        const ids = layer.techniques.map(({ techniqueID }) => techniqueID);
        assert.deepEqual(ids, ["T1003.001", "T1014", "T1055", "T1055.012"]);
        assert.ok(ids.every((id) => Object.hasOwn(attackTechniques, id)));
    });

    it("scores a technique by the share of its rules that are alive", () => {
        assert.deepEqual(
            layer.techniques.map(({ score }) => score),
            [0, 0, 100, 50],
        );
    });

    it("tells the rules of a technique with what became of each", () => {
        assert.equal(technique("T1055.012")?.comment, "hollows: dead\ninjects: alive");
    });

    it("colors as its legend says", () => {
        const [all, some, none, unproven] = layer.legendItems.map((item) => item.color);
        assert.deepEqual(
            layer.techniques.map((found) => found.color),
            [none, unproven, all, some],
        );
    });

    it("shows the sub-techniques of a technique that has some in it", () => {
        assert.deepEqual([technique("T1055")?.showSubtechniques, technique("T1014")?.showSubtechniques], [true, false]);
    });

    it("takes the worst of several chains", () => {
        const chains = (["alive", "dead"] as const).map((life) => [detection("injects", life, ["T1055"])]);
        assert.equal(navigatorLayer(coverageOf(...chains)).techniques[0]?.comment, "injects: dead");
    });
});
