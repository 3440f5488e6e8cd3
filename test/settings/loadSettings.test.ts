import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { loadSettings, settingsError } from "../../settings";
import { validSettings } from "./validSettings";

/** Hands a program its configuration as Pulumi does: texts as they are, everything else as JSON. */
function configure(settings: Record<string, unknown>, secretKeys: string[] = []): void {
    const config: Record<string, string> = { "azure-native:location": "westeurope" };
    for (const [key, value] of Object.entries(settings)) {
        config[`sysmon-azure:${key}`] = typeof value === "string" ? value : JSON.stringify(value);
    }
    pulumi.runtime.setAllConfig(config, secretKeys);
}

function errorOf(run: () => unknown): Error {
    try {
        run();
    } catch (error) {
        if (error instanceof Error) return error;
    }
    return assert.fail("it passed");
}

describe("settings of the stack that Pulumi runs", () => {
    let folder: string;

    before(async () => {
        await pulumi.runtime.setMocks(
            { newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }), call: () => ({}) },
            "sysmon-azure",
            "dev",
        );
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "settings-"));
        fs.writeFileSync(path.join(folder, "sysmon.xml"), "<Sysmon/>");
        fs.writeFileSync(path.join(folder, "Sysmon.zip"), "");
        fs.mkdirSync(path.join(folder, "rules"));
        fs.mkdirSync(path.join(folder, "folder.zip"));
    });

    after(() => {
        pulumi.runtime.setAllConfig({});
        fs.rmSync(folder, { recursive: true });
    });

    it("are read from Pulumi's configuration", () => {
        configure(validSettings({ protect: true, artifacts: "own", location: "West Europe" }));
        const { environment, location, protect, artifacts, sensor } = loadSettings(folder);
        assert.deepEqual(
            { environment, location, protect, artifacts, config: sensor.config },
            {
                environment: "dev",
                location: "westeurope",
                protect: true,
                artifacts: { kind: "own" },
                config: { kind: "preset", name: "balanced" },
            },
        );
    });

    it("hold addresses of webhooks as secrets, and nothing else, however they were stored", async () => {
        const alerts = {
            emails: [{ name: "soc", address: "soc@example.com" }],
            webhooks: [{ name: "h", uri: "https://h.example.com/x" }],
        };
        for (const secretKeys of [[], ["sysmon-azure:alerts"]]) {
            configure(validSettings({ alerts }), secretKeys);
            const { emails, webhooks } = loadSettings(folder).alerts.receivers;
            assert.deepEqual(emails, alerts.emails);
            const [webhook] = webhooks;
            assert.ok(webhook !== undefined && pulumi.Output.isInstance(webhook.uri));
            assert.equal(await pulumi.isSecret(webhook.uri), true);
            const uri = await new Promise<string>((resolve) => webhook.uri.apply(resolve));
            assert.equal(uri, "https://h.example.com/x");
        }
    });

    it("stop the program with one error of a line for each problem", () => {
        configure(validSettings({ environment: "Dev", protect: "perhaps", machnes: [] }));
        const error = errorOf(() => loadSettings(folder));
        assert.ok(pulumi.RunError.isInstance(error));
        const [heading, ...lines] = error.message.split("\n");
        assert.equal(heading, "3 problems in the settings of this stack:");
        assert.deepEqual(
            lines.map((line) => line.replace(/^ +(Pulumi\.dev\.yaml {2}\S+): .* \[(ST\d+)\]$/, "$1 $2")),
            [
                "Pulumi.dev.yaml  sysmon-azure:environment ST105",
                "Pulumi.dev.yaml  sysmon-azure:protect ST103",
                "Pulumi.dev.yaml  sysmon-azure:machnes ST101",
            ],
        );
    });

    it("name what is missing where nothing is set", () => {
        pulumi.runtime.setAllConfig({});
        assert.match(errorOf(() => loadSettings(folder)).message, /^5 problems.*\n.*environment: found nothing/);
    });

    it("may name files and folders that are there", () => {
        const sensor = { acceptEula: true, config: "sysmon.xml", source: { file: "Sysmon.zip" } };
        configure(validSettings({ sensor, detections: { folders: ["rules"] } }));
        assert.deepEqual(loadSettings(folder).sensor.source, { kind: "file", path: "Sysmon.zip" });
    });

    it("name every file and folder that is not there", () => {
        const sensor = { acceptEula: true, config: "gone.xml", source: { file: "folder.zip" } };
        configure(validSettings({ sensor, detections: { folders: ["rules", "sysmon.xml"] } }));
        const lines = errorOf(() => loadSettings(folder))
            .message.split("\n")
            .slice(1);
        assert.deepEqual(
            lines.map((line) => line.replace(/^.*sysmon-azure:(\S+): found (.*); accepted.*\[(ST\d+)\]$/, "$1 $3 $2")),
            [
                'sensor.config ST301 "gone.xml", which is not there',
                'sensor.source.file ST301 "folder.zip", which is no file',
                'detections.folders[1] ST301 "sysmon.xml", which is no folder',
                `${path.join(folder, "rules")}: DT002 no detection here: each is a folder with a detection.yaml and a query.kql`,
            ],
        );
    });

    it("name every file that is to be merged and is not there", () => {
        configure(validSettings({ sensor: { acceptEula: true, config: ["injection", "sysmon.xml", "gone.xml"] } }));
        const { message } = errorOf(() => loadSettings(folder));
        assert.match(message, /^1 problem .*\n.*sysmon-azure:sensor\.config\[2\]: found "gone\.xml"/);
    });

    it("start paths from the working directory, which Pulumi sets to the folder of Pulumi.yaml", () => {
        configure(validSettings({ sensor: { acceptEula: true, config: "no-such-file.xml" } }));
        assert.ok(errorOf(() => loadSettings()).message.includes(process.cwd()));
    });

    it("make an error that prints without a stack", () => {
        assert.ok(pulumi.RunError.isInstance(settingsError([])));
    });
});
