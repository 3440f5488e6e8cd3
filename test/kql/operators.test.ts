import assert from "node:assert/strict";
import { KqlError, openDatabase } from "../../kql";

const database = openDatabase({
    now: "2026-01-01T12:00:00Z",
    tables: {
        T: {
            columns: [
                { name: "Host", type: "string" },
                { name: "N", type: "long" },
                { name: "At", type: "datetime" },
            ],
            rows: [
                ["a", 1, "2026-01-01T00:00:00Z"],
                ["a", 2, "2026-01-01T01:00:00Z"],
                ["b", 3, "2026-01-01T03:00:00Z"],
            ],
        },
    },
});

/** A query and its answer: names of the columns, and rows. */
type Answer = readonly [query: string, columns: readonly string[], rows: unknown[][]];

function answers(title: string, cases: readonly Answer[]): void {
    describe(title, () => {
        for (const [query, columns, rows] of cases) {
            it(query, () => {
                const answer = database.query(query);
                assert.deepEqual(
                    answer.columns.map(({ name }) => name),
                    columns,
                );
                assert.deepEqual(answer.rows, rows);
            });
        }
    });
}

function refusals(title: string, cases: readonly (readonly [query: string, code: string])[]): void {
    describe(title, () => {
        for (const [query, code] of cases) {
            it(query, () => {
                assert.throws(
                    () => database.query(query),
                    (error) => error instanceof KqlError && error.code === code,
                );
            });
        }
    });
}

const left = 'let L = datatable(k: long, v: string)[1, "first", 1, "second"];';
const right = 'let R = datatable(k: long, w: string)[1, "x"];';

answers("An innerunique join", [
    [`${left} ${right} L | join R on k | project v`, ["v"], [["first"]]],
    [`${left} ${right} L | join R on k | where v == "second" | project v`, ["v"], [["second"]]],
    [`${left} ${right} L | join R on k | extend n = strlen(v) | where n == 6 | project v`, ["v"], [["second"]]],
    [`${left} ${right} L | join R on k | where w == "x" and v == "second" | project v`, ["v"], [["second"]]],
    [`${left} ${right} L | join R on k | where strcat(v, w) == "secondx" | project v`, ["v"], []],
    [`${left} ${right} let M = materialize(L | join R on k); M | where v == "second" | project v`, ["v"], []],
    [`${left} ${right} L | join R on k | serialize | where v == "second" | project v`, ["v"], []],
    [`${left} ${right} L | join R on k | summarize by v | where v == "second"`, ["v"], []],
    [`${left} ${right} L | join kind=inner R on k | where v == "second" | project v`, ["v"], [["second"]]],
]);

answers("scan", [
    [
        "T | sort by N asc | scan declare (Sum: long = 0) with (step s: true => Sum = N + s.Sum;) | project N, Sum",
        ["N", "Sum"],
        [
            [1, 1],
            [2, 3],
            [3, 6],
        ],
    ],
    [
        "T | sort by N asc | scan with_match_id=m with (step a: Host == 'a'; step b: Host == 'b' and At - a.At <= 2h;) | project N, m",
        ["N", "m"],
        [
            [1, 0],
            [2, 0],
            [3, 0],
        ],
    ],
    [
        "T | sort by N asc | scan declare (From: datetime) with (step a output=none: N == 1 => From = At; step b: N == 3 => From = a.From;) | project N, From",
        ["N", "From"],
        [[3, "2026-01-01T00:00:00Z"]],
    ],
]);

answers("partition, sample and the top of values", [
    [
        "T | partition by Host (top 1 by N desc | project Host, N)",
        ["Host", "N"],
        [
            ["a", 2],
            ["b", 3],
        ],
    ],
    ["T | partition hint.strategy=native by Host (summarize Sum = sum(N))", ["Sum"], [[3], [3]]],
    ["T | sample 2 | count", ["Count"], [[2]]],
    ["T | sample-distinct 5 of Host", ["Host"], [["a"], ["b"]]],
    ["T | top-hitters 1 of Host", ["Host", "approximate_count_Host"], [["a", 2]]],
    ["T | top-hitters 1 of Host by N", ["Host", "approximate_sum_N"], [["a", 3]]],
    [
        "T | top-nested 1 of Host by max(N), top-nested of N by Sum = sum(N)",
        ["Host", "aggregated_Host", "N", "Sum"],
        [["b", 3, 3, 3]],
    ],
    [
        "T | top-nested 1 of Host with others = 'rest' by max(N) asc",
        ["Host", "aggregated_Host"],
        [
            ["a", 2],
            ["rest", 3],
        ],
    ],
    ["T | assert-schema (Host: string, N: long, At: datetime) | count", ["Count"], [[3]]],
    ["T | where * has 'b' | count", ["Count"], [[1]]],
]);

answers("union", [
    [
        "let V = view () { print x = 1 }; let W = view () { print x = toint(2) }; let X = view () { print x_long = 3 }; union withsource=From V, W, X",
        ["From", "x_long1", "x_int", "x_long"],
        [
            ["V", 1, null, null],
            ["W", null, 2, null],
            ["X", null, null, 3],
        ],
    ],
    ["union isfuzzy=true T, (Nope | where x > 1), Missing* | count", ["Count"], [[3]]],
]);

answers("Views and options", [
    ["let V1 = view () { print x = 1 }; let V2 = view () { print x = 2 }; union V* | count", ["Count"], [[2]]],
    ["set notruncation; set servertimeout = 5m; T | count", ["Count"], [[3]]],
]);

