import { createHash } from "node:crypto";
import type { SysmonEvent } from "../../sysmon/events/event";
import { eventById } from "../../sysmon/schema";
import type { Program } from "./programs";

/** A process of the machine that a story plays on. */
export interface StoryProcess {
    /** As Windows prints it, e.g. `{5d1c8a40-…}`. */
    readonly guid: string;
    /** Process id. */
    readonly pid: number;
    /** What runs. */
    readonly program: Program;
    /** How it was started. */
    readonly commandLine: string;
    /** Who it runs as. */
    readonly account: Account;
    /** A thread of it, as source of its accesses. */
    readonly thread: number;
}

/** Who a process runs as. */
export interface Account {
    /** `DOMAIN\name`. */
    readonly user: string;
    /** Logon session, as Windows prints it: `0x3e7`. */
    readonly logonId: string;
    /** Terminal session; 0 for services. */
    readonly session: number;
    /** Integrity level of its processes. */
    readonly integrity: "Medium" | "High" | "System";
}

/** The account of Windows itself and of most services. */
export const system: Account = { user: "NT AUTHORITY\\SYSTEM", logonId: "0x3e7", session: 0, integrity: "System" };
/** The account of services that stay on the machine. */
export const localService: Account = { ...system, user: "NT AUTHORITY\\LOCAL SERVICE", logonId: "0x3e5" };
/** The account of services that use the network. */
export const networkService: Account = { ...system, user: "NT AUTHORITY\\NETWORK SERVICE", logonId: "0x3e4" };

/** The machine and the time that a story begins with. */
export interface StoryOptions {
    /** Name of the machine. */
    readonly computer: string;
    /** ISO 8601, UTC. */
    readonly startedAt: string;
    /** Eight hexadecimal digits that Sysmon puts in front of every process GUID of the machine. */
    readonly machine: string;
    /** Record number of the first event in the machine's log. */
    readonly firstRecord: number;
    /** Any whole number; the same seed tells the same story. */
    readonly seed: number;
}

/** Who signed a file, as the sensor sees it. */
export interface Signature {
    /** Whether the file has a signature at all. */
    readonly signed: boolean;
    /** Name of the signer; empty where nobody signed. */
    readonly signer: string;
    /** `Valid`, `Expired`, `Revoked`, `Unavailable`. */
    readonly status: string;
}

/** Where a thread that one process starts in another begins. */
export interface ThreadStart {
    /** As Windows prints it: `0x000001D2B5F00000`. */
    readonly address: string;
    /** Module that the address lies in; default: none. */
    readonly module?: string;
    /** Function of the module that begins there; default: none. */
    readonly function?: string;
}

/** What a new process is started with. */
export interface StartOptions {
    /** The parent that Windows names, where the creator chose another; default: the creator. */
    readonly namedParent?: StoryProcess;
    /** Default: the path of the program in quotes. */
    readonly commandLine?: string;
    /** Default: the parent's. */
    readonly account?: Account;
    /** Current directory; default: that of Windows' programs. */
    readonly directory?: string;
}

/**
 * Tells what Sysmon (schema 4.90, no filter) would log of the things that happen on one machine. Everything is made from
 * the options: the same story gives the same bytes on every machine.
 */
export class Story {
    private readonly log: SysmonEvent[] = [];
    private readonly random: () => number;
    private now: number;
    private processCount = 0;
    private nextPid = 4;

    /** The kernel, which the sensor calls System. */
    readonly kernel: StoryProcess;

    constructor(private readonly options: StoryOptions) {
        this.now = Date.parse(options.startedAt);
        this.random = seededRandom(options.seed);
        const guid = this.processGuid(this.now - 86_400_000, 0x3eb);
        this.kernel = { guid, pid: 4, program: kernelProgram, commandLine: "", account: system, thread: 12 };
    }

    /** Lets time pass. */
    wait(milliseconds: number): void {
        this.now += milliseconds;
    }

    /** A whole number from `from` to `to`, both included. */
    between(from: number, to: number): number {
        return from + Math.floor(this.random() * (to - from + 1));
    }

    /** One of these, any. */
    oneOf<T>(first: T, ...others: readonly T[]): T {
        return others[this.between(0, others.length) - 1] ?? first;
    }

    /** A process that runs since before the story; nothing is logged. */
    running(program: Program, account: Account, commandLine = program.image): StoryProcess {
        return this.newProcess(program, account, commandLine, this.now - this.between(600_000, 6_000_000));
    }

