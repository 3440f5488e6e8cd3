import { Workbook as AzureWorkbook } from "@pulumi/azure-native/applicationinsights";
import * as pulumi from "@pulumi/pulumi";
import { deterministicGuid, locationProblem, serializedWorkbook, type WorkbookItem } from "../azure";
import { ArgumentProblems } from "./argumentProblems";

/** How a tile draws the rows of its query. */
export enum TileChart {
    Table = "table",
    TimeChart = "timechart",
    BarChart = "barchart",
    PieChart = "piechart",
    Tiles = "tiles",
}

/** Where a tile's query is asked. */
export enum TileSource {
    /** The workspace's logs. */
    Logs = "logs",
    /** Azure Resource Graph, which knows Azure's resources and alerts. */
    ResourceGraph = "resourceGraph",
}

/** A tile of the workbook, or a text between tiles. */
export interface WorkbookItemArgs {
    /** Required. Stable name, kebab case, unique in the workbook. */
    name: string;
    /** Conditional. A text in Markdown; give this, or `query`. */
    markdown?: string;
    /** Conditional. KQL text; give this, or `markdown`. The reader's time range is put on it. */
    query?: string;
    /** Optional. What the reader sees above a tile. Defaults to the name. */
    title?: string;
    /** Optional. Where the query is asked. Defaults to the workspace's logs. */
    source?: TileSource;
    /** Optional. How the rows are drawn. Defaults to a table. */
    chart?: TileChart;
    /** Optional. Share of the page's width in percent, 1 to 100. Defaults to 100. */
    width?: number;
}

/** Arguments of Workbook. */
export interface WorkbookArgs {
    /** Required. Resource group of the workbook. */
    resourceGroupName: pulumi.Input<string>;
    /** Required. Azure region of the workbook. */
    location: string;
    /** Required. Title that people see in the list of workbooks. */
    displayName: string;
    /** Required. Resource id of the workspace whose logs it shows. */
    workspaceId: pulumi.Input<string>;
    /** Required. What stands on it, from top to bottom. */
    items: WorkbookItemArgs[];
    /** Optional. Tags of the workbook. Defaults to none. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** A workbook of Azure Monitor, which Sentinel's list of workbooks shows as well. */
export class Workbook extends pulumi.ComponentResource {
    /** Resource id of the workbook. */
    public readonly workbookId: pulumi.Output<string>;

    constructor(name: string, args: WorkbookArgs, opts?: pulumi.ComponentResourceOptions) {
        super("sysmon-azure:index:Workbook", name, {}, opts);
        const items = settle(name, args);
        const workspaceId = pulumi.output(args.workspaceId);
        const workbook = new AzureWorkbook(
            name,
            {
                resourceGroupName: args.resourceGroupName,
                // A workbook is named by a GUID; the workspace and the component's name make it.
                resourceName: workspaceId.apply((id) => deterministicGuid("workbook", id.toLowerCase(), name)),
                location: args.location,
                kind: "shared",
                category: "workbook",
                displayName: args.displayName,
                serializedData: workspaceId.apply((id) => serializedWorkbook(id, items)),
                sourceId: workspaceId.apply((id) => id.toLowerCase()),
                version: "1.0",
                tags: args.tags,
            },
            { parent: this, dependsOn: opts?.dependsOn },
        );
        this.workbookId = workbook.id;
        this.registerOutputs({ workbookId: this.workbookId });
    }
}

function settle(name: string, args: WorkbookArgs): WorkbookItem[] {
    const problems = new ArgumentProblems();
    problems.addIf("location", locationProblem(args.location));
    if (args.displayName.trim() === "") problems.add("displayName", "is empty; people see it");
    const names = new Set<string>();
    const items = args.items.flatMap((item, index): WorkbookItem[] => {
        const path = `items[${index}]`;
        const {
            markdown,
            query,
            title = item.name,
            source = TileSource.Logs,
            chart = TileChart.Table,
            width = 100,
        } = item;
        if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(item.name))
            problems.add(`${path}.name`, `"${item.name}" is no name; accepted is kebab case, such as events-by-day`);
        if (names.has(item.name)) problems.add(`${path}.name`, `"${item.name}" is another item's name too`);
        names.add(item.name);
        problems.addUnlessOneOf(`${path}.source`, source, Object.values(TileSource));
        problems.addUnlessOneOf(`${path}.chart`, chart, Object.values(TileChart));
        if (!Number.isInteger(width) || width < 1 || width > 100)
            problems.add(`${path}.width`, `${width} is refused; accepted are 1 to 100 percent`);
        if ((markdown === undefined) === (query === undefined)) {
            problems.add(`${path}.query`, "and markdown: give one of them");
            return [];
        }
        if (markdown !== undefined) return [{ kind: "text", name: item.name, markdown }];
        return query === undefined ? [] : [{ kind: "query", name: item.name, title, query, source, chart, width }];
    });
    if (problems.found) throw problems.toError("Workbook", name);
    return items;
}
