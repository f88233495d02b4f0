"""The Gateway in detail: requests, times, connections, upstreams, registry and peers, and what the exporter reads."""
from overview import (
    AVAILABILITY, CONNECTIONS, ERROR_SHARE, GATEWAY, GATEWAY_STATE, LATENCY, SOME, UPSTREAMS, quantile, share_of_errors)
from panels import (
    GREEN, NO_REQUESTS, NOT_WATCHED, NOTHING, ORANGE, READ, RED, T, UP, YELLOW, YES_IS_BAD, bars, dashboard, heatmap, q, row, series, stat, steps, timeline)

WINDOW = "$__rate_interval"

DASHBOARD = dashboard("gateway", T("Flatnet Gateway", "Flatnet Gateway 詳細"), T(
    "Requests, response times, connections and upstreams of the Gateway.", "Gateway のリクエスト、応答時間、接続、upstream。"), [
    row(T("Now", "現在"), [
        GATEWAY_STATE,
        stat(T("Why it is down", "停止の理由"), T(
            "refused: Windows is there and nothing listens. blocked: nothing comes back, as with a firewall. Empty while it is up.",
            "refused: Windows は応答するが nginx がいない。blocked: 応答なし(ファイアウォール等)。正常時は空。"),
            f'flatnet_gateway_health_failure{{{GATEWAY}}} == 1', legend="{{host}} {{reason}}", names="name", thresholds=steps(base=RED), no_value=NOTHING),
        CONNECTIONS,
        stat(T("Requests a second", "毎秒リクエスト数"), T("Of all statuses.", "全ステータス合計。"),
             f'sum(rate(nginx_http_requests_total{{{GATEWAY}}}[{WINDOW}]))', "reqps", decimals=1, no_value=NOT_WATCHED),
        stat(T("Errors now (5xx)", "現在のエラー率(5xx)"), T("Share of 5xx. HighErrorRate warns above 5 %.", "5xx の割合。5 % 超で HighErrorRate。"),
             share_of_errors(WINDOW), "percent", decimals=2, thresholds=steps((1, YELLOW), (5, RED)), no_value=NO_REQUESTS),
        stat(T("Response time p95", "応答時間 p95"), T("HighLatency warns above 1 s.", "1 秒超で HighLatency。"),
             f"{quantile(0.95)} and on () {SOME}", "s", thresholds=steps((0.5, YELLOW), (1, RED)), no_value=NO_REQUESTS),
    ], [
        AVAILABILITY,
        stat(T("Availability, 7 days", "7 日間の稼働率"), T("Whatever range is chosen. Aim: 99 %.", "選択期間に関係なく直近 7 日間。目標 99 %。"),
             f'100 * min by (host) (avg_over_time(nginx_up{{{GATEWAY}}}[7d]))', "percent", legend="{{host}}", decimals=2,
             thresholds=steps((99, YELLOW), (99.9, GREEN), base=RED), no_value=NOT_WATCHED),
        UPSTREAMS,
        stat(T("Requests in the range", "期間内リクエスト数"), T("All requests in the chosen time.", "選択期間の全リクエスト数。"),
             f'sum(increase(nginx_http_requests_total{{{GATEWAY}}}[$__range]))', "short", decimals=0, no_value=NOT_WATCHED),
        stat(T("Sent in the range", "期間内送信量"), T("Bytes of answers in the chosen time.", "選択期間の応答サイズ合計。"),
             f'sum(increase(nginx_http_response_bytes_total{{{GATEWAY}}}[$__range]))', "bytes", no_value=NOT_WATCHED),
        stat(T("Where the Gateway is looked for", "Gateway の接続先"), T(
            "Address and how it was found: a flag, the default route (WSL2 in NAT mode), mirrored mode or this machine.",
            "アドレスとその決め方: フラグ、デフォルトルート(NAT モード)、mirrored、ローカル。"),
            f'flatnet_gateway_address_info{{{GATEWAY}}}', legend="{{address}} ({{source}})", names="name", no_value=NOT_WATCHED),
    ]),
    row(T("Requests", "リクエスト"), [
        series(T("Requests by status", "ステータス別リクエスト数"), T(
            "Requests a second by exact status; the top of the stack is their sum.", "ステータスコード別の毎秒リクエスト数。積み上げの上端が合計。"),
            q(f'sum by (status) (rate(nginx_http_requests_total{{{GATEWAY}}}[{WINDOW}])) > 0', "{{status}}"), "reqps", stack=True, least=0),
        bars(T("By status, in the range", "期間内のステータス別件数"), T("Numbers of requests in the chosen time.", "選択期間のリクエスト件数。"),
             q(f'sum by (status) (increase(nginx_http_requests_total{{{GATEWAY}}}[$__range])) > 0', "{{status}}", instant=True), "short", size=(6, 8), decimals=0),
        bars(T("By status, last 24 hours", "24 時間のステータス別件数"), T("Whatever range is chosen.", "選択期間に関係なく直近 24 時間。"),
             q(f'sum by (status) (increase(nginx_http_requests_total{{{GATEWAY}}}[24h])) > 0', "{{status}}", instant=True), "short", size=(6, 8), decimals=0),
    ], [
        ERROR_SHARE,
        series(T("Bytes sent", "送信量"), T("Bytes of answers a second.", "応答の毎秒バイト数。"),
               q(f'sum by (host) (rate(nginx_http_response_bytes_total{{{GATEWAY}}}[{WINDOW}]))', "{{host}}"), "Bps", least=0),
    ]),
    row(T("Response times", "応答時間"), [
        LATENCY,
        heatmap(T("Distribution of response times", "応答時間の分布"), T(
            "How many requests took how long; darker is more. WebSockets and Git transfers are left out by the exporter.",
            "応答時間ごとの件数(濃いほど多い)。WebSocket と Git 転送は exporter が除外。"),
            f'sum by (le) (increase(nginx_http_request_duration_seconds_bucket{{{GATEWAY}}}[{WINDOW}]))'),
    ]),
    row(T("Connections", "接続"), [
        series(T("Connections", "接続数"), T(
            "From stub_status. The line at 400 is the limit of HighActiveConnections; about 512 proxied clients fit.",
            "stub_status から。400 の線は HighActiveConnections の閾値。プロキシ経由は約 512 が上限。"), [
            q(f'sum(nginx_connections_{kind}{{{GATEWAY}}})', kind) for kind in ("active", "reading", "writing", "waiting")],
            "short", line=(400, ORANGE), least=0),
        series(T("New connections", "新規接続"), T(
            "Accepted and handled a second. Dropped is their difference: nginx had no slot left.", "毎秒の受付と処理。差が dropped(スロット不足)。"), [
            q(f'sum(rate(nginx_connections_accepted_total{{{GATEWAY}}}[{WINDOW}]))', "accepted"),
            q(f'sum(rate(nginx_connections_handled_total{{{GATEWAY}}}[{WINDOW}]))', "handled"),
            q(f'sum(rate(nginx_connections_accepted_total{{{GATEWAY}}}[{WINDOW}])) - sum(rate(nginx_connections_handled_total{{{GATEWAY}}}[{WINDOW}]))', "dropped")],
            "cps", least=0),
    ]),
    row(T("Upstreams in WSL2", "WSL2 の upstream"), [
        timeline(T("State of upstreams", "upstream の状態"), T(
            "Of each upstream: a connection to its address (direct), or a request through the Gateway (via_gateway).",
            "upstream ごとの到達性。direct はアドレスへの接続、via_gateway は Gateway 経由のリクエスト。"),
            q(f'min by (host, upstream, address, path) (flatnet_gateway_upstream_up{{{GATEWAY}}})', "{{host}} {{upstream}} {{address}} {{path}}"), UP),
        series(T("Time to reach upstreams", "upstream の応答時間"), T("Of the exporter's last look at each.", "exporter による直近の確認に要した時間。"),
               q(f'max by (host, upstream, path) (flatnet_gateway_upstream_probe_duration_seconds{{{GATEWAY}}})', "{{host}} {{upstream}} {{path}}"), "s", least=0),
    ], [
        series(T("Failures of upstreams", "upstream のエラー"), T(
            "In the error log, by reason, within five minutes of each point.", "エラーログの件数(理由別、各時点の直近 5 分)。"),
            q(f'sum by (upstream, reason) (increase(flatnet_gateway_upstream_errors_total{{{GATEWAY}}}[5m])) > 0', "{{upstream}} {{reason}}"),
            "short", points=True, stack=True, least=0),
        timeline(T("Stale addresses", "古いアドレス"), T(
            "YES: the address was WSL2's and is no longer; nginx's configuration must be rewritten.",
            "「あり」: WSL2 の以前のアドレスのまま。nginx の設定を書き直す必要あり。"),
            q(f'max by (host, upstream) (flatnet_gateway_upstream_address_stale{{{GATEWAY}}})', "{{host}} {{upstream}}"), YES_IS_BAD),
    ]),
    row(T("Registry and other hosts", "レジストリと他ホスト"), [
        series(T("Containers in the registry", "レジストリのコンテナ"), T(
            "Entries by the host that registered them, and of the index, which only grows. Entries end after 300 s: no count of running containers.",
            "登録元ホスト別のエントリと、増え続ける索引。300 秒で消えるため稼働数ではない。"), [
            q(f'sum by (host, host_id) (flatnet_gateway_registry_containers{{{GATEWAY}}})', "{{host}} host {{host_id}}"),
            q(f'sum by (host) (flatnet_gateway_registry_index_entries{{{GATEWAY}}})', "{{host}} index")], "short", size=(8, 8), least=0),
        series(T("Calls of the registry", "レジストリ API"), T(
            "In the log of the Gateway's API, by method and status, within five minutes.", "API ログの件数(メソッド・ステータス別、直近 5 分)。"),
            q(f'sum by (method, status) (increase(flatnet_gateway_registry_requests_total{{{GATEWAY}}}[5m])) > 0', "{{method}} {{status}}"),
            "short", size=(8, 8), points=True, stack=True, least=0),
        series(T("Memory of the registry", "レジストリのメモリ"), T("Share that is taken.", "使用率。"),
               q(f'100 * (1 - flatnet_gateway_registry_free_bytes{{{GATEWAY}}} / (flatnet_gateway_registry_capacity_bytes{{{GATEWAY}}} > 0))', "{{host}}"),
               "percent", size=(8, 8), least=0, most=100),
    ], [
        series(T("Ways to other hosts", "他ホストへの経路"), T(
            "Connections by the state of their escalation from the Gateway to a direct way, and the Gateways that share the registry.",
            "Gateway 経由から直接経路への状態別接続数と、レジストリを共有する Gateway 数。"), [
            q(f'sum by (state) (flatnet_gateway_escalation_connections{{{GATEWAY}}})', "{{state}}"),
            q(f'sum by (host) (flatnet_gateway_sync_peers{{{GATEWAY}}})', "peers {{host}}")], "short", size=(8, 8), least=0),
        series(T("Latency of direct ways", "直接経路の遅延"), T(
            "To containers of other hosts. From 500 ms on the Gateway warns, from 1 s on it takes the way back.",
            "他ホストのコンテナまで。500 ms で警告、1 秒で Gateway 経由に戻る。"),
            q(f'max by (host, ip) (flatnet_gateway_p2p_latency_seconds{{{GATEWAY}}})', "{{host}} {{ip}}"), "s", size=(8, 8),
            line=[(0.5, YELLOW), (1, RED)], least=0),
        series(T("Failed checks of direct ways", "直接経路の確認失敗"), T("In a row; at 3 the way is given up.", "連続失敗回数。3 回で経路を断念。"),
               q(f'max by (host, ip) (flatnet_gateway_p2p_consecutive_failures{{{GATEWAY}}})', "{{host}} {{ip}}"), "short", size=(8, 8), line=(3, RED), least=0),
    ]),
    row(T("What the exporter reads", "exporter の情報源"), [
        timeline(T("Sources", "情報源"), T(
            "A source that is not read shows its last good values elsewhere.", "読み取れない情報源は最後の値のまま表示される。"), [
            q(f'min by (host, log) (flatnet_gateway_log_up{{{GATEWAY}}})', "{{host}} {{log}}.log"),
            q(f'min by (host) (flatnet_gateway_stub_status_up{{{GATEWAY}}})', "{{host}} stub_status"),
            q(f'min by (host) (flatnet_gateway_api_up{{{GATEWAY}}})', "{{host}} API"),
            q(f'min by (host) (flatnet_gateway_nginx_config_up{{{GATEWAY}}})', "{{host}} nginx.conf")], READ),
        series(T("Lines of logs", "ログの行数"), T(
            "Read a second, by log and what came of them. Unparsed ones are in no other number.", "毎秒の行数(ログ・結果別)。unparsed は他の数値に入らない。"),
            q(f'sum by (log, result) (rate(flatnet_gateway_log_lines_total{{{GATEWAY}}}[{WINDOW}]))', "{{log}} {{result}}"), "short", least=0),
    ], [
        series(T("Error log by level", "エラーログ(レベル別)"), T("Lines within five minutes of each point.", "各時点の直近 5 分の行数。"),
               q(f'sum by (level) (increase(flatnet_gateway_error_log_messages_total{{{GATEWAY}}}[5m])) > 0', "{{level}}"), "short", points=True, stack=True, least=0),
        series(T("Since the last line", "最終行からの経過"), T(
            "Since the last event in each log, by its own words; at night a quiet access log is no fault.", "各ログの最後の出来事からの時間。夜間の静かなアクセスログは異常ではない。"),
            q(f'time() - max by (host, log) (flatnet_gateway_log_last_event_timestamp_seconds{{{GATEWAY}}} > 0)', "{{host}} {{log}}"), "s", least=0),
    ]),
])
