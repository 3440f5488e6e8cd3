import type { Dynamic } from "./dynamic";

/**
 * The dynamic value of an XML text as `parse_xml` makes it (Kusto documentation, parse-xml-function): an element with
 * text alone is that text, attributes become `@name`, text beside attributes or children `#text`, elements that share a
 * name an array. Null for a text that is not well-formed XML.
 */
export function parseXml(text: string): Dynamic {
    const reader = new XmlReader(text);
    try {
        return reader.document();
    } catch (error) {
        if (error instanceof NotXml) return null;
        throw error;
    }
}

class NotXml extends Error {}

const namePattern = /[\p{L}_:][\p{L}\p{N}\p{M}_:.-]*/uy;
const entities: ReadonlyMap<string, string> = new Map([
    ["lt", "<"],
    ["gt", ">"],
    ["amp", "&"],
    ["quot", '"'],
    ["apos", "'"],
]);

/** Deepest nesting that is read, so that a hostile text cannot exhaust the stack. */
const deepest = 256;

const doubleQuote = 34;
const singleQuote = 39;
const equalsSign = 61;

/** White space as XML has it. */
function isSpace(code: number): boolean {
    return code === 32 || code === 10 || code === 13 || code === 9;
}

function isBlank(text: string): boolean {
    for (let index = 0; index < text.length; index++) if (!isSpace(text.charCodeAt(index))) return false;
    return true;
}

/** Whether an ASCII character may stand in a name: a letter, `_` or `:` anywhere, a digit, `.` or `-` after the first. */
function inName(code: number, first: boolean): boolean {
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58) return true;
    return !first && ((code >= 48 && code <= 57) || code === 46 || code === 45);
}

class XmlReader {
    private at = 0;

    constructor(private readonly text: string) {}

    document(): Dynamic {
        if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
        const root = new Map<string, Dynamic>();
        const declaration = /<\?xml((?:\s+[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'))+)\s*\?>/y;
        declaration.lastIndex = this.at;
        const match = declaration.exec(this.text);
        if (match !== null) {
            this.at += match[0].length;
            const attributes = [...(match[1] ?? "").matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
            root.set(
                "?xml",
                new Map(attributes.map(([, name = "", double, single]) => [`@${name}`, double ?? single ?? ""])),
            );
        }
        this.misc();
        if (this.text.startsWith("<!DOCTYPE", this.at)) throw new NotXml();
        if (this.text[this.at] !== "<") throw new NotXml();
        const [name, value] = this.element(0);
        root.set(name, value);
        this.misc();
        if (this.at < this.text.length) throw new NotXml();
        return root;
    }

    /** Passes white space, comments and processing instructions. */
    private misc(): void {
        for (;;) {
            this.spaces();
            if (this.text.startsWith("<!--", this.at)) this.pass("<!--", "-->");
            else if (this.text.startsWith("<?", this.at)) this.pass("<?", "?>");
            else return;
        }
    }

    private spaces(): void {
        while (isSpace(this.text.charCodeAt(this.at))) this.at++;
    }

    private pass(open: string, close: string): string {
        const end = this.text.indexOf(close, this.at + open.length);
        if (end < 0) throw new NotXml();
        const inner = this.text.slice(this.at + open.length, end);
        this.at = end + close.length;
        return inner;
    }

    private name(): string {
        const start = this.at;
        let at = start;
        let code = this.text.charCodeAt(at);
        while (inName(code, at === start)) code = this.text.charCodeAt(++at);
        if (code >= 128) {
            namePattern.lastIndex = start;
            at = start + (namePattern.exec(this.text)?.[0].length ?? 0);
        }
        if (at === start) throw new NotXml();
        this.at = at;
        return this.text.slice(start, at);
    }

    /** Reads the attributes of an element into its members. */
    private attributes(members: Map<string, Dynamic>): void {
        for (;;) {
            const before = this.at;
            this.spaces();
            const code = this.text.charCodeAt(this.at);
            if (this.at === before || !(inName(code, true) || code >= 128)) return;
            const key = `@${this.name()}`;
            this.spaces();
            if (this.text.charCodeAt(this.at++) !== equalsSign) throw new NotXml();
            this.spaces();
            const quote = this.text.charCodeAt(this.at++);
            if (quote !== doubleQuote && quote !== singleQuote) throw new NotXml();
            const end = this.text.indexOf(quote === doubleQuote ? '"' : "'", this.at);
            if (end < 0 || members.has(key)) throw new NotXml();
            const raw = this.text.slice(this.at, end);
            if (raw.includes("<")) throw new NotXml();
            members.set(key, this.decode(raw));
            this.at = end + 1;
        }
    }

    private element(depth: number): [string, Dynamic] {
        if (depth > deepest) throw new NotXml();
        this.at++;
        const name = this.name();
        const members = new Map<string, Dynamic>();
        this.attributes(members);
        if (this.text.startsWith("/>", this.at)) {
            this.at += 2;
            return [name, members.size === 0 ? null : members];
        }
        if (this.text[this.at] !== ">") throw new NotXml();
        this.at++;
        return [name, this.content(name, members, depth)];
    }

    /** What stands between the tags of an element, up to and with the closing one. */
    private content(name: string, members: Map<string, Dynamic>, depth: number): Dynamic {
        const texts: string[] = [];
        const cdata: string[] = [];
        const children = new Map<string, Dynamic[]>();
        for (;;) {
            const next = this.text.indexOf("<", this.at);
            if (next < 0) throw new NotXml();
            if (next > this.at) {
                const raw = this.text.slice(this.at, next);
                if (!isBlank(raw)) texts.push(this.decode(raw));
                this.at = next;
            }
            if (this.text.startsWith("</", this.at)) break;
            if (this.text.startsWith("<!--", this.at)) this.pass("<!--", "-->");
            else if (this.text.startsWith("<![CDATA[", this.at)) cdata.push(this.pass("<![CDATA[", "]]>"));
            else if (this.text.startsWith("<?", this.at)) this.pass("<?", "?>");
            else {
                const [child, value] = this.element(depth + 1);
                const same = children.get(child);
                if (same === undefined) children.set(child, [value]);
                else same.push(value);
            }
        }
        this.close(name);
        if (members.size === 0 && children.size === 0 && cdata.length === 0) return single(texts);
        for (const [child, values] of children) members.set(child, single(values));
        if (texts.length > 0) members.set("#text", single(texts));
        if (cdata.length > 0) members.set("#cdata-section", single(cdata));
        return members;
    }

    /** Passes the closing tag of an element. */
    private close(name: string): void {
        this.at += 2;
        if (this.name() !== name) throw new NotXml();
        this.spaces();
        if (this.text[this.at] !== ">") throw new NotXml();
        this.at++;
    }

    private decode(raw: string): string {
        if (!raw.includes("&")) return raw;
        return raw.replaceAll(
            /&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));?/g,
            (whole, decimal?: string, hex?: string, name?: string) => {
                if (!whole.endsWith(";")) throw new NotXml();
                if (name !== undefined) {
                    const character = entities.get(name);
                    if (character === undefined) throw new NotXml();
                    return character;
                }
                const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
                if (code > 0x10ffff) throw new NotXml();
                return String.fromCodePoint(code);
            },
        );
    }
}

/** The value itself where there is one, null where there is none, else all of them. */
function single(values: readonly Dynamic[]): Dynamic {
    return values.length > 1 ? values : (values[0] ?? null);
}
