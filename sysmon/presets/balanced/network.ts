import { selected, type EventChoice } from "./eventChoice";
import { sacrificialPrograms } from "./programs";
import { technique } from "./techniques";

/** What an injected process does on the network. */
export const network: readonly EventChoice[] = [
    selected(
        "NetworkConnect",
        "Connections are for firewalls and proxies to log, but for programs that should make none.",
        {
            name: technique("T1055"),
            reason: "A small program of Windows speaks to the network: something else runs in it.",
            filters: { Image: { image: sacrificialPrograms } },
        },
    ),
    selected("DnsQuery", "Look-ups are for the name servers to log, but for programs that should make none.", {
        name: technique("T1055"),
        reason: "A small program of Windows looks up names: something else runs in it.",
        filters: { Image: { image: sacrificialPrograms } },
    }),
];
