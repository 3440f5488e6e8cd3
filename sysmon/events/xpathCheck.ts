import { latestEvents } from "../schema";
import { documentNames } from "./eventDocument";
import { XPathError } from "./xpathError";
import type { Condition, Operand, Path, Step } from "./xpathSyntax";

/** As many expressions the event log takes in one query ("Consuming Events", Windows documentation). */
export const expressionLimit = 20;

/** What a query that the event log takes still says of itself. */
export interface QueryFacts {
    /** Comparisons and other conditions that count against {@link expressionLimit}. */
    readonly expressions: number;
    /** Names that no Sysmon event has, so that what is asked of them never holds. */
    readonly warnings: readonly string[];
}

/**
 * Checks what the syntax alone does not say.
 * @param query the whole query, for positions.
 * @throws XPathError where the event log would refuse the query.
 */
export function checkXPath(query: string, path: Path): QueryFacts {
    const check = new Check(query);
    check.path(path, undefined);
    if (check.expressions > expressionLimit) {
        const found = `${check.expressions} expressions, the event log takes ${expressionLimit} in one query`;
        throw new XPathError(
            `${found}: split it into several, or use ranges (EventID >= 1 and EventID <= 5)`,
            path.from + 1,
            query,
        );
    }
    return { expressions: check.expressions, warnings: check.warnings };
}

const fieldNames: ReadonlySet<string> = new Set(
    latestEvents.flatMap((event) => event.fields.map((field) => field.name)),
);

/** Goes through a query; `parent` is the element that a path starts from, undefined above the event itself. */
class Check {
    expressions = 0;
    readonly warnings: string[] = [];

    constructor(private readonly query: string) {}

    path(path: Path, parent: string | undefined): string | undefined {
        let element = parent;
        for (const [index, step] of path.steps.entries()) {
            const isRoot = parent === undefined && index === 0;
            if (!isRoot && step.axis === "child") element = this.child(step, element);
            else if (isRoot) element = "Event";
            else this.attribute(step, element);
            for (const predicate of step.predicates) this.condition(predicate, element, isRoot);
        }
        return element;
    }

    private condition(condition: Condition, element: string | undefined, isRoot: boolean): void {
        switch (condition.kind) {
            case "and":
            case "or":
                for (const part of condition.parts) this.condition(part, element, isRoot);
                break;
            case "compare":
                this.expressions++;
                this.operand(condition.left, element, isRoot);
                this.operand(condition.right, element, isRoot);
                this.fieldName(condition.left, condition.right, element);
                this.fieldName(condition.right, condition.left, element);
                break;
            case "test":
                // A path with conditions of its own is counted by those.
                if (!hasPredicates(condition.operand)) this.expressions++;
                this.operand(condition.operand, element, isRoot);
                break;
        }
    }

    private operand(operand: Operand, element: string | undefined, isRoot: boolean): void {
        switch (operand.kind) {
            case "path":
                this.path(operand, element ?? "*");
                break;
            case "band":
                this.operand(operand.value, element, isRoot);
                this.operand(operand.mask, element, isRoot);
                break;
            case "timediff":
                this.operand(operand.time, element, isRoot);
                if (operand.since !== undefined) this.operand(operand.since, element, isRoot);
                break;
            case "position":
                if (isRoot) this.refusePosition(operand.from);
                break;
            case "number":
            case "text":
                break;
        }
    }

    private refusePosition(from: number): never {
        const reason = "position() of events counts from the start of a log: a data collection rule has no such start";
        throw new XPathError(reason, from + 1, this.query);
    }

    private child(step: Step, element: string | undefined): string | undefined {
        if (step.name === "*" || element === undefined) return undefined;
        const known = documentNames[element]?.elements;
        if (known === undefined) return undefined;
        if (known.includes(step.name)) return step.name;
        this.warn(step, `${element} of a Sysmon event has no element ${step.name}`, known);
        return undefined;
    }

    private attribute(step: Step, element: string | undefined): void {
        const known = element === undefined ? undefined : documentNames[element]?.attributes;
        if (known === undefined || known.includes(step.name)) return;
        this.warn(step, `${element} of a Sysmon event has no attribute ${step.name}`, known);
    }

    private fieldName(path: Operand, value: Operand, element: string | undefined): void {
        const isName =
            path.kind === "path" && path.steps.at(-1)?.axis === "attribute" && path.steps.at(-1)?.name === "Name";
        if (element !== "Data" || !isName || value.kind !== "text" || fieldNames.has(value.value)) return;
        this.warn(value, `Sysmon has no field ${value.value}`, [...fieldNames]);
    }

    private warn(at: { readonly from: number }, what: string, known: readonly string[]): void {
        const wrong = what.slice(what.lastIndexOf(" ") + 1);
        const near = known.find((name) => name.toLowerCase() === wrong.toLowerCase());
        const hint = near === undefined ? "" : ` (${near}?)`;
        this.warnings.push(`column ${at.from + 1}: ${what}${hint}, so this never holds`);
    }
}

function hasPredicates(operand: Operand): boolean {
    return operand.kind === "path" && operand.steps.some((step) => step.predicates.length > 0);
}
