import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ActionGroup, type ActionGroupArgs } from "../../components/actionGroup";
import { problemsOf } from "../support/argumentErrors";
import { build, type RegisteredResource } from "../support/mocks";

const args: ActionGroupArgs = {
    resourceGroupName: "rg-test",
    emailReceivers: [{ name: "soc", address: "soc@example.com" }],
};
const planned = async (change: Partial<ActionGroupArgs>): Promise<RegisteredResource> =>
    (await build(() => new ActionGroup("told", { ...args, ...change }))).resource("told", "monitor:ActionGroup");
const address = "https://hooks.example.com/?token=abc";

describe("ActionGroup", () => {
    it("tells receivers in the common schema", async () => {
        assert.deepEqual((await planned({})).inputs, {
            resourceGroupName: "rg-test",
            actionGroupName: "ag-told",
            groupShortName: "sysmon",
            location: "Global",
            enabled: true,
            emailReceivers: [{ name: "soc", emailAddress: "soc@example.com", useCommonAlertSchema: true }],
        });
    });

    const secrets: readonly [string, Partial<ActionGroupArgs>][] = [
        ["webhookReceivers[0].serviceUri", { webhookReceivers: [{ name: "chat", uri: address }] }],
        [
            "logicAppReceivers[0].callbackUrl",
            { logicAppReceivers: [{ name: "flow", resourceId: "/flow", callbackUrl: address }] },
        ],
        [
            "azureFunctionReceivers[0].httpTriggerUrl",
            {
                functionReceivers: [
                    { name: "f", functionAppResourceId: "/app", functionName: "isolate", httpTriggerUrl: address },
                ],
            },
        ],
        [
            "automationRunbookReceivers[0].serviceUri",
            {
                runbookReceivers: [
                    {
                        name: "r",
                        automationAccountId: "/aa",
                        runbookName: "r",
                        webhookResourceId: "/w",
                        serviceUri: address,
                    },
                ],
            },
        ],
    ];
    for (const [path, change] of secrets) {
        it(`keeps ${path} secret, whatever the state is asked`, async () => {
            const { secretInputs, additionalSecretOutputs } = await planned(change);
            assert.deepEqual(secretInputs, [path]);
            assert.ok(additionalSecretOutputs.includes(path.replace(/\[.*/, "")));
        });
    }

    it("takes an address that is not known yet", async () => {
        const { secretInputs } = await planned({ webhookReceivers: [{ name: "chat", uri: pulumi.output("") }] });
        assert.deepEqual(secretInputs, ["webhookReceivers[0].serviceUri"]);
    });

    describe("refuses", () => {
        const hooks = (count: number) =>
            Array.from({ length: count }, (_, index) => ({ name: `r${index}`, uri: address }));
        const phone = { name: "phone", countryCode: "49", phoneNumber: "1701234567" };
        const cases: readonly [string, Partial<ActionGroupArgs>, RegExp][] = [
            ["nobody", { emailReceivers: [] }, /^emailReceivers: is missing, so alerts would reach nobody/],
            ["a long short name", { shortName: "thirteen-long" }, /^shortName: .*1 to 12/],
            ["a name Azure refuses", { actionGroupName: "a/b" }, /^actionGroupName: /],
            [
                "an address that is none",
                { emailReceivers: [{ name: "soc", address: "soc" }] },
                /^emailReceivers\[0\].address: "soc" is no mail address/,
            ],
            [
                "a web hook without encryption, whose address is not repeated",
                { webhookReceivers: [{ name: "chat", uri: "http://example.com/?token=abc" }] },
                /^webhookReceivers\[0\].uri: is no address; accepted are https:\/\/…$/,
            ],
            [
                "two receivers of one name, whatever their kind",
                { smsReceivers: [{ ...phone, name: "SOC" }] },
                /^smsReceivers\[0\].name: "SOC" is another receiver's name too/,
            ],
            [
                "a receiver without a name",
                { smsReceivers: [{ ...phone, name: "" }] },
                /^smsReceivers\[0\].name: is empty/,
            ],
            ["11 web hooks", { webhookReceivers: hooks(11) }, /^webhookReceivers: has 11 receivers/],
            [
                "1,001 mailboxes",
                { emailReceivers: hooks(1_001).map(({ name }) => ({ name, address: "a@example.com" })) },
                /^emailReceivers: has 1001 receivers/,
            ],
            [
                "a country code with a plus",
                { voiceReceivers: [{ ...phone, countryCode: "+49" }] },
                /^voiceReceivers\[0\].countryCode: "\+49" is refused/,
            ],
            [
                "a number with blanks",
                { smsReceivers: [{ ...phone, phoneNumber: "170 123" }] },
                /^smsReceivers\[0\].phoneNumber: "170 123" is refused/,
            ],
            [
                "a role by name",
                { roleReceivers: [{ name: "owners", roleId: "Owner" }] },
                /^roleReceivers\[0\].roleId: "Owner" is no GUID/,
            ],
        ];
        for (const [what, change, expected] of cases) {
            it(what, async () => {
                const problems = await problemsOf(() => new ActionGroup("told", { ...args, ...change }));
                assert.equal(problems.length, 1, problems.join("\n"));
                assert.match(problems.join(), expected);
            });
        }
    });
});
