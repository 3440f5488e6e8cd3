import type { SysmonEvent } from "./event";
import { eventDocument, type EventNode } from "./eventDocument";
import { millisecondsOf, normalizeTime } from "./eventTime";
import { checkXPath } from "./xpathCheck";
import { XPathError } from "./xpathError";
import {
    parseXPath,
    type Comparison,
    type Condition,
    type Operand,
    type Path,
    type Span,
    type Step,
} from "./xpathSyntax";

/** A query of a data collection rule, ready to judge events. */
export interface CompiledXPath {
    /** The query as it was given: `Channel!XPath`. */
    readonly query: string;
    /** Channel that it reads. */
    readonly channel: string;
    /** Conditions that count against the event log's limit of 20. */
    readonly expressions: number;
    /** Names in it that no Sysmon event has, each with its column; the event log takes them and never finds anything. */
    readonly warnings: readonly string[];
    /**
     * Whether the agent collects the event.
     * @param now the time that `timediff` counts to: ISO 8601, UTC. Default: that of the event, since the agent reads an
     * event within seconds of its writing.
     */
    matches(event: SysmonEvent, now?: string): boolean;
    /** One line that says why the event is collected or not; see {@link matches} for `now`. */
    explain(event: SysmonEvent, now?: string): string;
}

/**
 * Compiles a query as it stands in a data collection rule: `Channel!XPath`, where XPath is the event log's subset of
 * XPath 1.0 ("Consuming Events" and "Query Schema", Windows documentation): paths of names, `@` attributes, conditions in
 * brackets, `and`, `or`, comparisons, and the functions `band`, `position` and `timediff`. Text is compared as it is,
 * case included; a value beside a number is read as a number, `0x` included; `@SystemTime` is compared as a time.
 * @throws XPathError where the event log or the service would refuse the query.
 */
export function compileXPath(query: string): CompiledXPath {
    const { channel, from } = splitQuery(query);
    const path = parseXPath(query, from);
    const { expressions, warnings } = checkXPath(query, path);
    const wanted = channel.toLowerCase();
    const select = compilePath(path);
    const decide = (event: SysmonEvent, now: string): boolean => select(root(event), { position: 1, now }).length > 0;
    // Most queries ask for nothing but ids: one answer an id.
    const byId = readsOnlyEventId(path) ? new Map<number, boolean>() : undefined;
    const isSelected = (event: SysmonEvent, now: string): boolean => {
        const known = byId?.get(event.id);
        if (known !== undefined) return known;
        const selected = decide(event, now);
        byId?.set(event.id, selected);
        return selected;
    };
    return {
        query,
        channel,
        expressions,
        warnings,
        matches(event, now = event.timeCreated) {
            if (event.channel !== channel && event.channel.toLowerCase() !== wanted) return false;
            return isSelected(event, now);
        },
        explain(event, now = event.timeCreated) {
            if (event.channel.toLowerCase() !== wanted) {
                return `not collected: the event is in ${event.channel}, the query reads ${channel}`;
            }
            if (isSelected(event, now)) return `collected by ${query}`;
            return `not collected: ${whyPathIsEmpty(query, path, root(event), { position: 1, now })}`;
        },
    };
}

/** What lies above an event: the log, with this one event in it. */
function root(event: SysmonEvent): EventNode {
    return { name: "", text: "", children: () => [eventDocument(event)], attribute: () => undefined };
}

/** Whether a query's answer is the same for all events of an id: below the event it names System and EventID alone. */
function readsOnlyEventId(path: Path): boolean {
    const [event, ...below] = stepsOf(path);
    return (
        event !== undefined && below.every(({ axis, name }) => axis === "child" && /^(?:System|EventID)$/.test(name))
    );
}

function stepsOf(part: Condition | Operand): readonly Step[] {
    switch (part.kind) {
        case "path":
            return part.steps.flatMap((step) => [step, ...step.predicates.flatMap(stepsOf)]);
        default:
            return pathsOf(part).flatMap(stepsOf);
    }
}

function splitQuery(query: string): { readonly channel: string; readonly from: number } {
    const mark = query.indexOf("!");
    const channel = query.slice(0, Math.max(mark, 0)).trim();
    if (mark === -1 || /[*[\]=]/.test(channel)) {
        throw new XPathError("the channel is missing: write Channel!XPath, e.g. System!*", 1, query);
    }
    if (channel === "") throw new XPathError("the name of the channel before ! is missing", 1, query);
    if (/\/(?:Analytic|Debug)$/i.test(channel)) {
        throw new XPathError("the agent cannot read analytic and debug channels", 1, query);
    }
    return { channel, from: mark + 1 };
}

