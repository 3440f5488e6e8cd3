import { compileFilter, compileExplainer, formatVersion, readConfig, type Verdict } from "../sysmon";
import { compileXPath, type SysmonEvent } from "../sysmon/events";
import type { Chain } from "./plan/chains";
import type { EventTableName } from "./plan/collections";
import type { ChainSummary } from "./verdict";

/** A chain ready to take events: its filter and its XPath compiled. */
export interface OpenChain {
    /** The chain as reports show it. */
    readonly summary: ChainSummary;
    /** Table that its rows go to. */
    readonly table: EventTableName;
    /** Resource id that its rows carry: the first machine's, or one made up for machines to come. */
    readonly resourceId: string;
    /** What the planned sensor would do with an event. */
    readonly decide: (event: SysmonEvent) => Verdict;
    /** Why it would do so, in one line. */
    readonly explainSensor: (event: SysmonEvent) => string;
    /** Whether the planned data collection rule would send it. */
    readonly collects: (event: SysmonEvent) => boolean;
    /** Why it would not, in one line. */
    readonly explainCollection: (event: SysmonEvent) => string;
}

/** A chain that cannot work, in words: one entry a defect. */
export class ChainError extends Error {
    override readonly name = "ChainError";
    constructor(readonly problems: readonly string[]) {
        super(problems.join("\n"));
    }
}

const machineToCome =
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rehearsal/providers/microsoft.compute/virtualmachines/rehearsal";

/**
 * Compiles a planned chain.
 *
 * @throws ChainError where the sensor would reject the planned configuration, or the agent the planned XPath.
 */
export function openChain(chain: Chain): OpenChain {
    const { config, issues } = readConfig(chain.sensor.configXml);
    if (!config) {
        throw new ChainError(
            issues
                .filter(({ severity }) => severity === "error")
                .map(({ code, line, column, message }) => `sysmon.xml:${line}:${column} ${code} ${message}`),
        );
    }
    const filter = compileFilter(config);
    const xpaths = chain.collection.queries.map(compileXPath);
    return {
        summary: {
            machines: chain.machines.length,
            sensor: {
                configSha256: chain.sensor.configSha256,
                schemaVersion: formatVersion(config.schemaVersion),
                via: chain.sensor.via,
            },
            collection: {
                kind: chain.collection.kind,
                queries: chain.collection.queries,
                table: chain.collection.table,
            },
        },
        table: chain.collection.table,
        resourceId: chain.resourceId ?? machineToCome,
        decide: filter,
        explainSensor: compileExplainer(config),
        collects: (event) => xpaths.some((xpath) => xpath.matches(event)),
        explainCollection: (event) => xpaths.map((xpath) => xpath.explain(event)).join("; "),
    };
}
