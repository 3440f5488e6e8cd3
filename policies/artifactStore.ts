import { unknownValue, type PlanObject } from "../rehearsal/analysis";
import { noSettings, resourcePolicy, stackPolicy, type Finding, type JudgedResource } from "./policy";

const storageAccount = "azure-native:storage:StorageAccount";

/** What must be set on a store, as `key: wanted value`, and what happens otherwise. */
const closedStores: Readonly<
    Record<string, readonly { key: string; refused: (value: unknown) => boolean; why: string }[]>
> = {
    [storageAccount]: [
        {
            key: "allowBlobPublicAccess",
            refused: (value) => value !== false,
            why: "is not false: a container of it can be opened to everybody",
        },
        {
            key: "enableHttpsTrafficOnly",
            refused: (value) => value === false,
            why: "is false: what machines fetch can be read and swapped on its way",
        },
        {
            key: "minimumTlsVersion",
            // Left out, it is TLS 1.0; a newer version than those that are known here is no reason to refuse.
            refused: (value) => value === undefined || value === "TLS1_0" || value === "TLS1_1",
            why: "is not TLS1_2 or newer",
        },
    ],
    "azure-native:storage:BlobContainer": [
        {
            key: "publicAccess",
            refused: (value) => value !== undefined && value !== "None",
            why: "is not None: whoever knows the address reads the files",
        },
    ],
};

/** Nobody reads a store without signing in. */
export const storeIsPrivate = resourcePolicy(
    {
        name: "store-is-private",
        title: "Stores are read by those who sign in",
        description:
            "Storage accounts and containers take no anonymous reader, and no connection that others can read.",
        severity: "high",
        mend: "Set allowBlobPublicAccess: false, enableHttpsTrafficOnly: true, minimumTlsVersion: TLS1_2, and publicAccess: None on containers.",
        types: Object.keys(closedStores),
        settings: noSettings,
    },
    function* ({ type, inputs }): Generator<Finding> {
        for (const { key, refused, why } of closedStores[type] ?? []) {
            const value = inputs[key];
            if (value === unknownValue) yield { kind: "unjudged", message: `${key} is known only at the deployment.` };
            else if (refused(value)) yield { kind: "violation", message: `${key} ${why}.` };
        }
    },
);

/** A store whose files come from elsewhere takes no shared keys. */
export const storeTakesNoKeys = stackPolicy(
    {
        name: "store-takes-no-keys",
        title: "Stores take no shared keys",
        description:
            "A storage account has its shared keys switched off, unless the program itself fills it with them.",
        severity: "medium",
        mend: "Set allowSharedKeyAccess: false.",
        settings: noSettings,
    },
    (resources) => accountsWithKeys(resources, (filled) => !filled),
);

/** Tells of the keys of stores that a program fills, which Pulumi's provider needs: advice, since the program works so. */
export const filledStoreTakesKeys = stackPolicy(
    {
        name: "filled-store-takes-keys",
        title: "A store that the program fills takes shared keys",
        description:
            "The provider uploads blobs with a shared key: whoever gets it can swap what machines run, up to its hash.",
        severity: "low",
        mend: "Name an existing container by its address, fill it apart, and switch the keys off.",
        settings: noSettings,
    },
    (resources) => accountsWithKeys(resources, (filled) => filled),
);

function* accountsWithKeys(
    resources: readonly JudgedResource[],
    asked: (filled: boolean) => boolean,
): Generator<Finding> {
    const filled = new Set(resources.filter(({ type }) => type === "azure-native:storage:Blob").map(accountOf));
    for (const { type, inputs, urn, name } of resources) {
        if (type !== storageAccount || !asked(filled.has(accountOf({ inputs })))) continue;
        const keys = inputs.allowSharedKeyAccess;
        if (keys === unknownValue) {
            yield {
                kind: "unjudged",
                urn,
                about: name,
                message: "allowSharedKeyAccess is known only at the deployment.",
            };
        } else if (keys !== false) {
            const message = "allowSharedKeyAccess is not false: whoever gets a key needs no identity.";
            yield { kind: "violation", urn, about: name, message };
        }
    }
}

/** Name of an account; undefined where it is not known yet, which then stands for any such account. */
function accountOf({ inputs }: { readonly inputs: PlanObject }): string | undefined {
    const { accountName } = inputs;
    return typeof accountName === "string" && accountName !== unknownValue ? accountName : undefined;
}
