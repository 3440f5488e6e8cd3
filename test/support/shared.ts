import * as fs from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../../package/root";

const root = path.resolve(packageRoot, "..", "shared");

/** Whether the shared corpus (real recordings, sensor vectors, query cases) lies beside the project. */
export const sharedIsThere: boolean = fs.existsSync(root);

/** Absolute path of a file of the shared corpus. */
export function sharedPath(...segments: string[]): string {
    return path.join(root, ...segments);
}

/**
 * A suite over the shared corpus. Where the corpus is missing, CI fails; elsewhere one pending test says what was left
 * out, so that a green run never hides it.
 */
export function describeShared(title: string, body: () => void): void {
    if (sharedIsThere) {
        describe(title, body);
        return;
    }
    describe(title, () => {
        if (process.env.CI === "true") {
            it("finds the shared corpus beside the project", () => {
                throw new Error(`${root} is missing: CI must lay the shared corpus beside the project`);
            });
        } else {
            it(`left out: ${root} is missing`);
        }
    });
}
