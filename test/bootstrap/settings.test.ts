import assert from "node:assert/strict";
import * as fs from "node:fs";
import { parse } from "yaml";
import { parseBootstrapSettings, type BootstrapSettings } from "../../bootstrap/settings";
import { packagePath } from "../../package/root";

const subscriptionId = "00000000-0000-4000-8000-00000000000A";
const good = {
    location: "westeurope",
    subscriptionId,
    tenantId: subscriptionId,
    github: { owner: "example", repository: "detection" },
    environments: { dev: { access: "deploy", scopes: [`/subscriptions/${subscriptionId}`] } },
};

function problemsOf(change: Record<string, unknown>): string[] {
    const parsed = parseBootstrapSettings({ ...good, ...change }, "Pulumi.ci.yaml");
    return "problems" in parsed ? parsed.problems.map(({ path, code }) => `${path} ${code}`) : [];
}

describe("settings of the bootstrap program", () => {
    it("are completed: nobody works by hand, and GUIDs are in lower case", () => {
        const parsed = parseBootstrapSettings(good, "Pulumi.ci.yaml");
        const expected: BootstrapSettings = {
            ...good,
            subscriptionId: subscriptionId.toLowerCase(),
            tenantId: subscriptionId.toLowerCase(),
            environments: { dev: { access: "deploy", scopes: [`/subscriptions/${subscriptionId}`] } },
            operators: [],
        };
        assert.deepEqual(parsed, { settings: expected });
    });

    it("are right in the file that we ship", () => {
        const file: unknown = parse(fs.readFileSync(packagePath("bootstrap", "Pulumi.ci.yaml"), "utf8"));
        const { config } = file as { config: Record<string, unknown> };
        const settings = Object.fromEntries(
            Object.entries(config).map(([key, value]) => [key.replace("sysmon-azure:", ""), value]),
        );
        assert.ok("settings" in parseBootstrapSettings(settings, "Pulumi.ci.yaml"));
    });

    const refused: [string, Record<string, unknown>, string][] = [
        ["an unknown key", { enviroments: {} }, "sysmon-azure:enviroments ST101"],
        ["no region", { location: undefined }, "sysmon-azure:location ST102"],
        ["an access that is no word", environment({ access: "write" }), "sysmon-azure:environments.dev.access ST104"],
        ["no scope", environment({ scopes: [] }), "sysmon-azure:environments.dev.scopes ST106"],
        [
            "a scope that is neither subscription nor group",
            environment({ scopes: [`/subscriptions/${subscriptionId}/providers/x`] }),
            "sysmon-azure:environments.dev.scopes[0] ST105",
        ],
        [
            "fleet that is no scope of a policy",
            environment({ fleet: ["/providers/Microsoft.Management/corp"] }),
            "sysmon-azure:environments.dev.fleet[0] ST105",
        ],
        [
            "a name that GitHub would write otherwise into its subject",
            { environments: { "dev:eu": good.environments.dev } },
            'sysmon-azure:environments["dev:eu"] ST105',
        ],
        [
            "a name that would make a subject with a wildcard",
            { environments: { "*": good.environments.dev } },
            'sysmon-azure:environments["*"] ST105',
        ],
        [
            "a repository with a wildcard",
            { github: { owner: "example", repository: "*" } },
            "sysmon-azure:github.repository ST105",
        ],
        [
            "a repository with its owner",
            { github: { owner: "example", repository: "example/detection" } },
            "sysmon-azure:github.repository ST105",
        ],
        [
            "one of two immutable ids",
            { github: { ...good.github, ownerId: 1 } },
            "sysmon-azure:github.repositoryId ST102",
        ],
        ["an operator by name", { operators: ["me"] }, "sysmon-azure:operators[0] ST105"],
    ];
    for (const [what, change, expected] of refused) {
        it(`refuse ${what}`, () => {
            assert.deepEqual(problemsOf(change), [expected]);
        });
    }

    it("tell all problems at once", () => {
        assert.equal(problemsOf({ location: "", tenantId: "x", operators: {} }).length, 3);
    });
});

function environment(change: object): Record<string, unknown> {
    return { environments: { dev: { ...good.environments.dev, ...change } } };
}
