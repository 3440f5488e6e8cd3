import type { ScalarFunction } from "./call";

/** Refuses a function whose value depends on chance, or on who runs the query where. */
const refuse: ScalarFunction = (call) => {
    throw call.fail(
        "KQ202",
        `${call.name}() depends on chance or on the environment, so that its answer cannot be foretold`,
    );
};

/** Functions that no replay can answer. */
export const chanceFunctions: Readonly<Record<string, ScalarFunction>> = {
    current_cluster_endpoint: refuse,
    current_database: refuse,
    current_principal: refuse,
    current_principal_details: refuse,
    current_principal_is_member_of: refuse,
    extent_id: refuse,
    extent_tags: refuse,
    geo_info_from_ip_address: refuse,
    new_guid: refuse,
    rand: refuse,
    random: refuse,
};