answers("parse-kv", [
    [
        "print s = 'at=x [INFO] Id:45, Machine:Node1' | parse-kv s as (Id: long, Machine: string) | project Id, Machine",
        ["Id", "Machine"],
        [[45, "Node1"]],
    ],
    [
        `print s = "Id:45, Text: 'all \\\\' up'" | parse-kv s as (Id: long, Text: string) with (quote="'", escape='\\\\') | project Id, Text`,
        ["Id", "Text"],
        [[45, "all ' up"]],
    ],
    [
        "print s = 'Id: 45, Text: The service is up' | parse-kv s as (Id: long, Text: string) with (pair_delimiter=',', kv_delimiter=':') | project Id, Text",
        ["Id", "Text"],
        [[45, "The service is up"]],
    ],
    [
        "print s = 'name=John Doe phone=5 5' | parse-kv s as (name: string, phone: string) with (pair_delimiter=' ', kv_delimiter='=', greedy=true) | project name, phone",
        ["name", "phone"],
        [["John Doe", "5 5"]],
    ],
]);

answers("make-series", [
    [
        "T | take 0 | make-series kind=nonempty n = count() default = 7 on At from datetime(2026-01-01) to datetime(2026-01-01 02:00) step 1h | project n",
        ["n"],
        [[[7, 7]]],
    ],
    ["T | make-series n = count() on At step 7d", ["n", "At"], [[[3], ["2025-12-29T00:00:00.0000000Z"]]]],
]);

answers("evaluate bag_unpack", [
    [
        "datatable(Name: string, d: dynamic)['old', dynamic({'Name': 'new', 'Age': 2})] | evaluate bag_unpack(d, columnsConflict='replace_source')",
        ["Age", "Name"],
        [[2, "new"]],
    ],
    [
        "datatable(Name: string, d: dynamic)['old', dynamic({'Name': 'new', 'Age': 2})] | evaluate bag_unpack(d, columnsConflict='keep_source')",
        ["Age", "Name"],
        [[2, "old"]],
    ],
    [
        "datatable(Name: string, d: dynamic)['old', dynamic({'Age': 2})] | evaluate bag_unpack(d) : (*, Age: long)",
        ["Name", "Age"],
        [["old", 2]],
    ],
]);

answers("Aggregates that name their columns", [
    ["T | summarize percentile(N, 50), take_any(Host)", ["percentile_N_50", "Host"], [[2, "a"]]],
    ["T | summarize percentilesw(N, N, 50, 100)", ["percentile_N_50", "percentile_N_100"], [[2, 3]]],
    [
        "T | summarize percentiles_array(N, 50, 100), round(percentile(N, 50))",
        ["percentiles_N", "Column1"],
        [[[2, 3], 2]],
    ],
    ["T | summarize argmax(N, Host)", ["max_N", "max_N_Host"], [[3, "b"]]],
    ["T | summarize covariance(N, N), covariancep(N, N)", ["covariance_N", "covariancep_N"], [[1, 2 / 3]]],
    ["T | summarize covarianceif(N, N, Host == 'a')", ["covarianceif_N"], [[0.5]]],
]);

answers("Subqueries of mv-apply", [
    [
        "print x = 1 | mv-apply y = range(1, 2) on (mv-apply z = range(1, tolong(y)) on (summarize n = count())) | project n",
        ["n"],
        [[1], [2]],
    ],
    [
        "T | mv-apply y = range(1, 4) to typeof(long) on (where y > toscalar(T | summarize max(N))) | project N, y",
        ["N", "y"],
        [
            [1, 4],
            [2, 4],
            [3, 4],
        ],
    ],
]);

answers("Functions of several columns", [
    [
        "print a = dynamic([3, 1]), b = dynamic(['x', 'y']) | project array_sort_asc(a, b)",
        ["a_sorted", "b_sorted"],
        [
            [
                [1, 3],
                ["y", "x"],
            ],
        ],
    ],
    [
        "print a = dynamic([3, 1]), b = dynamic(['x', 'y']) | project o = array_sort_desc(a, b)[1]",
        ["o"],
        [[["x", "y"]]],
    ],
    [
        "print y = dynamic([1, 2, 3]) | extend (r, s) = series_fit_line(y) | project r, s, series_fit_line_y_line_fit",
        ["r", "s", "series_fit_line_y_line_fit"],
        [[1, 1, [1, 2, 3]]],
    ],
    [
        "print y = dynamic([4, 2]) | project series_stats(y) | project series_stats_y_min, series_stats_y_max_idx",
        ["series_stats_y_min", "series_stats_y_max_idx"],
        [[2, 0]],
    ],
]);

refusals("What the official binder itself fails on", [["print datetime_diff(1d, now(), ago(1d))", "KQ102"]]);

refusals("Forms that are refused", [
    ["T | scan with (step s: true;)", "KQ102"],
    ["T | sort by N | scan with (step s output=last: true;)", "KQ201"],
    ["T | partition by Host { T | where Host == toscalar(Host) }", "KQ201"],
    ["range i from 1 to 65 step 1 | partition by i (count)", "KQ102"],
    ["T | assert-schema (Host: string)", "KQ102"],
    ["T | make-series count() on todouble(N) step 1", "KQ201"],
    ["T | make-series count() on At in range(datetime(2026-01-01 00:30), datetime(2026-01-02), 1h)", "KQ201"],
    ["T | top-nested 1 of Host with others='x' by max(N), top-nested 1 of N by max(N)", "KQ201"],
    ["print d = dynamic({}) | evaluate bag_unpack(d, columnsConflict='mine')", "KQ102"],
    ["T | extend (x, y) = N", "KQ102"],
    ["set query_now = datetime(2020-01-01); T | count", "KQ200"],
    ["print strlen(array_sort_asc(dynamic([1]), dynamic([2])))", "KQ102"],
]);
