import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { packagePath } from "../../package/root";
import { PlanError } from "./planError";

/** A Pulumi project on disk. */
export interface Project {
    /** Folder of its Pulumi.yaml. */
    readonly folder: string;
    /** Its name. */
    readonly name: string;
    /** Absolute path of the program's entry file. */
    readonly main: string;
}

/**
 * The project whose Pulumi.yaml is nearest, from a folder upward.
 *
 * @throws PlanError where there is none, or it cannot be read.
 */
export function findProject(from: string): Project {
    const file = nearestFile(path.resolve(from), "Pulumi.yaml");
    if (file === undefined) {
        throw new PlanError(`No Pulumi.yaml in ${from} or any folder above it: run this in a Pulumi project.`);
    }
    const manifest = readYaml(file);
    const { name, main } = manifest;
    if (typeof name !== "string" || name === "") throw new PlanError(`${file}: \`name\` is missing.`);
    const folder = path.dirname(file);
    return { folder, name, main: path.resolve(folder, typeof main === "string" ? main : "index.ts") };
}

/** Whether a project's program is the package's own, by its entry for Pulumi or by its source. */
export function runsOwnProgram({ main }: Project): boolean {
    return ["program.cjs", "index.ts"].some((entry) => packagePath(entry) === main);
}

/** Names of the stacks that have a file in the project's folder, sorted. */
export function stacksOf(project: Project): string[] {
    return fs
        .readdirSync(project.folder)
        .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
        .sort();
}

/**
 * Path of a stack's file.
 *
 * @throws PlanError where the stack has none; the message names those that have.
 */
export function stackFile(project: Project, stack: string): string {
    const stacks = stacksOf(project);
    if (!stacks.includes(stack)) {
        const there = stacks.length > 0 ? `There are: ${stacks.join(", ")}.` : "There is no stack file at all.";
        throw new PlanError(`No stack "${stack}" in ${project.folder} (Pulumi.${stack}.yaml). ${there}`);
    }
    return path.join(project.folder, `Pulumi.${stack}.yaml`);
}

function nearestFile(folder: string, name: string): string | undefined {
    const file = path.join(folder, name);
    if (fs.existsSync(file)) return file;
    const parent = path.dirname(folder);
    return parent === folder ? undefined : nearestFile(parent, name);
}

function readYaml(file: string): Record<string, unknown> {
    try {
        const content: unknown = parse(fs.readFileSync(file, "utf8"));
        if (typeof content === "object" && content !== null && !Array.isArray(content)) return { ...content };
    } catch (error) {
        throw new PlanError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    throw new PlanError(`${file} is no YAML mapping.`);
}
