import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { packagePath } from "../../package/root";
import { commentMarker } from "../../rehearsal/report/diffReport";

/** The parts of a workflow, a job or a composite action that the checks look at. */
interface Step {
    readonly uses?: string;
    readonly run?: string;
}
interface Job {
    readonly uses?: string;
    readonly needs?: string;
    readonly environment?: string;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
    readonly env?: Readonly<Record<string, string>>;
    readonly if?: string;
    readonly steps?: readonly Step[];
}
interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, Job>>;
}

const folder = packagePath(".github");
const files = fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yml"))
    .sort();
const texts = new Map(files.map((file) => [file, fs.readFileSync(path.join(folder, file), "utf8")]));

const workflow = (name: string): Workflow => parse(texts.get(path.join("workflows", name)) ?? "") as Workflow;
const workflows = files.filter((file) => file.startsWith("workflows")).map((file) => path.basename(file));

const action = parse(texts.get(path.join("actions", "pulumi", "action.yml")) ?? "") as {
    readonly runs: { readonly steps: readonly Step[] };
};
const stepsOf = (job: Job): readonly Step[] =>
    (job.steps ?? []).flatMap((step) => (step.uses === "./.github/actions/pulumi" ? action.runs.steps : [step]));
const commandsOf = (job: Job): string =>
    stepsOf(job)
        .map(({ run }) => run ?? "")
        .join("\n");

/** The jobs of a pull request, the one that deploys a stack, and the one that looks for drift. */
const { preview, detection, comment } = workflow("preview.yml").jobs;
const { drift } = workflow("drift.yml").jobs;
const { deploy } = workflow("deploy-stack.yml").jobs;
const signedIn = [preview, deploy].flatMap((job) => job ?? []);

