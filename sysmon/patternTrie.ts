import type { Pattern } from "./comparison";

/** Whether texts are read from their beginning or from their end. */
export type Direction = "forward" | "backward";

/** Called for a pattern that was found, with the index of the unit behind it, in the direction of reading. */
export type Visit = (pattern: number, behind: number) => void;

/** Units below this one have entries in the tables of first units. */
const tableUnits = 128;

/**
 * Many patterns, those that begin alike sharing what they have in common: a radix tree. Texts are compared without regard
 * to the case of ASCII letters and need no folding. Time to build and memory grow with the length of all patterns.
 */
export class PatternTrie {
    /** What follows is by number of a node. Nodes are numbered by level, so that the children of one have a row of numbers. */
    private readonly firstChild: Int32Array;
    /** First unit of what leads to the node. */
    private readonly firstUnit: Uint16Array;
    private readonly labelStart: Int32Array;
    private readonly outputStart: Int32Array;
    /** What leads to the nodes, one after another. */
    private readonly labels: Uint16Array;
    /** Numbers of the patterns that end in the nodes, node by node. */
    private readonly outputs: Int32Array;
    /** Children of the root by unit; 0 for none. */
    private readonly roots = new Int32Array(tableUnits);
    /** Whether a pattern begins with the two units; 1 where it does. */
    private readonly pairs = new Uint8Array(tableUnits * tableUnits);
    private readonly step: 1 | -1;

    /** None of the patterns may be empty; they are numbered as they come. */
    constructor(patterns: readonly Pattern[], direction: Direction) {
        this.step = direction === "forward" ? 1 : -1;
        const texts = patterns.map(({ text }) => (direction === "forward" ? text : reversed(text)));
        const order = texts.map((_, index) => index).sort((a, b) => compare(texts[a] ?? "", texts[b] ?? ""));
        const sorted = order.map((index) => texts[index] ?? "");

        // A node stands for the patterns `from` up to, not including, `to`, which agree in their first `depth` units.
        const nodes: { readonly from: number; readonly to: number; readonly depth: number }[] = [
            { from: 0, to: sorted.length, depth: 0 },
        ];
        const firstChild: number[] = [];
        const labelStart: number[] = [];
        const outputStart: number[] = [];
        const labels = new Uint16Array(sorted.reduce((sum, text) => sum + text.length, 0));
        const outputs = new Int32Array(sorted.length);
        let labelEnd = 0;
        let outputEnd = 0;
        for (let node = 0; node < nodes.length; node++) {
            const { from, to, depth } = nodes[node] ?? { from: 0, to: 0, depth: 0 };
            const first = sorted[from] ?? "";
            const end = node === 0 ? 0 : commonLength(first, sorted[to - 1] ?? "", depth);
            labelStart.push(labelEnd);
            for (let at = depth; at < end; at++) labels[labelEnd++] = first.charCodeAt(at);
            outputStart.push(outputEnd);
            let next = from;
            for (; next < to && sorted[next]?.length === end; next++) outputs[outputEnd++] = order[next] ?? 0;
            firstChild.push(nodes.length);
            while (next < to) {
                const start = next;
                const unit = sorted[start]?.charCodeAt(end);
                while (next < to && sorted[next]?.charCodeAt(end) === unit) next++;
                nodes.push({ from: start, to: next, depth: end });
            }
        }
        this.firstChild = Int32Array.from([...firstChild, nodes.length]);
        this.labelStart = Int32Array.from([...labelStart, labelEnd]);
        this.outputStart = Int32Array.from([...outputStart, outputEnd]);
        this.labels = labels.slice(0, labelEnd);
        this.outputs = outputs;
        this.firstUnit = Uint16Array.from(nodes, (_, node) => labels[labelStart[node] ?? 0] ?? 0);
        for (let child = 1; child < (this.firstChild[1] ?? 1); child++) {
            const unit = this.firstUnit[child] ?? 0;
            if (unit < tableUnits) this.roots[unit] = child;
        }
        for (const text of sorted) this.addPair(text);
    }

    /** Visits every pattern that stands at the edge of the text from which it is read. */
    searchEdge(text: string, visit: Visit): void {
        const at = this.step === 1 ? 0 : text.length - 1;
        this.descend(this.childOf(0, unitAt(text, at)), text, at, visit);
    }

    /** Visits every pattern at each of its places in the text; only forward. */
    searchAll(text: string, visit: Visit): void {
        const { pairs, roots } = this;
        const { length } = text;
        let unit = unitAt(text, 0);
        for (let at = 0; at < length; at++) {
            // The unit behind the last is any: a pattern that needs it fails where it is followed.
            const next = at + 1 < length ? foldUnit(text.charCodeAt(at + 1)) : 0;
            if ((unit | next) < tableUnits) {
                if (pairs[unit * tableUnits + next] === 1) this.descend(roots[unit] ?? 0, text, at, visit);
            } else {
                this.descend(this.childOf(0, unit), text, at, visit);
            }
            unit = next;
        }
    }

    /** Follows a text from the place where what leads to a node should begin; node 0 is for none. */
    private descend(start: number, text: string, from: number, visit: Visit): void {
        const { labels, labelStart, outputs, outputStart, step } = this;
        let node = start;
        let at = from;
        while (node !== 0) {
            const end = labelStart[node + 1] ?? 0;
            at += step;
            for (let label = (labelStart[node] ?? 0) + 1; label < end; label++, at += step) {
                if (unitAt(text, at) !== labels[label]) return;
            }
            const lastOutput = outputStart[node + 1] ?? 0;
            for (let output = outputStart[node] ?? 0; output < lastOutput; output++) visit(outputs[output] ?? 0, at);
            node = this.childOf(node, unitAt(text, at));
        }
    }

    /** The child of a node to which a unit leads; 0 for none. */
    private childOf(node: number, unit: number): number {
        const { firstUnit } = this;
        let low = this.firstChild[node] ?? 0;
        let high = this.firstChild[node + 1] ?? 0;
        while (low < high) {
            const middle = (low + high) >> 1;
            const found = firstUnit[middle] ?? 0;
            if (found === unit) return middle;
            if (found < unit) low = middle + 1;
            else high = middle;
        }
        return 0;
    }

    private addPair(text: string): void {
        const first = text.charCodeAt(0);
        if (first >= tableUnits) return;
        if (text.length === 1) this.pairs.fill(1, first * tableUnits, (first + 1) * tableUnits);
        else if (text.charCodeAt(1) < tableUnits) this.pairs[first * tableUnits + text.charCodeAt(1)] = 1;
    }
}

/** As `foldCase` does, for one unit. It stands here because a call into another file is many times slower. */
function foldUnit(unit: number): number {
    return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
}

/** A unit of a text, its case folded; -1 outside of it. */
function unitAt(text: string, at: number): number {
    return at >= 0 && at < text.length ? foldUnit(text.charCodeAt(at)) : -1;
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** By UTF-16 units, not by characters: texts are read by unit. */
function reversed(text: string): string {
    return text.split("").reverse().join("");
}

/** How many units two texts share from their beginning, at least as many as are known to be shared. */
function commonLength(a: string, b: string, known: number): number {
    const most = Math.min(a.length, b.length);
    let length = known;
    while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
    return length;
}
