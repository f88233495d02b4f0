<#
.SYNOPSIS
    Prepares Windows for Flatnet's monitoring in WSL: WSL stays up, its clock stays right, the firewall lets it reach the Gateway, and a watchdog
    tells people when Flatalert itself is gone.

.DESCRIPTION
    Run it in Windows PowerShell 5.1 or later, as administrator, logged on as the user whom WSL belongs to. -WhatIf says what it would do and
    changes nothing. It may be run again at any time: what it made is made anew, secrets and settings that are not given stay.

    It makes the scheduled tasks \Flatnet\Keep WSL running, \Flatnet\Set WSL clock and \Flatnet\Watch Flatalert, firewall rules of the group
    Flatnet, and files below %ProgramData%\Flatnet. -Uninstall takes all of it away.

    Secrets are asked for, or read from files; they never stand on a command line. They are kept encrypted for this machine (DPAPI) in files that
    only SYSTEM, administrators and the watchdog (LOCAL SERVICE) can read.

.PARAMETER Distribution
    The WSL distribution in which Flatalert runs; the default one unless it is given.
.PARAMETER HeartbeatUrl
    Flatalert's heartbeat, as Windows reaches it.
.PARAMETER HostName
    What messages call this machine.
.PARAMETER Language
    Of the messages: Japanese or English. That of Windows unless it is given.
.PARAMETER SlackUrlFile
    A file that holds the address of an incoming webhook. Delete it afterwards. Without it, the address is asked for.
.PARAMETER MailServer
    The mail server as host:port. Port 587 or 25 with STARTTLS; port 465 is not supported by Windows' own mail client.
.PARAMETER MailFrom
    The sender of mails.
.PARAMETER MailTo
    The reader of mails; several with commas.
.PARAMETER MailUser
    The user at the mail server, where it wants a login.
.PARAMETER MailPasswordFile
    A file that holds that user's password. Delete it afterwards. Without it, the password is asked for.
.PARAMETER MailWithoutTls
    For a mail server inside the house that offers no STARTTLS.
.PARAMETER Proxy
    The HTTP proxy through which Slack is reached, such as http://proxy.example.jp:8080.
.PARAMETER Failures
    After how many failures in a row, a minute apart, people are told.
.PARAMETER WslNetwork
    The addresses that WSL has in NAT mode.
.PARAMETER GatewayPorts
    The ports of the Gateway on Windows that WSL may reach.
.PARAMETER OpenToLan
    Also lets the office network (private and domain profiles, local subnet) reach the Gateway's ports 80 and 3080.
.PARAMETER WslPorts
    Mirrored mode only: ports of services in WSL that the office network may reach, such as 3001 for Grafana.
.PARAMETER AtLogon
    Keeps WSL up only while its user is logged on. For versions of WSL that do not start where nobody is.
.PARAMETER Test
    Only sends a test by each channel, the way of a real message.
.PARAMETER Uninstall
    Takes away everything that this script made.

.EXAMPLE
    .\Install-Flatnet.ps1 -WhatIf
.EXAMPLE
    .\Install-Flatnet.ps1 -MailServer smtp.example.jp:587 -MailFrom flatnet@example.jp -MailTo oncall@example.jp -MailUser flatnet
.EXAMPLE
    .\Install-Flatnet.ps1 -Test
