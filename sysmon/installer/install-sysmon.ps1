<#
.SYNOPSIS
Brings Sysmon on this machine to the wanted state, and proves that it is there.

.DESCRIPTION
Runs as SYSTEM or as an administrator in 64-bit Windows PowerShell 5.1, without anybody to ask.

A machine is in one of these states, and each has one way to the wanted one:
  no Sysmon                         install                               -i <configuration>
  another version than the source   old binary out, new one in            -u, then -i <configuration>
  same version, other configuration update                                -c <configuration>
  same version, same configuration  nothing
  service or driver left behind     finish the removal, then install      -u force, then -i <configuration>

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
Text. The last line is a JSON summary of less than 1,000 characters. The exit code is 0, or one of $ExitCodes.
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
    # The Sysmon built into Windows: used where it is enabled (auto), never, or always, enabling it (require).
    [ValidateSet('auto', 'never', 'require')]
    [string] $BuiltIn = 'auto'
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
}

$MicrosoftUrl = 'https://download.sysinternals.com/files/Sysmon.zip'
$ServicesKey = 'HKLM:\SYSTEM\CurrentControlSet\Services'
$SysmonFileNames = @('Sysmon.exe', 'Sysmon64.exe', 'Sysmon64a.exe')
$BuiltInBinary = Join-Path -Path ([Environment]::SystemDirectory) -ChildPath 'Sysmon.exe'

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
    if ($Ensure -eq 'absent') { return }
    foreach ($digest in @($ConfigSha256, $SourceSha256)) {
        if ($digest -ne '' -and $digest -notmatch '^[0-9a-fA-F]{64}$') {
            Stop-Installation -Reason 'BadArguments' -Message ('"{0}" is no SHA-256: give 64 hexadecimal digits.' -f (Get-Excerpt -Text $digest))
        }
    }
    if ($ConfigPath -eq '' -or $ConfigSha256 -eq '') {
        Stop-Installation -Reason 'BadArguments' -Message 'No configuration is named. Give -ConfigPath and -ConfigSha256.'
    }
    if ($SourceKind -eq 'url' -and ($SourceUrl -notmatch '^https://' -or $SourceSha256 -eq '')) {
        Stop-Installation -Reason 'BadArguments' -Message 'A source of kind url needs an https address (-SourceUrl) and its SHA-256 (-SourceSha256).'
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
            Invoke-WebRequest -Uri $Url -OutFile $partial -UseBasicParsing -TimeoutSec 120
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
    param($Installation, [string] $Folder)

    if (-not $Installation.Exists) {
        Stop-Installation -Reason 'UninstallFailed' -Message ('The service {0} is there, but its binary {1} is gone. Install once more (ensure: present, builtIn: auto), then try again.' -f $Installation.Service, $Installation.Binary)
    }
    $keep = Join-Path -Path $Folder -ChildPath 'installed'
    [void] [System.IO.Directory]::CreateDirectory($keep)
    $copy = Join-Path -Path $keep -ChildPath ($Installation.Binary -split '\\')[-1]
    Copy-Item -LiteralPath $Installation.Binary -Destination $copy -Force
    return $copy
}

function Install-Sysmon {
    param([string] $Binary, [string] $Config, [string] $Folder)

    $run = Invoke-Sysmon -Binary $Binary -Arguments ('-i "{0}"' -f $Config) -Folder $Folder
    if (@(Get-SysmonInstallation).Count -eq 0) {
        Stop-Installation -Reason 'InstallFailed' -Message ('Sysmon did not install (its exit code is {0}). A configuration that this version rejects is the usual cause: run "sysmon-azure sysmon check" on it. It said: {1}' -f $run.ExitCode, (Get-Excerpt -Text $run.Output))
    }
}

