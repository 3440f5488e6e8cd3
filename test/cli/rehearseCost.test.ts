import assert from "node:assert/strict";
import type { ChainCost } from "../../rehearsal/report/costReport";
import { packagePath } from "../../package/root";
import { sysmonAzure } from "../support/command";

interface Costs {
    costs?: { chains: ChainCost[]; assumptions: string[] };
}

const quiet = packagePath("detections", "recordings", "quiet-workstation");
const attack = packagePath("detections", "recordings", "hancitor-verclsid");

async function costs(...args: string[]): Promise<Costs["costs"]> {
    const { stdout } = await sysmonAzure(["rehearse", "--json", ...args]);
    return (JSON.parse(stdout) as Costs).costs;
}

describe("sysmon-azure rehearse --cost", () => {
    it("measures everyday life, forecasts the given machines at the given price, and says what it assumes", async () => {
        const found = await costs(quiet, attack, "--cost", "--hosts", "500", "--price-per-gb", "2.5");
        const { volume, forecast } = found?.chains[0] ?? {};
        assert.deepEqual(volume?.recordings, ["quiet-workstation"]);
        assert.equal(forecast?.hosts, 500);
        assert.ok(forecast.gbPerMonth > 0);
        assert.equal(forecast.pricePerMonth, 2.5 * forecast.gbPerMonth);
        assert.ok((found?.assumptions.length ?? 0) > 0);
    });

    it("stands for the machines that a chain lists where none are given", async () => {
        const found = await costs(quiet, "--stack", "everything", "--cost");
        assert.equal(found?.chains[0]?.forecast?.hosts, 4);
    });

    it("says nothing of cost unless asked", async () => {
        assert.equal(await costs(quiet), undefined);
    });

    it("stands below the rehearsal on a terminal", async () => {
        const { stdout } = await sysmonAzure(["rehearse", quiet, "--cost"]);
        assert.match(stdout, /every expectation holds[^]*\n\nCost, table Event\n[^]+GB a month[^]+Assumed:/);
    });

    for (const [args, message] of [
        [["--hosts", "5"], /--hosts goes with --cost/],
        [["--cost", "--hosts", "0"], /--hosts takes a number of machines, 1 or more; found "0"/],
        [["--cost", "--price-per-gb", "cheap"], /--price-per-gb takes a price, 0 or more; found "cheap"/],
    ] as const) {
        it(`refuses ${args.join(" ")}`, async () => {
            const { code, stderr } = await sysmonAzure(["rehearse", ...args]);
            assert.equal(code, 2);
            assert.match(stderr, message);
        });
    }
});
