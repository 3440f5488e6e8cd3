import { readColumns } from "./table";
import type { Column } from "./types";

/** Columns of a table, written `name` for text and `name:type` otherwise. */
function columns(table: string, text: string): readonly Column[] {
    const declared = text
        .trim()
        .split(/\s+/)
        .map((pair) => {
            const [name = "", type = "string"] = pair.split(":");
            return { name, type };
        });
    return readColumns(table, declared);
}

/** Columns that every table of a workspace has. */
const common =
    "TenantId TimeGenerated:datetime SourceSystem Type _ResourceId _SubscriptionId _IsBillable _BilledSize:real";

/**
 * Tables of a Log Analytics workspace that rules over Windows machines read (Azure Monitor Logs table reference; of
 * SecurityEvent, the columns that detections use).
 */
export const workspaceTables: Readonly<Record<string, readonly Column[]>> = {
    Event: columns(
        "Event",
        `${common} AzureDeploymentID Computer EventCategory:int EventData EventID:int EventLevel:int EventLevelName EventLog
        ManagementGroupName Message ParameterXml RenderedDescription Role Source UserName`,
    ),
    WindowsEvent: columns(
        "WindowsEvent",
        `${common} Channel Computer Correlation EventData:dynamic EventID:int EventLevel:int EventLevelName EventOriginId
        EventRecordId Keywords ManagementGroupName Opcode Provider RawEventData SystemProcessId:int SystemThreadId:int
        SystemUserId Task:int Version:int`,
    ),
    SecurityEvent: columns(
        "SecurityEvent",
        `${common} AccessMask Account AccountDomain AccountName AccountType Activity AuthenticationPackageName CallerProcessName
        Channel CommandLine Computer ElevatedToken EventData EventID:int EventLevelName EventOriginId EventRecordId
        EventSourceName FailureReason FilePath HandleId IpAddress IpPort KeyLength:int Level LogonGuid LogonID
        LogonProcessName LogonType:int LogonTypeName MandatoryLabel MemberName MemberSid NewProcessId NewProcessName
        ObjectName ObjectServer ObjectType OperationType ParentProcessName PrivilegeList Process ProcessId ProcessName
        Properties RelativeTargetName ServiceAccount ServiceFileName ServiceName ServiceStartType ServiceType ShareName
        SourceComputerId Status SubStatus Subject SubjectAccount SubjectDomainName SubjectLogonId SubjectUserName
        SubjectUserSid TargetAccount TargetDomainName TargetLogonId TargetServerName TargetSid TargetUserName TargetUserSid
        Task:int TokenElevationType WorkstationName`,
    ),
    Heartbeat: columns(
        "Heartbeat",
        `${common} Category Computer ComputerEnvironment ComputerIP ComputerPrivateIPs:dynamic IsGatewayInstalled:bool
        ManagementGroupName OSMajorVersion OSMinorVersion OSName OSType RemoteIPCountry RemoteIPLatitude:real
        RemoteIPLongitude:real Resource ResourceGroup ResourceId ResourceProvider ResourceType SCAgentChannel Solutions
        SourceComputerId SubscriptionId VMUUID Version`,
    ),
    Usage: columns(
        "Usage",
        `${common} AvgLatencyInSeconds:real BatchesCapped:long BatchesOutsideSla:long BatchesWithinSla:long Computer DataType
        EndTime:datetime IsBillable:bool LinkedMeterId LinkedResourceUri MeterId Quantity:real QuantityUnit ResourceUri
        Solution StartTime:datetime TotalBatches:long`,
    ),
    _LogOperation: columns(
        "_LogOperation",
        `${common} Category Computer Detail Level Operation Resource ResourceId WorkspaceId`,
    ),
};
