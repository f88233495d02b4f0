"""The overview: what is up, what is asked, what it costs, what is wrong."""
from panels import (
    HOST, NO_REQUESTS, NOT_WATCHED, ORANGE, RED, T, UP, YELLOW, alert_list, bars, dashboard, mirrored, q, row, series, stat, steps, timeline, words)

GATEWAY = 'job="gateway",host=~"$host"'
CNI = 'job="cni-plugin",host=~"$host"'
NODE = 'job="node",host=~"$host"'
REAL_DISKS = 'fstype!~"tmpfs|squashfs|overlay|iso9660|ramfs"'
NETWORK = 'device!~"lo|veth.*|fn-.*|ifb.*"'
# Lent by all panels of times: without requests a quantile is no number, so nothing is drawn.
SOME = f'sum(rate(nginx_http_request_duration_seconds_count{{{GATEWAY}}}[$__rate_interval])) > 0'


def state(metric, matchers):
    """1, 0, or -1 where the exporter itself does not answer; nothing where nobody looks."""
    return f'min by (host) ({metric}{{{matchers}}} or (up{{{matchers}}} == 0) - 1)'


def firing(severity):
    """How many; 0 only while Watchdog, which always fires, shows that rules are evaluated at all."""
    return (f'sum(ALERTS{{alertstate="firing",severity="{severity}"}}) or sum(ALERTS{{alertstate="firing",alertname="Watchdog"}}) * 0')


def quantile(share, over="$__rate_interval"):
    return f'histogram_quantile({share}, sum by (le) (rate(nginx_http_request_duration_seconds_bucket{{{GATEWAY}}}[{over}])))'


def share_of_errors(over):
    return (f'100 * sum(rate(nginx_http_requests_total{{{GATEWAY},status=~"5.."}}[{over}])) '
            f'/ (sum(rate(nginx_http_requests_total{{{GATEWAY}}}[{over}])) > 0)')


def average(over):
    return (f'sum(rate(nginx_http_request_duration_seconds_sum{{{GATEWAY}}}[{over}])) '
            f'/ (sum(rate(nginx_http_request_duration_seconds_count{{{GATEWAY}}}[{over}])) > 0)')


GATEWAY_STATE = stat(
    T("Gateway", "Gateway"), T(
        "Whether the Gateway answers GET /health. Orange: its exporter does not answer, so nobody knows. \"not watched\": there is no scrape target.",
        "Gateway が GET /health に応答するか。橙: exporter が無応答で状態不明。「監視なし」: scrape 対象がない。"),
    state("nginx_up", GATEWAY), legend="{{host}}", mappings=UP, no_value=NOT_WATCHED)
CNI_STATE = stat(
    T("CNI plugin", "CNI プラグイン"), T(
        "Whether the plugin answers VERSION and its .conflist is there: whether new containers can start.",
        "プラグインが VERSION に応答し .conflist があるか。新しいコンテナを起動できるか。"),
    state("flatnet_cni_plugin_up", CNI), legend="{{host}}", mappings=UP, no_value=NOT_WATCHED)
UPSTREAMS = stat(
    T("Upstreams in WSL2", "WSL2 の upstream"), T(
        "DOWN: at least one upstream of the Gateway cannot be reached; the Gateway dashboard says which.",
        "「停止」: Gateway の upstream が 1 つ以上届かない。どれかは Gateway ダッシュボードに。"),
    f'min by (host) (flatnet_gateway_upstream_up{{{GATEWAY}}})', legend="{{host}}", mappings=UP, no_value=NOT_WATCHED)
CONNECTIONS = stat(
    T("Active connections", "アクティブ接続数"), T(
        "Client connections, waiting ones included. nginx has 1024 slots for both sides: about 512 proxied clients fit.",
        "待機中を含むクライアント接続。nginx のスロットは両側で 1024、プロキシ経由は約 512 が上限。"),
    f'sum by (host) (nginx_connections_active{{{GATEWAY}}})', legend="{{host}}", thresholds=steps((400, ORANGE), (500, RED)), no_value=NOT_WATCHED)
AVAILABILITY = stat(
    T("Gateway availability", "Gateway 稼働率"), T(
        "Share of the time in the range in which the Gateway answered. Times without an answer of the exporter do not count. Aim: 99 %.",
        "選択期間のうち Gateway が応答した割合。exporter が無応答の時間は含まない。目標 99 %。"),
    f'100 * min by (host) (avg_over_time(nginx_up{{{GATEWAY}}}[$__range]))', "percent", legend="{{host}}", decimals=2,
    thresholds=steps((99, YELLOW), (99.9, "green"), base=RED), no_value=NOT_WATCHED)
