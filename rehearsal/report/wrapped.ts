/** A sentence as lines of at most so many columns; a longer word has a line of its own. */
export function wrapped(sentence: string, columns: number): string[] {
    const lines: string[] = [];
    let line = "";
    for (const word of sentence.split(" ")) {
        if (line !== "" && line.length + 1 + word.length > columns) {
            lines.push(line);
            line = word;
        } else {
            line = line === "" ? word : `${line} ${word}`;
        }
    }
    return line === "" ? lines : [...lines, line];
}
