import { z } from "zod";
import { at, unknownValue } from "../rehearsal/analysis";
import { queriesOf } from "./plannedDetections";
import { noSettings, resourcePolicy, stackPolicy, type Finding } from "./policy";

const workspaceType = "azure-native:operationalinsights:Workspace";
const dataSource = "azure-native:operationalinsights:DataSource";

/** A workspace keeps what an investigation needs. */
export const workspaceKeepsData = resourcePolicy(
    {
        name: "workspace-keeps-data",
        title: "Workspaces keep their data long enough",
        description: "A Log Analytics workspace keeps its data for a number of days.",
        severity: "medium",
        mend: "Raise retentionInDays.",
        types: [workspaceType],
        settings: z.object({
            days: z.int().min(1).default(90).describe("The least days that a workspace keeps its data."),
        }),
    },
    function* ({ inputs }, { days }): Generator<Finding> {
        const { retentionInDays } = inputs;
        if (retentionInDays === unknownValue) {
            yield { kind: "unjudged", message: "retentionInDays is known only at the deployment." };
            return;
        }
        // Azure keeps 30 days where nothing is said.
        const kept = typeof retentionInDays === "number" ? retentionInDays : 30;
        if (kept >= days) return;
        yield { kind: "violation", message: `Data is kept for ${kept} days; ${days} are asked for.` };
    },
);

/** A cap that cuts security data off rings. */
export const capIsNoticed = stackPolicy(
    {
        name: "cap-is-noticed",
        title: "A reached cap is noticed",
        description: "A workspace with a daily cap has a rule that rings when the cap is reached.",
        severity: "high",
        mend: "Add a rule over _LogOperation (or Operation) that looks for the cap, or lift the cap.",
        settings: noSettings,
    },
    function* (resources): Generator<Finding> {
        const rules = resources.flatMap(queriesOf);
        if (rules.some((query) => typeof query === "string" && /\b_?(?:Log)?Operation\b/.test(query))) return;
        for (const { type, inputs, urn, name } of resources) {
            if (type !== workspaceType) continue;
            const cap = at(inputs, "workspaceCapping", "dailyQuotaGb");
            if (cap === unknownValue) {
                yield { kind: "unjudged", urn, about: name, message: "Its daily cap is known only at the deployment." };
            } else if (typeof cap === "number" && cap >= 0) {
                const message = `Collection stops for the day at ${cap} GB, security data included, and nobody is told.`;
                yield { kind: "violation", urn, about: name, message };
            }
        }
    },
);

/** A workspace takes data and questions only from those who sign in. */
export const workspaceTakesNoKeys = stackPolicy(
    {
        name: "workspace-takes-no-keys",
        title: "Workspaces take no shared keys",
        description:
            "A workspace has local authentication switched off, unless a data source of the retired agent needs it.",
        severity: "medium",
        mend: "Set features.disableLocalAuth: true.",
        settings: noSettings,
    },
    function* (resources): Generator<Finding> {
        // Data sources are read by the retired agent alone, which signs in with the workspace's key.
        if (resources.some(({ type }) => type === dataSource)) return;
        for (const { type, inputs, urn, name } of resources) {
            if (type !== workspaceType) continue;
            const disabled = at(inputs, "features", "disableLocalAuth");
            if (disabled === unknownValue) {
                const message = "Whether local authentication is off is known only at the deployment.";
                yield { kind: "unjudged", urn, about: name, message };
            } else if (disabled !== true) {
                const message =
                    "features.disableLocalAuth is not true: with the workspace's key anybody can write events of any machine.";
                yield { kind: "violation", urn, about: name, message };
            }
        }
    },
);
