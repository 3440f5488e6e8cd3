/** Columns that an alert's title or description takes its values from: the names in its `{{Column}}`, in order. */
export function columnsIn(text: string): string[] {
    return [...text.matchAll(/\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g)].flatMap(([, name]) =>
        name === undefined ? [] : [name],
    );
}
