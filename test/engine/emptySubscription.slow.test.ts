import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { stackNames } from "../../azure";
import { describeEngine, openEngineStack, programOf, setInStackFile, type EngineStack } from "../support/engine";
import { listedMachines } from "../support/listedMachines";
import { defaultSubscriptionId } from "../support/providerDouble";

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
const { dataCollectionRule } = stackNames({
    workload: "sysmon",
    environment: "dev",
    location: "westeurope",
    subscriptionId: defaultSubscriptionId,
});
/** Id that the data collection rule of `Pulumi.everything.yaml` will have. */
const collectionRule = `${subscription}/resourceGroups/rg-detection/providers/Microsoft.Insights/dataCollectionRules/${dataCollectionRule}`;
const windowsEvent = (engine: EngineStack): void => setInStackFile(engine, ["collection", "table"], "WindowsEvent");

/** Writes at a time: what is tardy must not hold up what does not wait for it. */
const atOnce = 64;

describeEngine("a program that forgets an order is refused", () => {
    /** What is too early, what it has to wait for, the mistake, and what the service says. */
    const mistakes: [string, string | undefined, Mistake, RegExp, ((engine: EngineStack) => void)?][] = [
        [
            "rules of Sentinel before the workspace is onboarded",
            onboarding,
            { of: [/:ScheduledAlertRule$/, /:Watchlist$/, /:Sentinel$/], keep: /:Workspace$/ },
            /not onboarded/,
        ],
        [
            "rules over a table that comes with Sentinel",
            onboarding,
            { of: [/:ScheduledQueryRule$/, /:Alerts$/, /:UserAssignedIdentity$/], keep: /:Workspace$/ },
            /Status=400[^]*SEM0100/,
            windowsEvent,
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
            "a sensor before its identity may read them",
            roleAssignment,
            { of: [/:Sensor$/], keep: /:Blob$/ },
            /VMExtensionProvisioningError[^]*PayloadUnavailable/,
        ],
        [
            "a machine's association before the data collection rule",
            "azure-native:monitor:DataCollectionRule",
            { of: [/:DataCollectionRuleAssociation$/], plain: { dataCollectionRuleId: collectionRule } },
            /Status=404[^]*ResourceNotFound[^]*dataCollectionRules/,
        ],
        [
            "a role for a principal that is not known everywhere yet",
            undefined,
            { of: [/:RoleAssignment$/], without: "principalType" },
            /PrincipalNotFound/,
        ],
    ];
    for (const [title, tardyType, mistake, refusal, prepare] of mistakes) {
        it(title, async () => {
            const engine = await openEverything(tardyType);
            try {
                prepare?.(engine);
                engine.use(mistaken(mistake));
                await assert.rejects(engine.stack.up({ continueOnError: true, parallel: atOnce }), refusal);
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

    it("a data collection rule that goes before its associations", async () => {
        const engine = await openEngineStack({ name: "dev" });
        setInStackFile(engine, ["machines"], listedMachines(1));
        setInStackFile(engine, ["detections"], { include: ["verclsid-shellcode-injection"] });
        const of = [/:DataCollectionRuleAssociation$/];
        try {
            await engine.stack.up();
            const { id } = engine.cloud.all().find(({ type }) => type.endsWith(":DataCollectionRule")) ?? assert.fail();
            // The state forgets who refers to the rule, and somebody takes the rule alone.
            engine.use(mistaken({ of, plain: { dataCollectionRuleId: id } }));
            await engine.stack.up();
            const target = await urnsOf(engine, ":DataCollectionRule");
            await assert.rejects(
                engine.stack.destroy({ target, targetDependents: true, continueOnError: true }),
                /Status=409[^]*is still used by/,
            );
        } finally {
            engine.close();
        }
    });
});

/** URNs of the resources whose type ends so. */
async function urnsOf({ stack }: EngineStack, type: string): Promise<string[]> {
    const { deployment } = (await stack.exportStack()) as {
        deployment: { resources?: { urn: string; type: string }[] };
    };
    return (deployment.resources ?? []).filter((resource) => resource.type.endsWith(type)).map(({ urn }) => urn);
}

/** What a program does wrong with resources of some types. */
interface Mistake {
    /** Types of the resources. */
    readonly of: readonly RegExp[];
    /** Types of what they still wait for; nothing else. */
    readonly keep?: RegExp;
    /** Inputs whose values refer to nothing, so that nothing is waited for. */
    readonly plain?: Readonly<Record<string, string>>;
    /** An input that is left out. */
    readonly without?: string;
    /** Whether every change is made in place. */
    readonly inPlace?: boolean;
}

/** The package's program with a mistake in it. */
function mistaken({ of, keep, plain, without, inPlace = false }: Mistake): PulumiFn {
    return () => {
        const registered: [string, pulumi.Resource][] = [];
        pulumi.runtime.registerStackTransformation(({ type, resource, props, opts }) => {
            registered.push([type, resource]);
            if (!of.some((pattern) => pattern.test(type))) return undefined;
            if (without !== undefined) return { props: { ...props, [without]: undefined }, opts };
            if (inPlace) return { props, opts: { ...opts, replaceOnChanges: [] } };
            const dependsOn = registered.flatMap(([known, other]) => (keep?.test(known) ? [other] : []));
            return { props: { ...props, ...plain }, opts: { ...opts, dependsOn } };
        });
        return program();
    };
}
