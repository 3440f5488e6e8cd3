import { z } from "zod";
import { dailyVolume, plannedChains, shippedEveryday } from "../rehearsal/analysis";
import { planOf } from "./judgedStack";
import { stackPolicy, type Finding } from "./policy";

const daysPerMonth = 365 / 12;

/** Collection costs what was meant. */
export const costIsInBudget = stackPolicy(
    {
        name: "cost-is-in-budget",
        title: "Collection stays within the budget",
        description:
            "What the machines would send a month, measured over recordings of everyday life, costs no more than the budget.",
        severity: "medium",
        mend: "Narrow the Sysmon configuration or the collection, or raise the budget.",
        settings: z.object({
            perMonth: z
                .number()
                .positive()
                .optional()
                .describe("What collection may cost a month. Default: not judged."),
            pricePerGb: z.number().positive().optional().describe("Price of a GB collected, in the budget's currency."),
            machines: z
                .int()
                .min(1)
                .default(1)
                .describe("How many machines to come a stack that lists none stands for."),
        }),
    },
    async function* (resources, { perMonth, pricePerGb, machines }): AsyncGenerator<Finding> {
        if (perMonth === undefined) return;
        const plan = planOf(resources);
        if (pricePerGb === undefined) {
            yield { kind: "unjudged", message: "The budget cannot be judged: pricePerGb is not set." };
            return;
        }
        const { chains, gaps } = plannedChains(plan, ".");
        if (gaps.length > 0) {
            yield { kind: "unjudged", message: `What some machines would send is unknown: ${gaps.join(" ")}` };
        }
        const volume = dailyVolume(chains, await shippedEveryday(), { machinesToCome: machines });
        if (volume === null) {
            yield {
                kind: "unjudged",
                message: "The recordings of everyday life are too short to tell a day's volume.",
            };
            return;
        }
        const cost = volume.gbPerDay * daysPerMonth * pricePerGb;
        if (cost <= perMonth) return;
        const message = `${volume.machines} machines would send ${volume.gbPerDay.toFixed(2)} GB a day, which costs ${cost.toFixed(0)} a month; the budget is ${perMonth}.`;
        yield { kind: "violation", message };
    },
);
