// The floors of the house, from the ground up. No import runs upward, no circle.
const room = (name) => `^${name}/`;
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const pure = ["azure", "kql", "sysmon", "detections"].map(room);
module.exports = {
    forbidden: [
        forbid("no-circle", "Two files that need one another are one concept.", {}, { circular: true }),
        forbid(
            "pure-rooms-know-no-pulumi",
            "Pure rooms are usable without Pulumi.",
            { path: pure },
            { path: ["@pulumi/"] },
        ),
        forbid(
            "azure-stands-alone",
            "azure is on the ground floor.",
            { path: room("azure") },
            { path: ["^(?!azure/|package/|node_modules/)[^/]+/"], dependencyTypesNot: ["core"] },
        ),
        forbid(
            "kql-stands-alone",
            "kql is on the ground floor.",
            { path: room("kql") },
            { path: ["^(?!kql/|package/|node_modules/)[^/]+/"], dependencyTypesNot: ["core"] },
        ),
        forbid(
            "sysmon-stands-alone",
            "sysmon is on the ground floor.",
            { path: room("sysmon") },
            { path: ["^(?!sysmon/|package/|node_modules/)[^/]+/"], dependencyTypesNot: ["core"] },
        ),
        forbid(
            "detections-on-the-ground-floor",
            "detections stand on azure, kql and sysmon.",
            { path: room("detections") },
            { path: ["^(settings|components|rehearsal|cli|policies|bootstrap)/", "^index\\.ts$"] },
        ),
        forbid(
            "settings-beside-components",
            "settings and components do not know each other.",
            { path: room("settings") },
            { path: ["^(components|rehearsal|cli|policies|bootstrap)/", "^index\\.ts$"] },
        ),
        forbid(
            "components-beside-settings",
            "components and settings do not know each other.",
            { path: room("components") },
            { path: ["^(settings|rehearsal|cli|policies|bootstrap)/", "^index\\.ts$"] },
        ),
        forbid(
            "only-load-reads-pulumi-config",
            "Only the loaders know Pulumi: settings/load.ts reads its configuration.",
            { path: room("settings"), pathNot: "^settings/load(Stack)?\\.ts$" },
            { path: ["@pulumi/"] },
        ),
        forbid(
            "only-plan-runs-the-program",
            "Only rehearsal/plan evaluates a stack program.",
            { path: room("rehearsal"), pathNot: "^rehearsal/plan/" },
            { path: ["^(components|settings)/", "^index\\.ts$", "@pulumi/"] },
        ),
        forbid(
            "rehearsal-below-cli",
            "The command stands on top.",
            { path: room("rehearsal") },
            { path: ["^(cli|policies|bootstrap)/"] },
        ),
        forbid(
            "live-below-cli",
            "What asks Azure stands on the pure rooms, and only the command uses it.",
            { path: room("live") },
            { path: ["^(settings|components|rehearsal|cli|policies|bootstrap)/", "^index\\.ts$", "@pulumi/"] },
        ),
        forbid(
            "only-cli-asks-azure",
            "Nothing but the command asks Azure.",
            { pathNot: "^(live|cli|test)/" },
            { path: [room("live")] },
        ),
        forbid(
            "policies-know-no-components",
            "Policies judge any stack.",
            { path: room("policies") },
            { path: ["^(components|settings|cli|bootstrap)/", "^index\\.ts$", "^rehearsal/(?!analysis/)"] },
        ),
        forbid(
            "tests-on-top",
            "Nothing that ships imports a test.",
            { pathNot: ["^(test|bench)/"] },
            { path: ["^(test|bench)/"] },
        ),
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        exclude: { path: "^(dist|coverage)/" },
    },
};
