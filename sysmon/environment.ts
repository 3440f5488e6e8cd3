/** Environment variables by name; the case of names is ignored. */
export type Environment = Readonly<Record<string, string>>;

/**
 * What a Windows machine has where it was set up with the defaults, on drive C. Variables that differ by user or
 * session (`%APPDATA%`, `%TEMP%`, `%USERPROFILE%`) are left out: nothing offline can know them.
 */
export const defaultEnvironment: Environment = {
    ALLUSERSPROFILE: "C:\\ProgramData",
    CommonProgramFiles: "C:\\Program Files\\Common Files",
    "CommonProgramFiles(x86)": "C:\\Program Files (x86)\\Common Files",
    CommonProgramW6432: "C:\\Program Files\\Common Files",
    ComSpec: "C:\\Windows\\system32\\cmd.exe",
    ProgramData: "C:\\ProgramData",
    ProgramFiles: "C:\\Program Files",
    "ProgramFiles(x86)": "C:\\Program Files (x86)",
    ProgramW6432: "C:\\Program Files",
    PUBLIC: "C:\\Users\\Public",
    SystemDrive: "C:",
    SystemRoot: "C:\\Windows",
    windir: "C:\\Windows",
};

/** Whether a value holds what Windows takes for a variable. */
export function mentionsEnvironment(value: string): boolean {
    return /%[^%;\\]+%/.test(value);
}

/**
 * Expands variables as Windows does: an unknown one stays as it is written, and its closing `%` may open the next. So
 * `%%SystemRoot%%` becomes `%C:\Windows%`: there is no escape for `%`.
 */
export function expandEnvironment(value: string, environment: Environment): string {
    if (!value.includes("%")) return value;
    const known = new Map(Object.entries(environment).map(([name, text]) => [name.toLowerCase(), text]));
    let expanded = "";
    let at = 0;
    while (at < value.length) {
        const open = value.indexOf("%", at);
        const close = open === -1 ? -1 : value.indexOf("%", open + 1);
        if (close === -1) break;
        const text = known.get(value.slice(open + 1, close).toLowerCase());
        expanded += value.slice(at, open) + (text ?? value.slice(open, close));
        at = text === undefined ? close : close + 1;
    }
    return expanded + value.slice(at);
}
