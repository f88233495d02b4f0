<#
.SYNOPSIS
    Sets the clock of WSL when it is more than two seconds away from Windows' clock, as it is after a sleep.

.DESCRIPTION
    Install-Flatnet.ps1 runs this at the start and whenever Windows resumes, as the user whom WSL belongs to. A clock that is in step is left
    alone: time services step and slew it themselves. First WSL's own hardware clock is asked (hwclock), then Windows' time is given.

.EXAMPLE
    .\Sync-WslClock.ps1 -Distribution Ubuntu-24.04 -WhatIf -Verbose
    Says how far apart the clocks are.
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [Parameter(Mandatory = $true)][string]$Distribution,
    [int]$ToleranceSeconds = 2
)

Set-StrictMode -Version 2.0
# A native program that writes to its error output is no reason to stop.
$ErrorActionPreference = 'Continue'

function Get-WslProgram {
    <# .SYNOPSIS
        The wsl.exe that also works where nobody is logged on. #>
    $installed = Join-Path $env:ProgramFiles 'WSL\wsl.exe'
    if (Test-Path -LiteralPath $installed) { return $installed }
    return Join-Path $env:SystemRoot 'System32\wsl.exe'
}

function Get-Offset {
    <# .SYNOPSIS
        Seconds that WSL is behind Windows; nothing when WSL does not answer. #>
    $inside = & $Wsl -d $Distribution -u root --exec date +%s 2>$null
    if ($LASTEXITCODE -ne 0 -or "$inside" -notmatch '^\d+$') { return $null }
    return [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() - [long]"$inside"
}

$Wsl = Get-WslProgram
$offset = $null
# Right after a resume WSL may need a moment.
for ($try = 1; $try -le 5 -and $null -eq $offset; $try++) {
    $offset = Get-Offset
    if ($null -eq $offset) { Start-Sleep -Seconds 5 }
}
if ($null -eq $offset) {
    Write-Error "WSL's distribution $Distribution does not answer: wsl -l -v"
    exit 1
}
Write-Verbose "WSL is $offset s behind Windows"
if ([Math]::Abs($offset) -le $ToleranceSeconds) { exit 0 }
if ($PSCmdlet.ShouldProcess($Distribution, "Set the clock, which is $offset s behind Windows")) {
    & $Wsl -d $Distribution -u root --exec hwclock --hctosys 2>$null
    $offset = Get-Offset
    if ($null -eq $offset -or [Math]::Abs($offset) -gt $ToleranceSeconds) {
        $seconds = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
        & $Wsl -d $Distribution -u root --exec date -u -s "@$seconds" 2>$null
        $offset = Get-Offset
    }
    if ($null -eq $offset -or [Math]::Abs($offset) -gt $ToleranceSeconds) {
        Write-Error "The clock of $Distribution could not be set: wsl -d $Distribution -u root -- date -u -s `"@SECONDS`""
        exit 1
    }
}
exit 0
