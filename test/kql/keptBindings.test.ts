import assert from "node:assert/strict";
import { keepBindings, KqlError, openDatabase, type BindingStore } from "../../kql";

/** A store in memory that counts what is asked of it. */
class Memory implements BindingStore {
    readonly texts = new Map<string, string>();
    found = 0;

    read(key: string): string | undefined {
        const text = this.texts.get(key);
        if (text !== undefined) this.found++;
        return text;
    }

    write(key: string, text: string): void {
        this.texts.set(key, text);
    }
}

const tables = { T: { columns: [{ name: "a", type: "long" }, { name: "b", type: "string" }], rows: [[1, "x"], [2, "y"]] } }; // prettier-ignore
const functions = [{ name: "Twice", parameters: "(n: long)", body: "n * 2" }];

function answer(text: string): unknown {
    try {
        return openDatabase({ tables, functions, now: "2024-05-17T12:00:00Z" }).query(text);
    } catch (error) {
        if (!(error instanceof KqlError)) throw error;
        const { code, line, column, message } = error;
        return { code, line, column, message };
    }
}

describe("kept bindings", () => {
    afterEach(() => keepBindings(undefined));

    const queries = [
        "T | where a > 1 | project b, c = strcat(b, '\\u00e4\"')",
        "T | summarize count(), make_set(b) by bin(a, 2) | sort by a asc",
        "let limit = 1; let f = (x: long) { x + limit }; T | extend c = f(a), d = Twice(a)",
        "T | parse b with * 'x' rest | evaluate bag_unpack(pack('k', a))",
        "T | join kind=leftouter (T | project a, e = b) on a",
        "T | extend ['odd name'] = a, real(null), 1.5 | getschema",
        "T | where nothing == 1",
        "T\n| where a ==",
        "print rand()",
    ];
    for (const query of queries) {
        it(`give the answer, or the refusal, that binding gives: ${query.replaceAll("\n", " ")}`, () => {
            const bound = answer(query);
            const memory = new Memory();
            keepBindings(memory);
            assert.deepEqual(answer(query), bound, "when it is written");
            assert.deepEqual(answer(query), bound, "when it is read");
            assert.ok(memory.found > 0);
        });
    }

    it("are not taken for another schema", () => {
        const memory = new Memory();
        keepBindings(memory);
        answer("T | project a");
        const other = { T: { columns: [{ name: "a", type: "string" }], rows: [["text"]] } };
        assert.deepEqual(openDatabase({ tables: other }).query("T | project a").columns, [
            { name: "a", type: "string" },
        ]);
        assert.equal(memory.found, 0);
    });
});
