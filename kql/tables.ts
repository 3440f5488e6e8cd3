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

/** Columns that every table of a workspace has (article on standard columns in Azure Monitor Logs). */
const standard = `TenantId TimeGenerated:datetime SourceSystem Type _ResourceId _SubscriptionId _IsBillable _BilledSize:real
    _ItemId _TimeReceived:datetime`;

/** Columns about the agent that wrote a row; `MG` stands in no reference, but in every such row. */
const agent = "MG ManagementGroupName Computer";

/** Tables of a Log Analytics workspace that rules over Windows machines read (Azure Monitor Logs table reference). */
export const workspaceTables: Readonly<Record<string, readonly Column[]>> = {
    Event: columns(
        "Event",
        `${standard} ${agent} AzureDeploymentID EventCategory:int EventData EventID:int EventLevel:int EventLevelName EventLog
        Message ParameterXml RenderedDescription Role Source UserName`,
    ),
    WindowsEvent: columns(
        "WindowsEvent",
        `${standard} ${agent} Channel Correlation EventData:dynamic EventID:int EventLevel:int EventLevelName EventOriginId
        EventRecordId Keywords Opcode Provider RawEventData SystemProcessId:int SystemThreadId:int SystemUserId Task:int
        Version:int`,
    ),
    SecurityEvent: columns(
        "SecurityEvent",
        `${standard} ${agent} AccessMask Account AccountDomain AccountExpires AccountName AccountSessionIdentifier AccountType
        Activity AdditionalInfo AdditionalInfo2 AllowedToDelegateTo Attributes AuditPolicyChanges AuditsDiscarded:int
        AuthenticationLevel:int AuthenticationPackageName AuthenticationProvider AuthenticationServer
        AuthenticationService:int AuthenticationType AzureDeploymentID CACertificateHash CAPublicKeyHash CalledStationID
        CallerProcessId CallerProcessName CallingStationID CategoryId CertificateDatabaseHash Channel ClassId ClassName
        ClientAddress ClientIPAddress ClientName CommandLine CompatibleIds Correlation DCDNSName DeviceDescription DeviceId
        DisplayName Disposition DomainBehaviorVersion DomainName DomainPolicyChanged DomainSid EAPType ElevatedToken
        ErrorCode:int EventData EventID:int EventLevelName EventOriginId EventRecordId EventSourceName
        ExtendedQuarantineState FailureReason FileHash FilePath FilePathNoUser Filter ForceLogoff Fqbn
        FullyQualifiedSubjectMachineName FullyQualifiedSubjectUserName GroupMembership HandleId HardwareIds HomeDirectory
        HomePath InterfaceUuid IpAddress IpPort KeyLength:int Keywords Level LmPackageName LocationInformation
        LockoutDuration LockoutObservationWindow LockoutThreshold LoggingResult LogonGuid LogonHours LogonID
        LogonProcessName LogonType:int LogonTypeName MachineAccountQuota MachineInventory MachineLogon MandatoryLabel
        MaxPasswordAge MemberName MemberSid MinPasswordAge MinPasswordLength MixedDomainMode NASIPv4Address NASIPv6Address
        NASIdentifier NASPort NASPortType NetworkPolicyName NewDate NewMaxUsers NewProcessId NewProcessName NewRemark
        NewShareFlags NewTime NewUacValue NewValue NewValueType ObjectName ObjectServer ObjectType ObjectValueName
        OemInformation OldMaxUsers OldRemark OldShareFlags OldUacValue OldValue OldValueType Opcode OperationType
        PackageName ParentProcessName PasswordHistoryLength PasswordLastSet PasswordProperties PreviousDate PreviousTime
        PrimaryGroupId PrivateKeyUsageCount PrivilegeList Process ProcessId ProcessName ProfilePath Properties
        ProtocolSequence ProxyPolicyName QuarantineHelpURL QuarantineSessionID QuarantineSessionIdentifier QuarantineState
        QuarantineSystemHealthResult RelativeTargetName RemoteIpAddress RemotePort RequestId Requester RestrictedAdminMode
        RowsDeleted SamAccountName ScriptPath SecurityDescriptor ServiceAccount ServiceFileName ServiceName
        ServiceStartType:int ServiceType SessionName ShareLocalPath ShareName SidHistory SourceComputerId Status
        StorageAccount SubStatus SubcategoryGuid SubcategoryId Subject SubjectAccount SubjectDomainName
        SubjectKeyIdentifier SubjectLogonId SubjectMachineName SubjectMachineSID SubjectUserName SubjectUserSid
        SystemProcessId:int SystemThreadId:int SystemUserId TableId TargetAccount TargetDomainName TargetInfo
        TargetLinkedLogonId TargetLogonGuid TargetLogonId TargetOutboundDomainName TargetOutboundUserName TargetServerName
        TargetSid TargetUser TargetUserName TargetUserSid Task:int TemplateContent TemplateDSObjectFQDN
        TemplateInternalName TemplateOID TemplateSchemaVersion TemplateVersion TokenElevationType TransmittedServices
        UserAccountControl UserParameters UserPrincipalName UserWorkstations VendorIds Version:int VirtualAccount
        Workstation WorkstationName`,
    ),
    Heartbeat: columns(
        "Heartbeat",
        `${standard} ${agent} Category ComputerEnvironment ComputerIP ComputerPrivateIPs:dynamic IsGatewayInstalled:bool
        OSMajorVersion OSMinorVersion OSName OSType RemoteIPCountry RemoteIPLatitude:real RemoteIPLongitude:real Resource
        ResourceGroup ResourceId ResourceProvider ResourceType SCAgentChannel Solutions SourceComputerId SubscriptionId
        VMUUID Version`,
    ),
    Usage: columns(
        "Usage",
        `${standard} AvgLatencyInSeconds:real BatchesCapped:long BatchesOutsideSla:long BatchesWithinSla:long Computer DataType
        EndTime:datetime IsBillable:bool LinkedMeterId LinkedResourceUri MeterId Plan Quantity:real QuantityUnit
        ResourceUri Solution StartTime:datetime TotalBatches:long`,
    ),
    Operation: columns(
        "Operation",
        `${standard} ${agent} CorrelationId Detail ErrorId HelpLink OperationCategory OperationKey OperationStatus Solution
        SourceComputerId`,
    ),
    SentinelHealth: columns(
        "SentinelHealth",
        `TenantId TimeGenerated:datetime Type _BilledSize:real _IsBillable Description ExtendedProperties:dynamic
        OperationName Reason RecordId SentinelResourceId SentinelResourceKind SentinelResourceName SentinelResourceType
        SourceSystem Status WorkspaceId`,
    ),
    _LogOperation: columns(
        "_LogOperation",
        `${standard} Category Computer Detail Level Operation Resource ResourceId WorkspaceId`,
    ),
};