#>
[CmdletBinding(SupportsShouldProcess = $true, DefaultParameterSetName = 'Install')]
param(
    [Parameter(ParameterSetName = 'Install')][string]$Distribution,
    [Parameter(ParameterSetName = 'Install')][string]$HeartbeatUrl,
    [Parameter(ParameterSetName = 'Install')][string]$HostName,
    [Parameter(ParameterSetName = 'Install')][ValidateSet('Japanese', 'English')][string]$Language,
    [Parameter(ParameterSetName = 'Install')][string]$SlackUrlFile,
    [Parameter(ParameterSetName = 'Install')][ValidatePattern('^[^:\s]+:\d+$')][string]$MailServer,
    [Parameter(ParameterSetName = 'Install')][string]$MailFrom,
    [Parameter(ParameterSetName = 'Install')][string]$MailTo,
    [Parameter(ParameterSetName = 'Install')][string]$MailUser,
    [Parameter(ParameterSetName = 'Install')][string]$MailPasswordFile,
    [Parameter(ParameterSetName = 'Install')][switch]$MailWithoutTls,
    [Parameter(ParameterSetName = 'Install')][string]$Proxy,
    [Parameter(ParameterSetName = 'Install')][ValidateRange(1, 60)][int]$Failures,
    [Parameter(ParameterSetName = 'Install')][string[]]$WslNetwork = @('172.16.0.0/12'),
    [Parameter(ParameterSetName = 'Install')][int[]]$GatewayPorts = @(80, 8080, 3080),
    [Parameter(ParameterSetName = 'Install')][switch]$OpenToLan,
    [Parameter(ParameterSetName = 'Install')][int[]]$WslPorts = @(),
    [Parameter(ParameterSetName = 'Install')][switch]$AtLogon,
    [Parameter(ParameterSetName = 'Test', Mandatory = $true)][switch]$Test,
    [Parameter(ParameterSetName = 'Uninstall', Mandatory = $true)][switch]$Uninstall
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# All that is made has these names, so that it can be found again and taken away.
$Root = Join-Path $env:ProgramData 'Flatnet'
$Scripts = Join-Path $Root 'Scripts'
$Watchdog = Join-Path $Root 'Watchdog'
$State = Join-Path $Watchdog 'State'
$TaskPath = '\Flatnet\'
$KeepTask = 'Keep WSL running'
$ClockTask = 'Set WSL clock'
$WatchTask = 'Watch Flatalert'
$FirewallGroup = 'Flatnet'
# What Windows calls the virtual machines of WSL in its Hyper-V firewall.
$WslCreator = '{40E0AC32-46A5-438A-A0B2-2B479E8F2E90}'

function Get-Sid {
    <# .SYNOPSIS
        A security identifier: names of accounts are translated in some languages of Windows, these are not. #>
    param([string]$Text)
    return New-Object System.Security.Principal.SecurityIdentifier($Text)
}

function Test-Administrator {
    <# .SYNOPSIS
        Whether this PowerShell runs as administrator. #>
    $principal = New-Object System.Security.Principal.WindowsPrincipal([System.Security.Principal.WindowsIdentity]::GetCurrent())
    return $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
}

function Get-WslProgram {
    <# .SYNOPSIS
        The wsl.exe that also works where nobody is logged on. #>
    $installed = Join-Path $env:ProgramFiles 'WSL\wsl.exe'
    if (Test-Path -LiteralPath $installed) { return $installed }
    return Join-Path $env:SystemRoot 'System32\wsl.exe'
}

function Get-DefaultDistribution {
    <# .SYNOPSIS
        The name of this user's default distribution; empty when there is none. #>
    $key = 'HKCU:\Software\Microsoft\Windows\CurrentVersion\Lxss'
    $properties = Get-ItemProperty -Path $key -Name 'DefaultDistribution' -ErrorAction SilentlyContinue
    if ($null -eq $properties) { return '' }
    return (Get-ItemProperty -Path (Join-Path $key $properties.DefaultDistribution) -Name 'DistributionName').DistributionName
}

function Get-NetworkMode {
    <# .SYNOPSIS
        How WSL is connected: nat, mirrored, virtioproxy, none; nat when this version of WSL cannot say. #>
    param([string]$Name)
    $ErrorActionPreference = 'Continue'
    $answer = & (Get-WslProgram) -d $Name --exec wslinfo --networking-mode 2>$null
    if ($LASTEXITCODE -eq 0 -and "$answer" -match '^[a-z]+$') { return "$answer" }
    return 'nat'
}

function Get-OldSetting {
    <# .SYNOPSIS
        What an earlier run has set, or the given default. #>
    param([string]$Name, $Default)
    $file = Join-Path $Watchdog 'settings.json'
    # Without administrator rights (-WhatIf) the directory cannot be looked into.
    if (-not (Test-Administrator) -or -not (Test-Path -LiteralPath $file)) { return $Default }
    $old = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($file))
    $property = $old.PSObject.Properties[$Name]
    if ($null -eq $property) { return $Default }
    return $property.Value
}

