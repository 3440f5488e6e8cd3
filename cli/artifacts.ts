import { Command } from "commander";
import { signedIn } from "../live/connection";
import { pushFiles, type PushedFile } from "../live/payloadStore";
import { BadInput, ExitCode } from "./exit";
import type { Output } from "./output";
import { stackPayload } from "./stackPayload";
import { stackSettings } from "./stackSettings";

/** `artifacts`: the files that machines fetch, where a stack does not keep them itself. */
export function artifactsCommand(output: Output): Command {
    return new Command("artifacts")
        .description("The files that machines fetch, in a container that exists.")
        .addCommand(pushCommand(output));
}

function pushCommand(output: Output): Command {
    return new Command("push")
        .description("Fill the container of artifacts.container with what the stack's machines fetch.")
        .option("--stack <name>", "the stack", "dev")
        .option("--dry-run", "tell what is missing, write nothing")
        .option("--json", "each file, with what became of it")
        .action(async (options: { stack: string; dryRun?: true; json?: true }) => {
            const { artifacts } = stackSettings(process.cwd(), options.stack).settings;
            if (artifacts.kind === "own") {
                throw new BadInput(
                    `The stack ${options.stack} has a store of its own, which pulumi up fills. Set artifacts: ` +
                        `{container: URL} for one that exists.`,
                );
            }
            const { files } = await stackPayload(process.cwd(), options.stack);
            const dryRun = options.dryRun ?? false;
            const progress = output.interactive ? (text: string): void => output.note(`${text}…`) : undefined;
            const pushed = await pushFiles(await signedIn(), artifacts.url, files, { dryRun, progress });
            if (options.json) output.line(JSON.stringify({ container: artifacts.url, files: pushed }, null, 2));
            else for (const file of pushed) output.line(describe(file, artifacts.url));
            const complete = pushed.every(({ outcome }) => outcome === "uploaded" || outcome === "present");
            if (!complete) process.exitCode = ExitCode.CheckFailed;
        });
}

/** What became of a file, and where something is to do, what. */
function describe({ blobName, bytes, outcome }: PushedFile, container: string): string {
    switch (outcome) {
        case "uploaded":
            return `uploaded  ${blobName} (${bytes} bytes)`;
        case "present":
            return `present   ${blobName}`;
        case "absent":
            return `absent    ${blobName}: machines would not find it. Run this without --dry-run.`;
        case "damaged":
            return (
                `damaged   ${blobName}: something else is there under its name, and machines refuse it. Find out who ` +
                `wrote it, delete ${container}/${blobName}, and run this again.`
            );
    }
}
