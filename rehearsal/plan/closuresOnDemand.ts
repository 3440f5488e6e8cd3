import { createRequire, Module } from "node:module";

/**
 * What Pulumi loads at its start for the sake of serializing functions, as `dynamic` providers have them do: a compiler
 * and npm's reader of installed packages, together a sixth of the time of a rehearsal. Each by its id, as the module of
 * Pulumi's that asks for it names it.
 */
const serializing = [
    { id: "@pulumi/pulumi/typescript-shim", from: __filename },
    { id: "@npmcli/arborist", from: "@pulumi/pulumi/runtime" },
] as const;

const load = createRequire(__filename);

/**
 * Has Pulumi load what serializes functions only once a program has one serialized. To be called before Pulumi is loaded;
 * where Pulumi is there already, or no longer has these modules, nothing changes.
 */
export function closuresOnDemand(): void {
    for (const { id, from } of serializing) {
        try {
            const file = createRequire(from === __filename ? from : load.resolve(from)).resolve(id);
            if (load.cache[file] === undefined) load.cache[file] = onDemand(file);
        } catch {
            // Then Pulumi loads what it needs by itself.
        }
    }
}

/** A module that is loaded when something of it is first used. */
function onDemand(file: string): Module {
    const module = new Module(file);
    module.filename = file;
    module.loaded = true;
    let loaded: object | undefined;
    const real = (): object => {
        if (loaded === undefined) {
            Reflect.deleteProperty(load.cache, file);
            loaded = load(file) as object;
        }
        return loaded;
    };
    module.exports = new Proxy(
        {},
        {
            // Compiled imports ask for this mark alone when they load, and copy each property where it is missing.
            get: (_, key) => (key === "__esModule" ? true : (Reflect.get(real(), key) as unknown)),
        },
    );
    return module;
}
