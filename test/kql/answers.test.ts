import assert from "node:assert/strict";
import { KqlError, openDatabase } from "../../kql";

const now = "2026-03-05T12:30:15.5Z";

const database = openDatabase({
    now,
    tables: {
        T: {
            columns: [
                { name: "Host", type: "string" },
                { name: "N", type: "long" },
                { name: "At", type: "datetime" },
                { name: "Bag", type: "dynamic" },
            ],
            rows: [
                ["a", 1, "2026-03-05T12:00:00Z", { k: 1, tag: "x" }],
                ["b", 2, "2026-03-05T12:10:00Z", { k: 2 }],
                ["a", 3, "2026-03-05T12:20:00Z", { k: 3, tag: "y" }],
                ["c", null, null, null],
            ],
            ingestionTimes: [
                "2026-03-05T12:03:00Z",
                "2026-03-05T12:13:00Z",
                "2026-03-05T12:23:00Z",
                "2026-03-05T12:29:00Z",
            ],
        },
        U: {
            columns: [
                { name: "Host", type: "string" },
                { name: "Owner", type: "string" },
            ],
            rows: [
                ["a", "ann"],
                ["a", "abe"],
                ["d", "dee"],
            ],
        },
    },
});

/** A scalar expression and its value in JSON form. */
type Scalar = readonly [expression: string, value: unknown];

/** A query and its rows. */
type Rows = readonly [query: string, rows: unknown[][]];

function scalars(title: string, cases: readonly Scalar[]): void {
    describe(title, () => {
        for (const [expression, value] of cases) {
            it(expression, () => assert.deepEqual(database.query(`print ${expression}`).rows, [[value]]));
        }
    });
}

function queries(title: string, cases: readonly Rows[]): void {
    describe(title, () => {
        for (const [query, rows] of cases) {
            it(query, () => assert.deepEqual(database.query(query).rows, rows));
        }
    });
}

scalars("Arithmetic", [
    ["7 / 2", 3],
    ["-7 / 2", -3],
    ["7 % 3", 1],
    ["7.0 / 2", 3.5],
    ["1 / 0", null],
    ["2 * 3 + 4", 10],
    ["-(5)", -5],
    ["+5", 5],
    ["decimal(1.5) + decimal(2.25)", "3.75"],
    ["1d + 2h", "1.02:00:00"],
    ["1h / 2", "00:30:00"],
    ["1h / 30m", 2],
    ["2 * 30m", "01:00:00"],
    ["-1h", "-01:00:00"],
    ["datetime(2026-01-02) - datetime(2026-01-01)", "1.00:00:00"],
    ["datetime(2026-01-01) + 1h", "2026-01-01T01:00:00Z"],
    ["now() - 1m", "2026-03-05T12:29:15.5Z"],
    ["ago(1d)", "2026-03-04T12:30:15.5Z"],
    ["now(1h)", "2026-03-05T13:30:15.5Z"],
]);

scalars("Comparison and logic", [
    ["1 == 1.0", true],
    ["1 != 2 and 2 >= 2 and 1 < 2 and 2 <= 2 and 3 > 2", true],
    ["true or false", true],
    ["not(true)", false],
    ["'a' == 'A'", false],
    ["'a' =~ 'A'", true],
    ["'a' !~ 'b'", true],
    ["3 between (1 .. 5)", true],
    ["7 !between (1 .. 5)", true],
    ["datetime(2026-01-01) between (datetime(2025-12-31) .. 2d)", true],
    ["'b' in ('a', 'b')", true],
    ["'B' in~ ('a', 'b')", true],
    ["'c' !in ('a', 'b')", true],
    ["'B' !in~ ('a', 'b')", false],
    ["2 in (dynamic([1, 2]))", true],
    ["int(null) == 1", false],
    ["isnull(int(null))", true],
    ["isnotnull(1)", true],
    ["isempty('')", true],
    ["isnotempty('x')", true],
    ["1h > 30m", true],
    ["guid(74be27de-1e4e-49d9-b579-fe0b331d3642) == guid(74BE27DE-1E4E-49D9-B579-FE0B331D3642)", true],
]);

