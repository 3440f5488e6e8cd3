import { sysmonProvider, type SysmonEvent } from "./event";

/** Guid of Sysmon's provider, the same in every version. */
export const sysmonProviderGuid = "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}";

/** Keywords of every Sysmon event: the channel's own bit alone. */
export const sysmonKeywords = "0x8000000000000000";

/** An element of an event's XML, made only when it is looked at. */
export interface EventNode {
    readonly name: string;
    /** Text of the element itself; empty where it has none. */
    readonly text: string;
    /** Elements of this name right below, in order; `*` for all. */
    children(name: string): readonly EventNode[];
    /** Value of an attribute, `undefined` where there is none. */
    attribute(name: string): string | undefined;
}

/**
 * The XML of an event as a tree: root `Event` with `System` and `EventData`. Of what a recording does not tell, the
 * element is there and empty.
 */
export function eventDocument(event: SysmonEvent): EventNode {
    return new Branch("Event", eventElements, event);
}

const eventElements: Readonly<Record<string, (event: SysmonEvent) => EventNode>> = {
    System: (event) => new Branch("System", systemElements, event),
    EventData: ({ fields }) => new EventData(fields),
};

/** Elements of the System part in the order of the event log. */
const systemElements: Readonly<Record<string, (event: SysmonEvent) => EventNode>> = {
    Provider: () => new Leaf("Provider", "", { Name: sysmonProvider, Guid: sysmonProviderGuid }),
    EventID: ({ id }) => new Leaf("EventID", String(id)),
    Version: ({ version }) => new Leaf("Version", text(version)),
    Level: ({ level }) => new Leaf("Level", text(level)),
    // Every Sysmon event is a task of its own.
    Task: ({ id }) => new Leaf("Task", String(id)),
    Opcode: () => new Leaf("Opcode", "0"),
    Keywords: () => new Leaf("Keywords", sysmonKeywords),
    TimeCreated: ({ timeCreated }) => new Leaf("TimeCreated", "", { SystemTime: timeCreated }),
    EventRecordID: ({ recordId }) => new Leaf("EventRecordID", text(recordId)),
    Correlation: () => new Leaf("Correlation", ""),
    Execution: ({ processId, threadId }) =>
        new Leaf("Execution", "", { ProcessID: processId?.toString(), ThreadID: threadId?.toString() }),
    Channel: ({ channel }) => new Leaf("Channel", channel),
    Computer: ({ computer }) => new Leaf("Computer", computer),
    Security: ({ userSid }) => new Leaf("Security", "", { UserID: userSid }),
};

/** Names of what an element of an event's XML can hold. */
export interface ElementNames {
    readonly elements: readonly string[];
    readonly attributes: readonly string[];
}

/** What the XML of a Sysmon event can hold, by the name of the element. */
export const documentNames: Readonly<Record<string, ElementNames>> = {
    Event: { elements: Object.keys(eventElements), attributes: [] },
    System: { elements: Object.keys(systemElements), attributes: [] },
    Provider: { elements: [], attributes: ["Name", "Guid"] },
    TimeCreated: { elements: [], attributes: ["SystemTime"] },
    Execution: { elements: [], attributes: ["ProcessID", "ThreadID"] },
    Security: { elements: [], attributes: ["UserID"] },
    EventData: { elements: ["Data"], attributes: [] },
    Data: { elements: [], attributes: ["Name"] },
};

function text(value: number | undefined): string {
    return value === undefined ? "" : String(value);
}

/** An element with text or attributes and nothing below. */
class Leaf implements EventNode {
    constructor(
        readonly name: string,
        readonly text: string,
        private readonly attributes: Readonly<Record<string, string | undefined>> = {},
    ) {}

    children(): readonly EventNode[] {
        return [];
    }

    attribute(name: string): string | undefined {
        return Object.hasOwn(this.attributes, name) ? this.attributes[name] : undefined;
    }
}

/** An element with one element below it for each name. */
class Branch implements EventNode {
    readonly text = "";

    constructor(
        readonly name: string,
        private readonly elements: Readonly<Record<string, (event: SysmonEvent) => EventNode>>,
        private readonly event: SysmonEvent,
    ) {}

    children(name: string): readonly EventNode[] {
        if (name === "*") return Object.values(this.elements).map((make) => make(this.event));
        const make = Object.hasOwn(this.elements, name) ? this.elements[name] : undefined;
        return make === undefined ? [] : [make(this.event)];
    }

    attribute(): undefined {
        return undefined;
    }
}

/** The fields of an event, a `Data` element each. */
class EventData implements EventNode {
    readonly name = "EventData";
    readonly text = "";

    constructor(private readonly fields: Readonly<Record<string, string>>) {}

    children(name: string): readonly EventNode[] {
        if (name !== "Data" && name !== "*") return [];
        return Object.entries(this.fields).map(([field, value]) => new Leaf("Data", value, { Name: field }));
    }

    attribute(): undefined {
        return undefined;
    }
}
