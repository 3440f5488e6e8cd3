<#
.SYNOPSIS
Brings Sysmon on this machine to the wanted state, and proves that it is there.

.DESCRIPTION
Runs as SYSTEM or as an administrator in 64-bit Windows PowerShell 5.1, without anybody to ask.

It looks at the machine, takes one step, and looks again, until the machine is as wanted. Which step is next, the table
$Decisions says; a step has its effect, or it ends the run with an exit code of its own.

Nothing that was downloaded runs before its SHA-256 (where one is pinned) and its Authenticode signer are checked.
The Sysmon process is never ended from outside: it is protected since version 15, and machines hang on it.

Facts this rests on:
- Service and file are named after the executable (Sysmon, Sysmon64, Sysmon64a); the driver is SysmonDrv unless
  installed under another name, which the service's key "Parameters" holds as DriverName. (Sysmon command reference)
- The driver's key "Parameters" holds ConfigHash, "SHA256=" and the SHA-256 of the bytes of the applied configuration
  file; "-c" without a file reports the same as "Config hash". (observed with versions 13 to 15)
- The built-in Sysmon of Windows is the optional feature "Sysmon", its binary System32\Sysmon.exe; it cannot live
  beside a standalone one. (Windows Server command reference, sysmon)
- Win32_Processor.Architecture: 0 x86, 9 x64, 12 ARM64. (CIMWin32 reference)

