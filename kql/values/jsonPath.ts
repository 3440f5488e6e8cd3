/** Steps of a JSON path: `$.a.b[0]['c d']`; undefined for what is none. */
export function jsonPathSteps(path: string): (string | number)[] | undefined {
    const steps: (string | number)[] = [];
    const pattern = /\.([^.[\]]+)|\[(-?\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/gy;
    const start = path.startsWith("$") ? 1 : 0;
    for (let at = start; at < path.length; at = pattern.lastIndex) {
        pattern.lastIndex = at;
        const match = pattern.exec(path);
        if (match === null) return undefined;
        const [, name, index, single, double] = match;
        steps.push(index === undefined ? (name ?? single ?? double ?? "") : Number(index));
    }
    return steps;
}
