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
import { partition } from "./partition";
import { as, assertSchema, count, distinct, getSchema, take, unchanged } from "./rows";
import { sample, sampleDistinct } from "./sample";
import { scan } from "./scan";
import { find, search } from "./search";
import { summarize } from "./summarize";
import { topHitters } from "./topHitters";
import { topNested } from "./topNested";
import { union } from "./union";

const operators: ReadonlyMap<string, Operator> = new Map([
    ["AsOperator", as],
    ["AssertSchemaOperator", assertSchema],
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
    ["PartitionOperator", partition],
    ["ProjectAwayOperator", projectAway],
    ["ProjectKeepOperator", projectKeep],
    ["ProjectOperator", project],
    ["ProjectRenameOperator", projectRename],
    ["ProjectReorderOperator", projectReorder],
    ["RenderOperator", unchanged],
    ["SampleDistinctOperator", sampleDistinct],
    ["SampleOperator", sample],
    ["ScanOperator", scan],
    ["SearchOperator", search],
    ["SerializeOperator", serialize],
    ["SortOperator", sort],
    ["SummarizeOperator", summarize],
    ["TakeOperator", take],
    ["TopHittersOperator", topHitters],
    ["TopNestedOperator", topNested],
    ["TopOperator", top],
    ["UnionOperator", union],
]);

/** The operator of a syntax kind. */
export function findOperator(kind: string): Operator | undefined {
    return operators.get(kind);
}