.OUTPUTS
Text. The last line is a JSON summary of less than 2,000 characters: the state before, the steps taken, the state after,
service, version, SHA-256 of the configuration, seconds. The exit code is 0, or one of $ExitCodes.
#>
[CmdletBinding()]
param(
    # The configuration to apply. Required unless Sysmon is to be absent.
    [string] $ConfigPath = '',
    # SHA-256 of that file, in hexadecimal. Required with it.
    [string] $ConfigSha256 = '',
    # Where the binary comes from: Microsoft's current download, an address of your own, a file on this machine.
    [ValidateSet('microsoft', 'url', 'file')]
    [string] $SourceKind = 'microsoft',
    [string] $SourceUrl = '',
    # SHA-256 of the zip or executable at that address or path. Required for 'url' and 'file'.
    [string] $SourceSha256 = '',
    [string] $SourcePath = '',
    # You accept the license terms of Sysmon. Required.
    [switch] $AcceptEula,
    [ValidateSet('present', 'absent')]
    [string] $Ensure = 'present',
    # The Sysmon built into Windows: used where it is enabled (auto), used where Windows has it, enabling it (prefer),
    # never, or nothing else (require).
    [ValidateSet('auto', 'prefer', 'never', 'require')]
    [string] $BuiltIn = 'auto',
    # Least size of the event channel in megabytes; 0 leaves it as it is. A larger channel is never made smaller.
    [ValidateRange(0, 16384)]
    [int] $ChannelMegabytes = 0,
    # Proxy for the download, as http://host:port. Without it the system's own settings hold.
    [string] $ProxyUrl = ''
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$ExitCodes = @{
    Unexpected           = 20
    NotElevated          = 21
    WrongProcess         = 22
    UnsupportedWindows   = 23
    LicenseNotAccepted   = 24
    BadArguments         = 25
    ConfigMissing        = 26
    ConfigMismatch       = 27
    Busy                 = 28
    SourceUnavailable    = 29
    SourceMismatch       = 30
    SourceUnusable       = 31
    SignatureInvalid     = 32
    NotSysmon            = 33
    SeveralInstallations = 34
    BuiltInUnavailable   = 35
    BuiltInConflict      = 36
    RestartNeeded        = 37
    UninstallFailed      = 38
    InstallFailed        = 39
    ConfigRejected       = 40
    SysmonHangs          = 41
    ServiceNotRunning    = 42
    DriverNotLoaded      = 43
    ConfigNotApplied     = 44
    ConfigUnverified     = 45
    ChannelNotResized    = 46
}

$MicrosoftUrl = 'https://download.sysinternals.com/files/Sysmon.zip'
$ServicesKey = 'HKLM:\SYSTEM\CurrentControlSet\Services'
$SysmonFileNames = @('Sysmon.exe', 'Sysmon64.exe', 'Sysmon64a.exe')
$BuiltInBinary = Join-Path -Path ([Environment]::SystemDirectory) -ChildPath 'Sysmon.exe'

# What one run carries from step to step.
$Run = @{
    Folder        = ''
    Config        = ''
    Source        = 'unasked'
    Candidate     = ''
    SourceProblem = ''
    Feature       = ''
    Installed     = @()
    Backup        = ''
}

# <decisions>
$Decisions = @(
    # A service whose executable is gone can be removed with another executable of Sysmon.
    @{ Step = 'FetchSource'; Reason = ''; When = @{ Ensure = 'absent'; Source = 'unasked'; Sysmon = 'standalone', 'builtIn', 'both', 'several'; Binary = 'missing' } }
    # Nothing at hand can remove it.
    @{ Step = 'Fail'; Reason = 'SourceUnavailable'; When = @{ Ensure = 'absent'; Source = 'unreachable'; Sysmon = 'standalone', 'builtIn', 'both', 'several'; Binary = 'missing' } }
    # Whichever way it came, it goes.
    @{ Step = 'UninstallAll'; Reason = ''; When = @{ Ensure = 'absent'; Sysmon = 'standalone', 'builtIn', 'both', 'several' } }
    # Only Sysmon itself takes its driver out in order.
    @{ Step = 'FetchSource'; Reason = ''; When = @{ Ensure = 'absent'; Source = 'unasked'; Remains = 'driver' } }
    # Nothing at hand can remove the driver.
    @{ Step = 'Fail'; Reason = 'SourceUnavailable'; When = @{ Ensure = 'absent'; Source = 'unreachable'; Remains = 'driver' } }
    # A removal that was not finished is finished.
    @{ Step = 'UninstallRemains'; Reason = ''; When = @{ Ensure = 'absent'; Remains = 'driver' } }
    # Nothing of Sysmon is left.
    @{ Step = 'Done'; Reason = ''; When = @{ Ensure = 'absent' } }
    # Which of them is the right one is for a person to say.
    @{ Step = 'Fail'; Reason = 'SeveralInstallations'; When = @{ Sysmon = 'several' } }
    # A standalone one cannot live beside it, and a feature of Windows is not ours to take away.
    @{ Step = 'Fail'; Reason = 'BuiltInConflict'; When = @{ BuiltIn = 'never'; Sysmon = 'builtIn', 'both' } }
    # This Windows has none.
    @{ Step = 'Fail'; Reason = 'BuiltInUnavailable'; When = @{ BuiltIn = 'require'; Feature = 'unavailable' } }
    # What is installed goes on seeing until Windows has restarted.
    @{ Step = 'Fail'; Reason = 'RestartNeeded'; When = @{ BuiltIn = 'require'; Sysmon = 'none', 'standalone'; Feature = 'restartPending' } }
    # A service whose executable is gone needs one, to be removed or replaced.
    @{ Step = 'FetchSource'; Reason = ''; When = @{ Source = 'unasked'; Binary = 'missing' } }
    # Nothing at hand can mend it.
    @{ Step = 'Fail'; Reason = 'SourceUnavailable'; When = @{ Source = 'unreachable'; Binary = 'missing' } }
    # The two cannot live together, and the feature is not ours to take away.
    @{ Step = 'UninstallStandalone'; Reason = ''; When = @{ Sysmon = 'both' } }
    # The feature stays off while a standalone one is there.
    @{ Step = 'UninstallStandalone'; Reason = ''; When = @{ BuiltIn = 'prefer', 'require'; Sysmon = 'standalone'; Feature = 'disabled', 'enabled' } }
    # It is off by default.
    @{ Step = 'EnableFeature'; Reason = ''; When = @{ BuiltIn = 'prefer', 'require'; Sysmon = 'none'; Feature = 'disabled' } }
    # A standalone one would be in the way of the feature that comes with the restart.
    @{ Step = 'Fail'; Reason = 'RestartNeeded'; When = @{ BuiltIn = 'auto', 'prefer'; Sysmon = 'none'; Feature = 'restartPending' } }
    # It is there and wants its configuration.
    @{ Step = 'InstallBuiltIn'; Reason = ''; When = @{ BuiltIn = 'auto', 'prefer', 'require'; Sysmon = 'none'; Feature = 'enabled' } }
    # There is nothing to install yet.
    @{ Step = 'FetchSource'; Reason = ''; When = @{ Source = 'unasked'; Sysmon = 'none' } }
    # There is nothing to install.
    @{ Step = 'Fail'; Reason = 'SourceUnavailable'; When = @{ Source = 'unreachable'; Sysmon = 'none' } }
    # Over the rest of an old installation a new one fails.
    @{ Step = 'UninstallRemains'; Reason = ''; When = @{ Sysmon = 'none'; Remains = 'driver' } }
    # The machine has no sensor.
    @{ Step = 'Install'; Reason = ''; When = @{ Sysmon = 'none' } }
    # Its service cannot start; the source's executable removes it, and takes its place.
    @{ Step = 'UninstallStandalone'; Reason = ''; When = @{ Binary = 'missing' } }
    # Whether the installed version is the wanted one shows beside the source.
    @{ Step = 'FetchSource'; Reason = ''; When = @{ Source = 'unasked'; Sysmon = 'standalone'; Version = 'unknown' } }
    # An update is the old one's removal and the new one's installation.
    @{ Step = 'UninstallStandalone'; Reason = ''; When = @{ Sysmon = 'standalone'; Version = 'older', 'foreign' } }
    # A pinned version is meant, whether it is newer or older.
    @{ Step = 'UninstallStandalone'; Reason = ''; When = @{ Pinned = 'yes'; Sysmon = 'standalone'; Version = 'newer' } }
    # The sensor filters by something else than the stack plans.
    @{ Step = 'Configure'; Reason = ''; When = @{ Configuration = 'unknown', 'other' } }
    # A stopped sensor logs nothing.
    @{ Step = 'StartService'; Reason = ''; When = @{ Service = 'stopped' } }
    # The service runs and sees nothing.
    @{ Step = 'Fail'; Reason = 'DriverNotLoaded'; When = @{ Driver = 'stopped' } }
    # While the agent is away, events wait in the channel, and the oldest go first.
    @{ Step = 'ResizeChannel'; Reason = ''; When = @{ Channel = 'small' } }
    # The machine is as wanted.
    @{ Step = 'Done'; Reason = ''; When = @{  } }
)
# </decisions>

# The first rule that fits decides.
function Select-Decision {
    param($Observation)

    foreach ($rule in $Decisions) {
        $fits = $true
        foreach ($fact in $rule.When.Keys) {
            if (@($rule.When[$fact]) -cnotcontains $Observation[$fact]) { $fits = $false }
        }
        if ($fits) { return $rule }
    }
}

# Ends the installation: the reason names the exit code, the message says cause and next step.
function Stop-Installation {
    param([string] $Reason, [string] $Message)

    $problem = New-Object -TypeName System.InvalidOperationException -ArgumentList $Message
    $problem.Data['Reason'] = $Reason
    throw $problem
}

# The end of a longer text, on one line of printable ASCII, for use inside a message.
function Get-Excerpt {
    param([string] $Text, [int] $Length = 240)

    $line = ($Text -replace '[^\x20-\x7E]+', ' ' -replace '\s+', ' ').Trim()
    if ($line.Length -le $Length) { return $line }
    return '...' + $line.Substring($line.Length - $Length)
}

function Get-Sha256 {
    param([string] $Path)

    return (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant()
}

# Polls until the condition holds; false when the time is up.
function Wait-Until {
    param([scriptblock] $Condition, [int] $Seconds)

    $deadline = [DateTime]::UtcNow.AddSeconds($Seconds)
    while (-not (& $Condition)) {
        if ([DateTime]::UtcNow -ge $deadline) { return $false }
        Start-Sleep -Seconds 2
    }
    return $true
}

# A value of the registry as text; empty where the key or the value is missing.
function Get-RegistryText {
    param([string] $Key, [string] $Name)

    $item = Get-Item -LiteralPath $Key -ErrorAction SilentlyContinue
    if ($null -eq $item) { return '' }
    return [string] $item.GetValue($Name, '')
}

# A new folder that only SYSTEM and administrators can enter. It is born with its access list and a name nobody can
# guess, since ordinary users may create folders beside it.
function New-PrivateFolder {
    $name = 'sysmon-azure-' + [Guid]::NewGuid().ToString('N')
    $folder = Join-Path -Path ([Environment]::GetFolderPath('CommonApplicationData')) -ChildPath $name
    $security = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm('D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    [void] [System.IO.Directory]::CreateDirectory($folder, $security)
    return $folder
}

# ---- What is asked for ----

function Assert-Surroundings {
    $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object -TypeName System.Security.Principal.WindowsPrincipal -ArgumentList $identity
    if (-not $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)) {
        Stop-Installation -Reason 'NotElevated' -Message 'The installer must run as SYSTEM or as an elevated administrator. Start it again with those rights.'
    }
    if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) {
        Stop-Installation -Reason 'WrongProcess' -Message 'This is the 32-bit PowerShell of a 64-bit Windows, which cannot see all of the system. Run the powershell.exe of the Sysnative folder.'
    }
    $windows = [Environment]::OSVersion.Version
    if ($windows.Major -lt 10) {
        Stop-Installation -Reason 'UnsupportedWindows' -Message ('Sysmon needs Windows 10 or Windows Server 2016 and later; this is version {0}. Leave this machine out.' -f $windows)
    }
}

function Assert-Arguments {
    if (-not $AcceptEula) {
        Stop-Installation -Reason 'LicenseNotAccepted' -Message 'The license terms of Sysmon are not accepted. Read them and set acceptEula to true.'
    }
    foreach ($digest in @($ConfigSha256, $SourceSha256)) {
        if ($digest -ne '' -and $digest -notmatch '^[0-9a-fA-F]{64}$') {
            Stop-Installation -Reason 'BadArguments' -Message ('"{0}" is no SHA-256: give 64 hexadecimal digits.' -f (Get-Excerpt -Text $digest))
        }
    }
    if ($Ensure -eq 'present' -and ($ConfigPath -eq '' -or $ConfigSha256 -eq '')) {
        Stop-Installation -Reason 'BadArguments' -Message 'No configuration is named. Give -ConfigPath and -ConfigSha256.'
    }
    if ($SourceKind -eq 'url' -and ($SourceUrl -notmatch '^https://' -or $SourceSha256 -eq '')) {
        Stop-Installation -Reason 'BadArguments' -Message 'A source of kind url needs an https address (-SourceUrl) and its SHA-256 (-SourceSha256).'
    }
    if ($ProxyUrl -ne '' -and $ProxyUrl -notmatch '^https?://[^@]+$') {
        Stop-Installation -Reason 'BadArguments' -Message 'The proxy must be http://host:port, without a user name (-ProxyUrl).'
    }
    if ($SourceKind -eq 'file' -and ($SourcePath -eq '' -or $SourceSha256 -eq '')) {
        Stop-Installation -Reason 'BadArguments' -Message 'A source of kind file needs its path (-SourcePath) and its SHA-256 (-SourceSha256).'
    }
}

# The configuration, copied to the private folder first and compared there, so that nobody can swap it in between.
function Get-Configuration {
    param([string] $Folder)

    if (-not (Test-Path -LiteralPath $ConfigPath -PathType Leaf)) {
        Stop-Installation -Reason 'ConfigMissing' -Message ('There is no configuration at {0}. Check how the payload was delivered.' -f $ConfigPath)
    }
    $copy = Join-Path -Path $Folder -ChildPath 'sysmon.xml'
    Copy-Item -LiteralPath $ConfigPath -Destination $copy
    $actual = Get-Sha256 -Path $copy
    if ($actual -ne $ConfigSha256) {
        Stop-Installation -Reason 'ConfigMismatch' -Message ('The configuration has SHA-256 {0}, wanted is {1}. Deliver it again; if it happens again, somebody changes it on the way.' -f $actual, $ConfigSha256.ToLowerInvariant())
    }
    return $copy
}

# ---- The binary ----

function Get-WantedFileName {
    if (-not [Environment]::Is64BitOperatingSystem) { return 'Sysmon.exe' }
    $processor = Get-CimInstance -ClassName 'Win32_Processor' | Select-Object -First 1
    if ($processor.Architecture -eq 12) { return 'Sysmon64a.exe' }
    return 'Sysmon64.exe'
}

# Downloads to a file. Waits and tries again where that can help: no answer, 408, 429 and 5xx.
function Save-Download {
    param([string] $Url, [string] $Path)

    [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
    $partial = $Path + '.part'
    $pause = 5
    for ($attempt = 1; $true; $attempt++) {
        try {
            $request = @{ Uri = $Url; OutFile = $partial; UseBasicParsing = $true; TimeoutSec = 120 }
            if ($ProxyUrl -ne '') { $request['Proxy'] = $ProxyUrl }
            Invoke-WebRequest @request
            Move-Item -LiteralPath $partial -Destination $Path
            return
        }
        catch {
            $status = 0
            if ($_.Exception -is [System.Net.WebException] -and $null -ne $_.Exception.Response) {
                $status = [int] $_.Exception.Response.StatusCode
            }
            $hopeless = $status -ge 400 -and $status -lt 500 -and $status -ne 408 -and $status -ne 429
            if ($hopeless -or $attempt -ge 7) {
                Stop-Installation -Reason 'SourceUnavailable' -Message ('Sysmon cannot be downloaded from {0}: {1} Check firewall, proxy and address, or name a source that this machine can reach.' -f ($Url -replace '\?.*$', ''), (Get-Excerpt -Text $_.Exception.Message))
            }
        }
        Start-Sleep -Seconds $pause
        $pause = [Math]::Min(2 * $pause, 60)
    }
}

# Refuses a binary whose Authenticode signature is not valid or not Microsoft's.
function Assert-MicrosoftSignature {
    param([string] $Path)

    $signature = Get-AuthenticodeSignature -LiteralPath $Path
    if ($signature.Status -ne [System.Management.Automation.SignatureStatus]::Valid) {
        Stop-Installation -Reason 'SignatureInvalid' -Message ('The signature of {0} is {1}, so it was not run. Use an unchanged binary of Microsoft; an old Windows may need its root certificates updated.' -f $Path, $signature.Status)
    }
    # One name part per line, so that a part that only quotes the organization does not pass for it.
    $parts = $signature.SignerCertificate.SubjectName.Decode([System.Security.Cryptography.X509Certificates.X500DistinguishedNameFlags]::UseNewLines) -split '\r?\n'
    if ($parts -cnotcontains 'O=Microsoft Corporation') {
        Stop-Installation -Reason 'SignatureInvalid' -Message ('{0} is signed by "{1}", not by Microsoft Corporation, so it was not run. Use an unchanged binary of Microsoft.' -f $Path, (Get-Excerpt -Text $signature.SignerCertificate.Subject))
    }
}

# Whether the file calls itself Sysmon in its version resource, whatever its name. A file that cannot be read is not.
function Test-SysmonIdentity {
    param([string] $Path)

    try { $information = [System.Diagnostics.FileVersionInfo]::GetVersionInfo($Path) }
    catch { return $false }
    return ([string] $information.ProductName).Trim() -eq 'Sysinternals Sysmon' -or ([string] $information.FileDescription).Trim() -eq 'System activity monitor'
}

function Get-BinaryVersion {
    param([string] $Path)

    $information = [System.Diagnostics.FileVersionInfo]::GetVersionInfo($Path)
    return New-Object -TypeName System.Version -ArgumentList $information.FileMajorPart, $information.FileMinorPart, $information.FileBuildPart, $information.FilePrivatePart
}

# Whether two executables are for the same processor, by the machine field of their headers.
function Test-SameProcessor {
    param([string] $One, [string] $Other)

    $processors = foreach ($path in @($One, $Other)) {
        $reader = New-Object -TypeName System.IO.BinaryReader -ArgumentList ([System.IO.File]::OpenRead($path))
        try {
            [void] $reader.BaseStream.Seek(0x3C, [System.IO.SeekOrigin]::Begin)
            [void] $reader.BaseStream.Seek($reader.ReadInt32() + 4, [System.IO.SeekOrigin]::Begin)
            $reader.ReadUInt16()
        }
        finally { $reader.Dispose() }
    }
    return $processors[0] -eq $processors[1]
}

# The executable for this machine's processor out of a zip or an executable: checked, ready to run.
function Expand-Source {
    param([string] $Package, [string] $Folder)

    $wanted = Get-WantedFileName
    $binary = Join-Path -Path $Folder -ChildPath $wanted
    $stream = [System.IO.File]::OpenRead($Package)
    try { $magic = [string] [char] $stream.ReadByte() + [char] $stream.ReadByte() }
    catch { $magic = '' }
    finally { $stream.Dispose() }
    if ($magic -ceq 'MZ') {
        Copy-Item -LiteralPath $Package -Destination $binary
    }
    elseif ($magic -ceq 'PK') {
        Add-Type -AssemblyName 'System.IO.Compression.FileSystem'
        try { $archive = [System.IO.Compression.ZipFile]::OpenRead($Package) }
        catch { Stop-Installation -Reason 'SourceUnusable' -Message 'The source is a damaged zip. Provide it again.' }
        try {
            $entry = $archive.Entries | Where-Object -FilterScript { $_.Name -eq $wanted } | Select-Object -First 1
            if ($null -eq $entry) {
                Stop-Installation -Reason 'SourceUnusable' -Message ('The zip holds no {0}, which this processor needs. Use the complete zip of Microsoft.' -f $wanted)
            }
            [System.IO.Compression.ZipFileExtensions]::ExtractToFile($entry, $binary)
        }
        finally { $archive.Dispose() }
    }
    else {
        Stop-Installation -Reason 'SourceUnusable' -Message 'The source is neither a zip nor an executable; often it is the sign-in page of a proxy. Open the address on this machine to see.'
    }
    Assert-MicrosoftSignature -Path $binary
    if (-not (Test-SysmonIdentity -Path $binary)) {
        Stop-Installation -Reason 'NotSysmon' -Message 'The source is signed by Microsoft but is not Sysmon, so it was not run. Correct the source.'
    }
    return $binary
}

# The binary that the source offers, in the private folder.
function Get-Candidate {
    param([string] $Folder)

    $package = Join-Path -Path $Folder -ChildPath 'source.bin'
    if ($SourceKind -eq 'file') {
        if (-not (Test-Path -LiteralPath $SourcePath -PathType Leaf)) {
            Stop-Installation -Reason 'SourceUnavailable' -Message ('There is no file {0}. Check how the payload was delivered.' -f $SourcePath)
        }
        Copy-Item -LiteralPath $SourcePath -Destination $package
    }
    elseif ($SourceKind -eq 'url') {
        Save-Download -Url $SourceUrl -Path $package
    }
    else {
        Save-Download -Url $MicrosoftUrl -Path $package
    }
    if ($SourceSha256 -ne '') {
        $actual = Get-Sha256 -Path $package
        if ($actual -ne $SourceSha256) {
            Stop-Installation -Reason 'SourceMismatch' -Message ('The source has SHA-256 {0}, pinned is {1}, so it was not run. If the source was renewed on purpose, pin the new value.' -f $actual, $SourceSha256.ToLowerInvariant())
        }
    }
    return Expand-Source -Package $package -Folder $Folder
}

# ---- What is on the machine ----

# The executable of a service's command line.
function Get-ServiceBinary {
    param([string] $CommandLine)

    $line = [Environment]::ExpandEnvironmentVariables($CommandLine)
    if ($line -match '^\s*"([^"]+)"') { return $Matches[1] }
    if ($line -match '^\s*(.+?\.exe)(\s|$)') { return $Matches[1] }
    return $line.Trim()
}

# Every Sysmon on this machine, by what its service runs: { Service, Binary, Exists, Driver, IsBuiltIn }.
function Get-SysmonInstallation {
    foreach ($service in @(Get-CimInstance -ClassName 'Win32_Service')) {
        $binary = Get-ServiceBinary -CommandLine ([string] $service.PathName)
        if ($binary -eq '' -or $binary -like '*\svchost.exe') { continue }
        $isBuiltIn = $binary -eq $BuiltInBinary
        $exists = [System.IO.File]::Exists($binary)
        if ($exists) {
            $isSysmon = $isBuiltIn -or (Test-SysmonIdentity -Path $binary)
        }
        else {
            $isSysmon = $SysmonFileNames -contains ($binary -split '\\')[-1]
        }
        if (-not $isSysmon) { continue }
        $driver = (Get-RegistryText -Key ('{0}\{1}\Parameters' -f $ServicesKey, $service.Name) -Name 'DriverName') -replace '\.sys$', ''
        if ($driver -eq '') { $driver = 'SysmonDrv' }
        [pscustomobject] @{
            Service   = $service.Name
            Binary    = $binary
            Exists    = $exists
            Driver    = $driver
            IsBuiltIn = $isBuiltIn
        }
    }
}

function Test-DriverKey {
    param([string] $Driver)

    return Test-Path -LiteralPath ('{0}\{1}' -f $ServicesKey, $Driver)
}

function Test-ServiceExists {
    param([string] $Service)

    return $null -ne (Get-Service -Name $Service -ErrorAction SilentlyContinue)
}

function Test-ServiceRunning {
    param([string] $Service)

    $state = Get-Service -Name $Service -ErrorAction SilentlyContinue
    return $null -ne $state -and $state.Status -eq [System.ServiceProcess.ServiceControllerStatus]::Running
}

function Test-DriverRunning {
    param([string] $Driver)

    $state = Get-CimInstance -ClassName 'Win32_SystemDriver' | Where-Object -FilterScript { $_.Name -eq $Driver } | Select-Object -First 1
    return $null -ne $state -and $state.State -eq 'Running'
}

# SHA-256 of the configuration that the sensor says it applied, in lower case; empty where it does not say.
function Get-AppliedConfigSha256 {
    param($Installation, [string] $Folder)

    $reported = Get-RegistryText -Key ('{0}\{1}\Parameters' -f $ServicesKey, $Installation.Driver) -Name 'ConfigHash'
    if ($reported -notmatch 'SHA256=([0-9A-Fa-f]{64})') {
        if (-not $Installation.Exists) { return '' }
        Assert-MicrosoftSignature -Path $Installation.Binary
        $reported = (Invoke-Sysmon -Binary $Installation.Binary -Arguments '-c' -Folder $Folder).Output
    }
    if ($reported -match 'SHA256=([0-9A-Fa-f]{64})') { return $Matches[1].ToLowerInvariant() }
    return ''
}

# ---- What is done to it ----

# Runs Sysmon and returns { ExitCode, Output }. Sysmon writes to stderr also when all is well, and writes UTF-16 to a
# pipe: so no PowerShell redirection, and the zero bytes are taken out.
function Invoke-Sysmon {
    param([string] $Binary, [string] $Arguments, [string] $Folder)

    $start = New-Object -TypeName System.Diagnostics.ProcessStartInfo
    $start.FileName = $Binary
    $start.Arguments = '-accepteula ' + $Arguments
    $start.WorkingDirectory = $Folder
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $output = $process.StandardOutput.ReadToEndAsync()
    $errors = $process.StandardError.ReadToEndAsync()
    if (-not $process.WaitForExit(600000)) {
        Stop-Installation -Reason 'SysmonHangs' -Message ('Sysmon has not answered to "{0}" for 10 minutes and was left running, since ending it can hang the machine. Restart the machine, then try again.' -f $Arguments)
    }
    $process.WaitForExit()
    return [pscustomobject] @{
        ExitCode = $process.ExitCode
        Output   = ($output.Result + ' ' + $errors.Result) -replace '\x00', ''
    }
}

# Takes an installation out with its own binary, or with another one where its own is gone.
function Uninstall-Sysmon {
    param([string] $Service, [string] $Driver, [string] $Binary, [string] $Folder)

    Assert-MicrosoftSignature -Path $Binary
    $output = ''
    foreach ($arguments in @('-u', '-u force')) {
        $output = (Invoke-Sysmon -Binary $Binary -Arguments $arguments -Folder $Folder).Output
        $gone = Wait-Until -Seconds 60 -Condition {
            ($Service -eq '' -or -not (Test-ServiceExists -Service $Service)) -and -not (Test-DriverKey -Driver $Driver)
        }
        if ($gone) { return }
    }
    Stop-Installation -Reason 'UninstallFailed' -Message ('Sysmon could not be removed. Close Event Viewer and the Services console, restart the machine, and try again. It said: {0}' -f (Get-Excerpt -Text $output))
}

# A copy of an installed binary under its own name, so that removing it does not pull the file from under itself.
function Copy-InstalledBinary {
    param($Installation)

    $keep = Join-Path -Path $Run.Folder -ChildPath ('installed-' + [Guid]::NewGuid().ToString('N'))
    [void] [System.IO.Directory]::CreateDirectory($keep)
    $copy = Join-Path -Path $keep -ChildPath ($Installation.Binary -split '\\')[-1]
    Copy-Item -LiteralPath $Installation.Binary -Destination $copy
    return $copy
}

# Takes installations out, each with its own binary, or with the source's where its own is gone.
function Remove-Installation {
    param([object[]] $Installed)

    foreach ($installation in $Installed) {
        $binary = $Run.Candidate
        if ($installation.Exists) {
            $binary = Copy-InstalledBinary -Installation $installation
            $Run.Backup = $binary
        }
        Uninstall-Sysmon -Service $installation.Service -Driver $installation.Driver -Binary $binary -Folder $Run.Folder
    }
}

# Installs with the wanted configuration. Where that fails after an earlier version was taken out, the earlier one is put
# back: an old sensor sees more than none.
function Install-Sysmon {
    param([string] $Binary)

    Assert-MicrosoftSignature -Path $Binary
    $attempt = Invoke-Sysmon -Binary $Binary -Arguments ('-i "{0}"' -f $Run.Config) -Folder $Run.Folder
    if (@(Get-SysmonInstallation).Count -eq 0) {
        $fate = ''
        if ($Run.Backup -ne '') {
            [void] (Invoke-Sysmon -Binary $Run.Backup -Arguments ('-i "{0}"' -f $Run.Config) -Folder $Run.Folder)
            $fate = 'The earlier version could not be put back: this machine has no sensor now. '
            if (@(Get-SysmonInstallation).Count -gt 0) { $fate = 'The earlier version was put back. ' }
        }
        Stop-Installation -Reason 'InstallFailed' -Message ('{0}Sysmon did not install (its exit code is {1}). A configuration that this version rejects is the usual cause: run "sysmon-azure sysmon check" on it. It said: {2}' -f $fate, $attempt.ExitCode, (Get-Excerpt -Text $attempt.Output))
    }
    # A fresh service needs a moment until it has loaded its driver and its configuration.
    [void] (Wait-Until -Seconds 60 -Condition {
            $now = @(Get-SysmonInstallation)
            $now.Count -gt 0 -and (Test-ServiceRunning -Service $now[0].Service) -and (Test-DriverRunning -Driver $now[0].Driver) -and (Get-AppliedConfigSha256 -Installation $now[0] -Folder $Run.Folder) -eq $ConfigSha256
        })
}

# Applies the configuration with the binary that is installed, and waits until the sensor says that it runs it.
function Update-Configuration {
    param($Installation)

    if (-not (Test-ServiceRunning -Service $Installation.Service)) {
        # A service that does not start under its old configuration may do so under the new one.
        Start-Service -Name $Installation.Service -ErrorAction SilentlyContinue
        [void] (Wait-Until -Seconds 30 -Condition { Test-ServiceRunning -Service $Installation.Service })
    }
    Assert-MicrosoftSignature -Path $Installation.Binary
    $attempt = Invoke-Sysmon -Binary $Installation.Binary -Arguments ('-c "{0}"' -f $Run.Config) -Folder $Run.Folder
    # The hash is the proof; the exit code alone is not, in either direction.
    if (Wait-Until -Seconds 30 -Condition { (Get-AppliedConfigSha256 -Installation $Installation -Folder $Run.Folder) -eq $ConfigSha256 }) { return }
    if ($attempt.ExitCode -ne 0) {
        Stop-Installation -Reason 'ConfigRejected' -Message ('Sysmon {0} rejected the configuration (its exit code is {1}). Run "sysmon-azure sysmon check" on it. It said: {2}' -f (Get-BinaryVersion -Path $Installation.Binary), $attempt.ExitCode, (Get-Excerpt -Text $attempt.Output))
    }
    $applied = Get-AppliedConfigSha256 -Installation $Installation -Folder $Run.Folder
    if ($applied -eq '') {
        Stop-Installation -Reason 'ConfigUnverified' -Message 'This version of Sysmon does not say which configuration it applied. Let the installer bring a newer version.'
    }
    Stop-Installation -Reason 'ConfigNotApplied' -Message ('Sysmon took the configuration without an error but runs the one with SHA-256 {0}. Something else configures Sysmon on this machine (group policy, another tool): stop it, or restart the machine and try again.' -f $applied)
}

function Start-Sysmon {
    param($Installation)

    Start-Service -Name $Installation.Service -ErrorAction SilentlyContinue
    if (-not (Wait-Until -Seconds 60 -Condition { Test-ServiceRunning -Service $Installation.Service })) {
        Stop-Installation -Reason 'ServiceNotRunning' -Message ('The service {0} is installed but does not run. See the System event log for its error; a newer Windows or another version of Sysmon may be needed.' -f $Installation.Service)
    }
    [void] (Wait-Until -Seconds 30 -Condition { Test-DriverRunning -Driver $Installation.Driver })
}

function Enable-BuiltIn {
    $Run.Feature = ''
    $outcome = Enable-WindowsOptionalFeature -Online -FeatureName 'Sysmon' -All -NoRestart -WarningAction SilentlyContinue
    if ($outcome.RestartNeeded) {
        Stop-Installation -Reason 'RestartNeeded' -Message 'The built-in Sysmon is enabled and waits for a restart. Restart the machine, then try again.'
    }
    if ((Get-FeatureFact -Sysmon 'none') -eq 'disabled') {
        Stop-Installation -Reason 'BuiltInUnavailable' -Message 'Windows took the order to enable its built-in Sysmon, and did not. See the log Microsoft-Windows-Servicing; or set builtIn to never.'
    }
}

# The source's binary at hand, or the finding that it cannot be reached. Microsoft's current version is a wish, not a
# condition: a configuration must reach machines that cannot reach the download. A pinned source is a condition.
function Receive-Source {
    try {
        $Run.Candidate = Get-Candidate -Folder $Run.Folder
        $Run.Source = 'ready'
    }
    catch {
        if ($SourceKind -ne 'microsoft' -or $_.Exception.Data['Reason'] -ne 'SourceUnavailable') { throw }
        $Run.Source = 'unreachable'
        $Run.SourceProblem = $_.Exception.Message
    }
}

function Open-Channel {
    return New-Object -TypeName System.Diagnostics.Eventing.Reader.EventLogConfiguration -ArgumentList 'Microsoft-Windows-Sysmon/Operational'
}

function Resize-Channel {
    try {
        $channel = Open-Channel
        try {
            $channel.MaximumSizeInBytes = [long] $ChannelMegabytes * 1048576
            $channel.SaveChanges()
        }
        finally { $channel.Dispose() }
    }
    catch {
        Stop-Installation -Reason 'ChannelNotResized' -Message ('The channel Microsoft-Windows-Sysmon/Operational cannot be set to {0} MB: {1} A group policy may hold its size; ask for no more than it allows.' -f $ChannelMegabytes, (Get-Excerpt -Text $_.Exception.Message))
    }
}

# ---- What is seen, in the words of $Decisions ----

function Get-FeatureFact {
    param([string] $Sysmon)

    if ($BuiltIn -eq 'never') { return 'unasked' }
    # Asking takes Windows seconds, so it is left out where no rule wants to know.
    if ($BuiltIn -eq 'auto' -and ($Sysmon -ne 'none' -or -not [System.IO.File]::Exists($BuiltInBinary))) { return 'unasked' }
    if ($Run.Feature -eq '') {
        $state = ''
        try { $state = [string] (Get-WindowsOptionalFeature -Online -FeatureName 'Sysmon').State }
        catch { $state = '' }
        $Run.Feature = 'disabled'
        if ($state -eq '') { $Run.Feature = 'unavailable' }
        if ($state -eq 'EnablePending') { $Run.Feature = 'restartPending' }
        if ($state -eq 'Enabled') {
            $Run.Feature = 'restartPending'
            if ([System.IO.File]::Exists($BuiltInBinary)) { $Run.Feature = 'enabled' }
        }
    }
    return $Run.Feature
}

function Get-VersionFact {
    param($Installation)

    if ($Installation.IsBuiltIn) { return 'unknown' }
    if ($Run.Source -ne 'ready') {
        if ($SourceSha256 -ne '' -and (Get-Sha256 -Path $Installation.Binary) -eq $SourceSha256) { return 'same' }
        return 'unknown'
    }
    if ((Get-WantedFileName) -eq 'Sysmon64a.exe' -and -not (Test-SameProcessor -One $Installation.Binary -Other $Run.Candidate)) { return 'foreign' }
    $current = Get-BinaryVersion -Path $Installation.Binary
    $offered = Get-BinaryVersion -Path $Run.Candidate
    if ($offered -gt $current) { return 'older' }
    if ($offered -lt $current) { return 'newer' }
    return 'same'
}

function Get-ConfigurationFact {
    param($Installation)

    $applied = Get-AppliedConfigSha256 -Installation $Installation -Folder $Run.Folder
    if ($applied -eq '') { return 'unknown' }
    if ($applied -eq $ConfigSha256) { return 'wanted' }
    return 'other'
}

function Get-ChannelFact {
    if ($ChannelMegabytes -eq 0) { return 'fits' }
    try { $channel = Open-Channel }
    catch { return 'fits' }
    try {
        if ($channel.MaximumSizeInBytes -lt [long] $ChannelMegabytes * 1048576) { return 'small' }
        return 'fits'
    }
    finally { $channel.Dispose() }
}

# The machine as it is now. What a fact of an installation is where there is not exactly one, no rule asks.
function Get-Observation {
    $Run.Installed = @(Get-SysmonInstallation)
    $standalone = @($Run.Installed | Where-Object -FilterScript { -not $_.IsBuiltIn })
    $seen = @{
        Ensure = $Ensure; BuiltIn = $BuiltIn; Pinned = 'no'; Source = $Run.Source; Sysmon = 'none'; Binary = 'present'
        Remains = 'none'; Feature = 'unasked'; Version = 'unknown'; Service = 'none'; Driver = 'none'
        Configuration = 'unknown'; Channel = 'fits'
    }
    if ($SourceSha256 -ne '') { $seen.Pinned = 'yes' }
    if ($standalone.Count -gt 1) { $seen.Sysmon = 'several' }
    elseif ($standalone.Count -eq 1 -and $Run.Installed.Count -gt 1) { $seen.Sysmon = 'both' }
    elseif ($standalone.Count -eq 1) { $seen.Sysmon = 'standalone' }
    elseif ($Run.Installed.Count -eq 1) { $seen.Sysmon = 'builtIn' }
    if (@($standalone | Where-Object -FilterScript { -not $_.Exists }).Count -gt 0) { $seen.Binary = 'missing' }
    if ($seen.Sysmon -eq 'none' -and (Test-DriverKey -Driver 'SysmonDrv')) { $seen.Remains = 'driver' }
    if ($Run.Installed.Count -eq 1) {
        $seen.Service = 'stopped'
        if (Test-ServiceRunning -Service $Run.Installed[0].Service) { $seen.Service = 'running' }
        $seen.Driver = 'stopped'
        if (Test-DriverRunning -Driver $Run.Installed[0].Driver) { $seen.Driver = 'loaded' }
    }
    if ($Ensure -eq 'absent') { return $seen }
    $seen.Feature = Get-FeatureFact -Sysmon $seen.Sysmon
    if ($Run.Installed.Count -eq 1 -and $seen.Binary -eq 'present') {
        $seen.Version = Get-VersionFact -Installation $Run.Installed[0]
        $seen.Configuration = Get-ConfigurationFact -Installation $Run.Installed[0]
        $seen.Channel = Get-ChannelFact
    }
    return $seen
}

# An observation in a few words, for the summary.
function Get-StateText {
    param($Seen)

    if ($Seen.Sysmon -eq 'none') {
        if ($Seen.Remains -eq 'driver') { return 'half removed' }
        return 'absent'
    }
    $words = @($Seen.Sysmon)
    if ($Seen.Binary -eq 'missing') { $words += 'without its executable' }
    if ($Seen.Version -ne 'unknown') { $words += $Seen.Version + ' version' }
    if ($Seen.Service -ne 'none') { $words += $Seen.Service }
    if ($Seen.Configuration -ne 'unknown') { $words += $Seen.Configuration + ' configuration' }
    return $words -join ', '
}

# ---- What is decided, done ----

function Invoke-Step {
    param([string] $Step)

    switch -CaseSensitive ($Step) {
        'FetchSource' { Receive-Source }
        'UninstallStandalone' { Remove-Installation -Installed @($Run.Installed | Where-Object -FilterScript { -not $_.IsBuiltIn }) }
        'UninstallAll' { Remove-Installation -Installed $Run.Installed }
        'UninstallRemains' { Uninstall-Sysmon -Service '' -Driver 'SysmonDrv' -Binary $Run.Candidate -Folder $Run.Folder }
        'EnableFeature' { Enable-BuiltIn }
        'InstallBuiltIn' { Install-Sysmon -Binary $BuiltInBinary }
        'Install' { Install-Sysmon -Binary $Run.Candidate }
        'Configure' { Update-Configuration -Installation $Run.Installed[0] }
        'StartService' { Start-Sysmon -Installation $Run.Installed[0] }
        'ResizeChannel' { Resize-Channel }
        default { throw ('There is no step {0}.' -f $Step) }
    }
}

# The end of a run that a rule refuses to go on with.
function Stop-AsDecided {
    param([string] $Reason)

    switch -CaseSensitive ($Reason) {
        'SourceUnavailable' { Stop-Installation -Reason 'SourceUnavailable' -Message $Run.SourceProblem }
        'SeveralInstallations' { Stop-Installation -Reason 'SeveralInstallations' -Message ('Sysmon is installed {0} times, as {1}. Remove all of them once (ensure: absent), then install again.' -f $Run.Installed.Count, (@($Run.Installed | ForEach-Object -Process { $_.Service }) -join ', ')) }
        'BuiltInConflict' { Stop-Installation -Reason 'BuiltInConflict' -Message 'The Sysmon built into Windows is in use, and a standalone one cannot live beside it. Set builtIn to auto, or disable the Windows feature Sysmon.' }
        'BuiltInUnavailable' { Stop-Installation -Reason 'BuiltInUnavailable' -Message 'This Windows has no built-in Sysmon. Update Windows, or set builtIn to prefer.' }
        'RestartNeeded' { Stop-Installation -Reason 'RestartNeeded' -Message 'The built-in Sysmon waits for a restart of Windows. Restart the machine, then try again.' }
        'DriverNotLoaded' { Stop-Installation -Reason 'DriverNotLoaded' -Message ('The driver {0} is not loaded, so nothing is seen. A binary for another processor or a code integrity policy keeps it out; see the log Microsoft-Windows-CodeIntegrity/Operational.' -f $Run.Installed[0].Driver) }
        default { throw ('There is no reason {0}.' -f $Reason) }
    }
}

# The last line of the output: JSON, ASCII, less than 2,000 characters however long the message is.
function Get-Summary {
    param($Facts)

    $json = $Facts | ConvertTo-Json -Compress
    while ($json.Length -ge 2000 -and $Facts.message.Length -gt 0) {
        $Facts.message = $Facts.message.Substring(0, [Math]::Floor($Facts.message.Length / 2))
        $json = $Facts | ConvertTo-Json -Compress
    }
    return $json
}

$exitCode = 0
$lock = $null
$clock = [System.Diagnostics.Stopwatch]::StartNew()
$steps = New-Object -TypeName 'System.Collections.Generic.List[string]'
$facts = [ordered] @{ result = 'ok'; exitCode = 0; before = ''; action = 'none'; after = ''; service = ''; version = ''; configSha256 = ''; seconds = 0; message = '' }
try {
    Assert-Surroundings
    Assert-Arguments
    $lock = New-Object -TypeName System.Threading.Mutex -ArgumentList $false, 'Global\sysmon-azure-installer'
    try { $mine = $lock.WaitOne([TimeSpan]::FromMinutes(10)) }
    catch [System.Threading.AbandonedMutexException] { $mine = $true }
    if (-not $mine) {
        $lock.Dispose()
        $lock = $null
        Stop-Installation -Reason 'Busy' -Message 'Another run of this installer has been at work for 10 minutes. Wait for it, then try again.'
    }
    $Run.Folder = New-PrivateFolder
    if ($Ensure -eq 'present') { $Run.Config = Get-Configuration -Folder $Run.Folder }
    while ($true) {
        $seen = Get-Observation
        $facts.after = Get-StateText -Seen $seen
        if ($facts.before -eq '') { $facts.before = $facts.after }
        $decision = Select-Decision -Observation $seen
        if ($decision.Step -ceq 'Done') { break }
        if ($decision.Step -ceq 'Fail') { Stop-AsDecided -Reason $decision.Reason }
        if ($steps.Count -ge 12) { throw 'The machine does not come to rest: something else changes Sysmon at the same time.' }
        $steps.Add($decision.Step)
        $facts.action = $steps -join ', '
        Invoke-Step -Step $decision.Step
    }
    if ($Ensure -eq 'present') {
        $facts.configSha256 = $ConfigSha256.ToLowerInvariant()
        if ($Run.Source -eq 'unreachable') { $facts.message = 'The installed version stays, since the current one cannot be downloaded.' }
    }
}
catch {
    $reason = [string] $_.Exception.Data['Reason']
    $message = Get-Excerpt -Text $_.Exception.Message -Length 1500
    if ($reason -eq '') {
        $reason = 'Unexpected'
        $message = 'Line {0}: {1} Try again; if it happens again, report this line.' -f $_.InvocationInfo.ScriptLineNumber, $message
    }
    $exitCode = $ExitCodes[$reason]
    $facts.result = $reason
    $facts.exitCode = $exitCode
    $facts.message = $message
    Write-Output -InputObject ('sysmon-azure: {0} (exit {1}): {2}' -f $reason, $exitCode, $message)
}
finally {
    try {
        if ($null -ne $lock -and $steps.Count -gt 0) {
            # What a failed step left behind is worth knowing; how Sysmon answers to a question is not worth waiting for.
            $Run.Installed = @(Get-SysmonInstallation)
        }
        if (@($Run.Installed).Count -eq 1) {
            $facts.service = $Run.Installed[0].Service
            if ($Run.Installed[0].Exists) { $facts.version = [string] (Get-BinaryVersion -Path $Run.Installed[0].Binary) }
        }
        elseif (@($Run.Installed).Count -eq 0 -and $facts.result -ne 'ok' -and $steps.Count -gt 0) { $facts.after = 'absent' }
    }
    catch { $facts.service = '' }
    if ($Run.Folder -ne '') { Remove-Item -LiteralPath $Run.Folder -Recurse -Force -ErrorAction SilentlyContinue }
    if ($null -ne $lock) {
        $lock.ReleaseMutex()
        $lock.Dispose()
    }
}
$facts.seconds = [int] $clock.Elapsed.TotalSeconds
Write-Output -InputObject (Get-Summary -Facts $facts)
exit $exitCode