/** What a condition needs to know beside its element. */
interface Scope {
    /** Place of the element among those that its step found, from 1. */
    readonly position: number;
    readonly now: string;
}

type Value =
    | { readonly kind: "nodes"; readonly values: readonly string[]; readonly isTime: boolean }
    | { readonly kind: "text"; readonly value: string }
    | { readonly kind: "number"; readonly value: number };

/** Values that a path finds: texts of elements, or values of attributes. */
type Select = (node: EventNode, scope: Scope) => readonly string[];

function compilePath(path: Path): Select {
    const steps = path.steps.map(compileStep);
    const last = path.steps.at(-1);
    const elements = last?.axis === "attribute" ? steps.slice(0, -1) : steps;
    return (node, scope) => {
        const found = elements.reduce<readonly EventNode[]>(
            (nodes, step) => nodes.flatMap((each) => step(each, scope)),
            [node],
        );
        if (last?.axis !== "attribute") return found.map((each) => each.text);
        return found.flatMap((each) => each.attribute(last.name) ?? []);
    };
}

function compileStep(step: Step): (node: EventNode, scope: Scope) => readonly EventNode[] {
    const predicates = step.predicates.map(compileCondition);
    return (node, scope) => {
        // In XPath the first condition counts positions among all children, the next among what is left.
        let found = node.children(isRootName(node, step) ? "*" : step.name);
        for (const predicate of predicates) {
            found = found.filter((each, index) => predicate(each, { position: index + 1, now: scope.now }));
        }
        return found;
    };
}

/** Above the event there is nothing to choose from: `*` and `Event` are the same. */
function isRootName(node: EventNode, step: Step): boolean {
    return node.name === "" && step.name === "Event";
}

function compileCondition(condition: Condition): (node: EventNode, scope: Scope) => boolean {
    switch (condition.kind) {
        case "and": {
            const parts = condition.parts.map(compileCondition);
            return (node, scope) => parts.every((part) => part(node, scope));
        }
        case "or": {
            const parts = condition.parts.map(compileCondition);
            return (node, scope) => parts.some((part) => part(node, scope));
        }
        case "compare": {
            const left = compileOperand(condition.left);
            const right = compileOperand(condition.right);
            const { comparison } = condition;
            return (node, scope) => compareValues(left(node, scope), comparison, right(node, scope));
        }
        case "test": {
            const operand = compileOperand(condition.operand);
            return (node, scope) => isTrue(condition.operand, operand(node, scope), scope);
        }
    }
}

function compileOperand(operand: Operand): (node: EventNode, scope: Scope) => Value {
    switch (operand.kind) {
        case "text": {
            const value: Value = { kind: "text", value: operand.value };
            return () => value;
        }
        case "number": {
            const value: Value = { kind: "number", value: operand.value };
            return () => value;
        }
        case "path": {
            const select = compilePath(operand);
            const isTime = operand.steps.at(-1)?.name === "SystemTime";
            return (node, scope) => ({ kind: "nodes", values: select(node, scope), isTime });
        }
        case "position":
            return (_node, scope) => ({ kind: "number", value: scope.position });
        case "band": {
            const value = compileOperand(operand.value);
            const mask = compileOperand(operand.mask);
            return (node, scope) => ({
                kind: "number",
                value: Number(bitsOf(value(node, scope)) & maskOf(operand.mask, mask(node, scope))),
            });
        }
        case "timediff": {
            const time = compileOperand(operand.time);
            const since = operand.since === undefined ? undefined : compileOperand(operand.since);
            return (node, scope) => {
                const until = since === undefined ? scope.now : firstText(since(node, scope));
                return { kind: "number", value: instantOf(until) - instantOf(firstText(time(node, scope))) };
            };
        }
    }
}

/** Masks have 64 bits, more than a number holds: they are read from their digits. */
function maskOf(operand: Operand, value: Value): bigint {
    return operand.kind === "number" ? wholeBits(operand.digits) : bitsOf(value);
}

function bitsOf(value: Value): bigint {
    return value.kind === "number" ? wholeBits(String(value.value)) : wholeBits(firstText(value));
}

function wholeBits(digits: string): bigint {
    return /^(?:0x[0-9a-f]{1,16}|\d{1,20})$/i.test(digits) ? BigInt(digits) : 0n;
}

function firstText(value: Value): string {
    switch (value.kind) {
        case "nodes":
            return value.values[0] ?? "";
        case "text":
            return value.value;
        case "number":
            return String(value.value);
    }
}

