import assert from "node:assert/strict";
import { loadCatalog } from "../../detections";
import type { JudgedResource } from "../../policies/policy";
import { presetXml } from "../../sysmon";
import { inlineScript } from "../../sysmon/installer";
import { configBlob, detectionRule, findings, resource, unknownText, verdicts } from "./judged";

const deaf = `<Sysmon schemaversion="4.90"><EventFiltering><ProcessAccess onmatch="include"/></EventFiltering></Sysmon>`;

const runCommand = (configXml: string): JudgedResource =>
    resource("azure-native:compute:VirtualMachineRunCommandByVirtualMachine", {
        resourceGroupName: "rg",
        vmName: "vm-kiosk",
        source: {
            script: inlineScript({
                configXml,
                source: { kind: "microsoft" },
                install: { acceptEula: true, ensure: "present", builtIn: "never" },
            }),
        },
    });

const attacks = ["verclsid-shellcode-injection", "svchost-thread-kill", "svchost-mass-access", "sysmon-process-access"];

describe("the policy that the Sysmon configuration feeds the detections", () => {
    const judge = (...resources: JudgedResource[]): Promise<string[]> =>
        verdicts("sysmon-config-feeds-detections", resources);
    const rulesOf = (names: readonly string[]): JudgedResource[] => names.map((name) => detectionRule(name));

    for (const preset of ["injection", "injection-context"] as const) {
        it(`accepts the configuration ${preset} for the attacks that it is made for`, async () => {
            assert.deepEqual(await judge(configBlob(presetXml(preset)), ...rulesOf(attacks)), []);
        });
    }

    it("names each detection that a configuration starves, and the recording that shows it", async () => {
        const said = await judge(configBlob(deaf), ...rulesOf(["verclsid-shellcode-injection", "svchost-thread-kill"]));
        assert.equal(said.length, 2);
        assert.match(
            said[0] ?? "",
            /^! .*of machines to come logs nothing that verclsid-shellcode-injection could ring on.*hancitor-verclsid/,
        );
        assert.match(said[1] ?? "", /svchost-thread-kill.*invoke-phant0m/);
    });

    it("names every detection that lives on ProcessAccess alone, once nothing of it is logged", async () => {
        const alone = loadCatalog()
            .detections.filter(({ data }) => data.events.length === 1 && data.events[0] === 10)
            .map(({ name }) => name);
        const found = await findings("sysmon-config-feeds-detections", [configBlob(deaf), ...rulesOf(alone)]);
        assert.ok(alone.length > 5);
        assert.deepEqual(
            found.map(({ kind, about }) => [kind, about]),
            alone.map((name) => ["violation", name]),
        );
    });

    it("refuses the filters published in 2017, which log no injection at all", async () => {
        const said = await judge(configBlob(presetXml("published-2017")), ...rulesOf(attacks));
        assert.equal(said.length, attacks.length);
    });

    it("is not appeased by everyday events of the same kind", async () => {
        const lsass = deaf.replace("/>", `><TargetImage condition="end with">lsass.exe</TargetImage></ProcessAccess>`);
        assert.equal((await judge(configBlob(lsass), ...rulesOf(["verclsid-shellcode-injection"]))).length, 1);
    });

    it("judges what a machine gets by run command as well", async () => {
        const said = await judge(
            configBlob(presetXml("injection")),
            runCommand(deaf),
            ...rulesOf(["svchost-thread-kill"]),
        );
        assert.equal(said.length, 1);
        assert.match(said.join(), /of rg\/vm-kiosk logs nothing/);
    });

    it("asks nothing for a detection that is switched off", async () => {
        assert.deepEqual(await judge(configBlob(deaf), detectionRule("svchost-thread-kill", { enabled: false })), []);
    });

    it("says where a stack carries no configuration", async () => {
        assert.match((await judge(...rulesOf(attacks))).join(), /^\? The stack carries no Sysmon configuration/);
    });

    it("says where the planned configuration is not the one that a command pins", async () => {
        const extension = resource("azure-native:compute:VirtualMachineExtension", {
            resourceGroupName: "rg",
            vmName: "vm-1",
            protectedSettings: { commandToExecute: unknownText },
        });
        assert.match((await judge(extension, ...rulesOf(attacks))).join(), /^\? The stack carries no Sysmon/);
    });

    it("says where no recording proves a detection", async () => {
        const said = await judge(configBlob(presetXml("injection")), ...rulesOf(["somebody-elses"]));
        assert.match(said.join(), /^\? .*feeds somebody-elses is unknown: the package has no recording/);
    });

    it("has nothing to say of a stack without detections", async () => {
        assert.deepEqual(await judge(), []);
    });
});

describe("the policy that the Sysmon configuration is accepted", () => {
    const judge = (configXml: string): Promise<string[]> =>
        verdicts("sysmon-config-is-accepted", [configBlob(configXml)]);

    it("accepts what the package ships", async () => {
        assert.deepEqual(await judge(presetXml("balanced")), []);
    });

    it("refuses a configuration that the sensor rejects, with line and code", async () => {
        assert.match(
            (await judge("<Sysmon")).join(),
            /^! The Sysmon configuration of machines to come, line \d+.*SM\d+/,
        );
    });
});
