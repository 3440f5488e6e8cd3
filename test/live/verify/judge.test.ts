import assert from "node:assert/strict";
import type { HeardMachine } from "../../../live/verify/heard";
import { isFine, judgeHeard, type ExpectedMachine, type Hearing } from "../../../live/verify/judge";
import { machineId } from "../preflight/readyStack";

const wanted = "a".repeat(64);
const scaleSet = "Microsoft.Compute/virtualMachineScaleSets";
const expected = (changes: Partial<ExpectedMachine> = {}): ExpectedMachine => ({
    id: machineId("vm-files"),
    collected: true,
    flexible: false,
    ...changes,
});
const heard = (changes: Partial<HeardMachine> = {}): HeardMachine => ({
    id: machineId("vm-files").id.toLowerCase(),
    lastHeartbeat: "2026-11-24T11:59:00Z",
    sysmon: { events: 7, last: "2026-11-24T11:58:00Z", eventIds: [1] },
    configSha256: wanted,
    ...changes,
});
const instance = (number: number): string =>
    `${machineId("vmss", scaleSet).id.toLowerCase()}/virtualmachines/${number}`;

const cases: readonly [string, Partial<ExpectedMachine>, readonly HeardMachine[], Hearing][] = [
    ["that sends under the planned configuration", {}, [heard()], "heard"],
    ["whose configuration was given too long ago to tell", {}, [heard({ configSha256: undefined })], "heard"],
    ["that told of another configuration", {}, [heard({ configSha256: "b".repeat(64) })], "otherConfiguration"],
    ["whose agent sends no event of Sysmon", {}, [heard({ sysmon: undefined })], "noSysmon"],
    ["of which nothing comes", {}, [], "silent"],
    ["without identity", { collected: false }, [], "uncollected"],
    ["that is a flexible scale set", { id: machineId("vmss", scaleSet), flexible: true }, [], "uncollected"],
    [
        "that is a scale set, one of whose instances is mute",
        { id: machineId("vmss", scaleSet) },
        [heard({ id: instance(0) }), heard({ id: instance(1), sysmon: undefined })],
        "noSysmon",
    ],
];

describe("The judgment of what is heard", () => {
    for (const [title, machine, found, hearing] of cases) {
        it(`judges a machine ${title} as ${hearing}`, () => {
            const [verdict] = judgeHeard({ machines: [expected(machine)], configSha256: [wanted] }, found);
            assert.ok(verdict);
            assert.equal(verdict.hearing, hearing);
            assert.equal(verdict.advice === "", isFine(verdict), "what is not fine has an advice");
        });
    }

    it("adds up the instances of a scale set", () => {
        const found = [
            heard({ id: instance(0) }),
            heard({ id: instance(1), sysmon: { events: 5, last: "2026-11-24T11:59:30Z", eventIds: [1] } }),
        ];
        const machines = [expected({ id: machineId("vmss", scaleSet) })];
        const [verdict, ...others] = judgeHeard({ machines, configSha256: [wanted] }, found);
        assert.deepEqual([verdict?.events, verdict?.last, others.length], [12, "2026-11-24T11:59:30Z", 0]);
    });

    it("does not take a machine for another whose name starts the same", () => {
        const found = [heard({ id: `${machineId("vm-files").id.toLowerCase()}-2` })];
        const verdicts = judgeHeard({ machines: [expected()], configSha256: [wanted] }, found);
        assert.deepEqual(
            verdicts.map(({ hearing }) => hearing),
            ["silent", "unlisted"],
        );
    });

    it("names no others but those that send Sysmon's events", () => {
        const found = [heard({ id: "one" }), heard({ id: "two", sysmon: undefined })];
        assert.deepEqual(
            judgeHeard({ machines: [], configSha256: [wanted] }, found).map(({ id }) => id),
            ["one"],
        );
    });
});
