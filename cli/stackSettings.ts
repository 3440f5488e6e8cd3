import * as fs from "node:fs";
import * as path from "node:path";
import { findProject, runsOwnProgram, stackFile, type Project } from "../rehearsal/plan/project";
import { describeProblems } from "../settings/problems";
import type { Settings } from "../settings/settings";
import { readStackFile } from "../settings/stackFile";
import { BadInput } from "./exit";

/**
 * The settings of a stack of the project at hand: what a person declared, where a plan alone does not say it.
 *
 * @param from A folder in the project.
 * @throws BadInput where the stack file has problems, or the project's program is not this package's own.
 */
export function stackSettings(from: string, stack: string): { project: Project; settings: Settings } {
    const project = findProject(from);
    if (!runsOwnProgram(project)) {
        throw new BadInput(
            `${path.join(project.folder, "Pulumi.yaml")} names a program of its own: this command knows the settings of ` +
                `sysmon-azure's program only.`,
        );
    }
    const file = stackFile(project, stack);
    const read = readStackFile(fs.readFileSync(file, "utf8"), path.basename(file));
    if ("problems" in read) throw new BadInput(describeProblems(read.problems));
    return { project, settings: read.file.settings };
}
