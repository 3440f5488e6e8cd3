/** One operation of the engine in a process of its own, as a language host would run it. */
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { workspaceOf } from "../../test/support/engine";
import { programOfChoice, type ProgramChoice } from "./programs";

/** What the process is told, as JSON in its only argument. */
export interface Operation {
    readonly kind: "preview" | "up";
    /** Folders of policy packs. */
    readonly policyPacks: readonly string[];
    readonly program: ProgramChoice;
    /** Name of the stack. */
    readonly stack: string;
    /** Folder of the workspace. */
    readonly folder: string;
    /** Where the provider listens, as in PULUMI_DEBUG_PROVIDERS. */
    readonly debugProviders: string;
}

async function run({ kind, policyPacks, program, stack: stackName, folder, debugProviders }: Operation): Promise<void> {
    const stack = await LocalWorkspace.createOrSelectStack(
        { stackName, projectName: "sysmon-azure", program: programOfChoice(program) },
        workspaceOf(folder, { debugProviders }),
    );
    await stack[kind]({ policyPacks: [...policyPacks] });
    // Peak memory of the program, in kilobytes.
    console.log(process.resourceUsage().maxRSS);
}

const [, , argument = ""] = process.argv;
run(JSON.parse(argument) as Operation).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