function instantOf(text: string): number {
    const time = normalizeTime(text);
    return time === undefined ? Number.NaN : millisecondsOf(time);
}

/** A path is there or not, a number by itself is a position, and what a function gives is true unless it is zero. */
function isTrue(operand: Operand, value: Value, scope: Scope): boolean {
    switch (value.kind) {
        case "nodes":
            return value.values.length > 0;
        case "text":
            return value.value !== "";
        case "number":
            return operand.kind === "number" ? value.value === scope.position : value.value !== 0;
    }
}

/** Compares as XPath does: true where any of the values that a path found fits. */
function compareValues(left: Value, comparison: Comparison, right: Value): boolean {
    const isTime = isTimes(left) || isTimes(right);
    return singles(left).some((one) => singles(right).some((other) => compareSingles(one, comparison, other, isTime)));
}

function isTimes(value: Value): boolean {
    return value.kind === "nodes" && value.isTime;
}

function singles(value: Value): readonly (string | number)[] {
    return value.kind === "nodes" ? value.values : [value.value];
}

function compareSingles(
    one: string | number,
    comparison: Comparison,
    other: string | number,
    isTime: boolean,
): boolean {
    if (isTime && typeof one === "string" && typeof other === "string") {
        return compareOrdered(instantOf(one), comparison, instantOf(other));
    }
    if (typeof one === "string" && typeof other === "string") {
        if (comparison === "=") return one === other;
        if (comparison === "!=") return one !== other;
    }
    return compareOrdered(numberOf(one), comparison, numberOf(other));
}

function compareOrdered(one: number, comparison: Comparison, other: number): boolean {
    switch (comparison) {
        case "=":
            return one === other;
        case "!=":
            return one !== other;
        case "<":
            return one < other;
        case "<=":
            return one <= other;
        case ">":
            return one > other;
        case ">=":
            return one >= other;
    }
}

function numberOf(value: string | number): number {
    if (typeof value === "number") return value;
    return value.trim() === "" ? Number.NaN : Number(value);
}

/** Why a path finds nothing: the step that fails, and the condition of it. */
function whyPathIsEmpty(query: string, path: Path, from: EventNode, scope: Scope): string {
    let nodes: readonly EventNode[] = [from];
    for (const step of path.steps) {
        if (step.axis === "attribute") return `there is no @${step.name}`;
        const candidates = nodes.flatMap((node) => node.children(node.name === "" ? "*" : step.name));
        const [first] = candidates;
        if (first === undefined) return `there is no ${step.name}`;
        nodes = nodes.flatMap((node) => compileStep(step)(node, scope));
        if (nodes.length > 0) continue;
        const failing = step.predicates.find(
            (predicate) => !candidates.some((node) => compileCondition(predicate)(node, scope)),
        );
        if (failing === undefined || pathsOf(failing).length === 0)
            return `no ${step.name} fits ${sourceOf(query, step)}`;
        return whyFalse(query, failing, first, scope);
    }
    return `${sourceOf(query, path)} does not hold`;
}

function whyFalse(query: string, condition: Condition, node: EventNode, scope: Scope): string {
    if (condition.kind === "and") {
        const failing = condition.parts.find((part) => !compileCondition(part)(node, scope));
        if (failing !== undefined) return whyFalse(query, failing, node, scope);
    }
    if (
        condition.kind === "test" &&
        condition.operand.kind === "path" &&
        condition.operand.steps[0]?.axis === "child"
    ) {
        return whyPathIsEmpty(query, condition.operand, node, scope);
    }
    const found = [...new Set(pathsOf(condition).map((path) => foundBy(query, path, node, scope)))];
    return [`${sourceOf(query, condition)} does not hold`, found.join(", ")].filter((text) => text !== "").join(": ");
}

/** The paths whose values decide a condition. */
function pathsOf(part: Condition | Operand): readonly Path[] {
    switch (part.kind) {
        case "and":
        case "or":
            return part.parts.flatMap(pathsOf);
        case "compare":
            return [part.left, part.right].flatMap(pathsOf);
        case "test":
            return pathsOf(part.operand);
        case "band":
            return [part.value, part.mask].flatMap(pathsOf);
        case "timediff":
            return pathsOf(part.time);
        case "path":
            return [part];
        case "text":
        case "number":
        case "position":
            return [];
    }
}

function foundBy(query: string, path: Path, node: EventNode, scope: Scope): string {
    const values = compilePath(path)(node, scope);
    const name = sourceOf(query, path);
    return values.length === 0 ? `there is no ${name}` : `${name} is ${values.join(", ")}`;
}

function sourceOf(query: string, span: Span): string {
    return query.slice(span.from, span.to);
}
