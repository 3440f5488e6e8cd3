import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ChainCoverage } from "../../../rehearsal/analysis/coverage";

/** Holds the dead rules of some configurations against a list on disk; with UPDATE_GOLDEN=1 it writes the list. */
export function assertDeadRules(file: string, configurations: ReadonlyMap<string, ChainCoverage>): void {
    const lines = [...configurations].flatMap(([name, { detections }]) => {
        const dead = detections
            .filter(({ life }) => life === "dead")
            .sort((left, right) => (left.detection < right.detection ? -1 : 1));
        return [
            `${name}: ${dead.length} dead`,
            ...dead.map(({ detection, proofs }) => {
                const stations = proofs.flatMap(({ lost }) =>
                    lost === null ? [] : [lost.event === null ? lost.station : `${lost.station} (event ${lost.event})`],
                );
                return `  ${detection}: ${[...new Set(stations)].join(", ")}`;
            }),
        ];
    });
    const text = `${lines.join("\n")}\n`;
    if (process.env.UPDATE_GOLDEN === "1") {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
    }
    assert.equal(fs.readFileSync(file, "utf8"), text);
}
