/** The name most like what was written, for "did you mean"; `undefined` where none is within two edits or so. */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
    const limit = Math.max(1, Math.min(3, Math.floor(written.length / 3)));
    // Nobody mistypes a name of this length, and the distance costs its square.
    if (written.length > 64) return undefined;
    const lower = written.toLowerCase();
    let best: string | undefined;
    let bestDistance = limit + 1;
    for (const name of names) {
        if (Math.abs(name.length - written.length) >= bestDistance) continue;
        const distance = editDistance(lower, name.toLowerCase());
        if (distance < bestDistance) {
            best = name;
            bestDistance = distance;
        }
    }
    return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
    let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i++) {
        const row = [i];
        for (let j = 1; j <= b.length; j++) {
            const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution));
        }
        previous = row;
    }
    return previous[b.length] ?? 0;
}
