import { Command, Option } from "commander";
import { createRequire } from "node:module";
import { ruleKinds } from "../../kql";
import type { Output } from "../output";
import type * as CheckFiles from "./checkFiles";
import type { CheckFlags } from "./checkFiles";

const load = createRequire(__filename);

/** `kql check`: is a query valid, legal for a kind of rule, and sane. */
export function checkCommand(output: Output): Command {
    return new Command("check")
        .description(
            "Is a query valid, legal for a kind of rule, and sane. docs/kql-check tells of each code, with examples.",
        )
        .argument(
            "<file...>",
            "queries (.kql), analytics rules and hunting queries (.yaml), alert rules in templates (.json), or folders of them",
        )
        .addOption(
            new Option("--for <kind>", "the kind of rule; default: what the file says, for .kql none").choices(
                ruleKinds,
            ),
        )
        .option("--frequency <duration>", "how often the rule runs, such as 5m or PT5M; default: what the file says")
        .option("--window <duration>", "how far back the rule looks; default: what the file says")
        .option(
            "--table <schema>",
            "a table: NAME:column:type,column:type,… or NAME=FILE with columns (.json) or rows (.jsonl)",
            collect,
            [],
        )
        .option(
            "--function <file>",
            "a stored function: `let f = (x: long) { … };`, or the body of one named as the file",
            collect,
            [],
        )
        .option("--json", "a list of findings as JSON")
        .action(async (files: string[], flags: CheckFlags) => {
            // What reads rules is loaded only where they are checked: a query need not wait for it.
            const { checkFiles } = load("./checkFiles") as typeof CheckFiles;
            await checkFiles(files, flags, output);
        });
}

function collect(value: string, before: string[]): string[] {
    return [...before, value];
}
