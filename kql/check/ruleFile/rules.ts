import { z } from "zod";
import { durationMilliseconds } from "../durations";
import type { RuleSetting } from "../issue";
import type { CheckOptions, NeededColumn, RuleKind, Trigger } from "../options";

/** The way to a value in a document: keys of mappings and indexes of lists. */
export type ValuePath = readonly (string | number)[];

/** A rule of a document: where its query stands, and what the document says around it. */
export interface FoundRule {
    /** The way to its query. */
    readonly path: ValuePath;
    readonly options: CheckOptions;
    /** The way to a setting of the rule. */
    pathOf(setting: RuleSetting): ValuePath;
}

/** Rules of a document, and the settings in it that cannot be read. */
export interface FoundRules {
    readonly rules: readonly FoundRule[];
    readonly problems: readonly { readonly path: ValuePath; readonly message: string }[];
}

const mapping = z.record(z.string(), z.unknown());

/** Finds the rules of a document: a rule by itself, or those among the resources of a template. */
export function rulesOf(content: unknown): FoundRules {
    const top = mapping.safeParse(content);
    if (top.success && typeof top.data.query === "string") return new RuleReader([], top.data).sentinelRule();
    return within(content, []);
}

/** Rules anywhere in a value: resources of a template, nested ones as well, and what Sentinel exports. */
function within(content: unknown, path: ValuePath): FoundRules {
    if (Array.isArray(content)) return joined(content.map((entry, index) => within(entry, [...path, index])));
    const map = mapping.safeParse(content);
    if (!map.success) return none;
    if (typeof map.data.query === "string" && map.data.queryFrequency !== undefined)
        return new RuleReader(path, map.data).sentinelRule();
    const properties = mapping.safeParse(map.data.properties);
    const { type } = map.data;
    if (typeof type === "string" && properties.success) {
        const reader = new RuleReader([...path, "properties"], properties.data);
        if (/\/scheduledQueryRules$/i.test(type)) return reader.scheduledQueryRule();
        if (/\/alertRules$/i.test(type))
            return typeof properties.data.query === "string" ? reader.sentinelRule() : none;
        if (/\/savedSearches$/i.test(type)) return reader.savedSearch();
    }
    return joined(Object.entries(map.data).map(([key, value]) => within(value, [...path, key])));
}

const none: FoundRules = { rules: [], problems: [] };

function joined(parts: readonly FoundRules[]): FoundRules {
    return { rules: parts.flatMap(({ rules }) => rules), problems: parts.flatMap(({ problems }) => problems) };
}

/** Operators by the names that rules give them, in small letters. */
const operators: Readonly<Record<string, Trigger["operator"]>> = {
    gt: "GreaterThan",
    greaterthan: "GreaterThan",
    gte: "GreaterThanOrEqual",
    greaterthanorequal: "GreaterThanOrEqual",
    lt: "LessThan",
    lessthan: "LessThan",
    lte: "LessThanOrEqual",
    lessthanorequal: "LessThanOrEqual",
    eq: "Equal",
    equal: "Equal",
    equals: "Equal",
    ne: "NotEqual",
    notequal: "NotEqual",
};

