import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, type RegisteredResource } from "./mocks";

/**
 * Problems of the arguments that a component refuses, each `path: reason`. Fails where it refuses none, where the
 * message leaves one out, or where it created a child before it refused.
 */
export async function problemsOf(construct: () => pulumi.ComponentResource): Promise<string[]> {
    let thrown: unknown;
    const { resources } = await build(() => {
        try {
            construct();
        } catch (error) {
            thrown = error;
        }
    });
    if (!pulumi.InputPropertiesError.isInstance(thrown)) assert.fail(`no problem was found; thrown: ${String(thrown)}`);
    const problems = thrown.errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
    for (const problem of problems) assert.ok(thrown.message.includes(problem), thrown.message);
    assert.deepEqual(resources.filter(isChild), []);
    return problems;
}

function isChild(resource: RegisteredResource): boolean {
    return resource.parent !== "";
}
