<#
.SYNOPSIS
    Asks Flatalert's heartbeat once, and tells people from Windows when it has failed three times in a row, and when it is back.

.DESCRIPTION
    Install-Flatnet.ps1 runs this every minute as LOCAL SERVICE. It needs nothing of WSL: when WSL, the network into it, or Flatalert itself is
    gone, Slack and mail are reached from Windows. Each channel is told once that it is down and once that it is back; a message that could
    not be sent is tried again in the next minute.

    The directory holds settings.json, the secrets (*.secret, encrypted for this machine) and State (what was told, and the log).

.EXAMPLE
    .\Watch-Flatalert.ps1 -WhatIf -Verbose
    Asks, and says what would be told. As administrator: nobody else may read the directory.
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string]$Directory = (Join-Path $env:ProgramData 'Flatnet\Watchdog')
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# The decision. These two functions know nothing of files, networks or clocks.

function Get-FailureCount {
    <# .SYNOPSIS
        How many looks in a row have failed, this one included. A pause (the machine slept or was off) begins the row anew. #>
    param([int]$Before, [bool]$IsHealthy, [long]$SecondsSinceLastLook)
    if ($IsHealthy) { return 0 }
    if ($SecondsSinceLastLook -gt 300) { return 1 }
    return $Before + 1
}

function Get-DueMessage {
    <# .SYNOPSIS
        What a channel is to be told now: Down, Back, or nothing. Told is what it was told last. #>
    param([int]$Failures, [int]$Limit, [string]$Told)
    if ($Failures -ge $Limit -and $Told -ne 'Down') { return 'Down' }
    if ($Failures -eq 0 -and $Told -eq 'Down') { return 'Back' }
    return ''
}

# What is asked.

function Get-Heartbeat {
    <# .SYNOPSIS
        Asks the heartbeat. Problem is empty when all is well: status 200 and "ok":true. #>
    param([string]$Url)
    $response = $null
    try {
        $request = [System.Net.WebRequest]::Create($Url)
        # The way to this machine itself leads through no proxy.
        $request.Proxy = $null
        $request.Timeout = 10000
        $request.ReadWriteTimeout = 10000
        $response = $request.GetResponse()
    } catch {
        # A status such as 503 is an exception that carries the answer.
        $failure = $_.Exception
        while ($null -ne $failure -and -not ($failure -is [System.Net.WebException])) { $failure = $failure.InnerException }
        if ($null -ne $failure) { $response = $failure.Response }
        if ($null -eq $response) { return @{ Answered = $false; Problem = $_.Exception.GetBaseException().Message } }
    }
    try {
        $status = [int]$response.StatusCode
        $reader = New-Object System.IO.StreamReader($response.GetResponseStream(), [System.Text.Encoding]::UTF8)
        $report = ConvertFrom-Json -InputObject $reader.ReadToEnd()
        if ($status -eq 200 -and $report.ok -eq $true) { return @{ Answered = $true; Problem = '' } }
        $failing = @($report.checks | Where-Object { -not $_.ok } | ForEach-Object { "$($_.name): $($_.detail)" })
        return @{ Answered = $true; Problem = "status $status; $($failing -join '; ')" }
    } catch {
        return @{ Answered = $true; Problem = "status $([int]$response.StatusCode), and the answer is not a heartbeat: does something else use the port?" }
    } finally {
        $response.Close()
    }
}

function Test-WslRunning {
    <# .SYNOPSIS
        Whether the virtual machine of WSL is there. #>
    return $null -ne (Get-Process -Name 'vmmemWSL', 'vmmem' -ErrorAction SilentlyContinue)
}

# What is said.