    /** Starts a process: event 1. It runs as its creator unless told otherwise. */
    start(program: Program, creator: StoryProcess, options: StartOptions = {}): StoryProcess {
        const {
            commandLine = `"${program.image}"`,
            account = creator.account,
            namedParent: parent = creator,
        } = options;
        const child = this.newProcess(program, account, commandLine, this.now);
        this.record(1, {
            ...ofProcess(child),
            FileVersion: program.version,
            Description: program.description,
            Product: program.product,
            Company: program.company,
            OriginalFileName: program.originalName,
            CommandLine: child.commandLine,
            CurrentDirectory: options.directory ?? "C:\\Windows\\system32\\",
            LogonGuid: `{${this.options.machine}-${account.logonId
                .slice(2)
                .padStart(12, "0")
                .replace(/(.{4})/g, "$1-")}000000000000}`,
            LogonId: account.logonId,
            TerminalSessionId: String(account.session),
            IntegrityLevel: account.integrity,
            Hashes: hashesOf(program.image),
            ParentProcessGuid: parent.guid,
            ParentProcessId: String(parent.pid),
            ParentImage: parent.program.image,
            ParentCommandLine: parent.commandLine,
            ParentUser: parent.account.user,
        });
        return child;
    }

    /** A process ends: event 5. */
    exit(process: StoryProcess): void {
        this.record(5, ofProcess(process));
    }

    /** A process opens another: event 10. `targetImage` where the sensor does not know the target's full path. */
    open(
        source: StoryProcess,
        target: StoryProcess,
        grantedAccess: string,
        callTrace: readonly string[],
        targetImage = target.program.image,
    ): void {
        this.record(10, {
            SourceProcessGUID: source.guid,
            SourceProcessId: String(source.pid),
            SourceThreadId: String(source.thread),
            SourceImage: source.program.image,
            TargetProcessGUID: target.guid,
            TargetProcessId: String(target.pid),
            TargetImage: targetImage,
            GrantedAccess: grantedAccess,
            CallTrace: callTrace.join("|"),
            SourceUser: source.account.user,
            TargetUser: target.account.user,
        });
    }

    /** A process starts a thread in another: event 8. */
    startThread(source: StoryProcess, target: StoryProcess, start: ThreadStart): void {
        this.record(8, {
            SourceProcessGuid: source.guid,
            SourceProcessId: String(source.pid),
            SourceImage: source.program.image,
            TargetProcessGuid: target.guid,
            TargetProcessId: String(target.pid),
            TargetImage: target.program.image,
            NewThreadId: String(this.between(300, 3_000) * 4),
            StartAddress: start.address,
            StartModule: start.module ?? "-",
            StartFunction: start.function ?? "-",
            SourceUser: source.account.user,
            TargetUser: target.account.user,
        });
    }

    /** A process reads a disk or volume past the file system: event 9. */
    readDevice(process: StoryProcess, device: string): void {
        this.record(9, { ...ofProcess(process), Device: device });
    }

    /** The kernel loads a driver: event 6. */
    loadDriver(file: string, signature: Signature): void {
        this.record(6, { ImageLoaded: file, Hashes: hashesOf(file), ...ofSignature(signature) });
    }

    /** A process loads a module: event 7. The signature is that of the module's company unless told otherwise. */
    load(process: StoryProcess, module: Program, signature: Signature = signatureOf(module)): void {
        this.record(7, {
            ...ofProcess(process),
            ImageLoaded: module.image,
            FileVersion: module.version,
            Description: module.description,
            Product: module.product,
            Company: module.company,
            OriginalFileName: module.originalName,
            Hashes: hashesOf(module.image),
            ...ofSignature(signature),
        });
    }

    /** A process looks a name up, and connects to it: events 22 and 3. */
    connect(process: StoryProcess, name: string, address: string, port: number): void {
        this.lookUp(process, name, address);
        this.wait(this.between(20, 90));
        this.record(3, {
            ...ofProcess(process),
            Protocol: "tcp",
            Initiated: "true",
            SourceIsIpv6: "false",
            SourceIp: "10.20.4.17",
            SourceHostname: this.options.computer,
            SourcePort: String(this.between(49_700, 65_000)),
            SourcePortName: "-",
            DestinationIsIpv6: "false",
            DestinationIp: address,
            DestinationHostname: "-",
            DestinationPort: String(port),
            DestinationPortName: port === 443 ? "https" : "http",
        });
    }