# Old binary out, new one in. Where the new one does not install, the old one is put back: an old sensor sees more
# than none.
function Update-Sysmon {
    param($Installation, [string] $Candidate, [string] $Config, [string] $Folder)

    $old = Copy-InstalledBinary -Installation $Installation -Folder $Folder
    Uninstall-Sysmon -Service $Installation.Service -Driver $Installation.Driver -Binary $old -Folder $Folder
    try {
        Install-Sysmon -Binary $Candidate -Config $Config -Folder $Folder
    }
    catch {
        $cause = $_.Exception
        [void] (Invoke-Sysmon -Binary $old -Arguments ('-i "{0}"' -f $Config) -Folder $Folder)
        $fate = 'The earlier version could not be put back: this machine has no sensor now.'
        if (@(Get-SysmonInstallation).Count -gt 0) { $fate = 'The earlier version was put back.' }
        Stop-Installation -Reason 'InstallFailed' -Message ('{0} {1}' -f $fate, $cause.Message)
    }
}

function Update-Configuration {
    param($Installation, [string] $Config, [string] $Folder)

    Assert-MicrosoftSignature -Path $Installation.Binary
    $run = Invoke-Sysmon -Binary $Installation.Binary -Arguments ('-c "{0}"' -f $Config) -Folder $Folder
    # The hash is the proof; the exit code alone is not, in either direction.
    if ($run.ExitCode -ne 0 -and (Get-AppliedConfigSha256 -Installation $Installation -Folder $Folder) -ne $ConfigSha256) {
        Stop-Installation -Reason 'ConfigRejected' -Message ('Sysmon {0} rejected the configuration (its exit code is {1}). Run "sysmon-azure sysmon check" on it. It said: {2}' -f (Get-BinaryVersion -Path $Installation.Binary), $run.ExitCode, (Get-Excerpt -Text $run.Output))
    }
}

# Whether Windows has its built-in Sysmon: 'unavailable', 'disabled' or 'enabled'.
function Get-BuiltInState {
    try { $feature = Get-WindowsOptionalFeature -Online -FeatureName 'Sysmon' }
    catch { return 'unavailable' }
    if ($null -eq $feature) { return 'unavailable' }
    if ([string] $feature.State -eq 'Enabled') { return 'enabled' }
    return 'disabled'
}

# Makes the built-in Sysmon ready to be installed with a configuration.
function Enable-BuiltIn {
    param([object[]] $Installed, [string] $Folder)

    $state = Get-BuiltInState
    if ($state -eq 'unavailable') {
        Stop-Installation -Reason 'BuiltInUnavailable' -Message 'This Windows has no built-in Sysmon. Update Windows, or set builtIn to auto.'
    }
    foreach ($standalone in @($Installed | Where-Object -FilterScript { -not $_.IsBuiltIn })) {
        $binary = Copy-InstalledBinary -Installation $standalone -Folder $Folder
        Uninstall-Sysmon -Service $standalone.Service -Driver $standalone.Driver -Binary $binary -Folder $Folder
    }
    if ($state -eq 'disabled') {
        $outcome = Enable-WindowsOptionalFeature -Online -FeatureName 'Sysmon' -All -NoRestart -WarningAction SilentlyContinue
        if ($outcome.RestartNeeded) {
            Stop-Installation -Reason 'RestartNeeded' -Message 'The built-in Sysmon is enabled and waits for a restart. Restart the machine, then try again.'
        }
    }
    if (-not (Test-Path -LiteralPath $BuiltInBinary -PathType Leaf)) {
        Stop-Installation -Reason 'BuiltInUnavailable' -Message ('The built-in Sysmon is enabled, but {0} is missing. Restart the machine, then try again.' -f $BuiltInBinary)
    }
}

# The candidate where the machine needs one, empty where the installed binary stays.
function Select-Candidate {
    param($Installation, [string] $Folder, [System.Collections.Generic.List[string]] $Warnings)

    if ($null -eq $Installation -or -not $Installation.Exists) { return Get-Candidate -Folder $Folder }
    if ($SourceSha256 -ne '' -and (Get-Sha256 -Path $Installation.Binary) -eq $SourceSha256) { return '' }
    try { $candidate = Get-Candidate -Folder $Folder }
    catch {
        # Microsoft's current version is a wish, not a condition: a configuration must reach machines that cannot
        # reach the download. A pinned source is a condition.
        if ($SourceKind -ne 'microsoft' -or $_.Exception.Data['Reason'] -ne 'SourceUnavailable') { throw }
        $Warnings.Add('The installed version stays, since the current one cannot be downloaded.')
        return ''
    }
    $current = Get-BinaryVersion -Path $Installation.Binary
    $offered = Get-BinaryVersion -Path $candidate
    $foreign = (Get-WantedFileName) -eq 'Sysmon64a.exe' -and $Installation.Binary -notlike '*\Sysmon64a.exe'
    $replaces = $offered -ne $current
    if ($SourceKind -eq 'microsoft') { $replaces = $offered -gt $current }
    if ($replaces -or $foreign) { return $candidate }
    return ''
}

