import assert from "node:assert/strict";
import type { PlanObject } from "../../rehearsal/analysis";
import { presetXml } from "../../sysmon";
import { installCommand, resource, unknownText, verdicts } from "./judged";

const commandToExecute = installCommand(presetXml("injection"));
const signed = "https://sttest.blob.core.windows.net/sysmon/sysmon.xml?sv=2024-01-01&sig=c2VjcmV0";

const virtualMachine = "azure-native:compute:VirtualMachineExtension";
const arcMachine = "azure-native:hybridcompute:MachineExtension";
const runCommand = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";
const good = { vmName: "vm-1", publisher: "Microsoft.Compute", protectedSettings: { commandToExecute } };

const judge = (inputs: PlanObject, type = virtualMachine, secretOutputs = ["protectedSettings"]): Promise<string[]> =>
    verdicts("sensor-secrets-protected", [resource(type, inputs, { secretOutputs })]);

describe("the policy that secrets of the sensor are protected", () => {
    const accepted: [string, PlanObject, string?, string[]?][] = [
        ["an extension with a protected command", good],
        ["a scale set's", good, "azure-native:compute:VirtualMachineScaleSetExtension"],
        ["an Arc machine's, which nests its settings", { properties: good }, arcMachine, ["properties"]],
        ["an extension without settings", { publisher: "Microsoft.Azure.Monitor" }, virtualMachine, []],
        [
            "plain settings that are no secret",
            { ...good, settings: { timestamp: 1, fileUris: ["https://a.example/b"] } },
        ],
        [
            "a run command with protected parameters",
            { protectedParameters: [{ name: "sas", value: signed }] },
            runCommand,
        ],
        ["a component without inputs", {}, "sysmon-azure:index:Sensor", []],
        ["a signed address that is no sensor's", { url: signed }, "azure-native:web:WebApp", []],
        ["unknown values of other resources", { scopes: [unknownText] }, "azure-native:monitor:ScheduledQueryRule", []],
    ];
    for (const [what, props, type, secretOutputs] of accepted) {
        it(`accepts ${what}`, async () => {
            assert.deepEqual(await judge(props, type, secretOutputs), []);
        });
    }

    const refused: [string, PlanObject, RegExp, string?, string[]?][] = [
        [
            "a command in plain settings",
            { ...good, settings: { commandToExecute: "x" } },
            /^! settings\.commandToExecute can be read/,
        ],
        [
            "a signed address in plain settings",
            { ...good, settings: { fileUris: [signed] } },
            /^! settings\.fileUris\[0\] holds a shared access signature/,
        ],
        [
            "an account key in plain settings",
            { ...good, settings: { connection: "AccountName=a;AccountKey=b" } },
            /^! settings\.connection holds an account key/,
        ],
        [
            "the extension's own setting for the key",
            { ...good, settings: { storageAccountKey: "b" } },
            /^! settings\.storageAccountKey holds an account key/,
        ],
        [
            "protected settings that the state would show",
            good,
            /^! protectedSettings would stand in the state/,
            virtualMachine,
            [],
        ],
        [
            "the same on an Arc machine",
            { properties: good },
            /additionalSecretOutputs lacks "properties"/,
            arcMachine,
            ["protectedSettings"],
        ],
        [
            "a plain command on an Arc machine",
            { properties: { settings: { commandToExecute: "x" } } },
            /^! settings\.commandToExecute/,
            arcMachine,
        ],
        [
            "a signed script of a run command",
            { source: { scriptUri: signed } },
            /^! source\.scriptUri holds a shared access/,
            runCommand,
        ],
        [
            "a signed address among plain parameters",
            { parameters: [{ name: "from", value: signed }] },
            /^! parameters\[0\]\.value holds/,
            runCommand,
        ],
        [
            "a component that hands its command to super()",
            { command: commandToExecute },
            /^! command holds the sensor's command in the clear/,
            "sysmon-azure:index:Sensor",
        ],
        [
            "a command in any other resource",
            { tags: { run: commandToExecute } },
            /^! tags\.run holds the sensor's command/,
            "azure-native:resources:ResourceGroup",
        ],
    ];
    for (const [what, props, expected, type, secretOutputs] of refused) {
        it(`refuses ${what}`, async () => {
            const violations = await judge(props, type, secretOutputs);
            assert.equal(violations.length, 1, violations.join("\n"));
            assert.match(violations.join(), expected);
        });
    }

    it("repeats no secret in what it says", async () => {
        const violations = await judge({ ...good, settings: { commandToExecute: "hush", fileUris: [signed] } });
        assert.equal(violations.length, 2);
        assert.ok(!violations.join().includes("hush") && !violations.join().includes("c2VjcmV0"));
    });

    it("says where plain settings are not known yet", async () => {
        const said = await judge({ ...good, settings: { fileUris: [unknownText] } });
        assert.match(said.join("\n"), /^\? Whether settings\.fileUris\[0\] holds a credential/);
    });
});
