import fc from "fast-check";
import { openDatabase } from "../../kql";
import { assertAnsweredOrRefused, mutatedQueries } from "../support/kqlMutations";

const queries = [
    "T | where N > 1 and Host has 'a' or At between (ago(1d) .. now()) | project Host, M = N * 2 | take 5",
    "T | extend D = dynamic({'a': [1, 2]}) | mv-expand x = D.a to typeof(long) limit 3 | summarize sum(x) by Host",
    "T | summarize count(), dcount(Host), make_set(Host, 10), arg_max(N, *) by bin(At, 1h), Host",
    "T | join kind=leftouter (T | project Host, K = N) on Host | where isnotempty(K) | count",
    "let f = (x: long, y: string = 'z') { strcat(y, x) }; T | extend z = f(N), w = f(N, Host)",
    "let v = view () { T | where N > 0 }; union withsource=Table v, T | summarize count() by Table",
    "T | parse Host with * 'a' x:long ',' * | parse-where kind=regex Host with 'a' y '.*' | project x, y",
    "T | parse-kv Host as (a: long, b: string) with (pair_delimiter=',', kv_delimiter='=', quote='\"')",
    "T | make-series n = count() default = 0, avg(N) on At from ago(1d) to now() step 1h by Host",
    "T | sort by N asc, Host desc nulls last | serialize r = row_number(), p = prev(N, 1, 0), c = row_cumsum(N)",
    "T | mv-apply x = range(1, N) to typeof(long) on (where x > 1 | summarize m = max(x) | extend q = m + 1)",
    "T | partition hint.strategy=native by Host (top 2 by N | project N)",
    "T | sort by At asc | scan with_match_id=m declare (s: long = 0) with (step a: true => s = N + a.s; step b: N > 1;)",
    "T | top-nested 2 of Host with others = 'x' by sum(N) desc, top-nested 1 of N with others = -1 by count()",
    "T | evaluate bag_unpack(Bag, 'p_') | evaluate pivot(Host, count())",
    "search in (T) 'a*' and N > 1 or Host: 'b'",
    "find in (T) where Host == 'a' project Host, N, pack(*)",
    "print extract('(a)(b)?', 1, 'ab'), replace_regex('ab', '(a)', @'\\1\\1'), split('a,b', ',', 1), trim('a', 'aba')",
    "print parse_json('{\"a\":[1,2.5,null]}').a[1], parse_xml('<a><b c=\"1\">x</b></a>').a.b['@c'], parse_url('http://h/p?q=1')",
    "print iff(true, 1, 2), case(1 > 2, 'a', 'b'), coalesce(int(null), 5), toscalar(T | summarize max(N))",
    "print datetime_diff('day', now(), ago(1d)), startofweek(now(), -1), format_datetime(now(), 'yyyy-MM-dd'), make_timespan(1, 2)",
    "print array_concat(dynamic([1]), range(2, 4)), set_union(dynamic([1]), dynamic([2])), array_sort_asc(dynamic([2, 1]))",
    "datatable(a: int, b: dynamic)[1, dynamic([1]), 2, dynamic(null)] | extend c = b[0], d = array_length(b) | where a in (1, 2)",
    "range i from 1 to 10 step 3 | extend s = strrep('x', i), h = hash(tostring(i)) | distinct s | getschema",
    "T | project-away N | project-reorder At, * | project-rename When = At | project-keep W*",
];

const database = openDatabase({
    now: "2026-01-01T12:00:00Z",
    limits: { maxRows: 2_000, maxMilliseconds: 5_000, maxBytes: 10_000_000 },
    tables: {
        T: {
            columns: [
                { name: "Host", type: "string" },
                { name: "N", type: "long" },
                { name: "At", type: "datetime" },
                { name: "Bag", type: "dynamic" },
            ],
            rows: [
                ["a=1,b=x", 1, "2026-01-01T00:00:00Z", { k: 1 }],
                ["b", 2, "2026-01-01T01:00:00Z", { k: "x", l: [1] }],
                ["", null, null, null],
            ],
        },
    },
});

describe("A query that was changed at random", () => {
    for (const query of queries) it(`begins as one that is answered: ${query}`, () => void database.query(query));

    it("is answered, or refused with a place", () => {
        fc.assert(
            fc.property(mutatedQueries(queries), (query) => assertAnsweredOrRefused(database, query)),
            { numRuns: 300 },
        );
    });
});
