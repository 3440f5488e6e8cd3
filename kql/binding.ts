import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as vm from "node:vm";
import type { SourceText } from "./syntax";
import { SyntaxNode, type FunctionFacts, type NodeData, type NodeFacts, type ResultNameKind } from "./syntax";
import { scalarType, type Column } from "./types";

/**
 * The binding to Kusto.Language, the official parser and binder of KQL (@kusto/language-service-next). Nothing else
 * knows that package. Its own types allow null nearly everywhere and its scripts run only in the global scope, so that
 * it is described here by what is used of it, and loaded on first use.
 */

interface KustoList<T> {
    readonly Count: number;
    getItem(index: number): T;
}

interface KustoSymbol {
    readonly Name: string;
}

interface KustoType extends KustoSymbol {
    readonly IsScalar?: boolean;
    readonly Columns?: KustoList<KustoColumn> | readonly KustoColumn[];
}

interface KustoColumn extends KustoSymbol {
    readonly Type: KustoType;
}

interface KustoFunction extends KustoSymbol {
    readonly ResultNameKind: number;
    readonly ResultNamePrefix: string | null;
}

interface KustoElement {
    readonly Kind: number;
    readonly IsToken: boolean;
    readonly TextStart: number;
    readonly End: number;
    readonly ChildCount: number;
    GetChild(index: number): KustoElement | null;
    GetName(index: number): string;
    readonly SimpleName?: string;
    readonly IsLiteral?: boolean;
    readonly LiteralValue?: unknown;
    readonly ResultType?: KustoType | null;
    readonly ReferencedSymbol?: KustoSymbol | null;
}

interface KustoDiagnostic {
    readonly Code: string;
    readonly Severity: string;
    readonly Message: string;
    readonly Start: number;
    readonly Length: number;
}

interface KustoCode {
    readonly Syntax: KustoElement;
    readonly ResultType?: KustoType | null;
    GetDiagnostics(): KustoList<KustoDiagnostic>;
    GetSyntaxDiagnostics(): KustoList<KustoDiagnostic>;
}

/** Opaque: only handed back to the package. */
interface KustoGlobals {
    WithDatabase(database: unknown): KustoGlobals;
    /** The same state with room for what has been found out about the functions that queries call. */
    WithCache(): KustoGlobals;
}

interface KustoLanguage {
    readonly GlobalState: { readonly Default: KustoGlobals };
    readonly KustoCode: {
        Parse(text: string, globals: KustoGlobals): KustoCode;
        ParseAndAnalyze(text: string, globals: KustoGlobals): KustoCode;
    };
    readonly Symbols: {
        readonly TableSymbol: { From(schema: string): { WithName(name: string): unknown } };
        readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly unknown[]) => unknown };
        readonly FunctionSymbol: {
            /** The overload that takes parameters and body as text. The package numbers its overloads. */
            readonly $ctor16: new (name: string, parameters: string, body: string, description: null) => unknown;
        };
        readonly ResultNameKind: Readonly<Record<string, unknown>>;
    };
    readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, unknown>> };
}

/** The package, with its enumerations turned round. */
interface Loaded {
    readonly language: KustoLanguage;
    readonly kinds: ReadonlyMap<number, string>;
    readonly resultNames: ReadonlyMap<number, ResultNameKind>;
}

let loaded: Loaded | undefined;

function globalOf(name: string): unknown {
    return Reflect.get(globalThis, name);
}

function isKusto(value: unknown): value is { readonly Language: KustoLanguage } {
    return (typeof value === "object" || typeof value === "function") && value !== null && "Language" in value;
}

function load(): Loaded {
    if (loaded !== undefined) return loaded;
    if (globalOf("Kusto") === undefined) {
        const folder = path.dirname(require.resolve("@kusto/language-service-next/package.json"));
        // The first script makes the run-time library that the second one needs; both define globals.
        for (const file of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) {
            vm.runInThisContext(fs.readFileSync(path.join(folder, file), "utf8"), {
                filename: path.join(folder, file),
            });
        }
    }
    const kusto = globalOf("Kusto");
    if (!isKusto(kusto)) throw new Error("@kusto/language-service-next does not define Kusto.Language");
    const language = kusto.Language;
    const resultNames = new Map<number, ResultNameKind>();
    for (const [value, name] of numbered(language.Symbols.ResultNameKind)) {
        const kind = resultNameKind(name);
        if (kind !== undefined) resultNames.set(value, kind);
    }
    loaded = { language, kinds: numbered(language.Syntax.SyntaxKind), resultNames };
    return loaded;
}

