"use strict";
const fs = require("node:fs");
const { typeScriptRequireStrings, loadTypeScriptCompilerOptions } = require("@pulumi/pulumi/tsutils");

/**
 * Registers the compiler for TypeScript as Pulumi's language host for Node does before it loads a program of the current
 * folder. It keeps what it made in the folder for temporary files.
 *
 * @param {{ transpileOnly: boolean }} options The host checks types unless it is told otherwise.
 */
module.exports = function registerHostCompiler({ transpileOnly }) {
    const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
    require(tsnodeRequire).register({
        compiler: typescriptRequire,
        transpileOnly,
        project: "tsconfig.json",
        skipProject: !fs.existsSync("tsconfig.json"),
        compilerOptions: {
            target: "ES2020",
            module: "nodenext",
            moduleResolution: "nodenext",
            sourceMap: "true",
            ...loadTypeScriptCompilerOptions("tsconfig.json"),
        },
    });
};
