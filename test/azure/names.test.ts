import assert from "node:assert/strict";
import fc from "fast-check";
import { nameProblem, stackNames, type NamedKind, type StackIdentity } from "../../azure";

const subscriptionId = "00000000-0000-4000-8000-000000000000";
const dev: StackIdentity = { workload: "sysmon", environment: "dev", location: "westeurope", subscriptionId };

function allNames(stack: StackIdentity, key: string): [NamedKind, string][] {
    const names = stackNames(stack);
    return [
        ["resourceGroup", names.resourceGroup],
        ["workspace", names.workspace],
        ["dataCollectionRule", names.dataCollectionRule],
        ["actionGroup", names.actionGroup],
        ["storageAccount", names.storageAccount],
        ["userAssignedIdentity", names.userAssignedIdentity],
        ["alertRule", names.alertRule(key)],
    ];
}

describe("names of a stack's resources", () => {
    it("say type, workload, environment and region", () => {
        const names = Object.fromEntries(allNames(dev, "lsass-memory-read"));
        const { storageAccount, ...rest } = names;
        assert.deepEqual(rest, {
            resourceGroup: "rg-sysmon-dev-we",
            workspace: "log-sysmon-dev-we",
            dataCollectionRule: "dcr-sysmon-dev-we",
            actionGroup: "ag-sysmon-dev-we",
            userAssignedIdentity: "id-sysmon-dev-we",
            alertRule: "sysmon-dev-lsass-memory-read",
        });
        assert.match(storageAccount ?? "", /^stsysmondev[0-9a-f]{8}$/);
    });

    it("are the same for any spelling of the region and the subscription", () => {
        assert.deepEqual(allNames({ ...dev, location: "West Europe" }, "x"), allNames(dev, "x"));
        const upper = { ...dev, subscriptionId: "ABCDEF00-0000-4000-8000-000000000000" };
        const lower = { ...dev, subscriptionId: upper.subscriptionId.toLowerCase() };
        assert.equal(stackNames(upper).storageAccount, stackNames(lower).storageAccount);
    });

    it("differ by subscription where Azure asks for it", () => {
        const other = { ...dev, subscriptionId: "11111111-0000-4000-8000-000000000000" };
        assert.notEqual(stackNames(dev).storageAccount, stackNames(other).storageAccount);
        assert.equal(stackNames(dev).workspace, stackNames(other).workspace);
    });

    it("are accepted by Azure, whatever the stack is called", () => {
        const word = fc.string({ maxLength: 80, unit: "grapheme" });
        fc.assert(
            fc.property(word, word, word, word, (workload, environment, location, key) => {
                for (const [kind, name] of allNames({ workload, environment, location, subscriptionId }, key)) {
                    assert.equal(nameProblem(kind, name), undefined, `${kind} ${name}`);
                }
            }),
        );
    });

    it("differ for stacks that differ, also where they were cut or cleaned", () => {
        const long = "a".repeat(70);
        const stacks = [
            dev,
            { ...dev, environment: "dev!" },
            { ...dev, environment: "Dev" },
            { ...dev, workload: long },
        ];
        for (const position of [0, 1, 2, 3, 4, 5]) {
            const names = [...stacks, { ...dev, workload: `${long}b` }].map(
                (stack) => allNames(stack, "x")[position]?.[1],
            );
            assert.equal(new Set(names).size, names.length, names.join());
        }
    });
});

describe("a name", () => {
    const cases: [NamedKind, string, boolean][] = [
        ["workspace", "log1", true],
        ["workspace", "log", false],
        ["workspace", "log-", false],
        ["workspace", "a".repeat(63), true],
        ["workspace", "a".repeat(64), false],
        ["workspace", "log_1", false],
        ["storageAccount", "st1", true],
        ["storageAccount", "ST1", false],
        ["storageAccount", "a".repeat(25), false],
        ["blobContainer", "a-b", true],
        ["blobContainer", "a--b", false],
        ["blobContainer", "-ab", false],
        ["resourceGroup", "rg.(x)_é", true],
        ["resourceGroup", "rg.", false],
        ["userAssignedIdentity", "id_x", true],
        ["userAssignedIdentity", "_id", false],
        ["alertRule", "Sysmon: x", false],
        ["alertRule", "Sysmon (x)", true],
        ["alertRule", "x ", false],
        ["alertRule", "a".repeat(261), false],
        ["actionGroup", "soc", true],
        ["actionGroup", "a/b", false],
        ["actionGroup", "a\tb", false],
        ["dataCollectionRule", "dcr_x.y", true],
        ["dataCollectionRule", "dcr x", false],
    ];
    for (const [kind, name, accepted] of cases) {
        it(`of a ${kind} ${accepted ? "may" : "may not"} be ${JSON.stringify(name.slice(0, 30))} (${name.length})`, () => {
            const problem = nameProblem(kind, name);
            assert.equal(problem === undefined, accepted);
            if (!accepted) assert.match(problem ?? "", /accepted are \d+ to \d+ characters: /);
        });
    }
});
