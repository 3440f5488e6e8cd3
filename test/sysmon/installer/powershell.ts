import * as path from "node:path";
import { Language, Parser, type Node } from "web-tree-sitter";
import { packageRoot } from "../../../package/root";

/** What a test wants to know of a PowerShell script. */
export interface PowerShellSource {
    /** `line:column text` of whatever the grammar cannot read. */
    readonly syntaxErrors: string[];
    /** Names of all commands that are called, in lower case. */
    readonly commands: string[];
    /** Parameters given to commands, with their hyphen, in lower case. */
    readonly parameters: string[];
    /** Names of the functions that the script defines, in lower case. */
    readonly functions: string[];
    /** The script with comments and strings blanked out. */
    readonly code: string;
}

let parser: Promise<Parser> | undefined;

/** Reads a script with the tree-sitter grammar for PowerShell. */
export async function readPowerShell(script: string): Promise<PowerShellSource> {
    parser ??= createParser();
    const tree = (await parser).parse(script);
    if (tree === null) throw new Error("the parser gave no tree");
    const found: PowerShellSource & { code: string } = {
        syntaxErrors: [],
        commands: [],
        parameters: [],
        functions: [],
        code: "",
    };
    const blanks: Node[] = [];
    visit(tree.rootNode, (node) => {
        if (node.isError || node.isMissing) {
            found.syntaxErrors.push(
                `${node.startPosition.row + 1}:${node.startPosition.column + 1} ${node.text.slice(0, 60)}`,
            );
        }
        const text = node.text.toLowerCase();
        if (node.type === "command_name") found.commands.push(text);
        if (node.type === "command_parameter") found.parameters.push(text);
        if (node.type === "function_name") found.functions.push(text);
        if (node.type === "comment" || node.type.includes("string_literal")) blanks.push(node);
    });
    let code = script;
    for (const node of blanks) {
        const length = node.endIndex - node.startIndex;
        code = code.slice(0, node.startIndex) + " ".repeat(length) + code.slice(node.endIndex);
    }
    found.code = code;
    return found;
}

async function createParser(): Promise<Parser> {
    await Parser.init();
    const grammar = path.join(packageRoot, "node_modules", "tree-sitter-powershell", "tree-sitter-powershell.wasm");
    const created = new Parser();
    created.setLanguage(await Language.load(grammar));
    return created;
}

function visit(node: Node, look: (node: Node) => void): void {
    look(node);
    for (const child of node.children) {
        if (child !== null) visit(child, look);
    }
}