function Get-MessageText {
    <# .SYNOPSIS
        The message in the reader's language; the first line is the subject of a mail. #>
    param([string]$Kind, [hashtable]$Facts)
    $isJapanese = $Facts.Language -eq 'Japanese'
    $now = [DateTimeOffset]::Now.ToString('yyyy-MM-dd HH:mm zzz', [System.Globalization.CultureInfo]::InvariantCulture)
    $since = [DateTimeOffset]::FromUnixTimeSeconds($Facts.Since).ToLocalTime().ToString('HH:mm', [System.Globalization.CultureInfo]::InvariantCulture)
    if ($Kind -eq 'Test') {
        if ($isJapanese) {
            return "[TEST] $($Facts.HostName) Windows の監視役からのテスト送信`n$now  この経路で、Flatalert が停止したときに通知します。"
        }
        return "[TEST] $($Facts.HostName) a test of the watchdog on Windows`n$now  This is the way that you are told when Flatalert is down."
    }
    if ($Kind -eq 'Back') {
        if ($isJapanese) {
            return "🟢 [RESOLVED] $($Facts.HostName) Flatalert が復旧しました (FlatalertDown)`n$now 復旧。$since から応答していませんでした。その間の異常は flatalert history で確認してください。"
        }
        return "🟢 [RESOLVED] $($Facts.HostName) Flatalert is back (FlatalertDown)`n$now back; it had not been well since $since. What happened meanwhile: flatalert history"
    }
    $task = 'Start-ScheduledTask -TaskPath \Flatnet\ -TaskName ''Keep WSL running'''
    $look = "wsl -l -v; wsl -d $($Facts.Distribution) -- systemctl status flatalert"
    $quiet = 'Disable-ScheduledTask -TaskPath \Flatnet\ -TaskName ''Watch Flatalert'''
    if ($isJapanese) {
        $what = if ($Facts.Answered) { 'Flatalert は応答するが正常でない' } elseif ($Facts.WslRunning) { 'Flatalert 応答なし(WSL は動作中)' } else { 'WSL が動いていない' }
        return @(
            "🔴 [CRITICAL] $($Facts.HostName) $what (FlatalertDown)"
            "発生 ${since}(現在 ${now}、$($Facts.Failures) 回連続で失敗) | 理由: $($Facts.Problem)"
            '影響: この間、Gateway・CNI・ディスクの異常は通知されない可能性があります'
            "確認(Windows): $look"
            "応急: $task → 1 分待つ。応答があるのに異常なら wsl -d $($Facts.Distribution) -- flatalert doctor"
            "この通知は 1 回だけ。復旧したらもう一度通知します | 静める: $quiet"
        ) -join "`n"
    }
    $what = if ($Facts.Answered) { 'Flatalert answers, and is not well' } elseif ($Facts.WslRunning) { 'Flatalert does not answer (WSL runs)' } else { 'WSL does not run' }
    return @(
        "🔴 [CRITICAL] $($Facts.HostName) $what (FlatalertDown)"
        "since $since (now $now, failed $($Facts.Failures) times in a row) | reason: $($Facts.Problem)"
        'Impact: meanwhile nobody may hear of faults of the Gateway, of CNI or of disks'
        "Look (Windows): $look"
        "First aid: $task, then wait a minute. Where it answers and is not well: wsl -d $($Facts.Distribution) -- flatalert doctor"
        "Told once; told again when it is back | Quiet: $quiet"
    ) -join "`n"
}

# How it is sent.

function Get-Secret {
    <# .SYNOPSIS
        A secret that Install-Flatnet.ps1 has encrypted for this machine. #>
    param([string]$Path)
    Add-Type -AssemblyName System.Security
    $bytes = [Convert]::FromBase64String([System.IO.File]::ReadAllText($Path).Trim())
    $clear = [System.Security.Cryptography.ProtectedData]::Unprotect($bytes, $null, [System.Security.Cryptography.DataProtectionScope]::LocalMachine)
    return [System.Text.Encoding]::UTF8.GetString($clear)
}

function Send-SlackText {
    <# .SYNOPSIS
        Posts to the incoming webhook. #>
    param([string]$Url, [string]$Text, [string]$Proxy)
    $escaped = $Text.Replace('&', '&amp;').Replace('<', '&lt;').Replace('>', '&gt;')
    # As bytes: a text would be sent as ISO 8859-1.
    $body = [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject @{ text = $escaped }))
    $arguments = @{ Uri = $Url; Method = 'Post'; Body = $body; ContentType = 'application/json; charset=utf-8'; TimeoutSec = 15; UseBasicParsing = $true }
    if ($Proxy) { $arguments.Proxy = $Proxy }
    [void](Invoke-RestMethod @arguments)
}

function Send-MailText {
    <# .SYNOPSIS
        Hands a mail to the server: STARTTLS, unless settings.json says "MailTls": false. #>
    param([psobject]$Settings, [string]$Password, [string]$Text)
    $subject, $rest = $Text -split "`n", 2
    $mail = New-Object System.Net.Mail.MailMessage
    $client = New-Object System.Net.Mail.SmtpClient($Settings.MailServer, [int]$Settings.MailPort)
    try {
        $mail.From = New-Object System.Net.Mail.MailAddress($Settings.MailFrom)
        $mail.To.Add($Settings.MailTo)
        $mail.SubjectEncoding = [System.Text.Encoding]::UTF8
        $mail.BodyEncoding = [System.Text.Encoding]::UTF8
        $mail.Subject = $subject
        $mail.Body = $Text
        $client.Timeout = 15000
        $client.EnableSsl = [bool]$Settings.MailTls
        if ($Settings.MailUser) { $client.Credentials = New-Object System.Net.NetworkCredential($Settings.MailUser, $Password) }
        $client.Send($mail)
    } finally {
        $mail.Dispose()
        $client.Dispose()
    }
}