scalars("Text predicates", [
    ["'North America' has 'america'", true],
    ["'North America' has 'amer'", false],
    ["'North America' !has 'south'", true],
    ["'North America' has_cs 'america'", false],
    ["'North America' hasprefix 'ame'", true],
    ["'North America' hassuffix 'ica'", true],
    ["'abcdef' contains 'CDE'", true],
    ["'abcdef' contains_cs 'CDE'", false],
    ["'abcdef' !contains 'x'", true],
    ["'abcdef' startswith 'AB'", true],
    ["'abcdef' !startswith 'x'", true],
    ["'abcdef' startswith_cs 'AB'", false],
    ["'abcdef' endswith 'EF'", true],
    ["'abcdef' endswith_cs 'EF'", false],
    ["'abcdef' !endswith 'x'", true],
    ["'abcdef' matches regex '^a.*f$'", true],
    ["'a b c' has_any ('x', 'B')", true],
    ["'a b c' has_all ('a', 'c')", true],
    ["'a b c' has_all ('a', 'x')", false],
    ["'a b c' has_any (dynamic(['x', 'c']))", true],
]);

scalars("Conversions", [
    ["tostring(123)", "123"],
    ["tostring(1.5)", "1.5"],
    ["tostring(true)", "True"],
    ["tostring(1h)", "01:00:00"],
    ["tostring(dynamic({'a': 1}))", '{"a":1}'],
    ["toint('12')", 12],
    ["toint('x')", null],
    ["tolong('12')", 12],
    ["tolong(1.9)", 1],
    ["todouble('1.5')", 1.5],
    ["toreal('x')", null],
    ["tobool('true')", true],
    ["tobool('no')", null],
    ["tobool(0)", false],
    ["todatetime('2026-01-02 03:04:05')", "2026-01-02T03:04:05Z"],
    ["todatetime('2026-01-02, 03:04')", "2026-01-02T03:04:00Z"],
    ["todatetime('nope')", null],
    ["totimespan('1.02:03:04')", "1.02:03:04"],
    ["toguid('74BE27DE1E4E49D9B579FE0B331D3642')", "74be27de-1e4e-49d9-b579-fe0b331d3642"],
    ["toguid('nope')", null],
    ["todecimal('1.25')", "1.25"],
    ["tolower('ÄbC')", "äbc"],
    ["toupper('abc')", "ABC"],
    ["gettype(1)", "long"],
    ["gettype(dynamic([1]))", "array"],
    ["gettype(dynamic({'a': 1}))", "dictionary"],
    ["tohex(256)", "100"],
]);

