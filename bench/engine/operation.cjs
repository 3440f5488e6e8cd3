"use strict";
// One operation of the engine in a process of its own. What it is told is the `Operation` of deployment.ts, as JSON in
// its only argument; it prints the peak of its memory, in kilobytes.
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const registerHostCompiler = require("../../test/support/hostCompiler.cjs");

async function run({ kind, policyPacks, program, stack: stackName, workspace }) {
    registerHostCompiler({ transpileOnly: false });
    const stack = await LocalWorkspace.createOrSelectStack(
        { stackName, projectName: "sysmon-azure", program: () => Promise.resolve(load(program)) },
        workspace,
    );
    await stack[kind]({ policyPacks });
    console.log(process.resourceUsage().maxRSS);
}

/** The package's own program, by the entry that Pulumi.yaml names, or the plain one. */
function load(program) {
    if (program.kind === "package") return require("../../program.cjs");
    require("./plainProgram").plainProgram(program.machines);
    return {};
}

run(JSON.parse(process.argv[2])).catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
