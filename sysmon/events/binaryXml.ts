import { nestedXmlType, valueText, type BinaryValue } from "./binaryXmlValue";
import type { EventElement } from "./eventElement";

/*
 * Records of an EVTX file are binary XML: tokens for elements, attributes and text, mostly as a template with the values
 * for its places behind it. Templates and names stand in the chunk once and are referred to by their offset in it
 * ("Windows XML Event Log (EVTX) format", libyal). A file may be damaged or hostile, so a cursor never leaves its stretch
 * of the chunk, and nesting and the size of one event are limited.
 */

/** A record is not what binary XML can be. */
export class BinaryXmlError extends Error {
    override readonly name = "BinaryXmlError";
}

/** Text as it stands, or the place of a value by its index. */
type Piece = { readonly kind: "text"; readonly text: string } | { readonly kind: "place"; readonly index: number };

interface Attribute {
    readonly name: string;
    readonly pieces: readonly Piece[];
}

interface Element {
    readonly kind: "element";
    readonly name: string;
    readonly attributes: readonly Attribute[];
    readonly content: readonly Item[];
}

/** A template with its values. */
interface Instance {
    readonly kind: "instance";
    readonly items: readonly Item[];
    readonly values: readonly BinaryValue[];
}

type Item = Piece | Element | Instance;

/** Elements, templates and fragments in one another; an event has nine. */
const deepest = 32;

/** Parts of one event; the largest real ones have a few hundred. */
const mostParts = 20_000;

/** Reads the events of one chunk. */
export class BinaryXmlReader {
    private readonly names = new Map<number, string>();
    private readonly templates = new Map<number, readonly Item[]>();

    /** @param chunk the chunk with its header: offsets count from its start. */
    constructor(private readonly chunk: Buffer) {}

    /**
     * Reads one event.
     * @param from offset of its binary XML.
     * @param to offset behind it.
     * @throws BinaryXmlError where it is malformed.
     */
    read(from: number, to: number): EventElement {
        const system = new Map<string, string>();
        const data: [string, string][] = [];
        let parts = 0;
        const collect = (
            items: readonly Item[],
            values: readonly BinaryValue[],
            parent: string,
            depth: number,
        ): void => {
            if (depth > deepest) throw new BinaryXmlError(`nested more than ${deepest} deep`);
            for (const item of items) {
                if (++parts > mostParts) throw new BinaryXmlError(`more than ${mostParts} parts in one event`);
                if (item.kind === "instance") collect(item.items, item.values, parent, depth + 1);
                else if (item.kind === "place") {
                    const value = values[item.index];
                    if (value?.type === nestedXmlType)
                        collect(this.fragment(value.from, value.to), [], parent, depth + 1);
                } else if (item.kind === "element") {
                    if (parent === "System") this.addSystem(item, values, system);
                    else if (parent === "EventData" && item.name === "Data") this.addData(item, values, data);
                    else collect(item.content, values, item.name, depth + 1);
                }
            }
        };
        collect(this.fragment(from, to), [], "", 0);
        return { system, data };
    }

    private addSystem(element: Element, values: readonly BinaryValue[], system: Map<string, string>): void {
        for (const { name, pieces } of element.attributes) {
            const text = this.text(pieces, values);
            if (text !== "") system.set(`${element.name}@${name}`, text);
        }
        const text = this.text(element.content, values);
        if (text !== "") system.set(element.name, text);
    }

    private addData(element: Element, values: readonly BinaryValue[], data: [string, string][]): void {
        const name = element.attributes.find((attribute) => attribute.name === "Name");
        if (name !== undefined) data.push([this.text(name.pieces, values), this.text(element.content, values)]);
    }

    private text(items: readonly Item[], values: readonly BinaryValue[]): string {
        let text = "";
        for (const item of items) {
            if (item.kind === "text") text += item.text;
            if (item.kind !== "place") continue;
            const value = values[item.index];
            if (value !== undefined) text += valueText(this.chunk, value);
        }
        return text;
    }

    private fragment(from: number, to: number): readonly Item[] {
        return this.items(new Cursor(this.chunk, from, to), { inTemplate: false, depth: 0 });
    }

    /** Reads tokens up to the end of the fragment or of the element that is open. */
    private items(cursor: Cursor, context: Context): Item[] {
        if (context.depth > deepest) throw new BinaryXmlError(`elements more than ${deepest} deep`);
        const items: Item[] = [];
        while (!cursor.isAtEnd()) {
            const token = cursor.u8();
            // 0x40 says that more of the kind follows, which the next token tells as well.
            switch (token & 0xbf) {
                case 0x00:
                case 0x04:
                    return items;
                case 0x01:
                    items.push(this.element(cursor, (token & 0x40) !== 0, context));
                    break;
                case 0x0a:
                    this.name(cursor);
                    break;
                case 0x0b:
                    cursor.wideText();
                    break;
                case 0x0c:
                    items.push(this.instance(cursor));
                    break;
                case 0x0f:
                    cursor.skip(3);
                    break;
                default:
                    items.push(this.piece(cursor, token));
            }
        }
        return items;
    }

