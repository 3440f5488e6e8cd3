import type { Operator } from "../compile/compiler";
import { extend, project, projectAway, projectKeep, projectRename, projectReorder, serialize } from "./columns";
import { evaluate } from "./evaluate";
import { mvApply, mvExpand } from "./expand";
import { filter } from "./filter";
import { invoke } from "./invoke";
import { join, lookup } from "./join";
import { makeSeries } from "./makeSeries";
import { sort, top } from "./order";
import { parse, parseWhere } from "./parse";
import { parseKv } from "./parseKv";
import { as, count, distinct, getSchema, take, unchanged } from "./rows";
import { find, search } from "./search";
import { summarize } from "./summarize";
import { union } from "./union";

const operators: ReadonlyMap<string, Operator> = new Map([
    ["AsOperator", as],
    ["CountOperator", count],
    ["DistinctOperator", distinct],
    ["EvaluateOperator", evaluate],
    ["ExtendOperator", extend],
    ["FilterOperator", filter],
    ["FindOperator", find],
    ["GetSchemaOperator", getSchema],
    ["InvokeOperator", invoke],
    ["JoinOperator", join],
    ["LookupOperator", lookup],
    ["MakeSeriesOperator", makeSeries],
    ["MvApplyOperator", mvApply],
    ["MvExpandOperator", mvExpand],
    ["ParseKvOperator", parseKv],
    ["ParseOperator", parse],
    ["ParseWhereOperator", parseWhere],
    ["ProjectAwayOperator", projectAway],
    ["ProjectKeepOperator", projectKeep],
    ["ProjectOperator", project],
    ["ProjectRenameOperator", projectRename],
    ["ProjectReorderOperator", projectReorder],
    ["RenderOperator", unchanged],
    ["SearchOperator", search],
    ["SerializeOperator", serialize],
    ["SortOperator", sort],
    ["SummarizeOperator", summarize],
    ["TakeOperator", take],
    ["TopOperator", top],
    ["UnionOperator", union],
]);

/** The operator of a syntax kind. */
export function findOperator(kind: string): Operator | undefined {
    return operators.get(kind);
}
