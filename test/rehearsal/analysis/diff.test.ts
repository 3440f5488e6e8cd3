import assert from "node:assert/strict";
import type { Life } from "../../../rehearsal/analysis/coverage";
import { diffDetection, type DetectionDiff } from "../../../rehearsal/analysis/diff";
import type { DetectionState, EventReach } from "../../../rehearsal/analysis/diffState";
import type { PlannedRule } from "../../../rehearsal/plan/rules";
import { commentMarker, diffMarkdown, diffReport } from "../../../rehearsal/report/diffReport";

const rule = (detection: string, change: Partial<PlannedRule> = {}): PlannedRule => ({
    kind: "scheduled-query",
    detection,
    rule: `sysmon-${detection}`,
    severity: "High",
    techniques: ["T1055"],
    query: "Event",
    frequencyMs: 300_000,
    windowMs: 1_800_000,
    threshold: 0,
    groupBy: [],
    entities: [],
    failingPeriods: { toAlert: 1, of: 1 },
    ...change,
});

interface Machine {
    readonly events?: Readonly<Record<number, EventReach>>;
    readonly lives?: Readonly<Record<string, Life>>;
}

const state = (machines: Readonly<Record<string, Machine>>, more: Partial<DetectionState> = {}): DetectionState => ({
    machines: new Map(
        Object.entries(machines).map(([name, { events = {}, lives = {} }]) => [
            name,
            {
                events: new Map(Object.entries(events).map(([id, reach]) => [Number(id), reach])),
                detections: new Map(Object.entries(lives)),
            },
        ]),
    ),
    rules: [rule("injection")],
    volume: null,
    policies: [],
    ...more,
});
const lostIn = ({ losses }: DetectionDiff): string[] => losses.map(({ about }) => about);

describe("what a change means for detection", () => {
    it("is nothing between equal plans", () => {
        const same = state({ "rg/a": { events: { 10: "collected" }, lives: { injection: "alive" } } });
        const diff = diffDetection(same, same);
        assert.deepEqual(diff.losses, []);
        assert.equal(diffReport(diff), "Nothing changes for detection.");
    });

    it("tells of machines that nothing watches any more, and of new ones", () => {
        const diff = diffDetection(state({ "rg/a": {}, "rg/b": {} }), state({ "rg/b": {}, "rg/c": {} }));
        assert.deepEqual(diff.machines, { gained: ["rg/c"], lost: ["rg/a"] });
        assert.deepEqual(lostIn(diff), ["rg/a"]);
    });

    it("tells of events that get less far, once for all machines where they do", () => {
        const diff = diffDetection(
            state({ "rg/a": { events: { 8: "logged", 10: "collected" } }, "rg/b": { events: { 10: "collected" } } }),
            state({ "rg/a": { events: { 8: "collected", 10: "unlogged" } }, "rg/b": { events: { 10: "unlogged" } } }),
        );
        assert.deepEqual(diff.events, [
            { id: 8, before: "logged", after: "collected", machines: ["rg/a"] },
            { id: 10, before: "collected", after: "unlogged", machines: ["rg/a", "rg/b"] },
        ]);
        assert.deepEqual(
            diff.losses.map(({ message }) => message),
            ["Event 10 is no longer logged on rg/a and 1 more."],
        );
    });

    const lives: [string, Life | undefined, Life | undefined, boolean][] = [
        ["goes dark", "alive", "dead", true],
        ["was never proven and goes dark", "unproven", "dead", true],
        ["is gone", "alive", undefined, true],
        ["was dead already, and is gone", "dead", undefined, false],
        ["rings again", "dead", "alive", false],
        ["is new", undefined, "alive", false],
        ["loses its proof", "alive", "unproven", false],
    ];
    for (const [what, before, after, isLoss] of lives) {
        it(`${isLoss ? "loses" : "does not lose"} a detection that ${what}`, () => {
            const machine = (life: Life | undefined): DetectionState =>
                state({ "rg/a": { lives: life === undefined ? {} : { injection: life } } });
            const diff = diffDetection(machine(before), machine(after));
            assert.deepEqual(
                diff.detections.map((change) => [change.before, change.after]),
                [[before ?? "absent", after ?? "absent"]],
            );
            assert.deepEqual(lostIn(diff), isLoss ? ["injection"] : []);
        });
    }

    it("tells which techniques no rule sees any more", () => {
        const rules = [rule("injection"), rule("theft", { techniques: ["T1003", "T1055"] })];
        const diff = diffDetection(
            state({ "rg/a": { lives: { injection: "alive", theft: "alive" } } }, { rules }),
            state({ "rg/a": { lives: { injection: "alive", theft: "dead" } } }, { rules }),
        );
        assert.deepEqual(diff.techniques, { gained: [], lost: ["T1003"] });
    });

    it("tells what is different in a rule", () => {
        const changed = rule("injection", {
            severity: "Low",
            threshold: 5,
            query: "Event | take 1",
            muteMs: 3_600_000,
        });
        const diff = diffDetection(state({}), state({}, { rules: [changed, rule("new")] }));
        assert.deepEqual(diff.rules, [
            {
                detection: "injection",
                changes: ["its query", "severity High → Low", "threshold 0 → 5", "silence after an alert none → PT1H"],
            },
        ]);
    });

    it("tells what policies say only now, and no more", () => {
        const line = (policy: string): DetectionState["policies"][number] => ({
            policy,
            message: "M.",
            mandatory: true,
        });
        const diff = diffDetection(
            state({}, { policies: [line("a"), line("b")] }),
            state({}, { policies: [line("b"), line("c")] }),
        );
        assert.deepEqual(diff.policies, { broken: [line("c")], mended: [line("a")] });
    });

    it("takes a recorded reason for a loss", () => {
        const diff = diffDetection(state({ "rg/a": {} }), state({}), { "rg/a": "It was scrapped." });
        assert.deepEqual(diff.losses, [
            { about: "rg/a", message: "Nothing watches rg/a any more.", reason: "It was scrapped." },
        ]);
    });
});

describe("the comment on a pull request", () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`rg/vm-${index}`, {}]));

    it("begins with the mark by which it is found again, and says first whether something gets lost", () => {
        const [mark, , verdict] = diffMarkdown(diffDetection(state({ "rg/a": {} }), state({})), "prod").split("\n\n");
        assert.equal(mark, commentMarker("prod"));
        assert.match(verdict ?? "", /1 thing gets lost\*\* without a recorded reason/);
    });

    it("stays short, however much is lost", () => {
        const text = diffMarkdown(diffDetection(state(many), state({})), "prod");
        assert.match(text, /- … and 385 more/);
        assert.ok(text.split("\n").length < 40);
    });

    it("tells the change of volume, and none that nobody would find on a bill", () => {
        const volume = (gbPerDay: number): Partial<DetectionState> => ({
            volume: { gbPerDay, machines: 1, rough: false, recordings: [] },
        });
        const text = (after: number): string =>
            diffMarkdown(diffDetection(state({}, volume(1)), state({}, volume(after))), "prod");
        assert.match(text(1.5), /1\.000 → 1\.500 GB a day \(\+0\.500\)/);
        assert.ok(!text(1.0001).includes("GB a day"));
    });
});
