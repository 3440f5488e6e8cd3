import type { StoredFunction } from "./binding";

/** `.create-or-alter function with (…) Name(a: long) { body }`, as Kusto's management commands write it. */
const command =
    /^\s*\.(?:create|alter|create-or-alter)\s+function\s+(?:with\s*\([^)]*\)\s*)?(\w+)\s*(\([^]*?\))\s*\{([^]*)\}\s*$/;

/** `let Name = (a: long) { body };`, as a query declares it. */
const declaration = /^\s*let\s+(\w+)\s*=\s*(?:view\s*)?(\([^]*?\))\s*\{([^]*)\}\s*;?\s*$/;

/**
 * A stored function from the text of a file: a management command or a `let` declaration, which name it themselves, or
 * the bare body, as a Log Analytics workspace keeps it.
 *
 * @param name Name of a bare body.
 */
export function readStoredFunction(name: string, text: string): StoredFunction {
    const match = command.exec(text) ?? declaration.exec(text);
    const [, declared, parameters, body] = match ?? [];
    if (declared === undefined || parameters === undefined || body === undefined) return { name, body: text };
    return { name: declared, parameters, body };
}
