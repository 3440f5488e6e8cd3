import { selected, type EventChoice } from "./eventChoice";
import { powershellImages } from "./programs";
import { technique } from "./techniques";

/** Beginnings of the pipe names that well-known implants and remote tools use unless they are told otherwise. */
const implantPipes = [
    // Cobalt Strike and profiles that are handed around
    "\\MSSE-",
    "\\msagent_",
    "\\postex_",
    "\\status_",
    "\\mojo.5688.8052.",
    "\\DserNamePipe",
    "\\SearchTextHarvester",
    "\\interprocess_",
    "\\lsarpc_",
    "\\ntsvcs_",
    "\\scerpc_",
    "\\wkssvc_",
    "\\samr_",
    "\\netlogon_",
    "\\srvsvc_",
    "\\spoolss_",
    "\\atsvc_",
    "\\epmapper_",
    "\\mypipe-",
    "\\win_svc",
    "\\f4c3",
    "\\f53f",
    "\\fullduplex_",
    "\\msrpc_",
    "\\rpc_",
    "\\windows.update.manager",
    // other frameworks
    "\\gruntsvc",
    "\\demon_pipe",
    "\\demoagent_",
    "\\jaccdpqnvbrrxlaf",
    "\\merlinpipe",
    "\\sharpc2",
    // tools that dump credentials
    "\\cachedump",
    "\\lsadump",
    "\\gsecdump",
    "\\pwdump",
    "\\wceservicepipe",
    // remote execution
    "\\PSEXESVC",
    "\\PAExec",
    "\\RemCom",
    "\\csexec",
    "\\winexesvc",
    // published malware
    "\\isapi_http",
    "\\isapi_dg",
    "\\sdlrpc",
    "\\ahexec",
    "\\lsassw",
    "\\NamePipe_MoreWindows",
    "\\pcheap_reuse",
    "\\bizkaz",
    "\\atctl",
    "\\adschemerpc",
    "\\AnonymousPipe",
    "\\bc31a7",
    "\\bc367",
    "\\dce_3d",
    "\\rpchlp_3",
    "\\testPipe",
    "\\winsession",
    "\\46a676ab7f179e511e30dd2dc41bd388",
    "\\9f81f59bc58452127884ce513865ed20",
    "\\e710f28d59aa529d6792ca6ff0ca1b34",
    "\\6e7645c4-32c5-4fe3-aabf-e94c2f4370e7",
    "\\583da945-62af-10e8-4902-a8f205c72b2e",
] as const;

/** Which pipes betray who is talking. */
export const pipes: EventChoice = selected(
    "PipeEvent",
    "Windows talks to itself over pipes all day. Kept are names that tell of an implant or of a service being lured.",
    {
        name: technique("T1134.001"),
        reason: "A name with \\pipe\\ inside: a service is lured into a pipe that looks like its own, to take its token (the potatoes, PrintSpoofer).",
        filters: { PipeName: { contains: "\\pipe\\" } },
    },
    {
        name: technique("T1559"),
        reason: "Default names of well-known implants and remote tools.",
        filters: { PipeName: { "begin with": implantPipes } },
    },
    {
        name: technique("T1059.001"),
        reason: "PowerShell's own pipe in a program that is not PowerShell.",
        rule: "and",
        filters: { PipeName: { "begin with": "\\PSHost." }, Image: { "is not": powershellImages } },
    },
    {
        name: technique("T1562.002"),
        reason: "The Event Log service starts anew, or is spoken to from elsewhere: how it is crashed from another machine.",
        filters: { PipeName: { is: "\\eventlog" } },
    },
);