# Applies the configuration with the binary that is installed; says what was done.
function Set-Configuration {
    param($Installation, [string] $Config, [string] $Folder)

    if (-not (Test-ServiceRunning -Service $Installation.Service)) {
        # A service that does not start is reported by the proof at the end, with its own cause.
        Start-Service -Name $Installation.Service -ErrorAction SilentlyContinue
        [void] (Wait-Until -Seconds 30 -Condition { Test-ServiceRunning -Service $Installation.Service })
    }
    if ((Get-AppliedConfigSha256 -Installation $Installation -Folder $Folder) -eq $ConfigSha256) { return 'none' }
    Update-Configuration -Installation $Installation -Config $Config -Folder $Folder
    return 'configured'
}

# Brings the wanted Sysmon onto the machine; says what was done.
function Set-Present {
    param([string] $Folder, [System.Collections.Generic.List[string]] $Warnings)

    $config = Get-Configuration -Folder $Folder
    $installed = @(Get-SysmonInstallation)
    $useBuiltIn = $BuiltIn -eq 'require'
    if ($BuiltIn -eq 'auto' -and $installed.Count -eq 0 -and (Test-Path -LiteralPath $BuiltInBinary -PathType Leaf)) {
        $useBuiltIn = (Get-BuiltInState) -eq 'enabled'
    }
    if ($useBuiltIn) {
        Enable-BuiltIn -Installed $installed -Folder $Folder
        $installed = @(Get-SysmonInstallation)
    }
    if ($installed.Count -gt 1) {
        Stop-Installation -Reason 'SeveralInstallations' -Message ('Sysmon is installed {0} times, as {1}. Remove all of them once (ensure: absent), then install again.' -f $installed.Count, (@($installed | ForEach-Object -Process { $_.Service }) -join ', '))
    }
    $installation = $null
    if ($installed.Count -eq 1) { $installation = $installed[0] }

    if ($null -ne $installation -and $installation.IsBuiltIn) {
        if ($BuiltIn -eq 'never') {
            Stop-Installation -Reason 'BuiltInConflict' -Message 'The Sysmon built into Windows is in use, and a standalone one cannot live beside it. Set builtIn to auto, or disable the Windows feature Sysmon.'
        }
        return Set-Configuration -Installation $installation -Config $config -Folder $Folder
    }
    if ($useBuiltIn) {
        Assert-MicrosoftSignature -Path $BuiltInBinary
        Install-Sysmon -Binary $BuiltInBinary -Config $config -Folder $Folder
        return 'installed'
    }

    $candidate = Select-Candidate -Installation $installation -Folder $Folder -Warnings $Warnings
    if ($null -eq $installation) {
        if (Test-DriverKey -Driver 'SysmonDrv') {
            Uninstall-Sysmon -Service '' -Driver 'SysmonDrv' -Binary $candidate -Folder $Folder
        }
        Install-Sysmon -Binary $candidate -Config $config -Folder $Folder
        return 'installed'
    }
    if (-not $installation.Exists) {
        Uninstall-Sysmon -Service $installation.Service -Driver $installation.Driver -Binary $candidate -Folder $Folder
        Install-Sysmon -Binary $candidate -Config $config -Folder $Folder
        return 'installed'
    }
    if ($candidate -ne '') {
        Update-Sysmon -Installation $installation -Candidate $candidate -Config $config -Folder $Folder
        return 'upgraded'
    }
    return Set-Configuration -Installation $installation -Config $config -Folder $Folder
}

