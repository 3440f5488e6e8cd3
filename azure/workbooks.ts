/** How a tile draws the rows of its query. */
export type WorkbookChart = "table" | "timechart" | "barchart" | "piechart" | "tiles";

/** A tile of a workbook: the rows of one query. */
export interface WorkbookTile {
    readonly kind: "query";
    /** Stable name, kebab case. */
    readonly name: string;
    /** What the reader sees, in one line. */
    readonly title: string;
    /** KQL text. */
    readonly query: string;
    /** Where it is asked: the workspace's logs, or Azure Resource Graph. */
    readonly source: "logs" | "resourceGraph";
    readonly chart: WorkbookChart;
    /** Share of the page's width in percent, 1 to 100. */
    readonly width: number;
}

/** A text between tiles, in Markdown. */
export interface WorkbookText {
    readonly kind: "text";
    /** Stable name, kebab case. */
    readonly name: string;
    readonly markdown: string;
}

/** What stands on a workbook, from top to bottom. */
export type WorkbookItem = WorkbookTile | WorkbookText;

/** Days that the reader can choose to look back; the first is where a workbook opens. */
const days = [7, 1, 3, 14, 30];

const dayMs = 86_400_000;

/**
 * A workbook as the service keeps it (format Notebook/1.0): a choice of the time range, then the items. Queries carry no
 * time: the chosen range is put on each.
 *
 * @param workspaceId Resource id of the workspace that the logs are in.
 */
export function serializedWorkbook(workspaceId: string, items: readonly WorkbookItem[]): string {
    return JSON.stringify({
        version: "Notebook/1.0",
        items: [timeRange(), ...items.map((item) => (item.kind === "text" ? textItem(item) : queryItem(item)))],
        fallbackResourceIds: [workspaceId],
        $schema: "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json",
    });
}

function timeRange(): object {
    return {
        type: 9,
        name: "time-range",
        content: {
            version: "KqlParameterItem/1.0",
            parameters: [
                {
                    name: "TimeRange",
                    label: "Time range",
                    type: 4,
                    isRequired: true,
                    value: { durationMs: (days[0] ?? 1) * dayMs },
                    typeSettings: {
                        selectableValues: [...days]
                            .sort((a, b) => a - b)
                            .map((count) => ({ durationMs: count * dayMs })),
                    },
                },
            ],
            style: "pills",
            queryType: 0,
            resourceType: logs,
        },
    };
}

function textItem({ name, markdown }: WorkbookText): object {
    return { type: 1, name, content: { json: markdown } };
}

function queryItem({ name, title, query, source, chart, width }: WorkbookTile): object {
    const place =
        source === "logs"
            ? { queryType: 0, resourceType: logs, timeContextFromParameter: "TimeRange" }
            : {
                  queryType: 1,
                  resourceType: "microsoft.resourcegraph/resources",
                  crossComponentResources: ["value::all"],
              };
    return {
        type: 3,
        name,
        customWidth: String(width),
        content: { version: "KqlItem/1.0", query, title, size: 0, visualization: chart, ...place },
    };
}

const logs = "microsoft.operationalinsights/workspaces";