function Set-Directory {
    <# .SYNOPSIS
        A directory that only SYSTEM and administrators may change, and others read as far as Rights says (a table from identifier to rights). #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([string]$Path, [hashtable]$Rights)
    if (-not $PSCmdlet.ShouldProcess($Path, 'Make the directory and restrict who may use it')) { return }
    [void](New-Item -ItemType Directory -Path $Path -Force)
    $inherit = [System.Security.AccessControl.InheritanceFlags]'ContainerInherit, ObjectInherit'
    $none = [System.Security.AccessControl.PropagationFlags]::None
    $allow = [System.Security.AccessControl.AccessControlType]::Allow
    $acl = New-Object System.Security.AccessControl.DirectorySecurity
    $acl.SetAccessRuleProtection($true, $false)
    $acl.SetOwner((Get-Sid 'S-1-5-32-544'))
    $all = @{ 'S-1-5-18' = 'FullControl'; 'S-1-5-32-544' = 'FullControl' } + $Rights
    foreach ($sid in $all.Keys) {
        $granted = [System.Security.AccessControl.FileSystemRights]$all[$sid]
        $acl.AddAccessRule((New-Object System.Security.AccessControl.FileSystemAccessRule((Get-Sid $sid), $granted, $inherit, $none, $allow)))
    }
    Set-Acl -LiteralPath $Path -AclObject $acl
}

function Read-Secret {
    <# .SYNOPSIS
        A secret from a file, or asked for without showing it. Empty when there is none. #>
    param([string]$File, [string]$Question)
    if ($File) { return [System.IO.File]::ReadAllText((Resolve-Path -LiteralPath $File).ProviderPath).Trim() }
    $secure = Read-Host -Prompt $Question -AsSecureString
    $pointer = [System.Runtime.InteropServices.Marshal]::SecureStringToBSTR($secure)
    try { return [System.Runtime.InteropServices.Marshal]::PtrToStringBSTR($pointer).Trim() }
    finally { [System.Runtime.InteropServices.Marshal]::ZeroFreeBSTR($pointer) }
}

function Save-Secret {
    <# .SYNOPSIS
        Keeps a secret encrypted for this machine, in a directory that has been restricted before. #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([string]$Path, [string]$Text)
    if (-not $PSCmdlet.ShouldProcess($Path, 'Keep a secret, encrypted for this machine')) { return }
    Add-Type -AssemblyName System.Security
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
    $closed = [System.Security.Cryptography.ProtectedData]::Protect($bytes, $null, [System.Security.Cryptography.DataProtectionScope]::LocalMachine)
    [System.IO.File]::WriteAllText($Path, [Convert]::ToBase64String($closed))
}

function Install-Watchdog {
    <# .SYNOPSIS
        Settings, secrets and the scripts themselves. #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([hashtable]$Settings)
    $service = 'S-1-5-19'
    Set-Directory -Path $Root -Rights @{ 'S-1-5-32-545' = 'ReadAndExecute' }
    Set-Directory -Path $Scripts -Rights @{ 'S-1-5-32-545' = 'ReadAndExecute'; $service = 'ReadAndExecute' }
    Set-Directory -Path $Watchdog -Rights @{ $service = 'ReadAndExecute' }
    Set-Directory -Path $State -Rights @{ $service = 'Modify' }
    foreach ($name in 'Watch-Flatalert.ps1', 'Sync-WslClock.ps1') {
        if ($PSCmdlet.ShouldProcess((Join-Path $Scripts $name), 'Copy the script')) {
            Copy-Item -LiteralPath (Join-Path $PSScriptRoot $name) -Destination $Scripts -Force
            Unblock-File -LiteralPath (Join-Path $Scripts $name)
        }
    }
    $slack = Join-Path $Watchdog 'slack.secret'
    $mail = Join-Path $Watchdog 'mail.secret'
    if ($WhatIfPreference) {
        Write-Host 'What if: Asking for secrets that are neither given as files nor kept already.'
    } else {
        if ($SlackUrlFile -or -not (Test-Path -LiteralPath $slack)) {
            $url = Read-Secret -File $SlackUrlFile -Question 'Slack: address of the incoming webhook, not shown (Enter: none)'
            if ($url -and $url -notmatch '^https?://[^/\s]+/\S*$') { throw 'The address of the Slack webhook must be a URL such as https://hooks.slack.com/services/...' }
            if ($url) { Save-Secret -Path $slack -Text $url }
        }
        if ($Settings.MailUser -and ($MailPasswordFile -or -not (Test-Path -LiteralPath $mail))) {
            Save-Secret -Path $mail -Text (Read-Secret -File $MailPasswordFile -Question "Mail: password of $($Settings.MailUser), not shown")
        }
        if (-not $Settings.MailServer -and -not (Test-Path -LiteralPath $slack)) {
            throw 'There is nobody to be told: give a Slack webhook, or -MailServer, -MailFrom and -MailTo.'
        }
    }
    $file = Join-Path $Watchdog 'settings.json'
    if ($PSCmdlet.ShouldProcess($file, 'Write the settings')) {
        [System.IO.File]::WriteAllText($file, (ConvertTo-Json -InputObject $Settings))
    }
}