function numbered(enumeration: Readonly<Record<string, unknown>>): Map<number, string> {
    return new Map(
        Object.entries(enumeration).flatMap(([name, value]) =>
            typeof value === "number" ? [[value, name] as const] : [],
        ),
    );
}

function resultNameKind(name: string): ResultNameKind | undefined {
    switch (name) {
        case "None":
            return "none";
        case "NameAndFirstArgument":
            return "nameAndFirstArgument";
        case "NameAndOnlyArgument":
            return "nameAndOnlyArgument";
        case "PrefixAndFirstArgument":
            return "prefixAndFirstArgument";
        case "PrefixAndOnlyArgument":
            return "prefixAndOnlyArgument";
        case "FirstArgument":
            return "firstArgument";
        case "FirstArgumentValueIfColumn":
            return "firstArgumentValueIfColumn";
        case "OnlyArgument":
            return "onlyArgument";
        case "PrefixOnly":
            return "prefixOnly";
        default:
            return undefined;
    }
}

/** A function stored in the workspace: its name, its parameters as declared, and its body without braces. */
export interface StoredFunction {
    readonly name: string;
    /** `(a: long, b: string = "x")`; default none. */
    readonly parameters?: string;
    readonly body: string;
}

/** What a query may refer to. */
export interface Schema {
    readonly tables: Readonly<Record<string, readonly Column[]>>;
    readonly functions: readonly StoredFunction[];
}

/** Something the parser or the binder says about a query. */
export interface Diagnostic {
    /** Code of Kusto.Language, `KS…`; empty where it fails itself. */
    readonly code: string;
    readonly severity: "error" | "warning" | "info";
    /** Whether the text is not KQL at all. */
    readonly syntax: boolean;
    readonly message: string;
    readonly start: number;
    readonly end: number;
}

/** A query, parsed and bound. */
export interface BoundQuery {
    readonly root: SyntaxNode;
    readonly source: SourceText;
    readonly diagnostics: readonly Diagnostic[];
    /** Columns of the answer as the binder sees them; undefined where the query gives no rows. */
    readonly columns: readonly Column[] | undefined;
}

/** Binding states are costly to make, so the last ones are kept. */
const globals = new Map<string, KustoGlobals>();
const globalsKept = 16;

function globalsOf({ language }: Loaded, schema: Schema): KustoGlobals {
    const key = JSON.stringify(schema);
    const known = globals.get(key);
    if (known !== undefined) return known;
    const { TableSymbol, FunctionSymbol, DatabaseSymbol } = language.Symbols;
    const tables = Object.entries(schema.tables).map(([name, columns]) => {
        const declared = columns.map((column) => `[${JSON.stringify(column.name)}]: ${column.type}`).join(", ");
        return TableSymbol.From(`(${declared})`).WithName(name);
    });
    const functions = schema.functions.map(
        (fn) => new FunctionSymbol.$ctor16(fn.name, fn.parameters ?? "()", `{${fn.body}\n}`, null),
    );
    const made = language.GlobalState.Default.WithDatabase(
        new DatabaseSymbol.ctor("workspace", [...tables, ...functions]),
    ).WithCache();
    if (globals.size >= globalsKept) {
        const [oldest] = globals.keys();
        if (oldest !== undefined) globals.delete(oldest);
    }
    globals.set(key, made);
    return made;
}

/** Keeps texts under keys for longer than a process lives, and gives each back unchanged or not at all. */
export interface BindingStore {
    read(key: string): string | undefined;
    write(key: string, text: string): void;
}

let store: BindingStore | undefined;

/** Has queries parsed and bound only where the store does not hold what came of it; undefined: always. */
export function keepBindings(kept: BindingStore | undefined): void {
    store = kept;
}

/** Parses and binds a query against a schema. It never fails: what is wrong stands among the diagnostics. */
export function bind(source: SourceText, schema: Schema): BoundQuery {
    if (store === undefined) return analyze(source, schema);
    const key = keyOf(source, schema);
    const known = store.read(key);
    if (known !== undefined) {
        const { root, ...rest } = JSON.parse(known) as KeptBinding;
        return { ...rest, columns: rest.columns ?? undefined, source, root: SyntaxNode.fromData(root, source) };
    }
    const { root, diagnostics, columns } = analyze(source, schema);
    const kept: KeptBinding = { diagnostics, columns: columns ?? null, root: root.toData() };
    store.write(key, JSON.stringify(kept));
    return { root, diagnostics, columns, source };
}