    private element(cursor: Cursor, hasAttributes: boolean, context: Context): Element {
        // In a template, an element says which value it depends on.
        if (context.inTemplate) cursor.skip(2);
        cursor.skip(4);
        const name = this.name(cursor);
        const attributes: Attribute[] = [];
        if (hasAttributes) cursor.skip(4);
        for (;;) {
            const token = cursor.u8();
            switch (token & 0xbf) {
                case 0x06:
                    attributes.push({ name: this.name(cursor), pieces: this.pieces(cursor) });
                    break;
                case 0x02:
                    return { kind: "element", name, attributes, content: this.items(cursor, deeper(context)) };
                case 0x03:
                    return { kind: "element", name, attributes, content: [] };
                default:
                    throw new BinaryXmlError(`token 0x${token.toString(16)} within the tag of ${name}`);
            }
        }
    }

    /** The value of an attribute: text and places, up to what is neither. */
    private pieces(cursor: Cursor): Piece[] {
        const pieces: Piece[] = [];
        while (pieceTokens.has(cursor.peek() & 0xbf)) {
            pieces.push(this.piece(cursor, cursor.u8()));
        }
        return pieces;
    }

    private piece(cursor: Cursor, token: number): Piece {
        switch (token & 0xbf) {
            case 0x05:
                cursor.skip(1);
                return { kind: "text", text: cursor.wideText() };
            case 0x07:
                return { kind: "text", text: cursor.wideText() };
            case 0x08:
                return { kind: "text", text: String.fromCharCode(cursor.u16()) };
            case 0x09:
                return { kind: "text", text: entities[this.name(cursor)] ?? "" };
            case 0x0d:
            case 0x0e: {
                const index = cursor.u16();
                cursor.skip(1);
                return { kind: "place", index };
            }
            default:
                throw new BinaryXmlError(`token 0x${token.toString(16)} is none of binary XML`);
        }
    }

    private instance(cursor: Cursor): Instance {
        cursor.skip(5);
        const definition = cursor.u32();
        if (definition === cursor.at) {
            cursor.skip(20);
            cursor.skip(cursor.u32());
        }
        const items = this.template(definition);
        const count = cursor.u32();
        if (count * 4 > cursor.left()) throw new BinaryXmlError(`${count} values do not fit into the record`);
        const sizes = Array.from({ length: count }, () => ({ size: cursor.u16(), type: cursor.u16() & 0xff }));
        const values = sizes.map(({ size, type }) => {
            const from = cursor.at;
            cursor.skip(size);
            return { type, from, to: cursor.at };
        });
        return { kind: "instance", items, values };
    }

    /** The template at an offset of the chunk; it stands behind the first record that used it. */
    private template(offset: number): readonly Item[] {
        const known = this.templates.get(offset);
        if (known !== undefined) return known;
        const cursor = new Cursor(this.chunk, offset, this.chunk.length);
        cursor.skip(20);
        const size = cursor.u32();
        if (size > cursor.left()) throw new BinaryXmlError("a template that reaches beyond its chunk");
        const body = new Cursor(this.chunk, cursor.at, cursor.at + size);
        const items = this.items(body, { inTemplate: true, depth: 0 });
        this.templates.set(offset, items);
        return items;
    }

    /** A name by its offset; where that is the next byte, the name itself stands here and is passed over. */
    private name(cursor: Cursor): string {
        const offset = cursor.u32();
        if (offset === cursor.at) {
            cursor.skip(6);
            cursor.wideText();
            cursor.skip(2);
        }
        const known = this.names.get(offset);
        if (known !== undefined) return known;
        const there = new Cursor(this.chunk, offset, this.chunk.length);
        there.skip(6);
        const name = there.wideText();
        this.names.set(offset, name);
        return name;
    }
}

/** Tokens of text and places: value, character data, character and entity references, substitutions. */
const pieceTokens: ReadonlySet<number> = new Set([0x05, 0x07, 0x08, 0x09, 0x0d, 0x0e]);

/** Entities of XML; no other can be in binary XML. */
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

interface Context {
    readonly inTemplate: boolean;
    readonly depth: number;
}

function deeper(context: Context): Context {
    return { inTemplate: context.inTemplate, depth: context.depth + 1 };
}

/** Reads little-endian values of a stretch of a chunk, never beyond it. */
class Cursor {
    constructor(
        private readonly bytes: Buffer,
        public at: number,
        private readonly end: number,
    ) {}

    isAtEnd(): boolean {
        return this.at >= this.end;
    }

    left(): number {
        return this.end - this.at;
    }

    peek(): number {
        return this.isAtEnd() ? 0 : this.bytes.readUInt8(this.at);
    }

    u8(): number {
        return this.bytes.readUInt8(this.advance(1));
    }

    u16(): number {
        return this.bytes.readUInt16LE(this.advance(2));
    }

    u32(): number {
        return this.bytes.readUInt32LE(this.advance(4));
    }

    /** UTF-16 text behind its length. */
    wideText(): string {
        const size = this.u16() * 2;
        const from = this.advance(size);
        return this.bytes.toString("utf16le", from, from + size);
    }

    skip(size: number): void {
        this.advance(size);
    }

    private advance(size: number): number {
        const from = this.at;
        if (from + size > this.end) throw new BinaryXmlError("ends within a value");
        this.at = from + size;
        return from;
    }
}
