import * as fs from "node:fs";
import { packagePath } from "../../../package/root";
import { checkQuery, readStoredFunction, type CheckOptions, type KqlIssue, type RuleKind } from "../../../kql";
import { limitCodes, lintCodes } from "../../../kql/check/codes";
import { durationMilliseconds } from "../../../kql/check/durations";
import { checkRuleFile } from "../../../kql/check/ruleFile/ruleFile";
import { errorCodes } from "../../../kql/errors";

/** A block of code of a page, with what stands behind its language. */
interface Block {
    readonly language: string;
    readonly flags: Readonly<Record<string, string>>;
    readonly text: string;
}

/** Codes that a check can find. */
export const checkedCodes: Readonly<Record<string, string>> = {
    KQ100: errorCodes.KQ100,
    KQ101: errorCodes.KQ101,
    KQ102: errorCodes.KQ102,
    KQ103: errorCodes.KQ103,
    KQ302: errorCodes.KQ302,
    ...limitCodes,
    ...lintCodes,
};

/** Codes of what only running a query finds. */
const runCodes = Object.entries(errorCodes).filter(([code]) => !(code in checkedCodes));

/** Where the pages are. */
export const pagesFolder = packagePath("docs", "kql-check");

/** The text of a code's page. */
export function readPage(code: string): string {
    return fs.readFileSync(packagePath("docs", "kql-check", `${code}.md`), "utf8");
}

/** Findings in each example under a heading of a page. */
export function findings(page: string, heading: "Found" | "Mended"): KqlIssue[][] {
    const functions = blocks(page)
        .filter(({ flags }) => "function" in flags)
        .map(({ text }) => readStoredFunction("", text));
    const section = new RegExp(`^## ${heading}\\n([^]*?)(?=^## |$(?![^]))`, "m").exec(page)?.[1] ?? "";
    return blocks(section).map(({ language, flags, text }) =>
        language === "kql"
            ? checkQuery(text, { functions, ...optionsOf(flags) })
            : [...checkRuleFile(text, { functions }).issues],
    );
}

function blocks(text: string): Block[] {
    return [...text.matchAll(/^```(\w+)([^\n]*)\n([^]*?)^```$/gm)].map(([, language = "", info = "", body = ""]) => ({
        language,
        flags: Object.fromEntries(
            info
                .trim()
                .split(/\s+/)
                .map((flag) => [flag.split("=")[0] ?? "", flag.split("=")[1] ?? ""] as const),
        ),
        text: body.replace(/\n$/, ""),
    }));
}

function optionsOf(flags: Readonly<Record<string, string>>): CheckOptions {
    const frequency = durationMilliseconds(flags.frequency ?? "");
    return {
        ...(flags.for === undefined ? {} : { kind: flags.for as RuleKind }),
        ...(frequency === undefined ? {} : { frequency }),
    };
}

/** The index of the pages. */
export function indexText(): string {
    const rows = (codes: readonly (readonly [string, string])[], linked: boolean): string =>
        codes.map(([code, title]) => `| ${linked ? `[${code}](${code}.md)` : code} | ${title} |`).join("\n");
    const head = "| code | what it tells of |\n| --- | --- |\n";
    const group = (first: string): string =>
        head +
        rows(
            Object.entries(checkedCodes).filter(([code]) => code.startsWith(first)),
            true,
        );
    return `# What \`kql check\` finds

Each code has a page with an example and how to mend it. A code never changes its meaning. \`error\` is refused by Azure,
\`warning\` may fail or miss what is meant, \`info\` is worth knowing. What depends on data or on other rules (the size of
a result, the number of rules in a subscription) no text can tell.

## Syntax and names

${head}${rows(
        Object.entries(checkedCodes).filter(([code]) => /^KQ[1-3]/.test(code)),
        true,
    )}

## Limits of Azure, by kind of rule

${group("KQ5")}

## Lint

${group("KQ6")}

## Only where a query runs

${head}${rows(runCodes, false)}
`;
}