function New-ResumeTrigger {
    <# .SYNOPSIS
        Fires when Windows comes back from sleep, hibernation or modern standby. Only makes an object. #>
    [CmdletBinding()]
    param()
    $query = '<QueryList><Query Id="0" Path="System"><Select Path="System">' +
        '*[System[Provider[@Name=''Microsoft-Windows-Power-Troubleshooter''] and EventID=1]] or ' +
        '*[System[Provider[@Name=''Microsoft-Windows-Kernel-Power''] and (EventID=107 or EventID=507)]]' +
        '</Select></Query></QueryList>'
    $class = Get-CimClass -ClassName MSFT_TaskEventTrigger -Namespace Root/Microsoft/Windows/TaskScheduler
    return New-CimInstance -CimClass $class -Property @{ Enabled = $true; Subscription = $query } -ClientOnly
}

function Register-FlatnetTask {
    <# .SYNOPSIS
        Registers a task in place of an earlier one of its name. #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([string]$Name, [string]$Description, $Action, $Trigger, $Principal, [timespan]$Limit)
    if (-not $PSCmdlet.ShouldProcess("$TaskPath$Name", 'Register the scheduled task')) { return }
    $settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -StartWhenAvailable -MultipleInstances IgnoreNew -ExecutionTimeLimit $Limit
    [void](Register-ScheduledTask -TaskPath $TaskPath -TaskName $Name -Description $Description -Action $Action -Trigger $Trigger -Principal $Principal -Settings $settings -Force)
}

