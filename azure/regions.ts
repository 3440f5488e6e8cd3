/**
 * Codes of regions as the zones of Azure Backup's private endpoints have them (source: private endpoints article of
 * Azure Backup). Names derive from them: a code never changes, and a region that is not here never gets one.
 */
const codes: ReadonlyMap<string, string> = new Map([
    ["australiacentral", "acl"],
    ["australiacentral2", "acl2"],
    ["australiaeast", "ae"],
    ["australiasoutheast", "ase"],
    ["brazilsouth", "brs"],
    ["brazilsoutheast", "bse"],
    ["canadacentral", "cnc"],
    ["canadaeast", "cne"],
    ["centralindia", "inc"],
    ["centralus", "cus"],
    ["eastasia", "ea"],
    ["eastus", "eus"],
    ["eastus2", "eus2"],
    ["francecentral", "frc"],
    ["francesouth", "frs"],
    ["germanynorth", "gn"],
    ["germanywestcentral", "gwc"],
    ["italynorth", "itn"],
    ["japaneast", "jpe"],
    ["japanwest", "jpw"],
    ["koreacentral", "krc"],
    ["koreasouth", "krs"],
    ["northcentralus", "ncus"],
    ["northeurope", "ne"],
    ["norwayeast", "nwe"],
    ["norwaywest", "nww"],
    ["qatarcentral", "qac"],
    ["southafricanorth", "san"],
    ["southafricawest", "saw"],
    ["southcentralus", "scus"],
    ["southeastasia", "sea"],
    ["southindia", "ins"],
    ["spaincentral", "spc"],
    ["swedencentral", "sdc"],
    ["swedensouth", "sds"],
    ["switzerlandnorth", "szn"],
    ["switzerlandwest", "szw"],
    ["uaecentral", "uac"],
    ["uaenorth", "uan"],
    ["uksouth", "uks"],
    ["ukwest", "ukw"],
    ["westcentralus", "wcus"],
    ["westeurope", "we"],
    ["westindia", "inw"],
    ["westus", "wus"],
    ["westus2", "wus2"],
    ["westus3", "wus3"],
]);

/** A region's name as resources carry it, from any spelling of it: `West Europe` is `westeurope`. */
export function regionName(location: string): string {
    return location.replace(/\s+/g, "").toLowerCase();
}

/** Short code of a region for names. A region without one, new ones above all, is its own code. */
export function regionCode(location: string): string {
    const name = regionName(location);
    return codes.get(name) ?? name;
}

/** What is wrong with a region's name, in any spelling; undefined where nothing. New regions are accepted. */
export function locationProblem(location: string): string | undefined {
    return /^[a-z]+[0-9]*$/.test(regionName(location))
        ? undefined
        : `"${location}" is no Azure region; accepted are names such as westeurope`;
}
