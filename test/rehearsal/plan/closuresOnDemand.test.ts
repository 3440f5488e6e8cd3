import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { packagePath, packageRoot } from "../../../package/root";

/** What a script prints, in a process in which nothing of Pulumi is loaded. */
function printed(script: string): string {
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--eval", script], {
        cwd: packageRoot,
        env,
        encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout.trim();
}

const onDemand = `require(${JSON.stringify(packagePath("rehearsal", "plan", "closuresOnDemand.ts"))}).closuresOnDemand();`;
const serializers = `Object.keys(require.cache).filter((file) => /lib.typescript\\.js$|arborist.lib.arborist/.test(file)).length > 0`;

describe("What Pulumi loads to serialize functions", () => {
    it("is left out of a plan", () => {
        const plan = `require(${JSON.stringify(packagePath("rehearsal", "plan", "planStack.ts"))})
            .planStack(".", "dev")
            .then(({ plan }) => console.log(plan.resources.length > 0, ${serializers}));`;
        assert.equal(printed(plan), "true false");
    });

    it("is there once a function is serialized", () => {
        const serialize = `require("@pulumi/pulumi")
            .runtime.serializeFunction(() => "seen")
            .then(({ text }) => console.log(text.includes("seen"), ${serializers}));`;
        assert.equal(printed(onDemand + serialize), "true true");
    });

    it("is there once the packages of a function are asked for", () => {
        const pack = `require("@pulumi/pulumi")
            .runtime.computeCodePaths({ extraIncludePackages: ["picocolors"] })
            .then((paths) => console.log(paths.size > 0, ${serializers}));`;
        assert.equal(printed(onDemand + pack), "true true");
    });
});
