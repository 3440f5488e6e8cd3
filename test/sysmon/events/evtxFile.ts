import { crc32 } from "node:zlib";

/** A value as the event log stores it in binary XML. */
export type EvtxValue =
    | { readonly type: "text"; readonly value: string }
    | { readonly type: "uint32" | "hexInt32"; readonly value: number }
    | { readonly type: "hexInt64" | "fileTime"; readonly value: bigint }
    | { readonly type: "guid"; readonly value: string }
    | { readonly type: "boolean"; readonly value: boolean }
    | { readonly type: "none" };

/** One record of a made-up event log. */
export interface EvtxFixture {
    readonly id: number;
    readonly recordId: number;
    readonly channel?: string;
    /** Time of the event, 100 ns since 1601. */
    readonly time?: bigint;
    readonly fields: Readonly<Record<string, EvtxValue>>;
}

const chunkSize = 65_536;
const year2026 = 134_116_992_000_000_000n;

/** An EVTX file of these chunks, each a list of records; its header and checksums are right. */
export function evtxFile(chunks: readonly (readonly EvtxFixture[])[]): Buffer {
    const header = Buffer.alloc(4096);
    header.write("ElfFile\0", "latin1");
    header.writeUInt16LE(1, 36);
    header.writeUInt16LE(3, 38);
    header.writeUInt16LE(4096, 40);
    header.writeUInt16LE(chunks.length, 42);
    return Buffer.concat([header, ...chunks.map(chunk)]);
}

function chunk(records: readonly EvtxFixture[]): Buffer {
    const writer = new BinaryXmlWriter(Buffer.alloc(chunkSize), 512);
    for (const record of records) writer.record(record);
    const { bytes, at } = writer;
    bytes.write("ElfChnk\0", "latin1");
    bytes.writeBigUInt64LE(1n, 8);
    bytes.writeBigUInt64LE(BigInt(records.length), 16);
    bytes.writeBigUInt64LE(1n, 24);
    bytes.writeBigUInt64LE(BigInt(records.length), 32);
    bytes.writeUInt32LE(128, 40);
    bytes.writeUInt32LE(at, 48);
    bytes.writeUInt32LE(crc32(bytes.subarray(512, at)), 52);
    return bytes;
}

/** Writes records of binary XML, each with a template of its own and its values behind it. */
class BinaryXmlWriter {
    private values: EvtxValue[] = [];

    constructor(
        readonly bytes: Buffer,
        public at: number,
    ) {}

    record(fixture: EvtxFixture): void {
        const start = this.at;
        this.u32(0x2a2a);
        this.at += 4;
        this.u64(BigInt(fixture.recordId));
        this.u64(0n);
        this.fragment();
        this.template(fixture);
        this.u8(0);
        this.at += 4;
        while (this.at % 8 !== 0) this.at++;
        this.bytes.writeUInt32LE(this.at - start, start + 4);
        this.bytes.writeUInt32LE(this.at - start, this.at - 4);
    }

    private template(fixture: EvtxFixture): void {
        this.values = [];
        this.u8(0x0c);
        this.u8(1);
        this.u32(this.at);
        this.u32(this.at + 4);
        this.u32(0);
        this.at += 16;
        const length = this.at;
        this.at += 4;
        const body = this.at;
        this.fragment();
        this.event(fixture);
        this.u8(0);
        this.bytes.writeUInt32LE(this.at - body, length);
        this.u32(this.values.length);
        const encoded = this.values.map(encode);
        for (const { type, data } of encoded) {
            this.u16(data.length);
            this.u16(type);
        }
        for (const { data } of encoded) this.at += data.copy(this.bytes, this.at);
    }

