import assert from "node:assert/strict";
import * as fs from "node:fs";
import { checkQuery, readStoredFunction, type CheckOptions } from "../../kql";
import { describeShared, sharedIsThere, sharedPath } from "../support/shared";

/** What is known to be wrong with a query: for every use, and in addition for a kind of rule. */
interface Known {
    readonly always: readonly string[];
    readonly scheduledQuery?: readonly string[];
    readonly sentinel?: readonly string[];
}

/** Findings of each query that others wrote, each looked at and true; a code once, however often it is found. */
const known: Readonly<Record<string, Known>> = {
    "azs_ADFSRemoteSyncConnectionSysmon.kql": { always: [], scheduledQuery: ["KQ500"] },
    "azs_DumpingLSASSProcessIntoaFile.kql": { always: [] },
    "azs_MidnightBlizzard_SuspiciousRundll32Exec.kql": { always: [], scheduledQuery: ["KQ504"] },
    "azs_RegistryPersistenceViaAppCertDLLModification.kql": { always: [] },
    "azs_WindowsBinariesLolbinsRenamed.kql": { always: [] },
    "azs_base64_encoded_pefile.kql": { always: [], scheduledQuery: ["KQ501"] },
    "bj_NltestDiscovery.kql": { always: [] },
    "r99_SecEvents-PotentialRDPRecon.kql": { always: ["KQ613"] },
    "r99_SecurityEvent-SummarizeRDPActivity.kql": {
        always: ["KQ613"],
        scheduledQuery: ["KQ508", "KQ610"],
        sentinel: ["KQ610"],
    },
    "sa_T0000_Named_Pipes_CobaltStrike.kql": { always: [], scheduledQuery: ["KQ504"] },
    "sa_T1003_Credential_Dumping_Process_Access.kql": { always: ["KQ600"], scheduledQuery: ["KQ504"] },
    "sa_T1055_Process_Injection_Process.kql": { always: ["KQ600", "KQ601"], scheduledQuery: ["KQ504"] },
    "sa_T1093_Process_Hollowing.kql": { always: [], scheduledQuery: ["KQ504"] },
};

const parserFile = "Sysmon-OSSEM.function.txt";

describeShared("kql check over queries that others wrote", () => {
    const read = (file: string): string => fs.readFileSync(sharedPath("kql", file), "utf8");
    const functions = sharedIsThere ? [readStoredFunction("Sysmon", read(parserFile))] : [];
    const codes = (file: string, options: CheckOptions): string[] => [
        ...new Set(checkQuery(read(file), { functions, ...options }).map(({ code }) => code)),
    ];
    const files = sharedIsThere ? fs.readdirSync(sharedPath("kql")).filter((file) => file.endsWith(".kql")) : [];

    for (const file of files) {
        const { always, scheduledQuery = [], sentinel = [] } = known[file] ?? { always: ["a file that is not listed"] };
        it(`${file} has what is known of it, and nothing else`, () => {
            assert.deepEqual(codes(file, {}).sort(), always);
            assert.deepEqual(codes(file, { kind: "scheduled-query" }).sort(), [...always, ...scheduledQuery].sort());
            assert.deepEqual(codes(file, { kind: "sentinel" }).sort(), [...always, ...sentinel].sort());
        });
    }

    it("rules of sentinel-attack ring above one result, so that a single hit stays silent", () => {
        const trigger = { operator: "GreaterThan", threshold: 1 } as const;
        for (const file of files.filter((name) => name.startsWith("sa_")))
            assert.ok(codes(file, { kind: "sentinel", trigger }).includes("KQ608"), file);
    });

    it("their parser takes fields by position, and one of its events reads a column that is not there", () => {
        const found = checkQuery(read(parserFile));
        assert.deepEqual([...new Set(found.map(({ code }) => code))].sort(), ["KQ101", "KQ604", "KQ614"]);
        assert.deepEqual(
            found.filter(({ code }) => code === "KQ101").map(({ line }) => line),
            [42, 43],
        );
    });
});