# Takes every Sysmon off the machine; says what was done. The Windows feature stays as it is.
function Set-Absent {
    param([string] $Folder)

    $installed = @(Get-SysmonInstallation)
    foreach ($installation in $installed) {
        $binary = Copy-InstalledBinary -Installation $installation -Folder $Folder
        Uninstall-Sysmon -Service $installation.Service -Driver $installation.Driver -Binary $binary -Folder $Folder
    }
    if (Test-DriverKey -Driver 'SysmonDrv') {
        Stop-Installation -Reason 'UninstallFailed' -Message 'The driver SysmonDrv is left without a service. Restart the machine; if it stays, install once more (ensure: present), then remove.'
    }
    if ($installed.Count -eq 0) { return 'none' }
    return 'removed'
}

# Service runs, driver is loaded, configuration is the wanted one: or the installation has failed.
function Assert-Working {
    param($Installation, [string] $Folder)

    if (-not (Wait-Until -Seconds 60 -Condition { Test-ServiceRunning -Service $Installation.Service })) {
        Stop-Installation -Reason 'ServiceNotRunning' -Message ('The service {0} is installed but does not run. See the System event log for its error; a newer Windows or another version of Sysmon may be needed.' -f $Installation.Service)
    }
    if (-not (Wait-Until -Seconds 30 -Condition { Test-DriverRunning -Driver $Installation.Driver })) {
        Stop-Installation -Reason 'DriverNotLoaded' -Message ('The driver {0} is not loaded, so nothing is seen. A binary for another processor or a code integrity policy keeps it out; see the log Microsoft-Windows-CodeIntegrity/Operational.' -f $Installation.Driver)
    }
    [void] (Wait-Until -Seconds 30 -Condition { (Get-AppliedConfigSha256 -Installation $Installation -Folder $Folder) -eq $ConfigSha256 })
    $applied = Get-AppliedConfigSha256 -Installation $Installation -Folder $Folder
    if ($applied -eq '') {
        Stop-Installation -Reason 'ConfigUnverified' -Message 'This version of Sysmon does not say which configuration it applied. Let the installer bring a newer version.'
    }
    if ($applied -ne $ConfigSha256) {
        Stop-Installation -Reason 'ConfigNotApplied' -Message ('Sysmon took the configuration without an error but runs the one with SHA-256 {0}. Something else configures Sysmon on this machine (group policy, another tool): stop it, or restart the machine and try again.' -f $applied)
    }
}

# The last line of the output: JSON, ASCII, less than 1,000 characters however long the message is.
function Get-Summary {
    param($Facts)

    $json = $Facts | ConvertTo-Json -Compress
    while ($json.Length -ge 1000 -and $Facts.message.Length -gt 0) {
        $Facts.message = $Facts.message.Substring(0, [Math]::Floor($Facts.message.Length / 2))
        $json = $Facts | ConvertTo-Json -Compress
    }
    return $json
}

$exitCode = 0
$folder = ''
$lock = $null
$warnings = New-Object -TypeName 'System.Collections.Generic.List[string]'
$facts = [ordered] @{ result = 'ok'; exitCode = 0; action = 'none'; service = ''; version = ''; configSha256 = ''; message = '' }
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
    $folder = New-PrivateFolder
    if ($Ensure -eq 'absent') {
        $facts.action = Set-Absent -Folder $folder
    }
    else {
        $facts.action = Set-Present -Folder $folder -Warnings $warnings
        $installation = @(Get-SysmonInstallation)[0]
        Assert-Working -Installation $installation -Folder $folder
        $facts.service = $installation.Service
        $facts.version = [string] (Get-BinaryVersion -Path $installation.Binary)
        $facts.configSha256 = $ConfigSha256.ToLowerInvariant()
    }
    $facts.message = $warnings -join ' '
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
    if ($folder -ne '') { Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue }
    if ($null -ne $lock) {
        $lock.ReleaseMutex()
        $lock.Dispose()
    }
}
Write-Output -InputObject (Get-Summary -Facts $facts)
exit $exitCode
