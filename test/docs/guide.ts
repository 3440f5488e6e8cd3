/** One thing that a guide has its reader do, in the order of the page. */
export type GuideStep =
    | {
          /** `write`: a file is made; `append`: text goes to the end of a file. */
          readonly kind: "write" | "append";
          /** Path from the project's folder. */
          readonly file: string;
          readonly text: string;
      }
    | {
          readonly kind: "run";
          /** The command line, as the reader types it. */
          readonly command: string;
          /** Exit code that the guide promises. */
          readonly exit: number;
          /** Lines that the guide shows of the output. */
          readonly shows: readonly string[];
      };

/**
 * The steps of a guide, taken from its fenced blocks: a block with `file=PATH` or `append=PATH` is a file's text, a block
 * of `sh` holds one command (`exit=CODE` where it is not 0), and a block of `text` right after it what is seen.
 *
 * @throws Error where a block is none of these.
 */
export function guideSteps(page: string): GuideStep[] {
    const steps: GuideStep[] = [];
    for (const [, info = "", text = ""] of page.matchAll(/^```(.+)\n([^]*?)^```$/gm)) {
        const [language, ...attributes] = info.trim().split(/\s+/);
        const [name, value = ""] = (attributes[0] ?? "").split("=");
        const last = steps.at(-1);
        if (name === "file") steps.push({ kind: "write", file: value, text });
        else if (name === "append") steps.push({ kind: "append", file: value, text });
        else if (language === "sh") {
            const exit = name === "exit" ? Number(value) : 0;
            steps.push({ kind: "run", command: text.trim(), exit, shows: [] });
        } else if (language === "text" && last?.kind === "run") {
            steps[steps.length - 1] = { ...last, shows: text.trim().split("\n") };
        } else throw new Error(`nobody knows what to do with the block "${info}"`);
    }
    return steps;
}
