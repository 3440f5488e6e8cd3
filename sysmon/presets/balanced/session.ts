import { all, nothing, type EventChoice } from "./eventChoice";

/** What else happens in Windows and in a session. */
export const session: readonly EventChoice[] = [
    all(
        "WmiEvent",
        "Filters, consumers and their bindings start code without a file; they are made so rarely that all are kept.",
    ),
    nothing("ClipboardChange", "It copies what people cut and paste, passwords too."),
];
