import fc from "fast-check";
import { sysmonChannel, type SysmonEvent } from "../../../sysmon/events";

/** A process access with every part of its envelope. */
export const processAccess: SysmonEvent = {
    id: 10,
    version: 3,
    level: 4,
    channel: sysmonChannel,
    computer: "HOST-1",
    timeCreated: "2026-01-31T12:00:00.1234567Z",
    recordId: 42,
    userSid: "S-1-5-18",
    processId: 2100,
    threadId: 2104,
    fields: {
        RuleName: "-",
        UtcTime: "2026-01-31 12:00:00.123",
        SourceImage: 'C:\\Program Files\\R&D\\"a" <b>.exe',
        TargetImage: "C:\\Windows\\System32\\svchost.exe",
        GrantedAccess: "0x1fffff",
        CallTrace: "C:\\Windows\\SYSTEM32\\ntdll.dll+9c534|UNKNOWN(00007FFF31F61C82)",
    },
};

/** Any text that the event log and UTF-8 can hold: all of Unicode but NUL, which ends a text, and lone surrogates. */
const value = fc.string({ unit: "binary" }).filter((text) => !/[\0\p{Surrogate}]/u.test(text));

/** Any event that a recording can give. */
export const anyEvent: fc.Arbitrary<SysmonEvent> = fc.record(
    {
        id: fc.integer({ min: 1, max: 65_535 }),
        version: fc.nat(10),
        level: fc.integer({ min: 0, max: 5 }),
        channel: fc.constant(sysmonChannel),
        computer: fc.stringMatching(/^[\w.-]{1,20}$/),
        timeCreated: fc
            .tuple(
                fc.date({ min: new Date("1990-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
                fc.nat(9999),
            )
            .map(([date, ticks]) => `${date.toISOString().slice(0, 23)}${String(ticks).padStart(4, "0")}Z`),
        recordId: fc.nat(),
        userSid: fc.constantFrom("S-1-5-18", "S-1-5-21-1-2-3-500"),
        processId: fc.nat(),
        threadId: fc.nat(),
        fields: fc.dictionary(fc.stringMatching(/^[A-Z][A-Za-z]{0,12}$/), value, { noNullPrototype: true }),
    },
    { noNullPrototype: true },
);
