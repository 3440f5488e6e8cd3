import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { describeEngine, openEngineStack, programOf, setInStackFile, type EngineStack } from "../support/engine";

const program = programOf("index.ts");

/** What `Pulumi.everything.yaml` takes to exist. */
const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";
const existing = [
    `${subscription}/resourceGroups/rg-oncall/providers/Microsoft.Insights/actionGroups/ag-oncall`,
    `${subscription}/resourceGroups/rg-web/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-jobs`,
];

/** @param tardyType Type whose writes take long. */
async function openEverything(tardyType?: string): Promise<EngineStack> {
    const engine = await openEngineStack({ name: "everything", existing, readsBeforeGrant: 5, tardyType });
    setInStackFile(engine, ["protect"], false);
    setInStackFile(engine, ["detections"], { include: ["verclsid-shellcode-injection"], target: "both" });
    return engine;
}

describeEngine("one pass on an empty subscription", () => {
    let engine: EngineStack;
    before(async () => {
        engine = await openEverything();
    });
    after(() => engine.close());

    it("ends well, and creates nothing twice", async () => {
        await engine.stack.up();
        const created = engine.cloud.calls.map(({ operation, id }) => `${operation} ${id}`);
        assert.deepEqual(created, [...new Set(created)]);
        assert.equal(created.length, engine.cloud.all().length);
    });

    it("moves to another table without a moment in which a rule breaks", async () => {
        setInStackFile(engine, ["collection", "table"], "WindowsEvent");
        await engine.stack.up();
        await engine.stack.preview({ expectNoChanges: true });
    });

    it("goes back the same way", async () => {
        await engine.stack.destroy();
        // Remediations that ended stay as a record.
        assert.deepEqual(
            engine.cloud.all().filter(({ type }) => !type.includes(":Remediation")),
            [],
        );
    });
});

const onboarding = "azure-native:securityinsights:SentinelOnboardingState";
const roleAssignment = "azure-native:authorization:RoleAssignment";
const windowsEvent = (engine: EngineStack): void => setInStackFile(engine, ["collection", "table"], "WindowsEvent");

describeEngine("a program that forgets an order is refused", () => {
    /** What is too early, what it has to wait for, the mistake, and what the service says. */
    const mistakes: [string, string | undefined, Mistake, RegExp][] = [
        [
            "rules of Sentinel before the workspace is onboarded",
            onboarding,
            { of: [/:ScheduledAlertRule$/, /:Watchlist$/, /:Sentinel$/], keep: /:Workspace$/ },
            /not onboarded/,
        ],
        [
            "rules before their identity may read",
            roleAssignment,
            { of: [/:ScheduledQueryRule$/], keep: /:(Workspace|SentinelOnboardingState)$/ },
            /Status=403[^]*may not read/,
        ],
        [
            "remediations before the roles of the assignment",
            roleAssignment,
            { of: [/:Remediation/] },
            /AuthorizationFailed/,
        ],
        [
            "a sensor before the files that it fetches",
            "azure-native:storage:Blob",
            { of: [/:Sensor$/], keep: /:BlobContainer$/ },
            /VMExtensionProvisioningError[^]*PayloadUnavailable/,
        ],
        [
            "a role for a principal that is not known everywhere yet",
            undefined,
            { of: [/:RoleAssignment$/], without: "principalType" },
            /PrincipalNotFound/,
        ],
    ];
    for (const [title, tardyType, mistake, refusal] of mistakes) {
        it(title, async () => {
            const engine = await openEverything(tardyType);
            try {
                engine.use(mistaken(mistake));
                await assert.rejects(engine.stack.up({ continueOnError: true }), refusal);
            } finally {
                engine.close();
            }
        });
    }

    it("a function that is written over", async () => {
        const engine = await openEverything();
        try {
            await engine.stack.up();
            windowsEvent(engine);
            engine.use(mistaken({ of: [/:SavedSearch$/], inPlace: true }));
            await assert.rejects(engine.stack.up({ continueOnError: true }), /Status=409[^]*etag is missing/);
        } finally {
            engine.close();
        }
    });
});

/** What a program does wrong with resources of some types. */
interface Mistake {
    /** Types of the resources. */
    readonly of: readonly RegExp[];
    /** Types of what they still wait for; nothing else. */
    readonly keep?: RegExp;
    /** An input that is left out. */
    readonly without?: string;
    /** Whether every change is made in place. */
    readonly inPlace?: boolean;
}

/** The package's program with a mistake in it. */
function mistaken({ of, keep, without, inPlace = false }: Mistake): PulumiFn {
    return () => {
        const registered: [string, pulumi.Resource][] = [];
        pulumi.runtime.registerStackTransformation(({ type, resource, props, opts }) => {
            registered.push([type, resource]);
            if (!of.some((pattern) => pattern.test(type))) return undefined;
            if (without !== undefined) return { props: { ...props, [without]: undefined }, opts };
            if (inPlace) return { props, opts: { ...opts, replaceOnChanges: [] } };
            const dependsOn = registered.flatMap(([known, other]) => (keep?.test(known) ? [other] : []));
            return { props, opts: { ...opts, dependsOn } };
        });
        return program();
    };
}
