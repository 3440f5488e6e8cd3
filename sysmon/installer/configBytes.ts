/**
 * The bytes of a configuration as they reach the machine: UTF-8, unchanged otherwise, since the sensor reports their
 * SHA-256. Throws where the XML declares an encoding under which those bytes would read as something else.
 */
export function configBytes(configXml: string): Buffer {
    const declared = /^\uFEFF?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(configXml)?.[1] ?? "UTF-8";
    const isPlain = /^[\t\n\r\x20-\x7e]*$/.test(configXml);
    const readsAsUtf8 = /^utf-?8$/i.test(declared) || (isPlain && !/^(utf|ucs|iso-10646|ebcdic)/i.test(declared));
    if (!readsAsUtf8) {
        throw new Error(
            `The Sysmon configuration declares encoding="${declared}", but is delivered as UTF-8: ` +
                `the sensor would reject it. Declare UTF-8 or leave the encoding out.`,
        );
    }
    return Buffer.from(configXml, "utf8");
}