describe("pipelines", () => {
    it("are the five that we know", () => {
        assert.deepEqual(workflows, ["deploy-stack.yml", "deploy.yml", "drift.yml", "preview.yml", "verify.yml"]);
    });

    for (const [file, text] of texts) {
        it(`pin every action to a commit in ${file}`, () => {
            for (const [, used = ""] of text.matchAll(/uses: (\S+)/g)) {
                assert.match(used, /^(\.\/\.github\/\S+|[\w-]+\/[\w-]+@[0-9a-f]{40})$/);
            }
        });

        it(`use no stored secret in ${file}`, () => {
            assert.ok(!/secrets\s*[.[]|secrets: inherit/.test(text));
        });

        it(`hand no text of a stranger to a shell in ${file}`, () => {
            const scripts = [...text.matchAll(/run: (?:\|\n((?:\s{8,}.*\n|\n)+)|(.*))/g)].map((match) => match[0]);
            for (const script of scripts) assert.ok(!script.includes("${{"), script);
        });
    }

    for (const name of workflows) {
        it(`let ${name} read the sources and no more, unless a job asks`, () => {
            assert.deepEqual(workflow(name).permissions, { contents: "read" });
            assert.ok(!("pull_request_target" in workflow(name).on));
        });

        it(`let jobs of ${name} ask for an identity only where they have an environment`, () => {
            for (const [id, { permissions = {}, environment, uses }] of Object.entries(workflow(name).jobs)) {
                const { contents, "pull-requests": _comments, ...more } = permissions;
                assert.ok(contents === undefined || contents === "read", id);
                const mayAsk = environment !== undefined || uses === "./.github/workflows/deploy-stack.yml";
                assert.deepEqual(more, mayAsk ? { "id-token": "write" } : {}, id);
            }
        });
    }

    it("preview each stack of a pull request with an identity that reads, and never a fork's", () => {
        assert.equal(preview?.environment, "${{ matrix.stack }}-preview");
        assert.equal(preview?.if, "github.event.pull_request.head.repo.full_name == github.repository");
        assert.match(commandsOf(preview ?? {}), /pulumi preview .*--policy-pack policies/);
        assert.ok(!/pulumi up/.test(commandsOf(preview ?? {})));
    });

    it("tell in one comment what a change means for detection, without an identity of any cloud", () => {
        assert.equal(detection?.environment, undefined);
        assert.equal(detection?.permissions, undefined);
        const commands = commandsOf(detection ?? {});
        assert.match(commands, /for stack in dev staging prod; do/);
        assert.match(commands, /sysmon-azure diff --base HEAD\^1 --stack "\$stack" --markdown/);
        assert.match(commands, /exit "\$lost"/);
    });

    it("write the comment from a job that runs nothing of the change, and edit the one that is there", () => {
        const writers = workflows.flatMap((name) =>
            Object.values(workflow(name).jobs).filter((job) => "pull-requests" in (job.permissions ?? {})),
        );
        assert.deepEqual(writers, [comment]);
        assert.deepEqual(comment?.permissions, { "pull-requests": "write" });
        assert.match(comment?.if ?? "", /head\.repo\.full_name == github\.repository/);
        assert.deepEqual(
            (comment?.steps ?? []).flatMap(({ uses }) => uses?.split("@")[0] ?? []),
            ["actions/download-artifact"],
        );
        const commands = commandsOf(comment ?? {});
        assert.ok(commands.includes(commentMarker("").split(":")[0] ?? ""));
        assert.ok(commands.indexOf("--method PATCH") < commands.indexOf("--method POST"));
    });

    it("look for drift every night, with identities that read", () => {
        assert.ok("schedule" in workflow("drift.yml").on);
        assert.equal(drift?.environment, "${{ matrix.stack }}-preview");
        assert.match(commandsOf(drift ?? {}), /pulumi preview --refresh --expect-no-changes/);
        assert.ok(!/pulumi (up|refresh|destroy)/.test(commandsOf(drift ?? {})));
    });

    it("deploy to dev, then staging, then prod, one deployment of a stack at a time", () => {
        const { jobs, on } = workflow("deploy.yml");
        assert.deepEqual(on, { push: { branches: ["main"] } });
        assert.deepEqual(
            Object.entries(jobs).map(([name, { needs }]) => [name, needs]),
            [
                ["dev", undefined],
                ["staging", "dev"],
                ["prod", "staging"],
            ],
        );
        assert.deepEqual(deploy?.concurrency, { group: "deploy-${{ inputs.stack }}", "cancel-in-progress": false });
    });

    it("prove after a deployment that nothing is left to do", () => {
        const commands = commandsOf(deploy ?? {});
        const up = commands.indexOf("pulumi up --yes --non-interactive --policy-pack policies");
        assert.ok(up >= 0 && commands.indexOf("pulumi preview --expect-no-changes") > up);
    });

    for (const job of signedIn) {
        it(`check types and rehearse before ${job === deploy ? "a deployment" : "a preview"}`, () => {
            const commands = commandsOf(job);
            const [types, rehearsal, pulumi] = ["npm run check:types", "sysmon-azure rehearse", "--policy-pack"].map(
                (part) => commands.indexOf(part),
            );
            assert.ok(types !== undefined && rehearsal !== undefined && pulumi !== undefined);
            assert.ok(types >= 0 && types < rehearsal && rehearsal < pulumi);
        });

        it(`sign in as the environment for ${job === deploy ? "a deployment" : "a preview"}, state and key included`, () => {
            assert.equal(job.env?.["ARM_USE_OIDC"], "true");
            for (const name of [
                "ARM_CLIENT_ID",
                "ARM_TENANT_ID",
                "AZURE_CLIENT_ID",
                "AZURE_TENANT_ID",
                "PULUMI_BACKEND_URL",
            ]) {
                assert.match(job.env?.[name] ?? "", /^\$\{\{ vars\.\w+ \}\}$/);
            }
            assert.match(commandsOf(job), /audience=api:\/\/AzureADTokenExchange/);
        });
    }

    it("have environments of the names that the bootstrap program gives identities", () => {
        const file: unknown = parse(fs.readFileSync(packagePath("bootstrap", "Pulumi.ci.yaml"), "utf8"));
        const { config } = file as { config: Record<string, object> };
        const stacks = Object.keys(workflow("deploy.yml").jobs);
        assert.deepEqual(
            Object.keys(config["sysmon-azure:environments"] ?? {}).sort(),
            stacks.flatMap((stack) => [stack, `${stack}-preview`]).sort(),
        );
    });
});
