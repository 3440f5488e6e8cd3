import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { detectionProblems } from "../../settings/detectionProblems";
import { describeProblems } from "../../settings/problems";
import { readStackConfig, readStackFile } from "../../settings/stackFile";
import { closuresOnDemand } from "./closuresOnDemand";
import type * as Evaluation from "./evaluate";
import { PlanError } from "./planError";
import type { Plan } from "./plan";
import { findProject, runsOwnProgram, stackFile, type Project } from "./project";

/** A plan, and the project folder that its relative paths mean. */
export interface StackPlan {
    readonly plan: Plan;
    readonly folder: string;
}

/**
 * Plans a stack of the project at hand: no cloud, no login, nothing written.
 *
 * @param from A folder in the project.
 * @param stack Name of the stack.
 * @param changes Configuration that is to count instead of the stack file's, by full key.
 * @throws PlanError with one report of everything that is wrong with the stack's file.
 */
export async function planStack(
    from: string,
    stack: string,
    changes: Readonly<Record<string, string>> = {},
): Promise<StackPlan> {
    const project = findProject(from);
    const file = stackFile(project, stack);
    const text = fs.readFileSync(file, "utf8");
    // Only the package's own program is known to take the package's own settings.
    const own = runsOwnProgram(project) ? readStackFile(text, path.basename(file)) : undefined;
    const read = own ?? readStackConfig(text, path.basename(file));
    if ("problems" in read) {
        const given = readStackConfig(text, path.basename(file));
        const further =
            own !== undefined && "file" in given ? detectionProblems(given.file.config, project.folder) : [];
        throw new PlanError([describeProblems(read.problems), ...further].join("\n"));
    }
    const { config, secretKeys } = read.file;
    // Pulumi takes half a second to load: commands that plan nothing, and what is wrong with a file, need not wait for it.
    closuresOnDemand();
    const { evaluate } = load("./evaluate") as typeof Evaluation;
    const plan = await evaluate({
        project: project.name,
        stack,
        folder: project.folder,
        config: { ...config, ...changes },
        secretKeys,
        program: () => runProgram(project),
    });
    const store = own !== undefined && "file" in own ? own.file.settings.artifacts.kind : "own";
    if (store === "own" || artifacts in changes) return { plan, folder: project.folder };
    // What is pushed into a store that exists is what the stack would put into one of its own.
    const storing = await planStack(from, stack, { ...changes, [artifacts]: "own" });
    const pushed = storing.plan.resources.filter(({ type }) => type === "azure-native:storage:Blob");
    return { plan: { ...plan, pushed }, folder: project.folder };
}

/** The setting that says where machines fetch the installer from. */
const artifacts = "sysmon-azure:artifacts";

const load = createRequire(__filename);

/** Runs the project's program afresh and returns what it exports. */
function runProgram(project: Project): unknown {
    // The package's own program runs from wherever this code runs: the sources, or `dist`.
    const entry = runsOwnProgram(project) ? load.resolve("../../index") : foreignEntry(project);
    // Everything else stays cached: a second Pulumi in one process would not share its types with the first.
    Reflect.deleteProperty(load.cache, entry);
    return load(entry);
}

/** Entry of somebody else's project, loaded as Pulumi's language host does. */
function foreignEntry({ main, folder }: Project): string {
    if (!fs.existsSync(main)) throw new PlanError(`${main} is missing: Pulumi.yaml names it as the program's entry.`);
    const tsconfig = path.join(folder, "tsconfig.json");
    // An entry in JavaScript may load a program in TypeScript.
    if (main.endsWith(".ts") || fs.existsSync(tsconfig)) {
        // Pulumi keeps both out of its typings: which compiler its language host takes, and ts-node itself.
        const { typeScriptRequireStrings } = load("@pulumi/pulumi/tsutils") as LanguageHost;
        const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
        const tsnode = load(tsnodeRequire) as { register(options: object): void };
        tsnode.register({
            compiler: typescriptRequire,
            transpileOnly: true,
            project: tsconfig,
        });
    }
    return main;
}

interface LanguageHost {
    readonly typeScriptRequireStrings: () => { tsnodeRequire: string; typescriptRequire: string };
}
