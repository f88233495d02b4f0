"""The CNI plugin in detail: containers, addresses, operations, registrations, and what the exporter reads."""
from overview import CNI, CNI_STATE
from panels import (
    GREEN, NOT_WATCHED, NOTHING, ORANGE, READ, RED, T, YELLOW, bars, dashboard, gauge, heatmap, q, row, series, stat, steps, timeline, words)

# Operations are rare: a shorter window is empty most of the time.
WINDOW = "30m"
LINK = words(n1=(T("up", "正常"), GREEN), n0=(T("DOWN", "停止"), RED))
SETTING = words(n1=(T("on", "有効"), GREEN), n0=(T("OFF", "無効"), RED))
MATCH = words(n0=(T("as configured", "設定どおり"), GREEN), n1=(T("OTHER NETWORK", "設定と相違"), RED))
SOME = f'sum by (operation) (rate(flatnet_cni_operation_duration_seconds_count{{{CNI}}}[{WINDOW}])) > 0'
OPERATION_LIMIT = 5


def quantile(share):
    buckets = f'sum by (operation, le) (rate(flatnet_cni_operation_duration_seconds_bucket{{{CNI}}}[{WINDOW}]))'
    return f'histogram_quantile({share}, {buckets}) and on (operation) {SOME}'


DASHBOARD = dashboard("cni", T("Flatnet CNI plugin", "Flatnet CNI プラグイン詳細"), T(
    "Containers, their addresses, and the operations of the CNI plugin.", "コンテナ、IP アドレス、CNI プラグインの処理。"), [
    row(T("Now", "現在"), [
        CNI_STATE,
        stat(T("Active containers", "稼働コンテナ数"), T(
            "Containers with an address whose device on the host exists.", "IP を持ち、ホスト側デバイスが存在するコンテナ。"),
            f'sum by (host) (flatnet_cni_active_containers{{{CNI}}})', "short", legend="{{host}}", no_value=NOT_WATCHED),
        stat(T("Created in the range", "期間内の作成数"), T("Containers that were given an address in the chosen time.", "選択期間に IP を取得したコンテナ数。"),
             f'sum by (host) (increase(flatnet_cni_containers_created_total{{{CNI}}}[$__range]))', "short", legend="{{host}}", decimals=0, no_value=NOT_WATCHED),
        gauge(T("Addresses taken", "IP 使用率"), T(
            "Share of the pool. IPPoolFilling warns above 90 %; a full pool stops new containers.", "プール使用率。90 % 超で IPPoolFilling、満杯で新規起動不可。"),
            f'100 * sum by (host) (flatnet_cni_ip_allocated{{{CNI}}}) / (sum by (host) (flatnet_cni_ip_pool_size{{{CNI}}}) > 0)',
            thresholds=steps((75, YELLOW), (90, RED)), no_value=NOT_WATCHED),
        stat(T("Free addresses", "空き IP"), T("Addresses that new containers can get.", "新しいコンテナに割り当て可能な IP。"),
             f'sum by (host) (flatnet_cni_ip_free{{{CNI}}})', "short", legend="{{host}}", thresholds=steps((10, ORANGE), (25, GREEN), base=RED), no_value=NOT_WATCHED),
        stat(T("Stale addresses", "不要な割当"), T(
            "Addresses of containers without a device on the host; many after WSL2 was restarted.", "デバイスのないコンテナの IP。WSL2 再起動後に増える。"),
            f'sum by (host) (flatnet_cni_ip_stale_allocations{{{CNI}}})', "short", legend="{{host}}", thresholds=steps((1, YELLOW)), no_value=NOT_WATCHED),
    ], [
        stat(T("Bridge", "ブリッジ"), T("Whether the containers' bridge passes packets.", "コンテナのブリッジが通信可能か。"),
             f'min by (host, bridge) (flatnet_cni_bridge_up{{{CNI}}})', legend="{{host}} {{bridge}}", mappings=LINK, no_value=NOT_WATCHED),
        stat(T("Forwarding", "IP 転送"), T("net.ipv4.ip_forward: without it nobody reaches containers.", "net.ipv4.ip_forward。無効だと誰もコンテナに届かない。"),
             f'min by (host) (flatnet_cni_ip_forwarding_enabled{{{CNI}}})', legend="{{host}}", mappings=SETTING, no_value=NOT_WATCHED),
        stat(T("Network of addresses", "IP の属するネットワーク"), T(
            "Whether addresses are given from the configured subnet.", "設定したサブネットから割り当てられているか。"),
            f'max by (host) (flatnet_cni_ipam_config_mismatch{{{CNI}}})', legend="{{host}}", mappings=MATCH, no_value=NOTHING),
        stat(T("Successful, last hour", "直近 1 時間の成功率"), T("Share of all operations in the last hour.", "直近 1 時間の全処理に占める割合。"),
             f'100 * sum(rate(flatnet_cni_operations_total{{{CNI},status="success"}}[1h])) / (sum(rate(flatnet_cni_operations_total{{{CNI}}}[1h])) > 0)',
             "percent", decimals=1, thresholds=steps((95, YELLOW), (99, GREEN), base=RED), no_value=T("no operations", "処理なし")),
        stat(T("Pool", "プール"), T("Addresses that can be given, as the IPAM state says.", "IPAM の状態にある割当範囲。"),
             f'flatnet_cni_ipam_info{{{CNI}}}', size=(8, 4), legend="{{host}} {{subnet}} {{range_start}} – {{range_end}}", names="name", no_value=NOT_WATCHED),
    ]),
    row(T("Containers and addresses", "コンテナと IP"), [
        series(T("Containers", "コンテナ数の推移"), T("Active ones, and those created within an hour of each point.", "稼働数と、各時点の直近 1 時間の作成数。"), [
            q(f'sum by (host) (flatnet_cni_active_containers{{{CNI}}})', "active {{host}}"),
            q(f'sum by (host) (increase(flatnet_cni_containers_created_total{{{CNI}}}[1h]))', "created in 1 h {{host}}")], "short", least=0),
        series(T("Created since counting began", "累計作成数"), T("The counter survives restarts of the exporter.", "exporter の再起動後も継続する累計。"),
               q(f'sum by (host) (flatnet_cni_containers_created_total{{{CNI}}})', "{{host}}"), "short", least=0),
    ], [
        series(T("Addresses", "IP の割当"), T("Taken and free; the top is the size of the pool.", "使用中と空き。上端がプールの大きさ。"), [
            q(f'sum by (host) (flatnet_cni_ip_allocated{{{CNI}}})', "taken {{host}}"),
            q(f'sum by (host) (flatnet_cni_ip_free{{{CNI}}})', "free {{host}}")], "short", size=(12, 8), stack=True, least=0),
        series(T("Addresses amiss", "IP の問題"), T(
            "Stale ones, entries that are left out, and containers that got none within 15 minutes.", "不要な割当、無効なエントリ、15 分間の割当失敗。"), [
            q(f'sum by (host) (flatnet_cni_ip_stale_allocations{{{CNI}}})', "stale {{host}}"),
            q(f'sum by (reason) (flatnet_cni_ip_invalid_allocations{{{CNI}}})', "invalid: {{reason}}"),
            q(f'sum by (host) (increase(flatnet_cni_ip_allocation_failures_total{{{CNI}}}[15m]))', "none got {{host}}")], "short", least=0),
    ]),
    row(T("Operations", "処理"), [
        series(T("Operations", "処理数"), T("Of the plugin, within an hour of each point.", "プラグインの処理(各時点の直近 1 時間)。"),
               q(f'sum by (operation, status) (increase(flatnet_cni_operations_total{{{CNI}}}[1h]))', "{{operation}} {{status}}"), "short", least=0),
        series(T("Successful operations", "処理の成功率"), T("Share of each kind within an hour; nothing without operations.", "種類ごとの割合(直近 1 時間)。処理がなければ描かない。"),
               q(f'100 * sum by (operation) (rate(flatnet_cni_operations_total{{{CNI},status="success"}}[1h])) '
                 f'/ (sum by (operation) (rate(flatnet_cni_operations_total{{{CNI}}}[1h])) > 0)', "{{operation}}"), "percent", least=0, most=100),
    ], [
        series(T("Duration of operations", "処理時間"), T(
            "Over 30 minutes, as operations are rare. SlowCNIOperations warns when the p95 is over 5 s.",
            "処理は稀なため 30 分間で計算。p95 が 5 秒を超えると SlowCNIOperations。"), [
            q(f'sum by (operation) (rate(flatnet_cni_operation_duration_seconds_sum{{{CNI}}}[{WINDOW}])) / ({SOME})', "{{operation}} avg"),
            *(q(quantile(share), f"{{{{operation}}}} p{share * 100:g}") for share in (0.5, 0.95, 0.99))], "s", line=(OPERATION_LIMIT, RED), least=0),
        heatmap(T("Distribution of durations", "処理時間の分布"), T("How many operations took how long.", "処理時間ごとの件数。"),
                f'sum by (le) (increase(flatnet_cni_operation_duration_seconds_bucket{{{CNI}}}[{WINDOW}]))'),
    ], [
        series(T("Registrations at the Gateway", "Gateway への登録"), T(
            "Attempts within an hour, one for each endpoint. A container starts even when none succeeds.", "直近 1 時間の試行(エンドポイントごと)。失敗してもコンテナは起動する。"),
            q(f'sum by (operation, status) (increase(flatnet_cni_gateway_registrations_total{{{CNI}}}[1h]))', "{{operation}} {{status}}"), "short", size=(8, 8), least=0),
        series(T("Successful registrations", "登録の成功率"), T("Share of attempts within an hour; nothing without attempts.", "試行に占める割合(直近 1 時間)。試行がなければ描かない。"),
               q(f'100 * sum by (operation) (rate(flatnet_cni_gateway_registrations_total{{{CNI},status="success"}}[1h])) '
                 f'/ (sum by (operation) (rate(flatnet_cni_gateway_registrations_total{{{CNI}}}[1h])) > 0)', "{{operation}}"),
               "percent", size=(8, 8), least=0, most=100),
        bars(T("Errors by code, in the range", "期間内のエラー(コード別)"), T(
            "100 bridge, 101 veth, 102 no address, 103 namespace, 104 route; none: the plugin ended without an error object.",
            "100 ブリッジ、101 veth、102 IP なし、103 netns、104 経路。none: エラー情報なしで終了。"),
            q(f'sum by (code) (increase(flatnet_cni_errors_total{{{CNI}}}[$__range])) > 0', "{{code}}", instant=True), "short", decimals=0, no_value=NOTHING),
    ]),
    row(T("What the exporter reads", "exporter の情報源"), [
        timeline(T("Sources", "情報源"), T(
            "A source that is not read shows its last good values elsewhere. Without the stand-in there is no event log and no operation is counted.",
            "読み取れない情報源は最後の値のまま表示される。stand-in がなければ event log はなく、処理は計数されない。"), [
            q(f'min by (host) (flatnet_cni_ipam_up{{{CNI}}})', "{{host}} IPAM"),
            q(f'min by (host) (flatnet_cni_event_log_up{{{CNI}}})', "{{host}} event log")], READ, size=(8, 8)),
        series(T("Lines of the event log", "event log の行数"), T("Within an hour, by what came of them.", "直近 1 時間の行数(結果別)。"),
               q(f'sum by (result) (increase(flatnet_cni_event_log_lines_total{{{CNI}}}[1h]))', "{{result}}"), "short", size=(8, 8), least=0),
        series(T("Since the last change", "最後の変化からの経過"), T("Since the last operation and the last change of the IPAM state.", "最後の処理と IPAM 状態の更新からの時間。"), [
            q(f'time() - max by (host) (flatnet_cni_event_log_last_event_timestamp_seconds{{{CNI}}})', "operation {{host}}"),
            q(f'time() - max by (host) (flatnet_cni_ipam_last_change_timestamp_seconds{{{CNI}}})', "IPAM {{host}}")], "s", size=(8, 8), least=0),
    ]),
])
