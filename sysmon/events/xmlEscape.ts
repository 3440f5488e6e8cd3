const escapes: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    // An XML reader turns a carriage return as it is into a line feed.
    "\r": "&#13;",
};

/** Text as it stands in XML, between tags or in double quotes. */
export function escapeXml(text: string): string {
    if (!/[&<>"\r]/.test(text)) return text;
    return text.replace(/[&<>"\r]/g, (character) => escapes[character] ?? character);
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Text without the five entities of XML and character references; anything else that starts with `&` stays. */
export function decodeEntities(text: string): string {
    if (!text.includes("&")) return text;
    return text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (whole, name, decimal, hex) => {
        if (typeof name === "string") return entities[name] ?? whole;
        const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
}