function Send-Message {
    <# .SYNOPSIS
        Sends by one channel, Slack or Mail. Returns what went wrong, or nothing. #>
    param([string]$Channel, [psobject]$Settings, [string]$Text)
    try {
        if ($Channel -eq 'Slack') {
            Send-SlackText -Url (Get-Secret (Join-Path $Directory 'slack.secret')) -Text $Text -Proxy $Settings.Proxy
        } else {
            $file = Join-Path $Directory 'mail.secret'
            $password = if ($Settings.MailUser -and (Test-Path -LiteralPath $file)) { Get-Secret $file } else { '' }
            Send-MailText -Settings $Settings -Password $password -Text $Text
        }
        return ''
    } catch {
        # The webhook's address is a secret, and some errors repeat it.
        return ($_.Exception.GetBaseException().Message -replace 'https?://\S+', '(address)')
    }
}

# What is kept.

function Add-LogLine {
    <# .SYNOPSIS
        A line in State\watchdog.log, which is begun anew at 256 KB. #>
    param([string]$Text)
    Write-Verbose $Text
    $log = Join-Path $StateDirectory 'watchdog.log'
    if ((Test-Path -LiteralPath $log) -and (Get-Item -LiteralPath $log).Length -gt 262144) { Move-Item -LiteralPath $log -Destination "$log.old" -Force }
    [System.IO.File]::AppendAllText($log, "$([DateTimeOffset]::Now.ToString('o')) $Text`r`n")
}

function Get-State {
    <# .SYNOPSIS
        What the last look left behind; a file that cannot be read is as none. #>
    $fresh = @{ Failures = 0; Since = 0; Last = 0; Slack = ''; Mail = '' }
    try {
        $saved = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($StateFile))
        return @{ Failures = [int]$saved.Failures; Since = [long]$saved.Since; Last = [long]$saved.Last; Slack = [string]$saved.Slack; Mail = [string]$saved.Mail }
    } catch {
        return $fresh
    }
}

function Save-State {
    <# .SYNOPSIS
        Puts the state in the place of the old one, whole. #>
    param([hashtable]$State)
    [System.IO.File]::WriteAllText("$StateFile.part", (ConvertTo-Json -InputObject $State))
    Move-Item -LiteralPath "$StateFile.part" -Destination $StateFile -Force
}

[System.Net.ServicePointManager]::SecurityProtocol = [System.Net.SecurityProtocolType]::Tls12
$StateDirectory = Join-Path $Directory 'State'
$StateFile = Join-Path $StateDirectory 'state.json'
$settings = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText((Join-Path $Directory 'settings.json')))
$channels = @()
if (Test-Path -LiteralPath (Join-Path $Directory 'slack.secret')) { $channels += 'Slack' }
if ($settings.MailServer) { $channels += 'Mail' }
$facts = @{ HostName = $settings.HostName; Distribution = $settings.Distribution; Language = $settings.Language; Since = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() }

# Install-Flatnet.ps1 -Test leaves a wish here, so that a test goes the way of a real message.
$wish = Join-Path $StateDirectory 'test.wish'
if (Test-Path -LiteralPath $wish) {
    if ($PSCmdlet.ShouldProcess(($channels -join ', '), 'Send a test')) {
        Remove-Item -LiteralPath $wish
        $results = foreach ($channel in $channels) {
            $problem = Send-Message -Channel $channel -Settings $settings -Text (Get-MessageText -Kind 'Test' -Facts $facts)
            if ($problem) { "${channel}: FAILED, $problem" } else { "${channel}: sent" }
        }
        $results | ForEach-Object { Add-LogLine "test, $_" }
        [System.IO.File]::WriteAllText((Join-Path $StateDirectory 'test.result'), ($results -join "`r`n"))
    }
    return
}

$state = Get-State
$heartbeat = Get-Heartbeat $settings.HeartbeatUrl
$now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
$isHealthy = $heartbeat.Problem -eq ''
$failures = Get-FailureCount -Before $state.Failures -IsHealthy $isHealthy -SecondsSinceLastLook ($now - $state.Last)
if ($failures -eq 1) { $state.Since = $now }
$facts.Since = $state.Since
$facts.Failures = $failures
$facts.Answered = $heartbeat.Answered
$facts.Problem = $heartbeat.Problem
$facts.WslRunning = Test-WslRunning
Write-Verbose "failures in a row: $failures; $($heartbeat.Problem)"
foreach ($channel in $channels) {
    $due = Get-DueMessage -Failures $failures -Limit $settings.Failures -Told $state[$channel]
    if ($due -and $PSCmdlet.ShouldProcess($channel, "Tell: $due")) {
        $problem = Send-Message -Channel $channel -Settings $settings -Text (Get-MessageText -Kind $due -Facts $facts)
        if ($problem) {
            Add-LogLine "$channel could not be told ${due}: $problem; tried again in a minute"
        } else {
            $state[$channel] = if ($due -eq 'Down') { 'Down' } else { '' }
            Add-LogLine "$channel was told ${due}: $($heartbeat.Problem)"
        }
    }
}
if ($PSCmdlet.ShouldProcess($StateFile, 'Keep what was seen and told')) {
    $state.Failures = $failures
    $state.Last = $now
    Save-State $state
}
