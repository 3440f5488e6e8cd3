import assert from "node:assert/strict";
import fc from "fast-check";
import { formatResourceId, parseIdOf, parseMachineId, parseResourceId, type ResourceId } from "../../azure";

const subscriptionId = "0a0b0c0d-0000-4000-8000-000000000000";
const providers = `/subscriptions/${subscriptionId}/resourceGroups/rg-Web/providers`;

function reasonOf(parsed: { kind: "parsed" } | { kind: "rejected"; reason: string }): string {
    assert.equal(parsed.kind, "rejected");
    return parsed.kind === "rejected" ? parsed.reason : "";
}

describe("resource ids", () => {
    it("are taken apart, nested types too", () => {
        assert.deepEqual(parseResourceId(`${providers}/Microsoft.Storage/storageAccounts/st/blobServices/default`), {
            kind: "parsed",
            value: {
                subscriptionId,
                resourceGroupName: "rg-Web",
                type: "Microsoft.Storage/storageAccounts/blobServices",
                names: ["st", "default"],
            },
        });
    });

    it("are put together as they were taken apart", () => {
        const part = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,20}$/).filter((text) => !/^providers$/i.test(text));
        const pairs = fc.array(fc.tuple(part, part), { minLength: 1, maxLength: 3 });
        fc.assert(
            fc.property(part, part, pairs, (group, namespace, [first, ...nested]) => {
                fc.pre(first !== undefined);
                const id: ResourceId = {
                    subscriptionId,
                    resourceGroupName: group,
                    type: [namespace, first[0], ...nested.map(([type]) => type)].join("/"),
                    names: [first[1], ...nested.map(([, name]) => name)],
                };
                assert.deepEqual(parseResourceId(formatResourceId(id)), { kind: "parsed", value: id });
            }),
        );
    });

    it("never break the reader, whatever the text", () => {
        fc.assert(
            fc.property(
                fc.oneof(
                    fc.string(),
                    fc.webPath(),
                    fc.string().map((text) => providers + text),
                ),
                (text) => {
                    const parsed = parseResourceId(text);
                    if (parsed.kind === "rejected") assert.match(parsed.reason, /a resource id has the form/);
                },
            ),
        );
    });

    const refused: [string, RegExp][] = [
        ["web-01", /does not start with a slash/],
        ["https://portal.azure.com/#@x/resource/subscriptions/x", /does not start with a slash/],
        ["/resourceGroups/rg", /names no subscription/],
        ["/subscriptions/dev/resourceGroups/rg/providers/A.B/c/d", /has "dev" as subscription, which is no GUID/],
        [`/subscriptions/${subscriptionId}`, /names no resource group/],
        [`/subscriptions/${subscriptionId}/resourceGroups/rg`, /names no resource provider/],
        [`${providers}/Microsoft.Compute`, /names no resource;/],
        [`${providers}/Microsoft.Compute/virtualMachines`, /names no resource;/],
        [`${providers}/Microsoft.Compute/virtualMachines/`, /has an empty part/],
        [`${providers}/Microsoft.Compute/virtualMachines/web /x/y`, /has an empty part or a space/],
        [`${providers}/A.B/c/d/providers/E.F/g/h`, /names an extension of a resource/],
        [`/subscriptions/${"x".repeat(10_000)}`, /…/],
    ];
    for (const [text, reason] of refused) {
        it(`are refused with the reason: ${reason.source}`, () => {
            const given = reasonOf(parseResourceId(text));
            assert.match(given, reason);
            assert.ok(given.length < 800);
        });
    }
});

describe("ids of machines", () => {
    for (const [kind, type] of [
        ["virtualMachine", "Microsoft.Compute/virtualMachines"],
        ["scaleSet", "Microsoft.Compute/virtualMachineScaleSets"],
        ["arcMachine", "Microsoft.HybridCompute/machines"],
    ]) {
        it(`of type ${type} name a ${kind}, in any case of the keywords`, () => {
            const expected = {
                kind: "parsed",
                value: {
                    kind,
                    id: `${providers}/${type}/Web-01`,
                    subscriptionId,
                    resourceGroupName: "rg-Web",
                    name: "Web-01",
                },
            };
            assert.deepEqual(parseMachineId(`${providers}/${type}/Web-01`), expected);
            const odd = `${providers}/${type?.toUpperCase()}/Web-01`
                .replace("resourceGroups", "RESOURCEGROUPS")
                .replace(subscriptionId, subscriptionId.toUpperCase());
            assert.deepEqual(parseMachineId(odd), expected);
        });
    }

    it("say what is accepted when they are of another type", () => {
        assert.match(
            reasonOf(parseMachineId(`${providers}/Microsoft.Sql/servers/x`)),
            /is of type Microsoft.Sql\/servers. Accepted: a virtual machine \(Microsoft.Compute\/virtualMachines\/<name>\), a scale set .*, an Azure Arc machine/,
        );
    });

    it("ask for the whole when they name an instance of a scale set", () => {
        assert.match(
            reasonOf(parseMachineId(`${providers}/Microsoft.Compute/virtualMachineScaleSets/web/virtualMachines/0`)),
            /which is a part of a scale set: name the whole/,
        );
    });
});

describe("ids of one kind", () => {
    it("are read in any case and given out in Azure's", () => {
        const parsed = parseIdOf("actionGroup", `${providers}/microsoft.insights/actiongroups/soc`);
        assert.equal(parsed.kind === "parsed" && parsed.value.id, `${providers}/Microsoft.Insights/actionGroups/soc`);
    });

    it("refuse others", () => {
        assert.match(
            reasonOf(parseIdOf("workspace", `${providers}/Microsoft.Insights/actionGroups/soc`)),
            /Accepted: a Log Analytics workspace/,
        );
    });
});
