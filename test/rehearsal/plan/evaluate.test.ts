import assert from "node:assert/strict";
import * as os from "node:os";
import * as process from "node:process";
import { DataSource, Workspace } from "@pulumi/azure-native/operationalinsights";
import * as pulumi from "@pulumi/pulumi";
import { evaluate } from "../../../rehearsal/plan/evaluate";
import { PlanError } from "../../../rehearsal/plan/planError";
import { unknownValue, withSecrets, type Plan } from "../../../rehearsal/plan/plan";

/** A component as any user would write it. */
class Store extends pulumi.ComponentResource {
    readonly workspaceId: pulumi.Output<string>;

    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("example:index:Store", name, {}, opts);
        const workspace = new Workspace(
            name,
            { resourceGroupName: "rg", workspaceName: "log-example", tags: { owner: pulumi.secret("nobody") } },
            { parent: this, protect: true },
        );
        new DataSource(
            `${name}-source`,
            {
                resourceGroupName: "rg",
                workspaceName: "log-example",
                kind: "WindowsEvent",
                properties: { of: workspace.id },
            },
            { parent: this },
        );
        this.workspaceId = workspace.id;
        this.registerOutputs({});
    }
}

/** Evaluates a program as stack `test` of project `example`. */
function plan(program: () => unknown, config: Record<string, string> = {}): Promise<Plan> {
    return evaluate({ project: "example", stack: "test", folder: os.tmpdir(), config, secretKeys: [], program });
}

describe("A plan", () => {
    it("gives resources the URNs and parents of the real state", async () => {
        const { resources } = await plan(() => void new Store("store"));
        const stack = "urn:pulumi:test::example::pulumi:pulumi:Stack::example-test";
        const store = "urn:pulumi:test::example::example:index:Store::store";
        const child = "urn:pulumi:test::example::example:index:Store$azure-native:operationalinsights:Workspace::store";
        assert.deepEqual(
            resources.slice(0, 3).map(({ urn, parent }) => [urn, parent]),
            [
                [stack, null],
                [store, stack],
                [child, store],
            ],
        );
    });

    it("knows dependencies, protection and what is a component", async () => {
        const { resources } = await plan(() => void new Store("store"));
        const [, component, workspace, source] = resources;
        assert.equal(component?.custom, false);
        assert.equal(workspace?.protect, true);
        assert.deepEqual(source?.dependencies, [workspace?.urn]);
    });

    it("marks what is known only after the deployment", async () => {
        const { resources } = await plan(() => void new Store("store"));
        assert.deepEqual(resources[3]?.inputs.properties, { of: unknownValue });
    });

    it("keeps secrets in their envelope, to be masked or shown", async () => {
        const { resources } = await plan(() => void new Store("store"));
        const tags = resources[2]?.inputs.tags ?? null;
        assert.deepEqual(withSecrets(tags, "masked"), { owner: "[secret]" });
        assert.deepEqual(withSecrets(tags, "shown"), { owner: "nobody" });
    });

    it("hands the program its configuration", async () => {
        const seen: (string | undefined)[] = [];
        await plan(() => void seen.push(new pulumi.Config("example").get("color")), { "example:color": "green" });
        assert.deepEqual(seen, ["green"]);
    });

    it("is made in the project's folder and leaves the process as it was", async () => {
        const before = process.cwd();
        const seen: string[] = [];
        await plan(() => void seen.push(process.cwd()));
        assert.notEqual(seen[0], before);
        assert.equal(process.cwd(), before);
    });

    it("is the same every time", async () => {
        const program = (): unknown => ({ id: new Store("store").workspaceId });
        assert.deepEqual(await plan(program), await plan(program));
    });

    it("collects what the program warns of", async () => {
        const { warnings } = await plan(() => void pulumi.log.warn("mind the gap"));
        assert.deepEqual(warnings, ["mind the gap"]);
    });

    it("holds what the program exports", async () => {
        const { outputs } = await plan(() => ({ color: "green", id: new Store("store").workspaceId }));
        assert.deepEqual(outputs, { color: "green", id: unknownValue });
    });

    it("fails with the program's own message", async () => {
        const failing = plan(() => {
            throw new pulumi.RunError("two things\nare wrong");
        });
        await assert.rejects(
            failing,
            (error) => error instanceof PlanError && error.message === "two things\nare wrong",
        );
    });

    it("fails with what goes wrong inside an apply", async () => {
        const failing = plan(() => {
            pulumi.output(1).apply(() => {
                throw new Error("too late");
            });
        });
        await assert.rejects(failing, /too late/);
    });

    it("refuses a program that asks the cloud", async () => {
        const failing = plan(() => ({
            answer: pulumi.runtime.invoke("azure-native:authorization:getClientConfig", {}),
        }));
        await assert.rejects(failing, /asks the cloud \(azure-native:authorization:getClientConfig\)/);
    });
});