/** An expression of a template, which only a deployment can tell the value of. */
const isExpression = (value: unknown): boolean => typeof value === "string" && /^\[(?!\[)[\s\S]*\]$/.test(value);

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** Reads the settings of one rule; what cannot be read is noted, and left out. */
class RuleReader {
    private readonly problems: { path: ValuePath; message: string }[] = [];

    constructor(
        private readonly path: ValuePath,
        private readonly rule: Readonly<Record<string, unknown>>,
    ) {}

    /** An analytics rule of Sentinel, or a hunting query where it has no frequency. */
    sentinelRule(): FoundRules {
        const scheduled = this.rule.queryFrequency !== undefined || this.rule.kind === "NRT";
        const columns = this.neededColumns();
        const trigger = this.trigger(this.rule, this.path, "triggerOperator", "triggerThreshold");
        const paths: SettingPaths = {
            frequency: ["queryFrequency"],
            window: ["queryPeriod"],
            trigger: ["triggerThreshold"],
            column: columns.map(({ path }) => path),
            dimension: [],
        };
        return this.found(["query"], paths, {
            kind: scheduled ? "sentinel" : "hunting",
            ...this.duration("frequency", "queryFrequency"),
            ...this.duration("window", "queryPeriod"),
            ...(trigger === undefined ? {} : { trigger }),
            columns: columns.map(({ column }) => column),
        });
    }

    /** A query that is saved; the body of a function is none that could be checked without its parameters. */
    savedSearch(): FoundRules {
        const isFunction = this.rule.functionAlias !== undefined || this.rule.functionParameters !== undefined;
        if (isFunction || typeof this.rule.query !== "string") return none;
        const paths = { frequency: [], window: [], trigger: [], column: [], dimension: [] };
        return this.found(["query"], paths, { kind: "hunting" });
    }

    /** A scheduled-query rule of Azure Monitor: a query for each of its conditions. */
    scheduledQueryRule(): FoundRules {
        const criteria = mapping.safeParse(this.rule.criteria);
        const conditions: unknown = criteria.data?.allOf;
        if (!Array.isArray(conditions)) return none;
        const timing = {
            ...this.duration("frequency", "evaluationFrequency"),
            ...this.duration("window", "windowSize"),
        };
        return joined(
            conditions.map((entry: unknown, index) => {
                const condition = mapping.safeParse(entry);
                return condition.success ? this.condition(condition.data, ["criteria", "allOf", index], timing) : none;
            }),
        );
    }

    private condition(
        condition: Readonly<Record<string, unknown>>,
        path: ValuePath,
        timing: Pick<CheckOptions, "frequency" | "window">,
    ): FoundRules {
        if (typeof condition.query !== "string") return none;
        const list: readonly unknown[] = Array.isArray(condition.dimensions) ? condition.dimensions : [];
        const dimensions = list.flatMap((entry, index) => {
            const { data } = z.object({ name: z.string() }).safeParse(entry);
            return data === undefined || isExpression(data.name) ? [] : [{ name: data.name, index }];
        });
        const periods = z.object({ numberOfEvaluationPeriods: z.number() }).safeParse(condition.failingPeriods);
        const trigger = this.trigger(condition, [...this.path, ...path], "operator", "threshold");
        const paths: SettingPaths = {
            frequency: ["evaluationFrequency"],
            window: ["windowSize"],
            trigger: [...path, "threshold"],
            column: [],
            dimension: dimensions.map(({ index }) => [...path, "dimensions", index, "name"]),
        };
        return this.found([...path, "query"], paths, {
            kind: "scheduled-query",
            ...timing,
            ...(trigger === undefined ? {} : { trigger }),
            dimensions: dimensions.map(({ name }) => name),
            measures: condition.metricMeasureColumn !== undefined && condition.metricMeasureColumn !== "",
            countsViolations: (periods.data?.numberOfEvaluationPeriods ?? 1) > 1,
        });
    }

    private found(query: ValuePath, paths: SettingPaths, options: CheckOptions & { kind: RuleKind }): FoundRules {
        const at = (path: ValuePath): ValuePath => [...this.path, ...path];
        const text: unknown = query.reduce<unknown>(
            (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
            this.rule,
        );
        if (isExpression(text)) {
            const message = "the query is an expression of the template: only a deployment can tell it";
            return { rules: [], problems: [...this.problems, { path: at(query), message }] };
        }
        const pathOf = (setting: RuleSetting): ValuePath => {
            if (setting.kind === "column" || setting.kind === "dimension")
                return at(paths[setting.kind][setting.index] ?? query);
            return at(paths[setting.kind]);
        };
        return { rules: [{ path: at(query), options, pathOf }], problems: this.problems };
    }

    private duration<K extends "frequency" | "window">(setting: K, key: string): { readonly [P in K]?: number } {
        const value = this.rule[key];
        if (value === undefined || value === null || isExpression(value)) return {};
        const milliseconds = typeof value === "string" ? durationMilliseconds(value) : undefined;
        if (milliseconds === undefined) {
            this.unreadable([key], value, "a duration such as 1h, 14d or PT1H");
            return {};
        }
        const read: { [P in "frequency" | "window"]?: number } = { [setting]: milliseconds };
        return read;
    }

    private trigger(
        holder: Readonly<Record<string, unknown>>,
        at: ValuePath,
        operatorKey: string,
        thresholdKey: string,
    ): Trigger | undefined {
        const operator = holder[operatorKey];
        const threshold = holder[thresholdKey];
        if (operator === undefined || threshold === undefined || isExpression(operator) || isExpression(threshold))
            return undefined;
        const under = at.slice(this.path.length);
        const known = typeof operator === "string" ? operators[operator.toLowerCase()] : undefined;
        const number = typeof threshold === "string" ? Number(threshold) : threshold;
        if (known === undefined)
            this.unreadable([...under, operatorKey], operator, "gt, GreaterThan, lt, LessThan, eq, Equal and the like");
        if (!isNumber(number)) this.unreadable([...under, thresholdKey], threshold, "a number");
        return known === undefined || !isNumber(number) ? undefined : { operator: known, threshold: number };
    }

    /** Columns that entity mappings, custom details and the alert's own words take. */
    private neededColumns(): { readonly column: NeededColumn; readonly path: ValuePath }[] {
        return [...this.mappedColumns(), ...this.detailColumns(), ...this.overrideColumns()];
    }

    private mappedColumns(): { column: NeededColumn; path: ValuePath }[] {
        const { entityMappings } = this.rule;
        if (entityMappings === undefined || entityMappings === null || isExpression(entityMappings)) return [];
        const mappings = entityMappingsSchema.safeParse(entityMappings);
        if (!mappings.success) {
            this.unreadable(["entityMappings"], entityMappings, "a list of entityType and fieldMappings");
            return [];
        }
        return mappings.data.flatMap(({ entityType, fieldMappings }, index) =>
            fieldMappings.map(({ identifier, columnName }, field) => ({
                column: { name: columnName, use: `entity ${entityType} needs as its ${identifier}` },
                path: ["entityMappings", index, "fieldMappings", field, "columnName"],
            })),
        );
    }

    private detailColumns(): { column: NeededColumn; path: ValuePath }[] {
        const details = z.record(z.string(), z.string()).safeParse(this.rule.customDetails ?? {});
        if (!details.success) {
            this.unreadable(["customDetails"], this.rule.customDetails, "a mapping of names to columns");
            return [];
        }
        return Object.entries(details.data).map(([key, name]) => ({
            column: { name, use: `the custom detail ${key} shows` },
            path: ["customDetails", key],
        }));
    }

    private overrideColumns(): { column: NeededColumn; path: ValuePath }[] {
        const overrides = mapping.safeParse(this.rule.alertDetailsOverride ?? {});
        return Object.entries(overrides.data ?? {}).flatMap(([key, value]) => {
            if (typeof value !== "string" || isExpression(value)) return [];
            const names = /Format$/.test(key)
                ? [...value.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map(([, name = ""]) => name)
                : /ColumnName$/.test(key)
                  ? [value]
                  : [];
            return names.map((name) => ({
                column: { name, use: `${key} shows` },
                path: ["alertDetailsOverride", key],
            }));
        });
    }

    private unreadable(path: ValuePath, value: unknown, accepted: string): void {
        const key = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
        const text = JSON.stringify(value) ?? "nothing";
        const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
        const message = `${key.replace(/^\./, "")} is ${shown}; accepted is ${accepted}`;
        this.problems.push({ path: [...this.path, ...path], message });
    }
}

/** Ways to the settings of a rule, from the rule on. */
interface SettingPaths {
    readonly frequency: ValuePath;
    readonly window: ValuePath;
    readonly trigger: ValuePath;
    readonly column: readonly ValuePath[];
    readonly dimension: readonly ValuePath[];
}

const entityMappingsSchema = z.array(
    z.object({
        entityType: z.string(),
        fieldMappings: z.array(z.object({ identifier: z.string(), columnName: z.string() })),
    }),
);
