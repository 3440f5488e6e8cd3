import assert from "node:assert/strict";
import { openDatabase } from "../../kql";

const database = openDatabase({ now: "2026-01-01T12:00:00Z" });

/** A scalar expression and its value in JSON form. */
function values(title: string, cases: readonly (readonly [expression: string, value: unknown])[]): void {
    describe(title, () => {
        for (const [expression, value] of cases) {
            it(expression, () => assert.deepEqual(database.query(`print ${expression}`).rows, [[value]]));
        }
    });
}

values("Hashes and encodings", [
    // Values that the documentation of hash() and the xxHash library print.
    ["hash('World')", "1846988464401551951"],
    ["hash('World', 100)", 51],
    ["hash(datetime(2015-01-01))", "1380966698541616202"],
    ["tohex(hash_xxhash64('Nobody inspects the spammish repetition'))", "fbcea83c8a378bf1"],
    ["hash(long(null))", null],
    ["base64_encode_fromguid(toguid('ae3133f2-6e22-49ae-b06a-16e6a9b212eb'))", "8jMxriJurkmwahbmqbIS6w=="],
    ["base64_decode_toguid('8jMxriJurkmwahbmqbIS6w==')", "ae3133f2-6e22-49ae-b06a-16e6a9b212eb"],
    ["base64_decode_toguid('AAAA')", null],
    ["base64_encode_fromarray(dynamic([75, 117]))", "S3U="],
    ["base64_decode_toarray('S3U=')", [75, 117]],
    ["base64_decode_toarray('?')", null],
    ["base64_decode_tostring('?')", ""],
    ["gzip_decompress_from_base64_string('H4sIAAAAAAAA/8pIzcnJVyjPL8pJAQAAAP//AwCFEUoNCwAAAA==')", "hello world"],
    ["zlib_decompress_from_base64_string('eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=')", "Test string 123"],
    ["gzip_decompress_from_base64_string('AAAA')", ""],
]);

values("Texts", [
    ["has_any_index('this is an example', dynamic(['not', 'example']))", 1],
    ["has_any_index('this', dynamic([]))", -1],
    ["parse_version('1.2.3.4')", "1000000020000000300000004"],
    ["parse_version('1.x')", null],
    ["regex_quote('a.b')", "a\\.b"],
    ["indexof('a\u{1f642}b', 'b')", 2],
    ["indexof('\u{1f642}b\u{1f642}b', 'b', 2)", 3],
    ["indexof('abcdefcd', 'cd', -2)", 6],
    ["to_utf8('ab')", [97, 98]],
    ["array_strcat(dynamic(['a', 'b']), '-')", "a-b"],
    ["parse_path(@'C:\\temp\\file.txt').RootPath", "C:\\"],
    ["parse_path(@'\\\\share\\users\\f.txt').RootPath", ""],
]);

values("Networks", [
    ["ipv6_compare('fe80::85d:e82c:9446:7994/120', 'fe80::85d:e82c:9446:7998')", 0],
    ["ipv6_compare('fe80::1', 'fe80::2')", -1],
    ["ipv6_compare('::192.168.1.1/30', '192.168.1.255/24', 127)", 0],
    ["ipv6_compare('x', '::1')", null],
    ["ipv6_is_in_range('a5e:f127:8a9d:146d:e102:b5d3:c755:abcd', 'a5e:f127:8a9d:146d:e102:b5d3:c755:0/112')", true],
    ["ipv6_is_in_range('::1', 'x')", null],
    ["ipv6_is_in_any_range('fe80::1', '::1', 'fe80::/10')", true],
    ["ipv6_is_in_any_range('x', '::1')", null],
    ["parse_ipv6_mask('fe80::85d:e82c:9446:7994', 120)", "fe80:0000:0000:0000:085d:e82c:9446:7900"],
]);

values("Places on the Earth", [
    // The first values of each are those that the articles on the functions print.
    ["round(geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056), 6)", 1546754.351974],
    ["geo_distance_2points(8, 50, 8, 50)", 0],
    ["round(geo_distance_2points(0, 0, 180, 0), 3)", 20015118.212],
    ["geo_distance_2points(300, 1, 1, 1)", null],
    ["geo_point_in_circle(-122.143564, 47.535677, -122.100896, 47.527351, 3500)", true],
    ["geo_point_in_circle(-122.137575, 47.630683, -122.100896, 47.527351, 3500)", false],
    ["geo_point_in_circle(1, 91, 1, 1, 1)", null],
    ["geo_point_in_circle(1, 1, 1, 1, -1)", null],
    ["geo_point_to_geohash(139.806115, 35.554128, 12)", "xn76m27ty9g4"],
    ["geo_point_to_geohash(-122.303404, 47.570482)", "c23n8"],
    ["geo_point_to_geohash(200, 1, 8)", ""],
    ["geo_point_to_geohash(1, 1, 19)", ""],
    ["geo_geohash_to_central_point('sunny')", { type: "Point", coordinates: [42.47314453125, 23.70849609375] }],
    ["geo_geohash_to_central_point('a')", null],
]);

values("Time zones", [
    ["datetime_utc_to_local(datetime(2026-07-01 12:00), 'Europe/Berlin')", "2026-07-01T14:00:00Z"],
    ["datetime_local_to_utc(datetime(2020-02-02 20:02:20), 'US/Pacific')", "2020-02-03T04:02:20Z"],
    ["datetime_local_to_utc(datetime(2022-03-27 02:00), 'Europe/Brussels')", "2022-03-27T00:00:00Z"],
    ["datetime_utc_to_local(datetime(2026-07-01), 'Nowhere')", null],
    ["datetime_utc_to_local(datetime(2026-07-01), '+01:00')", null],
]);