/** A bound query as it is kept. */
interface KeptBinding {
    readonly diagnostics: readonly Diagnostic[];
    readonly columns: readonly Column[] | null;
    readonly root: NodeData;
}

/** The same for the same text, schema, version of the parser and code of this binding. */
function keyOf(source: SourceText, schema: Schema): string {
    makers ??= digest(
        ["@kusto/language-service-next/package.json", "./binding", "./syntax"].map((file) =>
            fs.readFileSync(require.resolve(file), "utf8"),
        ),
    );
    return digest([makers, source.text, schema]);
}

/** Digest of the files that decide what comes of a query. */
let makers: string | undefined;

/** SHA-256 of a value's JSON. */
function digest(value: unknown): string {
    return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

function analyze(source: SourceText, schema: Schema): BoundQuery {
    const kusto = load();
    const state = globalsOf(kusto, schema);
    let { code, failure } = parsedAndBound(kusto, source.text, state);
    let diagnostics = diagnosticsOf(code);
    const older = olderPackAll(source.text, diagnostics);
    if (older !== undefined) {
        ({ code, failure } = parsedAndBound(kusto, older, state));
        diagnostics = diagnosticsOf(code);
    }
    const columns = code.ResultType?.Columns;
    const root = new TreeReader(kusto, source).read(code.Syntax);
    const missing = missingInFuzzyUnion(root);
    const ahead = callsAhead(root);
    const tolerated = ({ code: found, start, end }: Diagnostic): boolean =>
        (found === unknownPattern && missing.has(start)) ||
        (argumentMismatches.has(found) && ahead.some((call) => call.start <= start && end <= call.end));
    return {
        root,
        source,
        diagnostics: [
            ...diagnostics.map((found): Diagnostic => (tolerated(found) ? { ...found, severity: "warning" } : found)),
            ...failure,
        ],
        columns: columns === undefined ? undefined : listOf(columns).flatMap(columnOf),
    };
}

function diagnosticsOf(code: KustoCode): Diagnostic[] {
    const syntax = new Set(listOf(code.GetSyntaxDiagnostics()).map(({ Code, Start }) => `${Code}@${Start}`));
    return listOf(code.GetDiagnostics()).map(({ Code, Severity, Message, Start, Length }) => ({
        code: Code,
        severity: severityOf(Severity),
        syntax: syntax.has(`${Code}@${Start}`),
        message: Message,
        start: Start,
        end: Start + Length,
    }));
}

/** A query parsed and bound; the binder has defects of its own, which are told as what is wrong with the query. */
function parsedAndBound(
    { language: { KustoCode } }: Loaded,
    text: string,
    state: KustoGlobals,
): { readonly code: KustoCode; readonly failure: readonly Diagnostic[] } {
    try {
        return { code: KustoCode.ParseAndAnalyze(text, state), failure: [] };
    } catch (error) {
        if (error instanceof RangeError) throw error;
        const [reason = ""] = String(error).split("\n");
        const message = `The official binder fails on this query (${reason}); often a literal stands where another kind of argument belongs`;
        const failure: Diagnostic = { code: "", severity: "error", syntax: false, message, start: 0, end: text.length };
        return { code: KustoCode.Parse(text, state), failure: [failure] };
    }
}

/** Code for a pattern that no name of a table matches. */
const unknownPattern = "KS142";

/** Where patterns for names stand in unions that leave out what they do not find (the service warns of those). */
function missingInFuzzyUnion(node: SyntaxNode, found = new Set<number>()): Set<number> {
    if (node.kind === "UnionOperator" && /isfuzzy\s*=\s*true/i.test(node.text)) {
        for (const { start } of node.list("Expressions")) found.add(start);
    }
    for (const part of node.parts) missingInFuzzyUnion(part, found);
    return found;
}

/** Codes for arguments that are not those which a function is known to take. */
const argumentMismatches: ReadonlySet<string> = new Set(["KS107", "KS119", "KS134"]);

/**
 * Functions that take more arguments, or arguments of more types, than the binder knows of (articles on them): fractions
 * of a second, all arguments of the plugin after the second. They check their arguments themselves.
 */
const functionsAhead: ReadonlySet<string> = new Set(["bag_unpack", "make_timespan"]);

function callsAhead(node: SyntaxNode): SyntaxNode[] {
    const own = node.kind === "FunctionCallExpression" && functionsAhead.has(node.child("Name").name) ? [node] : [];
    return [...own, ...node.parts.flatMap(callsAhead)];
}

/** Code for something else where the name of a column belongs. */
const columnNameExpected = "KS109";

/**
 * The text with `pack_all()` (article on `find`) as the parser knows it, `pack(*)`, at the same places; undefined where
 * the parser does not stumble over one.
 */
function olderPackAll(text: string, diagnostics: readonly Diagnostic[]): string | undefined {
    const call = /pack_all(\s*)\(\s*\)/y;
    let older: string | undefined;
    for (const { code, start } of diagnostics) {
        call.lastIndex = start;
        const [found] = code === columnNameExpected ? (call.exec(text) ?? []) : [];
        if (found === undefined) continue;
        older = `${(older ?? text).slice(0, start)}${"pack(*)".padEnd(found.length)}${text.slice(start + found.length)}`;
    }
    return older;
}

/** Functions that were bound, by schema and text; the last ones are kept. */
const boundFunctions = new Map<string, BoundQuery>();
const boundFunctionsKept = 64;

/** As {@link bind}, of the text of a stored function, which many queries call: bound once for a schema. */
export function bindOnce(source: SourceText, schema: Schema): BoundQuery {
    const key = JSON.stringify([schema, source.text]);
    const known = boundFunctions.get(key);
    if (known !== undefined) return known;
    const bound = bind(source, schema);
    if (boundFunctions.size >= boundFunctionsKept) boundFunctions.clear();
    boundFunctions.set(key, bound);
    return bound;
}

function severityOf(severity: string): Diagnostic["severity"] {
    return severity === "Error" ? "error" : severity === "Warning" ? "warning" : "info";
}

function columnOf({ Name, Type }: KustoColumn): Column[] {
    const type = scalarType(Type.Name);
    return type === undefined ? [] : [{ name: Name, type }];
}

/** The package gives arrays where it promises lists, at times. */
function listOf<T>(list: KustoList<T> | readonly T[]): readonly T[] {
    if ("getItem" in list) return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
    return list;
}

const noNodes: readonly SyntaxNode[] = [];

/** Turns the package's tree into nodes of our own. */
class TreeReader {
    constructor(
        private readonly kusto: Loaded,
        private readonly source: SourceText,
    ) {}

    read(element: KustoElement): SyntaxNode {
        const kind = this.kusto.kinds.get(element.Kind) ?? String(element.Kind);
        const children = new Map<string, SyntaxNode>();
        let items = noNodes;
        if (kind === "List") items = this.items(element);
        else {
            for (let index = 0; index < element.ChildCount; index++) {
                const child = element.GetChild(index);
                if (child !== null) children.set(element.GetName(index), this.read(child));
            }
        }
        return new SyntaxNode(
            kind,
            this.source,
            element.TextStart,
            Math.max(element.TextStart, element.End),
            children,
            items,
            element.IsToken ? { tabular: false } : this.facts(element),
        );
    }

    /** The elements of a list, without the separators between them. */
    private items(list: KustoElement): SyntaxNode[] {
        const items: SyntaxNode[] = [];
        for (let index = 0; index < list.ChildCount; index++) {
            const child = list.GetChild(index);
            if (child === null) continue;
            const separated = this.kusto.kinds.get(child.Kind) === "SeparatedElement";
            const element = separated ? child.GetChild(0) : child;
            if (element !== null) items.push(this.read(element));
        }
        return items;
    }

    private facts(element: KustoElement): NodeFacts {
        const { SimpleName: name, ResultType: result } = element;
        const literal = element.IsLiteral === true ? element.LiteralValue : undefined;
        const type = result?.IsScalar === true ? scalarType(result.Name) : undefined;
        const calls = this.functionFacts(element.ReferencedSymbol);
        return {
            ...(typeof name === "string" ? { name } : {}),
            ...(typeof literal === "string" ? { literalText: literal } : {}),
            ...(type === undefined ? {} : { type }),
            ...(calls === undefined ? {} : { calls }),
            tabular:
                result !== null && result !== undefined && result.Columns !== undefined && result.IsScalar !== true,
        };
    }

    private functionFacts(symbol: KustoSymbol | null | undefined): FunctionFacts | undefined {
        if (symbol === null || symbol === undefined || !isFunction(symbol)) return undefined;
        return {
            name: symbol.Name,
            resultName: this.kusto.resultNames.get(symbol.ResultNameKind) ?? "none",
            resultNamePrefix: symbol.ResultNamePrefix ?? undefined,
        };
    }
}

function isFunction(symbol: KustoSymbol): symbol is KustoFunction {
    return "ResultNameKind" in symbol;
}
