import assert from "node:assert/strict";
import { readStackFile, secretPlaceholder, type SettingsProblem, type StackFile } from "../../settings";

const good = `config:
  azure-native:tenantId: 00000000-0000-0000-0000-000000000009
  sysmon-azure:environment: dev
  sysmon-azure:location: westeurope
  sysmon-azure:subscriptionId: 00000000-0000-0000-0000-000000000000
  sysmon-azure:protect: true
  sysmon-azure:sensor:
    acceptEula: true
  sysmon-azure:alerts:
    webhooks:
      - name: hook
        uri: https://hooks.example.com/a
`;

function fileOf(text: string): StackFile {
    const read = readStackFile(text, "Pulumi.dev.yaml");
    if ("problems" in read) assert.fail(JSON.stringify(read.problems, null, 2));
    return read.file;
}

/** Place, code and key of each problem. */
function outline(text: string): string[] {
    const read = readStackFile(text, "Pulumi.dev.yaml");
    const problems: SettingsProblem[] = "problems" in read ? read.problems : [];
    return problems.map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`);
}

describe("a stack file", () => {
    it("gives the settings", () => {
        const { settings } = fileOf(good);
        assert.equal(settings.environment, "dev");
        assert.equal(settings.protect, true);
        assert.deepEqual(settings.alerts.receivers.webhooks, [{ name: "hook", uri: "https://hooks.example.com/a" }]);
    });

    it("gives its whole configuration as Pulumi hands it to a program", () => {
        assert.deepEqual(fileOf(good).config, {
            "azure-native:tenantId": "00000000-0000-0000-0000-000000000009",
            "sysmon-azure:environment": "dev",
            "sysmon-azure:location": "westeurope",
            "sysmon-azure:subscriptionId": "00000000-0000-0000-0000-000000000000",
            "sysmon-azure:protect": "true",
            "sysmon-azure:sensor": '{"acceptEula":true}',
            "sysmon-azure:alerts": '{"webhooks":[{"name":"hook","uri":"https://hooks.example.com/a"}]}',
        });
    });

    it("may write a text without quotes though it looks like a number", () => {
        const { config, settings } = fileOf(
            good.replace("environment: dev", "environment: e007").replace("uri:", "uri:"),
        );
        assert.equal(config["sysmon-azure:environment"], "e007");
        assert.equal(settings.environment, "e007");
    });

    it("may use the long form of keys, and anchors", () => {
        const text = good
            .replace("sysmon-azure:location: westeurope", "sysmon-azure:config:location: &region westeurope")
            .concat("  sysmon-azure:tags: { region: *region }\n");
        const { settings } = fileOf(text);
        assert.equal(settings.location, "westeurope");
        assert.deepEqual(settings.tags, { region: "westeurope" });
    });

    it("is read without passphrase: a placeholder stands for an encrypted address", () => {
        const text = good.replace("uri: https://hooks.example.com/a", "uri: { secure: AAABbase64= }");
        const { settings, config, secretKeys } = fileOf(text);
        assert.deepEqual(settings.alerts.receivers.webhooks, [{ name: "hook", uri: secretPlaceholder }]);
        assert.equal(
            config["sysmon-azure:alerts"],
            JSON.stringify({ webhooks: [{ name: "hook", uri: secretPlaceholder }] }),
        );
        assert.deepEqual(secretKeys, ["sysmon-azure:alerts"]);
    });

    it("may encrypt what belongs to others", () => {
        const text = `${good}  azure-native:clientSecret:\n    secure: AAABbase64=\n`;
        assert.equal(fileOf(text).config["azure-native:clientSecret"], secretPlaceholder);
        assert.deepEqual(fileOf(text).secretKeys, ["azure-native:clientSecret"]);
    });

    const bad: { title: string; text: string; expected: string[] }[] = [
        {
            title: "a wrong value, at its key",
            text: good.replace("acceptEula: true", "acceptEula: false"),
            expected: ["8:5 ST103 sysmon-azure:sensor.acceptEula"],
        },
        {
            title: "a wrong value in a list, at its key in the item",
            text: good.replace("https://", "ftp://"),
            expected: ["12:9 ST105 sysmon-azure:alerts.webhooks[0].uri"],
        },
        {
            title: "a missing key, at the mapping that lacks it",
            text: good.replace(/ *sysmon-azure:location: westeurope\n/, "").replace("acceptEula: true", "attempt: 1"),
            expected: ["1:1 ST102 sysmon-azure:location", "6:3 ST102 sysmon-azure:sensor.acceptEula"],
        },
        {
            title: "an unknown key, where it stands",
            text: good.replace("    acceptEula: true", "    acceptEula: true\n    presets: injection"),
            expected: ["9:5 ST101 sysmon-azure:sensor.presets"],
        },
        {
            title: "problems of all kinds in the order of the file",
            text: good
                .replace("environment: dev", "environment: 7")
                .replace("protect: true", "protect: maybe")
                .concat("  sysmon-azure:detections:\n    include: [a]\n    exclude: [b, a]\n"),
            expected: [
                "3:3 ST105 sysmon-azure:environment",
                "6:3 ST103 sysmon-azure:protect",
                "15:18 ST210 sysmon-azure:detections.exclude[1]",
            ],
        },
        {
            title: "a value of a mapping that an alias repeats",
            text: good.concat("  sysmon-azure:detections: &d { exclude: 7 }\n"),
            expected: ["13:33 ST103 sysmon-azure:detections.exclude"],
        },
        {
            title: "an encrypted value where a plan needs the plain one",
            text: good.replace(/(subscriptionId:).*/, "$1\n    secure: AAABbase64="),
            expected: ["5:3 ST107 sysmon-azure:subscriptionId"],
        },
        {
            title: "a whole key encrypted",
            text: good.replace(/alerts:[^]*/, "alerts:\n    secure: AAABbase64=\n"),
            expected: ["9:3 ST107 sysmon-azure:alerts"],
        },
        {
            title: "a key left empty",
            text: good.concat("  sysmon-azure:machines:\n"),
            expected: ["13:3 ST102 sysmon-azure:machines"],
        },
        {
            title: "what is no YAML",
            text: good.replace("acceptEula: true", "acceptEula: [true"),
            expected: ["9:3 ST001 sysmon-azure"],
        },
        {
            title: "a key twice",
            text: good.concat("  sysmon-azure:environment: prod\n"),
            expected: ["13:3 ST001 sysmon-azure"],
        },
        { title: "a file that is no mapping", text: "- config\n", expected: ["1:1 ST002 sysmon-azure"] },
        { title: "a config that is no mapping", text: "config: dev\n", expected: ["1:1 ST002 sysmon-azure"] },
        {
            title: "an alias that grows without end",
            text: `a: &a [x]\n${Array.from({ length: 9 }, (_, n) => `b${n}: &b${n} [${`*${n === 0 ? "a" : `b${n - 1}`},`.repeat(9)}]`).join("\n")}\nconfig: *b8\n`,
            expected: ["1:1 ST001 sysmon-azure"],
        },
    ];
    for (const { title, text, expected } of bad) {
        it(`is refused for ${title}`, () => assert.deepEqual(outline(text), expected));
    }

    for (const text of ["", "# nothing\n", "config:\n", "secretsprovider: passphrase\n"]) {
        it(`without settings misses the required ones: ${JSON.stringify(text)}`, () => {
            assert.deepEqual(
                outline(text).map((line) => line.split(" ").slice(1).join(" ")),
                [
                    ...["environment", "location", "subscriptionId", "sensor"].map(
                        (key) => `ST102 sysmon-azure:${key}`,
                    ),
                    "ST207 sysmon-azure:alerts",
                ],
            );
        });
    }
});