values("Series", [
    ["series_add(dynamic([1, 2]), dynamic([3]))", [4, null]],
    ["series_multiply(dynamic([1, 2]), 3)", [3, 6]],
    ["series_subtract(dynamic([5]), dynamic([3]))", [2]],
    ["series_divide(dynamic([1]), dynamic([4]))", [0.25]],
    ["series_pow(dynamic([2]), 3)", [8]],
    ["series_greater(dynamic([1, 2]), dynamic([2, 1]))", [false, true]],
    ["series_less_equals(dynamic([1, 2]), 1)", [true, false]],
    ["series_equals(dynamic([1]), dynamic([1.0]))", [true]],
    ["series_abs(dynamic([-1, 'x']))", [1, null]],
    ["series_sum(dynamic([1, 2.5]))", 3.5],
    ["series_sum(dynamic([1, 'x']))", null],
    ["series_product(dynamic([2, 3]))", 6],
    ["series_magnitude(dynamic([3, 4]))", 5],
    ["series_dot_product(dynamic([1, 2]), dynamic([3, 4]))", 11],
    ["series_dot_product(dynamic([1]), dynamic([3, 4]))", null],
    ["series_cosine_similarity(dynamic([1, 0]), dynamic([0, 1]))", 0],
    ["series_pearson_correlation(dynamic([1, 2, 3]), dynamic([2, 4, 6]))", 1],
    ["series_fir(dynamic([0, 0, 10, 20]), dynamic([1, 1]))", [0, 0, 5, 15]],
    ["series_fir(dynamic([0, 3, 0]), dynamic([1, 1, 1]), true, true)", [1, 1, 1]],
    ["series_fir(dynamic([1, 3]), dynamic([1, -1]))", [1, 2]],
    ["series_fir(dynamic([1, 3]), dynamic([1, -1]), true)", null],
    ["series_fill_forward(dynamic([null, 1, null]))", [null, 1, 1]],
    ["series_fill_backward(dynamic([null, 1, null]))", [1, 1, null]],
    ["series_fill_const(dynamic([null, 1]), 0)", [0, 1]],
    ["series_fill_const(dynamic([-1, 1]), 0, -1)", [0, 1]],
    ["series_fill_linear(dynamic([null, 10, null, 4, null]))", [10, 10, 7, 4, 4]],
    ["series_fill_linear(dynamic([null, 1, null, 2]))", [1, 1, 1, 2]],
    ["series_fill_linear(dynamic([1.0, null, 2.0]))", [1, 1.5, 2]],
    ["series_fill_linear(dynamic([null, 1, null]), long(null), false)", [null, 1, null]],
    ["series_fill_linear(dynamic([null]), long(null), true, 3.5)", [3.5]],
    ["series_fill_linear(dynamic([null]))", [0]],
    ["series_iir(dynamic([1, 2, 3]), dynamic([1]), dynamic([1, -1]))", [1, 3, 6]],
    ["series_iir(dynamic([1, 2]), dynamic([1]), dynamic([0]))", null],
    ["series_fit_line_dynamic(dynamic([3, 5, 7])).slope", 2],
    ["series_fit_line_dynamic(dynamic(['x']))", null],
    ["series_stats_dynamic(dynamic([1, 3])).avg", 2],
    ["series_stats_dynamic(dynamic(['x']))", null],
]);

values("Arrays and bags", [
    ["array_sort_asc(dynamic([null, 'b', 2, 'a']))", [2, "a", "b", null]],
    ["array_sort_asc(dynamic([null, 'b']), false)", [null, "b"]],
    ["array_sort_desc(dynamic([1, 3, 2]))", [3, 2, 1]],
    ['treepath(parse_json(\'{"a": [1, {"x": 2}], "b": 3}\'))', ["['a']", "['a'][0]", "['a'][0]['x']", "['b']"]],
    ["bag_has_key(dynamic({'a': {'b': 1}}), '$.a.b')", true],
    ["bag_has_key(dynamic({'a': 1}), '$.a.b')", false],
    ["bag_remove_keys(dynamic({'a': {'b': 1, 'c': 2}, 'd': 3}), dynamic(['$.a.b', 'd']))", { a: { c: 2 } }],
    ["bag_remove_keys(dynamic({'a': 1}), dynamic(['$.a.b']))", { a: 1 }],
    ["bag_set_key(dynamic({'a': {'b': 1}}), '$.a.b', 'x')", { a: { b: "x" } }],
    ["bag_set_key(dynamic({'a': 1}), '$.b.c', 2)", { a: 1, b: { c: 2 } }],
    [
        "extract_all(@'(?P<first>\\w)(?P<rest>\\w+)', dynamic(['rest', 1]), 'abc de')",
        [
            ["bc", "a"],
            ["e", "d"],
        ],
    ],
    ["extract_all(@'[(]\\((?P<x>\\d)', dynamic(['x']), '((7')", ["7"]],
    ["make_timespan(1, 12, 30, 55.5)", "1.12:30:55.5000000"],
    ["assert(1 < 2, 'no')", true],
    ["toscalar(2) + 1", 3],
    ["range(9223372036854775800, 9223372036854775807, 5)", ["9223372036854775800", "9223372036854775805"]],
]);

describe("bag_pack_columns", () => {
    it("takes columns by their names", () => {
        const { rows } = database.query("datatable(a: long, b: string)[1, 'x'] | project bag_pack_columns(a, b)");
        assert.deepEqual(rows, [[{ a: 1, b: "x" }]]);
    });
});
