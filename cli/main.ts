import { Command, CommanderError } from "commander";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { packagePath } from "../package/root";
import type * as Artifacts from "./artifacts";
import type * as Coverage from "./coverage";
import type * as Diff from "./diff";
import type * as Events from "./events";
import { BadInput, ExitCode } from "./exit";
import type * as Installer from "./installer";
import type * as Inventory from "./inventory";
import type * as Kql from "./kql";
import { processOutput, type Output } from "./output";
import type * as Plan from "./plan";
import type * as Preflight from "./preflight";
import type * as Rehearse from "./rehearse";
import type * as Sysmon from "./sysmon";
import type * as Verify from "./verify";

const load = createRequire(__filename);

/** What makes each command. Its file is loaded when it is asked for: most of a cold start is the loading of files. */
const commands: Readonly<Record<string, () => (output: Output) => Command>> = {
    plan: () => (load("./plan") as typeof Plan).planCommand,
    rehearse: () => (load("./rehearse") as typeof Rehearse).rehearseCommand,
    coverage: () => (load("./coverage") as typeof Coverage).coverageCommand,
    diff: () => (load("./diff") as typeof Diff).diffCommand,
    events: () => (load("./events") as typeof Events).eventsCommand,
    sysmon: () => (load("./sysmon") as typeof Sysmon).sysmonCommand,
    kql: () => (load("./kql") as typeof Kql).kqlCommand,
    inventory: () => (load("./inventory") as typeof Inventory).inventoryCommand,
    artifacts: () => (load("./artifacts") as typeof Artifacts).artifactsCommand,
    installer: () => (load("./installer") as typeof Installer).installerCommand,
    preflight: () => (load("./preflight") as typeof Preflight).preflightCommand,
    verify: () => (load("./verify") as typeof Verify).verifyCommand,
};

/** Runs the command line and sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
    const debug = argv.includes("--debug");
    // Nobody will see one, and Pulumi makes one for each of the promises of a plan.
    if (!debug) Error.stackTraceLimit = 0;
    // A reader that has seen enough (`| head`) closes the pipe: that is no error.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "EPIPE") process.exit(process.exitCode ?? ExitCode.Fine);
        throw error;
    });
    try {
        const output = processOutput({ color: !argv.includes("--no-color") });
        const program = new Command("sysmon-azure")
            .description("Detection of in-memory attacks on Windows as code, rehearsed before it is deployed.")
            .version(version(), "--version")
            .option("--debug", "show stack traces")
            .option("--no-color", "no colors, as with NO_COLOR")
            .exitOverride()
            .enablePositionalOptions()
            .showSuggestionAfterError();
        for (const make of askedFor(argv)) program.addCommand(withCommonOptions(make()(output)));
        await program.parseAsync([...argv]);
    } catch (error) {
        process.exitCode = report(error, debug);
    }
}

/** The command that comes first; all of them where none does, for the help and for the nearest name. */
function askedFor([, , name = ""]: readonly string[]): (typeof commands)[string][] {
    const named = Object.hasOwn(commands, name) ? commands[name] : undefined;
    return named === undefined ? Object.values(commands) : [named];
}

/** Every command takes the common flags, wherever they stand. */
function withCommonOptions(command: Command): Command {
    command.exitOverride().option("--debug", "show stack traces").option("--no-color", "no colors, as with NO_COLOR");
    for (const child of command.commands) withCommonOptions(child);
    return command;
}

/** Tells what went wrong; a stack trace only when asked for. */
function report(error: unknown, debug: boolean): ExitCode {
    if (error instanceof CommanderError) {
        // Commander has told it already; help and version are no error.
        return error.exitCode === 0 ? ExitCode.Fine : ExitCode.BadInput;
    }
    const expected = error instanceof Error && reported.has(error.name);
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(expected ? `${message}\n` : `Unexpected error: ${message}\n`);
    if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
    else if (!expected) process.stderr.write("Run again with --debug for the stack trace.\n");
    return ExitCode.BadInput;
}

/** Errors whose message is written for the person who reads it. */
const reported: ReadonlySet<string> = new Set([
    BadInput.name,
    "PlanError",
    "RehearsalError",
    "RecordingError",
    "KqlError",
    "DetectionsError",
    "ConfigError",
    "LiveError",
    "EnforcementError",
]);

function version(): string {
    const manifest: unknown = JSON.parse(fs.readFileSync(packagePath("package.json"), "utf8"));
    return typeof manifest === "object" && manifest !== null && "version" in manifest
        ? String(manifest.version)
        : "unknown";
}

void main(process.argv);
