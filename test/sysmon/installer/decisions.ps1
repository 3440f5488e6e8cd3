# Asks the installer's own function for every case of decisionCases.json, on any PowerShell:
#   pwsh -NoProfile -File test/sysmon/installer/decisions.ps1
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# The table and the function are taken out of the script, since the script itself installs.
$script = Join-Path -Path $PSScriptRoot -ChildPath '../../../sysmon/installer/install-sysmon.ps1'
$errors = $null
$tree = [System.Management.Automation.Language.Parser]::ParseFile((Resolve-Path -LiteralPath $script).Path, [ref] $null, [ref] $errors)
if ($errors.Count -gt 0) { throw ('The installer does not parse: {0}' -f $errors[0].Message) }
$isWanted = {
    param($node)
    ($node -is [System.Management.Automation.Language.FunctionDefinitionAst] -and $node.Name -eq 'Select-Decision') -or
    ($node -is [System.Management.Automation.Language.AssignmentStatementAst] -and $node.Left.Extent.Text -eq '$Decisions')
}
foreach ($part in $tree.FindAll($isWanted, $true)) { . ([scriptblock]::Create($part.Extent.Text)) }

$failed = 0
$cases = Get-Content -LiteralPath (Join-Path -Path $PSScriptRoot -ChildPath 'decisionCases.json') -Raw | ConvertFrom-Json
foreach ($case in $cases) {
    $seen = @{}
    foreach ($fact in $case.observation.PSObject.Properties) { $seen[$fact.Name] = $fact.Value }
    $decision = Select-Decision -Observation $seen
    if ($decision.Step -cne $case.step -or $decision.Reason -cne $case.reason) {
        $failed++
        Write-Output -InputObject ('{0}: expected {1} {2}, decided {3} {4}' -f $case.name, $case.step, $case.reason, $decision.Step, $decision.Reason)
    }
}
Write-Output -InputObject ('{0} passed, {1} failed' -f ($cases.Count - $failed), $failed)
exit [int] ($failed -gt 0)