scalars("Text functions", [
    ["strlen('héllo')", 5],
    ["strcat('a', 1, 'b')", "a1b"],
    ["strcat_delim('-', 'a', 'b')", "a-b"],
    ["strcat_array(dynamic(['a', 'b']), ',')", "a,b"],
    ["substring('abcdef', 1, 3)", "bcd"],
    ["substring('abcdef', 4)", "ef"],
    ["indexof('abcabc', 'c')", 2],
    ["indexof('abc', 'x')", -1],
    ["replace_string('a.b.c', '.', '-')", "a-b-c"],
    ["replace_regex('a1b22', @'\\d+', '#')", "a#b#"],
    ["trim(@'\\s+', '  x  ')", "x"],
    ["trim_start('a+', 'aab')", "b"],
    ["trim_end('b+', 'abb')", "a"],
    ["split('a,b,c', ',')", ["a", "b", "c"]],
    ["split('a,b,c', ',', 1)", ["b"]],
    ["extract(@'(\\d+)-(\\d+)', 2, 'x 12-34')", "34"],
    ["extract(@'(\\d+)', 1, 'x 12', typeof(long))", 12],
    ["extract('nope', 0, 'x')", ""],
    ["extract_all(@'(\\d)', 'a1b2')", ["1", "2"]],
    ["countof('abab', 'ab')", 2],
    ["reverse('abc')", "cba"],
    ["strcmp('a', 'b')", -1],
    ["string_size('é')", 2],
    ["strrep('ab', 2)", "abab"],
    ["translate('abc', 'xyz', 'aabbcc')", "xxyyzz"],
    ["base64_encode_tostring('Kusto')", "S3VzdG8="],
    ["base64_decode_tostring('S3VzdG8=')", "Kusto"],
    ["url_encode('a b')", "a+b"],
    ["url_encode_component('a b')", "a%20b"],
    ["url_decode('a%20b')", "a b"],
    ["hash_sha256('x')", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"],
    ["hash_md5('x')", "9dd4e461268c8034f5c8564e155c67a6"],
    ["parse_json('{\"a\":[1,2]}').a[1]", 2],
    ["parse_xml('<a><b>1</b><b c=\"2\">x</b></a>').a.b[1]['@c']", "2"],
    ["parse_csv('a,\"b,c\"')", ["a", "b,c"]],
    ["parse_url('https://u:p@h:8/p?q=1#f').Host", "h"],
    ["parse_path(@'C:\\a\\b.txt').Filename", "b.txt"],
    ["parse_command_line('a.exe \"b c\" d', 'windows')", ["a.exe", "b c", "d"]],
    ["unicode_codepoints_from_string('ab')", [97, 98]],
]);

scalars("Numbers", [
    ["abs(-5)", 5],
    ["round(2.567, 2)", 2.57],
    ["floor(2.7, 1)", 2],
    ["ceiling(2.1)", 3],
    ["sign(-3)", -1],
    ["sqrt(16)", 4],
    ["pow(2, 10)", 1024],
    ["exp(0)", 1],
    ["exp2(3)", 8],
    ["exp10(2)", 100],
    ["log(1)", 0],
    ["log2(8)", 3],
    ["log10(1000)", 3],
    ["min_of(3, 1, 2)", 1],
    ["max_of(3, 1, 2)", 3],
    ["min_of(decimal(2), decimal(1.5))", "1.5"],
    ["bin(17, 5)", 15],
    ["bin(-3, 5)", -5],
    ["bin(datetime(2026-03-05 12:34), 1h)", "2026-03-05T12:00:00Z"],
    ["bin(datetime(2026-03-05), 7d)", "2026-03-02T00:00:00Z"],
    ["bin_at(6.5, 2.5, 7)", 4.5],
    ["isnan(real(nan))", true],
    ["isinf(real(+inf))", true],
    ["isfinite(1.5)", true],
    ["binary_and(12, 10)", 8],
    ["binary_or(12, 10)", 14],
    ["binary_xor(12, 10)", 6],
    ["binary_not(0)", -1],
    ["binary_shift_left(1, 4)", 16],
    ["binary_shift_right(16, 4)", 1],
    ["format_bytes(1024)", "1 KB"],
    ["pi() > 3.14", true],
    ["9223372036854775807", "9223372036854775807"],
]);

scalars("Conditions", [
    ["iff(1 > 0, 'y', 'n')", "y"],
    ["iif(1 < 0, 'y', 'n')", "n"],
    ["case(1 > 2, 'a', 2 > 1, 'b', 'c')", "b"],
    ["case(false, 'a', 'c')", "c"],
    ["coalesce(int(null), 5)", 5],
    ["coalesce('', 'x')", "x"],
]);

scalars("Times", [
    ["startofday(now())", "2026-03-05T00:00:00Z"],
    ["endofday(now())", "2026-03-05T23:59:59.9999999Z"],
    ["startofweek(now())", "2026-03-01T00:00:00Z"],
    ["startofmonth(now())", "2026-03-01T00:00:00Z"],
    ["startofyear(now())", "2026-01-01T00:00:00Z"],
    ["endofmonth(now())", "2026-03-31T23:59:59.9999999Z"],
    ["endofweek(now())", "2026-03-07T23:59:59.9999999Z"],
    ["endofyear(now())", "2026-12-31T23:59:59.9999999Z"],
    ["startofday(now(), -1)", "2026-03-04T00:00:00Z"],
    ["dayofweek(now())", "4.00:00:00"],
    ["dayofmonth(now())", 5],
    ["dayofyear(now())", 64],
    ["hourofday(now())", 12],
    ["monthofyear(now())", 3],
    ["getyear(now())", 2026],
    ["week_of_year(datetime(2026-03-05))", 10],
    ["datetime_part('minute', now())", 30],
    ["datetime_diff('day', datetime(2026-03-05), datetime(2026-03-01))", 4],
    ["datetime_diff('hour', datetime(2026-03-05 01:00), datetime(2026-03-05 03:59))", -2],
    ["datetime_add('month', 1, datetime(2026-01-31))", "2026-02-28T00:00:00Z"],
    ["make_datetime(2026, 1, 2)", "2026-01-02T00:00:00Z"],
    ["make_timespan(1, 2, 3)", "01:02:03"],
    ["format_datetime(now(), 'yyyy-MM-dd HH:mm')", "2026-03-05 12:30"],
    ["format_timespan(1h, 'hh:mm')", "01:00"],
    ["unixtime_seconds_todatetime(0)", "1970-01-01T00:00:00Z"],
    ["unixtime_milliseconds_todatetime(1500)", "1970-01-01T00:00:01.5Z"],
]);

scalars("Arrays and bags", [
    ["array_length(dynamic([1, 2, 3]))", 3],
    ["array_concat(dynamic([1]), dynamic([2, 3]))", [1, 2, 3]],
    ["array_slice(dynamic([1, 2, 3, 4]), 1, 2)", [2, 3]],
    ["array_slice(dynamic([1, 2, 3, 4, 5]), 0, -10)", []],
    ["array_index_of(dynamic(['a', 'b']), 'b')", 1],
    ["array_reverse(dynamic([1, 2]))", [2, 1]],
    ["array_sort_asc(dynamic([3, 1, 2]))", [1, 2, 3]],
    ["array_sort_desc(dynamic([3, 1, 2]))", [3, 2, 1]],
    ["array_sum(dynamic([1, 2]))", 3],
    ["array_iff(dynamic([true, false]), 1, 0)", [1, 0]],
    ["pack_array(1, 'a')", [1, "a"]],
    ["bag_pack('a', 1)", { a: 1 }],
    ["bag_keys(dynamic({'a': 1, 'b': 2}))", ["a", "b"]],
    ["bag_has_key(dynamic({'a': 1}), 'a')", true],
    ["bag_merge(dynamic({'a': 1}), dynamic({'a': 2, 'b': 3}))", { a: 1, b: 3 }],
    ["bag_remove_keys(dynamic({'a': 1, 'b': 2}), dynamic(['a']))", { b: 2 }],
    ["set_union(dynamic([1, 2]), dynamic([2, 3]))", [1, 2, 3]],
    ["set_intersect(dynamic([1, 2]), dynamic([2, 3]))", [2]],
    ["set_difference(dynamic([1, 2]), dynamic([2, 3]))", [1]],
    ["set_has_element(dynamic([1, 2]), 2)", true],
    ["range(1, 7, 3)", [1, 4, 7]],
    ["repeat(1, 3)", [1, 1, 1]],
    [
        "zip(dynamic([1, 2]), dynamic([3, 4]))",
        [
            [1, 3],
            [2, 4],
        ],
    ],
    ["dynamic({'a': {'b': [10, 20]}}).a.b[0]", 10],
    ["dynamic([1, 2, 3])[-1]", 3],
    ["jaccard_index(dynamic([1, 2]), dynamic([2, 3]))", 1 / 3],
    ["array_shift_left(dynamic([1, 2, 3]), 1)", [2, 3, null]],
    ["array_rotate_left(dynamic([1, 2, 3]), 1)", [2, 3, 1]],
    ["array_split(dynamic([1, 2, 3]), 1)", [[1], [2, 3]]],
]);

scalars("Networks", [
    ["ipv4_is_private('192.168.1.1')", true],
    ["ipv4_is_private('8.8.8.8')", false],
    ["ipv4_is_in_range('10.1.2.3', '10.0.0.0/8')", true],
    ["ipv4_is_match('10.1.2.3', '10.1.2.0', 24)", true],
    ["ipv4_compare('1.2.3.4', '1.2.3.5')", -1],
    ["parse_ipv4('1.2.3.4')", 16909060],
    ["format_ipv4('192.168.1.1', 24)", "192.168.1.0"],
    ["ipv6_is_match('fe80::1', 'fe80:0::1')", true],
    ["has_ipv4('src 10.0.0.1 dst', '10.0.0.1')", true],
    ["parse_ipv6('192.168.0.1')", "0000:0000:0000:0000:0000:ffff:c0a8:0001"],
    ["has_any_ipv4_prefix('src 10.0.0.1', '10.0.')", true],
    ["parse_ipv6('::1')", "0000:0000:0000:0000:0000:0000:0000:0001"],
]);

queries("Rows", [
    ["T | where N > 1 | project Host", [["b"], ["a"]]],
    ["T | extend M = N * 2 | where M == 4 | project Host, M", [["b", 4]]],
    ["T | project-away At, Bag, N | take 1", [["a"]]],
    ["T | project-keep H* | take 1", [["a"]]],
    ["T | project-rename Machine = Host | take 1 | project Machine", [["a"]]],
    ["T | project-reorder N, * | take 1 | project-away At, Bag", [[1, "a"]]],
    ["T | count", [[4]]],
    ["T | distinct Host | sort by Host desc", [["c"], ["b"], ["a"]]],
    ["T | sort by N asc | project N", [[null], [1], [2], [3]]],
    ["T | sort by N desc nulls first | project N", [[null], [3], [2], [1]]],
    ["T | top 1 by N | project N", [[3]]],
    ["T | where ingestion_time() > ago(10m) | project Host", [["a"], ["c"]]],
    ["T | where Bag.tag == 'x' | project Host", [["a"]]],
    ["T | extend tag = tostring(Bag.tag) | where isnotempty(tag) | project tag", [["x"], ["y"]]],
    ["let limit = 2; T | where N >= limit | count", [[2]]],
    ["let big = T | where N > 1; big | count", [[2]]],
    ["let f = (x: long, y: long = 1) { x + y }; print f(1), f(1, 2)", [[2, 3]]],
    ["let g = (rows: (N: long)) { rows | summarize max(N) }; g(T)", [[3]]],
    ["datatable(a: int, b: string) [1, 'x', 2, 'y'] | where a == 2", [[2, "y"]]],
    ["range i from 1 to 5 step 2", [[1], [3], [5]]],
    ["range t from datetime(2026-01-01) to datetime(2026-01-01 02:00) step 1h | count", [[3]]],
    ["print x = toscalar(T | summarize max(N))", [[3]]],
    ["T | as Whole | count", [[4]]],
    [
        "T | getschema | project ColumnName, ColumnType | take 2",
        [
            ["Host", "string"],
            ["N", "long"],
        ],
    ],
    ["search 'ann' | project Owner", [["ann"]]],
    ["T | search Host: 'b' | project Host", [["b"]]],
    ["find in (U) where Owner == 'ann' project Owner", [["U", "ann"]]],
    [
        "T | serialize n = row_number() | project n, p = prev(N), x = next(N) | take 2",
        [
            [1, null, 2],
            [2, 1, 3],
        ],
    ],
    ["T | where isnotnull(N) | serialize s = row_cumsum(N) | project s", [[1], [3], [6]]],
    ["T | where N == 1 | mv-expand entry = bag_keys(Bag) to typeof(string) | project entry", [["k"], ["tag"]]],
    ["print a = dynamic([1, 2, 3]) | mv-expand a to typeof(long) | summarize sum(a)", [[6]]],
    [
        "print a = dynamic([1, 2, 3]) | mv-apply a to typeof(long) on (where a > 1 | summarize s = sum(a)) | project s",
        [[5]],
    ],
    ["print s = 'user=ann id=7' | parse s with 'user=' u:string ' id=' n:long | project u, n", [["ann", 7]]],
    ["print s = 'nope' | parse-where s with 'user=' u | count", [[0]]],
    [
        "print s = 'a=1,b=2' | parse-kv s as (a: long, b: long) with (pair_delimiter=',', kv_delimiter='=') | project a, b",
        [[1, 2]],
    ],
    [
        "T | evaluate bag_unpack(Bag) | project k, tag | take 2",
        [
            [1, "x"],
            [2, ""],
        ],
    ],
    ["T | where isnotnull(N) | project Host, N | evaluate pivot(Host, sum(N)) | project a, b", [[4, 2]]],
    [
        "T | where N == 1 | project Host, N | evaluate narrow() | project Column, Value",
        [
            ["Host", "a"],
            ["N", "1"],
        ],
    ],
    [
        "T | make-series n = count() default = 0 on At from datetime(2026-03-05 12:00) to datetime(2026-03-05 12:30) step 10m | project n",
        [[[1, 1, 1]]],
    ],
    ["T | where N == 1 | project Host | render table", [["a"]]],
]);

queries("Rows, less usual", [
    ["T | where N > 0 | serialize r = row_rank_dense(Host) | project r", [[1], [2], [3]]],
    [
        "T | where N > 0 | serialize w = row_window_session(At, 1h, 15m, Host != prev(Host)) | project w",
        [["2026-03-05T12:00:00Z"], ["2026-03-05T12:10:00Z"], ["2026-03-05T12:20:00Z"]],
    ],
    ["search kind=case_sensitive 'Ann' | count", [[0]]],
    ["search in (U) 'd*' | project Owner", [["dee"]]],
    ["search Owner == 'ann' and not(Host == 'b') | project Owner", [["ann"]]],
    ["T | where N == 1 | evaluate bag_unpack(Bag, 'bag_') | project bag_k", [[1]]],
    ["T | where N == 1 | evaluate bag_unpack(Bag) : (Host: string, k: long) | project Host, k", [["a", 1]]],
    [
        "T | make-series total = sum(N) default = -1 on At in range (datetime(2026-03-05 12:00), datetime(2026-03-05 12:20), 10m) by Host | where Host == 'b' | project total",
        [[[-1, 2, -1]]],
    ],
    [
        "print s = 'a:1;b:\"x y\"' | parse-kv s as (a: int, b: string) with (pair_delimiter=';', kv_delimiter=':', quote='\"') | project a, b",
        [[1, "x y"]],
    ],
    ["print s = 'a=1 b=2' | parse-kv s as (b: long) with (regex=@'(\\w)=(\\d)') | project b", [[2]]],
    ["print s = 'id 12 end' | parse kind=regex s with 'id ' n:long ' e' * | project n", [[12]]],
    ["print s = 'id x end' | parse kind=relaxed s with 'id ' n:long ' end' | project n", [[null]]],
    ["let xs = dynamic(['a', 'c']); T | where Host in (xs) | count", [[3]]],
    ["T | where Host in ((U | project Host)) | count", [[2]]],
    ["T | where Host has_any (U) | count", [[2]]],
    ["print column_ifexists('Nope', 'fallback')", [["fallback"]]],
    ["T | extend o = column_ifexists('N', 0) | where o == 2 | project o", [[2]]],
    ["let Shared = view () { T }; Shared | count", [[4]]],
    ["let m = materialize(T); m | count", [[4]]],
]);

scalars("Decimals, times and conversions, less usual", [
    ["decimal(2) > decimal(1.5)", true],
    ["decimal(1) / decimal(4)", "0.25"],
    ["decimal(7) % decimal(4)", "3"],
    ["-decimal(1.5)", "-1.5"],
    ["todecimal(3) * decimal(2)", "6"],
    ["tolong(decimal(2.9))", 2],
    ["todouble(decimal(2.5))", 2.5],
    ["tostring(decimal(2.50))", "2.5"],
    ["tostring(guid(74be27de-1e4e-49d9-b579-fe0b331d3642))", "74be27de-1e4e-49d9-b579-fe0b331d3642"],
    ["tostring(datetime(2026-01-02))", "2026-01-02T00:00:00.0000000Z"],
    ["todatetime('Thu, 05 Mar 2026 12:00:00 GMT')", "2026-03-05T12:00:00Z"],
    ["totimespan('00:00:01.5')", "00:00:01.5000000"],
    ["tolong('0x10')", 16],
    ["toint(true)", 1],
    ["tobool('False')", false],
    ["todynamic('[1, 2]')[1]", 2],
    ["todouble(dynamic(1.5))", 1.5],
    ["tolong(dynamic('7'))", 7],
    ["toint(3.99)", 3],
    ["isnull(dynamic(null))", true],
    ["real(1e3)", 1000],
    ["real(-inf)", "-Infinity"],
    ["timespan(2d)", "2.00:00:00"],
    ["time(1.5h)", "01:30:00"],
    ["10ms + 5microsecond + 3tick", "00:00:00.0100053"],
    ["@'C:\\dir'", "C:\\dir"],
    ["'a\\tb'", "a\tb"],
    ["parse_xml('<a x=\"1\"/>').a['@x']", "1"],
    ["parse_xml('<a><![CDATA[<b>]]></a>').a['#cdata-section']", "<b>"],
    ["isempty(parse_xml('<a'))", true],
    ["parse_path(@'C:\\d\\f.tar').Extension", "tar"],
    ["parse_path('/usr/lib/x.so').DirectoryName", "lib"],
]);

queries("Joins and unions", [
    [
        "T | where N > 0 | join U on Host | project N, Owner | sort by N asc, Owner asc",
        [
            [1, "abe"],
            [1, "ann"],
        ],
    ],
    ["T | where N > 0 | join kind=inner U on Host | count", [[4]]],
    ["T | where N > 0 | join kind=leftouter U on Host | where isempty(Owner) | project Host", [["b"]]],
    ["T | join kind=rightouter U on Host | where isempty(Host) | project Host1", [["d"]]],
    ["T | join kind=fullouter U on Host | count", [[7]]],
    ["T | join kind=leftanti U on Host | project Host | sort by Host asc", [["b"], ["c"]]],
    ["T | join kind=rightanti U on Host | project Owner", [["dee"]]],
    ["T | join kind=leftsemi U on Host | count", [[2]]],
    ["T | join kind=rightsemi U on Host | count", [[2]]],
    ["T | join kind=inner U on $left.Host == $right.Host | count", [[4]]],
    ["U | lookup T on Host | count", [[5]]],
    ["union T, U | count", [[7]]],
    ["union kind=inner T, U | distinct Host | count", [[4]]],
    [
        "union withsource=Table T, U | summarize count() by Table | sort by Table asc",
        [
            ["T", 4],
            ["U", 3],
        ],
    ],
    ["union isfuzzy=true T, NotThere | count", [[4]]],
    ["T | union (U) | count", [[7]]],
]);

queries("Aggregates", [
    ["T | summarize count(), countif(N > 1), sum(N), avg(N), min(N), max(N)", [[4, 2, 6, 2, 1, 3]]],
    ["T | summarize sumif(N, Host == 'a'), avgif(N, Host == 'a'), minif(N, N > 1), maxif(N, N < 3)", [[4, 2, 2, 2]]],
    ["T | summarize dcount(Host), dcountif(Host, N > 1), count_distinct(Host)", [[3, 2, 3]]],
    ["T | summarize make_list(N)", [[[1, 2, 3]]]],
    ["T | summarize make_set(Host) | project array_sort_asc(set_Host)", [[["a", "b", "c"]]]],
    [
        "T | summarize make_set_if(Host, N > 1), make_list_if(N, N > 1)",
        [
            [
                ["b", "a"],
                [2, 3],
            ],
        ],
    ],
    ["T | summarize arg_max(N, Host)", [[3, "a"]]],
    ["T | summarize arg_min(N, Host)", [[1, "a"]]],
    ["T | summarize take_any(N) by Host | where Host == 'b'", [["b", 2]]],
    ["T | where isnotnull(N) | summarize stdev(N), variance(N)", [[1, 1]]],
    ["T | where isnotnull(N) | summarize percentile(N, 50)", [[2]]],
    ["T | where isnotnull(N) | summarize percentiles(N, 50, 100)", [[2, 3]]],
    ["T | where isnotnull(N) | summarize n = count() by bin(At, 15m) | sort by At asc | project n", [[2], [1]]],
    ["T | summarize make_bag(bag_pack(Host, N))", [[{ a: 1, b: 2, c: null }]]],
    ["T | summarize hll_count = dcount(N)", [[3]]],
    ["T | summarize binary_all_or(N)", [[3]]],
    ["T | where N > 99 | summarize count()", [[0]]],
    ["T | where N > 99 | summarize count() by Host", []],
    ["T | summarize any(Host) by N | where N == 2", [[2, "b"]]],
    ["T | summarize binary_all_and(N), binary_all_xor(N)", [[0, 0]]],
    [
        "T | summarize stdevp(N), variancep(N), stdevif(N, N > 1), varianceif(N, N > 1)",
        [[0.816496580927726, 0.6666666666666666, 0.7071067811865476, 0.5]],
    ],
    ["T | where isnotnull(N) | summarize percentiles_array(N, 50, 100)", [[[2, 3]]]],
    ["T | summarize make_list_with_nulls(N)", [[[1, 2, 3, null]]]],
    ["T | where N > 0 | summarize make_bag_if(bag_pack(Host, N), N < 2)", [[{ a: 1 }]]],
    ["T | summarize take_anyif(Host, N == 2), count_distinctif(Host, N > 1)", [["b", 2]]],
    ["T | summarize sum(1h), avg(todecimal(N)), sum(todecimal(N))", [["04:00:00", "2", "6"]]],
    ["T | summarize arg_max(N, *) | project Host, At", [["a", "2026-03-05T12:20:00Z"]]],
    ["T | summarize take_any(*) | count", [[1]]],
]);

describe("Refusals", () => {
    for (const [query, code] of [
        ["T |", "KQ100"],
        ["T | where", "KQ100"],
        ["Nope | count", "KQ101"],
        ["T | where Nope == 1", "KQ101"],
        ["T | where N == ", "KQ100"],
        ["print strlen(1, 2, 3)", "KQ102"],
        ["T | reduce by Host", "KQ200"],
        ["T | facet by Host", "KQ200"],
        ["T | evaluate autocluster()", "KQ200"],
        ["T | take 1; T | take 2", "KQ201"],
        ["externaldata(a: string)[h'https://x']", "KQ202"],
        ["range i from 1 to 1000000000000 step 1 | count", "KQ300"],
        [`print ${"(".repeat(10_000)}1${")".repeat(10_000)}`, "KQ302"],
        ["print strrep(strrep(strrep('x', 1000000), 1000), 1000)", "KQ302"],
    ] as const) {
        it(`${query.slice(0, 80)} is refused with ${code}, and says where`, () => {
            assert.throws(
                () => database.query(query),
                (error) => {
                    assert.ok(error instanceof KqlError, String(error));
                    assert.equal(error.code, code, error.message);
                    assert.ok(error.line >= 1 && error.column >= 1);
                    return true;
                },
            );
        });
    }
});
