/**
 * Fields in the rendered message of an event: after its first line, a line `Name: value` each. A line that starts with
 * none of the known names goes on with the value before it.
 * @param names the event's fields; without them every `Name:` at the start of a line counts.
 */
export function messageFields(message: string, names?: ReadonlySet<string>): ReadonlyMap<string, string> {
    const fields = new Map<string, string>();
    let current: string | undefined;
    for (const line of message.split(/\r?\n/).slice(1)) {
        const [, name, value] = /^([A-Za-z]\w*): ?(.*)$/s.exec(line) ?? [];
        if (name !== undefined && value !== undefined && !fields.has(name) && (names?.has(name) ?? true)) {
            fields.set(name, value);
            current = name;
        } else if (current !== undefined) {
            fields.set(current, `${fields.get(current) ?? ""}\n${line}`);
        }
    }
    return fields;
}