LATENCY = series(
    T("Response time", "応答時間"), T(
        "From the access log in the JSON format; the stock format has no times. The line at 1 s is the limit of HighLatency (p95).",
        "JSON 形式のアクセスログから(標準形式には時間がない)。1 秒の線は HighLatency(p95)の閾値。"),
    [q(average("$__rate_interval"), "avg"), *(q(f"{quantile(share)} and on () {SOME}", f"p{share * 100:g}") for share in (0.5, 0.95, 0.99))],
    "s", line=(1, RED), least=0)
ERROR_SHARE = series(
    T("Error rate (5xx)", "エラー率(5xx)"), T(
        "Share of requests that were answered with 5xx. Nothing is drawn without requests. The line at 5 % is the limit of HighErrorRate.",
        "5xx で応答した割合。リクエストがない間は描かない。5 % の線は HighErrorRate の閾値。"),
    q(share_of_errors("$__rate_interval"), "5xx"), "percent", line=(5, RED), least=0)

CLASSES = [("2xx", 'status=~"2.."'), ("3xx", 'status=~"3.."'), ("4xx", 'status=~"4.."'), ("5xx", 'status=~"5.."'), ("other", 'status!~"[2-5].."')]

DASHBOARD = dashboard("overview", T("Flatnet overview", "Flatnet 概要"), T(
    "Is everything up, who uses it, what does it cost, what is wrong.", "全体の稼働状況、利用状況、リソース、アラート。"), [
    row(T("Up or down", "稼働状況"), [
        GATEWAY_STATE, CNI_STATE, UPSTREAMS,
        stat(T("Host metrics", "ホスト監視"), T(
            "Whether node-exporter, or Flatalert's host exporter, answers.", "node-exporter(または Flatalert の host exporter)が応答するか。"),
            f'min by (host) (up{{{NODE}}})', legend="{{host}}", mappings=UP, no_value=NOT_WATCHED),
        stat(T("Critical alerts", "重大アラート"), T(
            "Alerts that fire now, of severity critical. \"rules silent\": nobody evaluates the rules.",
            "発生中の critical アラート数。「評価停止」: ルールが評価されていない。"),
            firing("critical"), "short", thresholds=steps((1, RED)), no_value=T("rules silent", "評価停止")),
        stat(T("Warnings", "警告"), T("Alerts that fire now, of severity warning.", "発生中の warning アラート数。"),
             firing("warning"), "short", thresholds=steps((1, ORANGE)), no_value=T("rules silent", "評価停止")),
    ], [
        stat(T("Scrape targets", "監視対象"), T(
            "Each scrape job; DOWN when one of its targets does not answer.", "scrape ジョブごと。対象が 1 つでも無応答なら「停止」。"),
            'min by (job) (up)', size=(12, 4), legend="{{job}}", names="value_and_name", mappings=UP, no_value=NOT_WATCHED),
        CONNECTIONS, AVAILABILITY,
        stat(T("Rules evaluated before", "ルール評価からの経過"), T(
            "How long ago rules were evaluated last, by Prometheus or by Flatalert. More than a minute: nobody would be alerted.",
            "ルールが最後に評価されてからの時間(Prometheus または Flatalert)。1 分を超えるとアラートが出ない恐れ。"),
            'time() - max(prometheus_rule_group_last_evaluation_timestamp_seconds > 0)', "s", decimals=0,
            thresholds=steps((60, ORANGE), (180, RED)), no_value=T("never", "なし")),
    ], [
        timeline(T("Up and down over time", "稼働の推移"), T("Gateway, CNI plugin and host metrics.", "Gateway・CNI プラグイン・ホスト監視。"), [
            q(state("nginx_up", GATEWAY), "Gateway {{host}}"), q(state("flatnet_cni_plugin_up", CNI), "CNI {{host}}"),
            q(f'min by (host) (up{{{NODE}}})', "host {{host}}")], UP, size=(24, 5)),
    ]),
    row(T("Requests", "リクエスト"), [
        series(T("Requests by class of status", "リクエスト数(ステータス種別)"), T(
            "Requests a second in the Gateway's access log; the top of the stack is their sum. Scrapes are left out.",
            "アクセスログの毎秒リクエスト数。積み上げの上端が合計。監視の scrape は含まない。"),
            [q(f'sum(rate(nginx_http_requests_total{{{GATEWAY},{status}}}[$__rate_interval]))', name) for name, status in CLASSES],
            "reqps", stack=True, least=0),
        ERROR_SHARE,
    ], [
        LATENCY,
        stat(T("Requests in the range", "期間内リクエスト数"), T("All requests in the chosen time.", "選択期間の全リクエスト数。"),
             f'sum(increase(nginx_http_requests_total{{{GATEWAY}}}[$__range]))', "short", size=(4, 8), decimals=0, no_value=NOT_WATCHED),
        stat(T("Errors in the range", "期間内エラー率"), T("Share of 5xx in the chosen time.", "選択期間の 5xx の割合。"),
             share_of_errors("$__range"), "percent", size=(4, 8), decimals=2, thresholds=steps((1, YELLOW), (5, RED)), no_value=NO_REQUESTS),
        stat(T("p95 in the range", "期間内 p95"), T("95 of 100 requests were at least as fast as this.", "リクエストの 95 % がこの時間以内。"),
             f'{quantile(0.95, "$__range")} and on () sum(rate(nginx_http_request_duration_seconds_count{{{GATEWAY}}}[$__range])) > 0', "s", size=(4, 8),
             thresholds=steps((0.5, YELLOW), (1, RED)), no_value=NO_REQUESTS),
    ]),
    row(T("Resources of the host", "ホストのリソース"), [
        series(T("CPU", "CPU"), T("Share of all processors that is busy.", "全 CPU の使用率。"),
               q(f'100 * (1 - avg by (host, instance) (rate(node_cpu_seconds_total{{{NODE},mode="idle"}}[$__rate_interval])))', "{{host}} {{instance}}"),
               "percent", size=(8, 8), least=0, most=100),
        series(T("Memory", "メモリ"), T("Share that programs cannot have any more.", "プログラムが利用できない割合。"),
               q(f'100 * (1 - node_memory_MemAvailable_bytes{{{NODE}}} / node_memory_MemTotal_bytes{{{NODE}}})', "{{host}} {{instance}}"),
               "percent", size=(8, 8), least=0, most=100),
        series(T("Disk space used", "ディスク使用率"), T(
            "As the rules see it, read-only filesystems left out; lines at 80 % (warning) and 90 % (critical). One Windows drive may be mounted several times.",
            "ルールと同じ計算(読み取り専用は除く)。80 %(警告)と 90 %(重大)に線。同じ Windows ドライブが複数回現れることがある。"),
            q(f'100 * (1 - node_filesystem_avail_bytes{{{NODE},{REAL_DISKS}}} / node_filesystem_size_bytes{{{NODE}}}) '
              f'unless on (instance, device, mountpoint) node_filesystem_readonly{{{NODE}}} == 1', "{{host}} {{mountpoint}}"),
            "percent", size=(8, 8), line=[(80, ORANGE), (90, RED)], least=0, most=100),
    ], [
        series(T("Network", "ネットワーク"), T(
            "Of the host's own devices, not of containers: received above, sent below the axis.",
            "コンテナではなくホスト自身の NIC。上が受信、下が送信。"), [
            q(f'rate(node_network_receive_bytes_total{{{NODE},{NETWORK}}}[$__rate_interval])', "in {{host}} {{device}}"),
            q(f'rate(node_network_transmit_bytes_total{{{NODE},{NETWORK}}}[$__rate_interval])', "out {{host}} {{device}}")],
            "Bps", size=(8, 8), overrides=mirrored("^out ")),
        series(T("Disk traffic", "ディスク I/O"), T("Read above, written below the axis.", "上が読み取り、下が書き込み。"), [
            q(f'sum by (host, instance) (rate(node_disk_read_bytes_total{{{NODE}}}[$__rate_interval]))', "read {{host}}"),
            q(f'sum by (host, instance) (rate(node_disk_written_bytes_total{{{NODE}}}[$__rate_interval]))', "written {{host}}")],
            "Bps", size=(8, 8), overrides=mirrored("^written ")),
        bars(T("Free space", "空き容量"), T("What programs can still write.", "書き込み可能な残り容量。"),
             q(f'node_filesystem_avail_bytes{{{NODE},{REAL_DISKS}}} unless on (instance, device, mountpoint) node_filesystem_readonly{{{NODE}}} == 1',
               "{{host}} {{mountpoint}}", instant=True), "bytes", thresholds=steps((5e9, ORANGE), (2e10, "green"), base=RED)),
    ]),
    row(T("Alerts", "アラート"), [
        alert_list(T("Firing and pending", "発生中・保留中"), T(
            "Alerts of the rules, as Prometheus (or Flatalert in its place) tells them. Who was told is in the dashboard of alerts.",
            "ルールのアラート(Prometheus または Flatalert)。通知先と配信はアラートのダッシュボードに。"), (12, 9)),
        timeline(T("Firing over time", "発生の推移"), T("Each alert while it fires; Watchdog, which always does, is left out.", "発生中のアラート(常時発生の Watchdog を除く)。"),
                 q('max by (alertname, severity) (ALERTS{alertstate="firing",alertname!="Watchdog"})', "{{alertname}} ({{severity}})"),
                 words(n1=(T("firing", "発生中"), RED)), size=(12, 9)),
    ]),
], (HOST,))