function Install-Task {
    <# .SYNOPSIS
        The three tasks. #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([string]$Name)
    $user = [System.Security.Principal.WindowsIdentity]::GetCurrent().Name
    $wsl = Get-WslProgram
    $powershell = Join-Path $env:SystemRoot 'System32\WindowsPowerShell\v1.0\powershell.exe'
    $run = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File'
    # Somebody who logs on sees no window; without a logon there is none anyhow.
    if ($AtLogon) {
        $owner = New-ScheduledTaskPrincipal -UserId $user -LogonType Interactive -RunLevel Limited
        $start = New-ScheduledTaskTrigger -AtLogOn -User $user
        $keep = New-ScheduledTaskAction -Execute (Join-Path $env:SystemRoot 'System32\conhost.exe') -Argument "--headless `"$wsl`" -d $Name --exec sleep infinity"
    } else {
        $owner = New-ScheduledTaskPrincipal -UserId $user -LogonType S4U -RunLevel Limited
        $start = New-ScheduledTaskTrigger -AtStartup
        $keep = New-ScheduledTaskAction -Execute $wsl -Argument "-d $Name --exec sleep infinity"
    }
    # What has ended is started again within a minute; what runs is left alone (IgnoreNew).
    $everyMinute = New-ScheduledTaskTrigger -Once -At (Get-Date).AddMinutes(1) -RepetitionInterval (New-TimeSpan -Minutes 1)
    Register-FlatnetTask -Name $KeepTask -Action $keep -Trigger @($start, $everyMinute) -Principal $owner -Limit ([timespan]::Zero) `
        -Description 'Keeps a process in WSL, without which Windows ends it. Disable this task before wsl --shutdown.'

    $clock = New-ScheduledTaskAction -Execute $powershell -Argument "$run `"$(Join-Path $Scripts 'Sync-WslClock.ps1')`" -Distribution $Name"
    Register-FlatnetTask -Name $ClockTask -Action $clock -Trigger @($start, (New-ResumeTrigger)) -Principal $owner -Limit (New-TimeSpan -Minutes 5) `
        -Description 'Sets the clock of WSL after a sleep of Windows.'

    # LOCAL SERVICE: no rights beyond its own files, and nothing of WSL or of a user.
    $service = New-ScheduledTaskPrincipal -UserId 'LOCALSERVICE' -LogonType ServiceAccount
    $watch = New-ScheduledTaskAction -Execute $powershell -Argument "$run `"$(Join-Path $Scripts 'Watch-Flatalert.ps1')`""
    $atStart = New-ScheduledTaskTrigger -AtStartup
    Register-FlatnetTask -Name $WatchTask -Action $watch -Trigger @($atStart, $everyMinute) -Principal $service -Limit (New-TimeSpan -Minutes 2) `
        -Description 'Asks Flatalert every minute whether it is well, and tells people when it is not.'
    if ($PSCmdlet.ShouldProcess("$TaskPath$KeepTask", 'Start the task')) { Start-ScheduledTask -TaskPath $TaskPath -TaskName $KeepTask }
}

function Remove-Firewall {
    <# .SYNOPSIS
        Takes away the rules of the group, and those of the Hyper-V firewall. #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param()
    foreach ($rule in @(Get-NetFirewallRule -Group $FirewallGroup -ErrorAction SilentlyContinue)) {
        if ($PSCmdlet.ShouldProcess($rule.DisplayName, 'Remove the firewall rule')) { Remove-NetFirewallRule -InputObject $rule }
    }
    if ($null -eq (Get-Command -Name 'Get-NetFirewallHyperVRule' -ErrorAction SilentlyContinue)) { return }
    foreach ($rule in @(Get-NetFirewallHyperVRule -ErrorAction SilentlyContinue | Where-Object { $_.DisplayName -like 'Flatnet: *' })) {
        if ($PSCmdlet.ShouldProcess($rule.DisplayName, 'Remove the rule of the Hyper-V firewall')) { Remove-NetFirewallHyperVRule -InputObject $rule }
    }
}

function Install-Firewall {
    <# .SYNOPSIS
        The rules that the network mode needs, in place of earlier ones. #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([string]$Mode)
    Remove-Firewall
    if ($Mode -ne 'mirrored') {
        # In mirrored mode the way from WSL to Windows is the loopback, which no firewall looks at.
        if ($PSCmdlet.ShouldProcess("TCP $($GatewayPorts -join ', ') from $($WslNetwork -join ', ')", 'Allow WSL to reach the Gateway')) {
            [void](New-NetFirewallRule -DisplayName 'Flatnet: Gateway from WSL' -Group $FirewallGroup -Direction Inbound -Action Allow -Protocol TCP -LocalPort $GatewayPorts -RemoteAddress $WslNetwork)
        }
    }
    if ($OpenToLan -and $PSCmdlet.ShouldProcess('TCP 80, 3080 from the local subnet', 'Allow the office network to reach the Gateway')) {
        [void](New-NetFirewallRule -DisplayName 'Flatnet: Gateway from the office network' -Group $FirewallGroup -Direction Inbound -Action Allow -Protocol TCP -LocalPort @(80, 3080) -RemoteAddress LocalSubnet -Profile @('Private', 'Domain'))
    }
    if ($WslPorts.Count -eq 0) { return }
    if ($Mode -ne 'mirrored') { throw "-WslPorts is for mirrored mode; here it is $Mode, where the office network does not reach WSL." }
    foreach ($port in $WslPorts) {
        if ($PSCmdlet.ShouldProcess("TCP $port", 'Allow the office network to reach WSL')) {
            [void](New-NetFirewallHyperVRule -DisplayName "Flatnet: WSL port $port" -Direction Inbound -VMCreatorId $WslCreator -Protocol TCP -LocalPorts $port -RemoteAddresses LocalSubnet)
        }
    }
}

function Send-Test {
    <# .SYNOPSIS
        Has the watchdog's task send a test, and shows what came of it. #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param()
    $result = Join-Path $State 'test.result'
    if (-not $PSCmdlet.ShouldProcess("$TaskPath$WatchTask", 'Have it send a test')) { return }
    if (-not (Test-Path -LiteralPath $State)) { throw 'There is no watchdog yet: run this script without -Test first.' }
    if (Test-Path -LiteralPath $result) { Remove-Item -LiteralPath $result }
    [System.IO.File]::WriteAllText((Join-Path $State 'test.wish'), '')
    # The task may be at work just now; then it finds the wish within the next minute.
    Start-ScheduledTask -TaskPath $TaskPath -TaskName $WatchTask
    for ($second = 0; $second -lt 120 -and -not (Test-Path -LiteralPath $result); $second++) { Start-Sleep -Seconds 1 }
    if (-not (Test-Path -LiteralPath $result)) { throw "The task did not answer within two minutes: Get-ScheduledTaskInfo -TaskPath $TaskPath -TaskName '$WatchTask'" }
    $said = [System.IO.File]::ReadAllText($result)
    Write-Host $said
    if ($said -match 'FAILED') { throw 'A test could not be sent; the line above says why.' }
}

function Uninstall-Flatnet {
    <# .SYNOPSIS
        Takes away the tasks, the rules and the files, secrets included. #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param()
    foreach ($name in $WatchTask, $ClockTask, $KeepTask) {
        if ($null -eq (Get-ScheduledTask -TaskPath $TaskPath -TaskName $name -ErrorAction SilentlyContinue)) { continue }
        if ($PSCmdlet.ShouldProcess("$TaskPath$name", 'Stop and remove the scheduled task')) {
            Stop-ScheduledTask -TaskPath $TaskPath -TaskName $name
            Unregister-ScheduledTask -TaskPath $TaskPath -TaskName $name -Confirm:$false
        }
    }
    Remove-Firewall
    foreach ($directory in $Watchdog, $Scripts) {
        if ((Test-Path -LiteralPath $directory -ErrorAction SilentlyContinue) -and $PSCmdlet.ShouldProcess($directory, 'Remove the directory with all that is in it')) {
            Remove-Item -LiteralPath $directory -Recurse -Force
        }
    }
    if (-not $WhatIfPreference) { Write-Host 'Flatnet is taken away from Windows; WSL and what is in it stay as they are.' }
}

if (-not (Test-Administrator)) {
    if (-not $WhatIfPreference) { throw 'Run this as administrator: right-click Windows PowerShell, Run as administrator. -WhatIf works without.' }
    Write-Warning 'Without administrator rights: this says what would be done, as far as it can be seen.'
}
if ($Uninstall) { Uninstall-Flatnet; return }
if ($Test) { Send-Test; return }

if (-not $Distribution) { $Distribution = Get-OldSetting -Name 'Distribution' -Default (Get-DefaultDistribution) }
if (-not $Distribution) { throw 'This user has no WSL distribution: wsl --install -d Ubuntu-24.04, or log on as the user who has it.' }
if ($Distribution -notmatch '^[A-Za-z0-9._-]+$') { throw "The name of the distribution, '$Distribution', has characters that cannot stand in a task." }
if (-not $Language) {
    $own = if ((Get-UICulture).TwoLetterISOLanguageName -eq 'ja') { 'Japanese' } else { 'English' }
    $Language = Get-OldSetting -Name 'Language' -Default $own
}
$mailHost = Get-OldSetting -Name 'MailServer' -Default ''
$mailPort = Get-OldSetting -Name 'MailPort' -Default 587
$mailTls = Get-OldSetting -Name 'MailTls' -Default $true
if ($MailServer) {
    $mailHost, $mailPort = $MailServer -split ':'
    $mailTls = -not $MailWithoutTls
    if (-not $MailFrom -or -not $MailTo) { throw '-MailServer needs -MailFrom and -MailTo.' }
}
$settings = @{
    Distribution = $Distribution
    HeartbeatUrl = if ($HeartbeatUrl) { $HeartbeatUrl } else { Get-OldSetting -Name 'HeartbeatUrl' -Default 'http://localhost:9093/api/flatalert/v1/heartbeat' }
    HostName = if ($HostName) { $HostName } else { Get-OldSetting -Name 'HostName' -Default $env:COMPUTERNAME }
    Language = $Language
    Failures = if ($Failures) { $Failures } else { Get-OldSetting -Name 'Failures' -Default 3 }
    Proxy = if ($Proxy) { $Proxy } else { Get-OldSetting -Name 'Proxy' -Default '' }
    MailServer = $mailHost
    MailPort = [int]$mailPort
    MailTls = [bool]$mailTls
    MailFrom = if ($MailFrom) { $MailFrom } else { Get-OldSetting -Name 'MailFrom' -Default '' }
    MailTo = if ($MailTo) { $MailTo } else { Get-OldSetting -Name 'MailTo' -Default '' }
    MailUser = if ($MailUser) { $MailUser } else { Get-OldSetting -Name 'MailUser' -Default '' }
}
$mode = Get-NetworkMode -Name $Distribution
Write-Host "WSL: $Distribution, network mode $mode"
Install-Watchdog -Settings $settings
Install-Firewall -Mode $mode
Install-Task -Name $Distribution
if ($WhatIfPreference) { return }

# Whether WSL really stays up is seen only now: some versions do not start where nobody is logged on.
Start-Sleep -Seconds 5
$kept = Get-ScheduledTask -TaskPath $TaskPath -TaskName $KeepTask
if ($kept.State -ne 'Running') {
    $code = (Get-ScheduledTaskInfo -TaskPath $TaskPath -TaskName $KeepTask).LastTaskResult
    Write-Warning ('WSL could not be kept running without a logon (code 0x{0:X8}). Update it (wsl --update), or run this again with -AtLogon.' -f $code)
}
Write-Host 'Done. Now:  .\Install-Flatnet.ps1 -Test'
