import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { StackValidationPolicy } from "@pulumi/policy";
import { sysmonConfigCanBeJudged, sysmonConfigFeedsDetections } from "../../policies/sysmonConfig";
import { presetXml } from "../../sysmon";
import { inlineScript } from "../../sysmon/installer";
import { policyResource, unknownText, type JudgedResource } from "./violations";

const deaf = `<Sysmon schemaversion="4.90"><EventFiltering><ProcessAccess onmatch="include"/></EventFiltering></Sysmon>`;

const blob = (configXml: string): JudgedResource => ({
    type: "azure-native:storage:Blob",
    props: { blobName: "ab/sysmon.xml", source: new pulumi.asset.StringAsset(configXml) },
});
const runCommand = (configXml: string): JudgedResource => ({
    type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
    props: {
        resourceGroupName: "rg",
        vmName: "vm-kiosk",
        source: {
            script: inlineScript({
                configXml,
                source: { kind: "microsoft" },
                install: { acceptEula: true, ensure: "present", builtIn: "never" },
            }),
        },
    },
});
const rule = (detection: string, enabled = true): JudgedResource => ({
    type: "azure-native:monitor:ScheduledQueryRule",
    props: { enabled, scopes: [unknownText], actions: { customProperties: { detection } } },
});

async function messagesOf(policy: StackValidationPolicy, resources: JudgedResource[]): Promise<string[]> {
    const messages: string[] = [];
    await policy.validateStack(
        {
            resources: resources.map(policyResource),
            stackTags: new Map<string, string>(),
            notApplicable: () => {
                throw new Error("not applicable");
            },
            getConfig: <T extends object>() => Object.create(null) as T,
        },
        (message) => messages.push(message),
    );
    return messages;
}

const attacks = ["verclsid-shellcode-injection", "svchost-thread-kill", "svchost-mass-access", "sysmon-process-access"];

describe("the policy that the Sysmon configuration feeds the detections", () => {
    const judge = (...resources: JudgedResource[]): Promise<string[]> =>
        messagesOf(sysmonConfigFeedsDetections, resources);

    for (const preset of ["injection", "injection-context"] as const) {
        it(`accepts the configuration ${preset} for every detection of the package`, async () => {
            assert.deepEqual(await judge(blob(presetXml(preset)), ...attacks.map((name) => rule(name))), []);
        });
    }

    it("names each detection that a configuration starves, and the recording that shows it", async () => {
        const messages = await judge(blob(deaf), rule("verclsid-shellcode-injection"), rule("svchost-thread-kill"));
        assert.equal(messages.length, 2);
        assert.match(
            messages[0] ?? "",
            /of machines to come logs nothing that verclsid-shellcode-injection could ring on.*hancitor-verclsid/,
        );
        assert.match(messages[1] ?? "", /svchost-thread-kill.*invoke-phant0m/);
    });

    it("refuses the filters published in 2017, which log no injection at all", async () => {
        const messages = await judge(blob(presetXml("published-2017")), ...attacks.map((name) => rule(name)));
        assert.equal(messages.length, attacks.length);
    });

    it("is not appeased by everyday events of the same kind", async () => {
        const lsass = deaf.replace("/>", `><TargetImage condition="end with">lsass.exe</TargetImage></ProcessAccess>`);
        assert.equal((await judge(blob(lsass), rule("verclsid-shellcode-injection"))).length, 1);
    });

    it("judges what a machine gets by run command as well", async () => {
        const messages = await judge(blob(presetXml("injection")), runCommand(deaf), rule("svchost-thread-kill"));
        assert.equal(messages.length, 1);
        assert.match(messages.join(), /of rg\/vm-kiosk logs nothing/);
    });

    it("refuses a configuration that the sensor rejects", async () => {
        const messages = await judge(blob("<Sysmon"), rule("svchost-thread-kill"));
        assert.match(messages.join(), /would be rejected by the sensor/);
    });

    it("asks nothing for a detection that is switched off", async () => {
        assert.deepEqual(await judge(blob(deaf), rule("svchost-thread-kill", false)), []);
    });
});

describe("the policy that the Sysmon configuration can be judged", () => {
    const judge = (...resources: JudgedResource[]): Promise<string[]> => messagesOf(sysmonConfigCanBeJudged, resources);

    it("accepts a stack with its configuration and the package's detections", async () => {
        assert.deepEqual(await judge(blob(presetXml("injection")), ...attacks.map((name) => rule(name))), []);
    });

    it("says where a stack carries no configuration", async () => {
        assert.match((await judge(rule("svchost-thread-kill"))).join(), /carries no Sysmon configuration/);
    });

    it("says where no recording proves a detection", async () => {
        const messages = await judge(blob(presetXml("injection")), rule("somebody-elses"));
        assert.match(messages.join(), /feeds somebody-elses is unknown: the package has no recording/);
    });

    it("has nothing to say of a stack without detections", async () => {
        assert.deepEqual(await judge(), []);
    });
});