    /** A process looks a name up: event 22. */
    lookUp(process: StoryProcess, name: string, address: string): void {
        this.record(22, {
            ...ofProcess(process),
            QueryName: name,
            QueryStatus: "0",
            QueryResults: `::ffff:${address};`,
        });
    }

    /** A process writes a file: event 11. */
    createFile(process: StoryProcess, file: string): void {
        this.record(11, { ...ofProcess(process), TargetFilename: file, CreationUtcTime: this.utcTime() });
    }

    /** A process sets the creation time of a file: event 2. Times as the sensor prints them. */
    setCreationTime(process: StoryProcess, file: string, time: string): void {
        this.record(2, {
            ...ofProcess(process),
            TargetFilename: file,
            CreationUtcTime: time,
            PreviousCreationUtcTime: this.utcTime(),
        });
    }

    /** A process adds a stream to a file: event 15. `contents` where the stream is a short text, none where a program. */
    createStream(process: StoryProcess, stream: string, contents?: string): void {
        const hash = hashesOf(stream);
        this.record(15, {
            ...ofProcess(process),
            TargetFilename: stream,
            CreationUtcTime: this.utcTime(),
            Hash: contents === undefined ? hash : hash.replace(/IMPHASH=.*/, `IMPHASH=${"0".repeat(32)}`),
            Contents: contents ?? "-",
        });
    }

    /** A process deletes a file, and the sensor keeps a copy: event 23. */
    deleteArchived(process: StoryProcess, file: string): void {
        this.record(23, {
            ...ofProcess(process),
            TargetFilename: file,
            Hashes: hashesOf(file),
            IsExecutable: "false",
            Archived: "true",
        });
    }

    /** A process deletes a file that the sensor keeps no copy of: event 26. */
    deleteFile(process: StoryProcess, file: string): void {
        this.record(26, { ...ofProcess(process), TargetFilename: file, Hashes: hashesOf(file), IsExecutable: "false" });
    }

    /** A process changes a registry value: event 13. */
    setValue(process: StoryProcess, value: string, details: string): void {
        this.record(13, { ...ofProcess(process), EventType: "SetValue", TargetObject: value, Details: details });
    }

    /** A process adds a registry key: event 12. */
    createKey(process: StoryProcess, key: string): void {
        this.record(12, { ...ofProcess(process), EventType: "CreateKey", TargetObject: key });
    }

    /** Somebody makes WMI run something at an event: 19 the filter, 20 the consumer, 21 the binding of both. */
    bindWmi(
        user: string,
        name: string,
        query: string,
        consumer: { readonly type: string; readonly destination: string },
    ): void {
        const kinds: Readonly<Record<string, string>> = {
            "Command Line": "CommandLineEventConsumer",
            Script: "ActiveScriptEventConsumer",
            "Log File": "LogFileEventConsumer",
            "NT Event Log": "NTEventLogEventConsumer",
        };
        const made = { Operation: "Created", User: user };
        const filter = {
            EventType: "WmiFilterEvent",
            EventNamespace: ' "root\\\\cimv2"',
            Name: ` "${name}"`,
            Query: ` "${query}"`,
        };
        this.record(19, { ...made, ...filter });
        this.wait(40);
        const { type, destination } = consumer;
        this.record(20, {
            ...made,
            EventType: "WmiConsumerEvent",
            Name: ` "${name}"`,
            Type: type,
            Destination: ` "${destination}"`,
        });
        this.wait(40);
        this.record(21, {
            ...made,
            EventType: "WmiBindingEvent",
            Consumer: ` "${kinds[type] ?? type}.Name=\\"${name}\\""`,
            Filter: ` "__EventFilter.Name=\\"${name}\\""`,
        });
    }

    /** The sensor finds that a process does not run what lies on the disk: event 25. */
    tamper(process: StoryProcess, type: "Image is replaced" | "Image is locked for access"): void {
        this.record(25, { ...ofProcess(process), Type: type });
    }

    /** The sensor says that it started or stopped: event 4. */
    sensorState(state: "Started" | "Stopped"): void {
        this.record(4, { State: state, Version: "15.15", SchemaVersion: "4.90" });
    }

    /** The sensor says that it took a configuration: event 16. */
    sensorConfiguration(file: string): void {
        const hash = createHash("sha256").update(file).digest("hex").toUpperCase();
        this.record(16, { Configuration: file, ConfigurationFileHash: `SHA256=${hash}` });
    }