    private event({ id, recordId, channel, time, fields }: EvtxFixture): void {
        this.element("Event", {}, () => {
            this.element("System", {}, () => {
                this.element("Provider", { Name: { type: "text", value: "Microsoft-Windows-Sysmon" } });
                this.element("EventID", {}, { type: "uint32", value: id });
                this.element("Level", {}, { type: "uint32", value: 4 });
                this.element("TimeCreated", { SystemTime: { type: "fileTime", value: time ?? year2026 } });
                this.element("EventRecordID", {}, { type: "uint32", value: recordId });
                const processId: EvtxValue = { type: "uint32", value: 2100 };
                this.element("Execution", { ProcessID: processId, ThreadID: { type: "uint32", value: 2104 } });
                const sysmon = "Microsoft-Windows-Sysmon/Operational";
                this.element("Channel", {}, { type: "text", value: channel ?? sysmon });
                this.element("Computer", {}, { type: "text", value: "HOST-1" });
                this.element("Security", { UserID: { type: "text", value: "S-1-5-18" } });
            });
            this.element("EventData", {}, () => {
                for (const [name, value] of Object.entries(fields)) {
                    this.element("Data", { Name: { type: "text", value: name } }, value);
                }
            });
        });
    }

    private element(
        name: string,
        attributes: Readonly<Record<string, EvtxValue>>,
        content?: EvtxValue | (() => void),
    ): void {
        const hasAttributes = Object.keys(attributes).length > 0;
        this.u8(hasAttributes ? 0x41 : 0x01);
        this.u16(0xffff);
        this.u32(0);
        this.name(name);
        if (hasAttributes) this.u32(0);
        for (const [attribute, value] of Object.entries(attributes)) {
            this.u8(0x06);
            this.name(attribute);
            this.substitution(value);
        }
        this.u8(0x02);
        if (typeof content === "function") content();
        else if (content !== undefined) this.substitution(content);
        this.u8(0x04);
    }

    private substitution(value: EvtxValue): void {
        this.u8(0x0e);
        this.u16(this.values.length);
        this.u8(encode(value).type === 0 ? 1 : encode(value).type);
        this.values.push(value);
    }

    private name(name: string): void {
        this.u32(this.at + 4);
        this.u32(0);
        this.u16(0);
        this.u16(name.length);
        this.at += this.bytes.write(name, this.at, "utf16le");
        this.u16(0);
    }

    private fragment(): void {
        for (const byte of [0x0f, 1, 1, 0]) this.u8(byte);
    }

    private u8(value: number): void {
        this.at = this.bytes.writeUInt8(value, this.at);
    }

    private u16(value: number): void {
        this.at = this.bytes.writeUInt16LE(value, this.at);
    }

    private u32(value: number): void {
        this.at = this.bytes.writeUInt32LE(value, this.at);
    }

    private u64(value: bigint): void {
        this.at = this.bytes.writeBigUInt64LE(value, this.at);
    }
}

function encode(value: EvtxValue): { readonly type: number; readonly data: Buffer } {
    const word = Buffer.alloc(4);
    const long = Buffer.alloc(8);
    switch (value.type) {
        case "none":
            return { type: 0x00, data: Buffer.alloc(0) };
        case "text":
            return { type: 0x01, data: Buffer.from(value.value, "utf16le") };
        case "uint32":
            word.writeUInt32LE(value.value);
            return { type: 0x08, data: word };
        case "hexInt32":
            word.writeUInt32LE(value.value);
            return { type: 0x14, data: word };
        case "boolean":
            word.writeUInt32LE(value.value ? 1 : 0);
            return { type: 0x0d, data: word };
        case "hexInt64":
            long.writeBigUInt64LE(value.value);
            return { type: 0x15, data: long };
        case "fileTime":
            long.writeBigUInt64LE(value.value);
            return { type: 0x11, data: long };
        case "guid":
            return { type: 0x0f, data: guidBytes(value.value) };
    }
}

function guidBytes(guid: string): Buffer {
    const bytes = Buffer.from(guid.replace(/[{}-]/g, ""), "hex");
    bytes.subarray(0, 4).reverse();
    bytes.subarray(4, 6).reverse();
    bytes.subarray(6, 8).reverse();
    return bytes;
}