    /** The sensor reports an error of its own: event 255. */
    sensorError(id: string, description: string): void {
        this.record(255, { ID: id, Description: description });
    }

    /** A process creates a pipe, or connects to one: events 17 and 18. */
    pipe(process: StoryProcess, name: string, how: "create" | "connect"): void {
        this.record(how === "create" ? 17 : 18, {
            ...ofProcess(process),
            EventType: how === "create" ? "CreatePipe" : "ConnectPipe",
            PipeName: name,
        });
    }

    /**
     * Any event by its id. Fields come in the sensor's order; `RuleName` and `UtcTime` fill themselves.
     *
     * @throws RangeError where a field of the event is missing, or the event has no such field.
     */
    record(id: number, fields: Readonly<Record<string, string>>): void {
        const facts = eventById(id);
        if (facts === undefined) throw new RangeError(`Sysmon has no event ${id}`);
        const given: Readonly<Record<string, string>> = { RuleName: "-", UtcTime: this.utcTime(), ...fields };
        const ordered = facts.fields.map((field): [string, string] => {
            const value = given[field.name];
            if (value === undefined) throw new RangeError(`event ${id} needs ${field.name}`);
            return [field.name, value];
        });
        this.log.push({
            id,
            version: facts.version,
            level: id === 255 ? 2 : 4,
            channel: "Microsoft-Windows-Sysmon/Operational",
            computer: this.options.computer,
            timeCreated: new Date(this.now + this.between(1, 9)).toISOString(),
            recordId: this.options.firstRecord + this.log.length,
            userSid: "S-1-5-18",
            processId: 3216,
            threadId: 4520,
            fields: Object.fromEntries(ordered),
        });
    }

    /** What was logged so far. */
    events(): readonly SysmonEvent[] {
        return this.log;
    }

    private utcTime(): string {
        return new Date(this.now).toISOString().replace("T", " ").replace("Z", "");
    }

    /** A process GUID is made of the machine, the second of its start and a number that counts up. */
    private processGuid(startedAt: number, count: number): string {
        const second = Math.floor(startedAt / 1000)
            .toString(16)
            .padStart(8, "0");
        const counter = count.toString(16).padStart(4, "0");
        const swapped = counter.slice(2) + counter.slice(0, 2);
        return `{${this.options.machine}-${second.slice(4)}-${second.slice(0, 4)}-${swapped}-000000001100}`;
    }

    private newProcess(program: Program, account: Account, commandLine: string, startedAt: number): StoryProcess {
        this.processCount++;
        this.nextPid += this.between(1, 60) * 4;
        const guid = this.processGuid(startedAt, this.processCount);
        return { guid, pid: this.nextPid, program, commandLine, account, thread: this.nextPid + 8 };
    }
}

const kernelProgram: Program = {
    image: "System",
    version: "-",
    description: "-",
    product: "-",
    company: "-",
    originalName: "-",
};

/** Fields by which most events name the process that acts. */
function ofProcess(process: StoryProcess): Readonly<Record<string, string>> {
    return {
        ProcessGuid: process.guid,
        ProcessId: String(process.pid),
        Image: process.program.image,
        User: process.account.user,
    };
}

/** Fields by which the sensor tells a signature. */
function ofSignature({ signed, signer, status }: Signature): Readonly<Record<string, string>> {
    return { Signed: String(signed), Signature: signer === "" ? "-" : signer, SignatureStatus: status };
}

/** What the sensor says of a file of Windows, or of another company that signs its files. */
function signatureOf({ company }: Program): Signature {
    return { signed: true, signer: company.startsWith("Microsoft") ? "Microsoft Windows" : company, status: "Valid" };
}

/** What the sensor says of a file that nobody signed. */
export const unsigned: Signature = { signed: false, signer: "", status: "Unavailable" };

/** Hashes in the sensor's form; made from the name, since no file is behind them. */
function hashesOf(name: string): string {
    const hash = (algorithm: string) => createHash(algorithm).update(name).digest("hex").toUpperCase();
    const importHash = createHash("md5").update(`imports of ${name}`).digest("hex").toUpperCase();
    return `SHA1=${hash("sha1")},MD5=${hash("md5")},SHA256=${hash("sha256")},IMPHASH=${importHash}`;
}

/** A generator of numbers from 0 to below 1 (mulberry32). */
function seededRandom(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}
