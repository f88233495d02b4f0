"""Alerts: their state, their history, who was told, and whether those who tell are well."""
from overview import firing
from panels import (
    GREEN, NOTHING, ORANGE, RED, T, YELLOW, alert_list, bars, dashboard, q, query_variable, row, series, stat, steps, table, timeline, words)

CHOSEN = 'alertname=~"$alertname",severity=~"$severity"'
SILENT = T("rules silent", "評価停止")
FLATALERT = 'job="alertmanager"'
WELL = words(n1=(T("well", "正常"), GREEN), n0=(T("NOT WELL", "異常"), RED))
KEPT = words(n1=(T("kept", "保存可"), GREEN), n0=(T("IN MEMORY", "メモリのみ"), ORANGE))
PROBLEM = words(n0=(T("ready", "配信可"), GREEN), n1=(T("PROBLEM", "問題あり"), RED))
HIDDEN = ["Time"]
COLUMNS = {
    "alertname": T("Alert", "アラート"), "alertstate": T("State", "状態"), "severity": T("Severity", "重大度"), "component": T("Component", "対象"),
    "host": T("Host", "ホスト"), "instance": T("Instance", "インスタンス"), "mountpoint": T("Mount", "マウント"), "upstream": "upstream", "Value": T("Since", "開始")}
EVERY = [
    query_variable("severity", T("Severity", "重大度"), 'label_values(ALERTS, severity)'),
    query_variable("alertname", T("Alert", "アラート"), 'label_values(ALERTS{severity=~"$severity"}, alertname)'),
]

DASHBOARD = dashboard("alerts", T("Flatnet alerts", "Flatnet アラート"), T(
    "What fires, what fired, who was told, and whether telling works.", "発生中・過去のアラート、通知の配信、通知の仕組みの状態。"), [
    row(T("State", "状態"), [
        stat(T("Critical", "重大"), T("Alerts that fire now.", "発生中のアラート数。"), firing("critical"), "short", thresholds=steps((1, RED)), no_value=SILENT),
        stat(T("Warnings", "警告"), T("Alerts that fire now.", "発生中のアラート数。"), firing("warning"), "short", thresholds=steps((1, ORANGE)), no_value=SILENT),
        stat(T("Information", "情報"), T("Alerts that fire now and tell nobody at night.", "発生中の情報アラート数。"), firing("info"), "short",
             thresholds=steps((1, YELLOW)), no_value=SILENT),
        stat(T("Pending", "保留中"), T("Conditions that hold, but not yet long enough.", "条件成立中だが継続時間が未達。"),
             'sum(ALERTS{alertstate="pending"}) or sum(ALERTS{alertstate="firing",alertname="Watchdog"}) * 0', "short", no_value=SILENT),
        stat(T("Silenced or inhibited", "抑制中"), T("Alerts that Flatalert holds and nobody is told of.", "Flatalert が保持し通知しないアラート数。"),
             f'sum(alertmanager_alerts{{{FLATALERT},state="suppressed"}})', "short", thresholds=steps((1, YELLOW))),
        stat(T("Active silences", "有効なサイレンス"), T("Silences in force now.", "現在有効なサイレンス数。"),
             f'sum(alertmanager_silences{{{FLATALERT},state="active"}})', "short", thresholds=steps((1, YELLOW))),
    ], [
        table(T("Firing and pending", "発生中・保留中"), T(
            "Each alert that the rules raise now, and since when its condition has held.", "ルールが検知中のアラートと、条件が成立した時刻。"),
            'max by (alertname, alertstate, severity, component, host, instance, mountpoint, upstream) '
            f'(1000 * (ALERTS{{{CHOSEN}}} * ignoring (alertstate) group_left () ALERTS_FOR_STATE{{{CHOSEN}}}))',
            (16, 9), "dateTimeAsIso", HIDDEN, COLUMNS),
        alert_list(T("List", "一覧"), T("Grafana's list of the same alerts, with their texts.", "同じアラートの Grafana の一覧(説明文つき)。"), (8, 9)),
    ]),
    row(T("History", "履歴"), [
        timeline(T("Firing over time", "発生の推移"), T(
            "A line for each alert that fired in the range; Watchdog, which always does, is left out.", "期間内に発生したアラート(常時発生の Watchdog を除く)。"),
            q(f'max by (alertname, severity) (ALERTS{{{CHOSEN},alertstate="firing",alertname!="Watchdog"}})', "{{alertname}} ({{severity}})"),
            words(n1=(T("firing", "発生中"), RED)), size=(16, 9)),
        bars(T("Time of firing, in the range", "期間内の発生時間"), T(
            "How long at least one instance of each alert fired, as finely as the range allows.", "各アラートが 1 つでも発生していた時間(精度は期間による)。"),
            q(f'$__interval_ms / 1000 * sum by (alertname) '
              f'(sum_over_time((max by (alertname) (ALERTS{{{CHOSEN},alertstate="firing",alertname!="Watchdog"}}))[$__range:$__interval]))', "{{alertname}}", instant=True), "s", size=(8, 9), no_value=NOTHING),
    ], [
        series(T("Number of alerts", "アラート数"), T("By severity; Watchdog left out.", "重大度別(Watchdog を除く)。"), [
            q(f'sum by (severity) (ALERTS{{{CHOSEN},alertstate="firing",alertname!="Watchdog"}})', "{{severity}}"),
            q(f'sum(ALERTS{{{CHOSEN},alertstate="pending"}})', "pending")], "short", stack=True, least=0),
        series(T("Alerts that Flatalert holds", "Flatalert のアラート"), T(
            "By state: active ones are told, suppressed ones are silenced or inhibited.", "状態別: active は通知対象、suppressed は抑制中。"),
            q(f'sum by (state) (alertmanager_alerts{{{FLATALERT}}})', "{{state}}"), "short", stack=True, least=0),
    ]),
    row(T("Deliveries", "配信"), [
        series(T("Messages", "通知数"), T("Told, by way, within five minutes of each point.", "経路別の通知(各時点の直近 5 分)。"),
               q(f'sum by (integration) (increase(alertmanager_notifications_total{{{FLATALERT}}}[5m]))', "{{integration}}"), "short", points=True, stack=True, least=0),
        series(T("Messages that failed", "配信の失敗"), T(
            "For good, by way and reason, and attempts that will be repeated, within five minutes.", "恒久的な失敗(経路・理由別)と再試行される試行(直近 5 分)。"), [
            q(f'sum by (integration, reason) (increase(alertmanager_notifications_failed_total{{{FLATALERT}}}[5m])) > 0', "{{integration}} {{reason}}"),
            q(f'sum by (integration) (increase(alertmanager_notification_requests_failed_total{{{FLATALERT}}}[5m])) > 0', "{{integration}} attempt")],
            "short", points=True, stack=True, least=0),
    ], [
        series(T("Time to deliver", "配信時間"), T("Average and p95 of attempts over ten minutes; nothing without attempts.", "試行の平均と p95(10 分間)。試行がなければ描かない。"), [
            q(f'sum by (integration) (rate(alertmanager_notification_latency_seconds_sum{{{FLATALERT}}}[10m])) '
              f'/ (sum by (integration) (rate(alertmanager_notification_latency_seconds_count{{{FLATALERT}}}[10m])) > 0)', "{{integration}} avg"),
            q(f'histogram_quantile(0.95, sum by (integration, le) (rate(alertmanager_notification_latency_seconds_bucket{{{FLATALERT}}}[10m]))) '
              f'and on (integration) sum by (integration) (rate(alertmanager_notification_latency_seconds_count{{{FLATALERT}}}[10m])) > 0',
              "{{integration}} p95")], "s", size=(8, 8), least=0),
        series(T("Left out of messages", "通知から除外"), T("By reason, within five minutes.", "理由別(直近 5 分)。"),
               q(f'sum by (reason) (increase(alertmanager_notifications_suppressed_total{{{FLATALERT}}}[5m]))', "{{reason}}"), "short", size=(8, 8),
               points=True, stack=True, least=0),
        stat(T("Receivers", "通知先"), T(
            "PROBLEM: something is known to keep this way from delivering; `flatalert doctor` says what.", "「問題あり」: 配信できない原因が判明している。flatalert doctor で確認。"),
            f'max by (receiver, integration) (flatalert_receiver_problem{{{FLATALERT}}})', size=(8, 8), legend="{{receiver}} {{integration}}",
            names="value_and_name", mappings=PROBLEM, no_value=NOTHING),
    ], [
        stat(T("Told in the range", "期間内の通知数"), T("Messages of all ways.", "全経路の通知数。"),
             f'sum(increase(alertmanager_notifications_total{{{FLATALERT}}}[$__range]))', "short", size=(4, 4), decimals=0),
        stat(T("Failed in the range", "期間内の失敗数"), T("Messages that failed for good.", "恒久的に失敗した通知数。"),
             f'sum(increase(alertmanager_notifications_failed_total{{{FLATALERT}}}[$__range]))', "short", decimals=0, thresholds=steps((1, RED))),
        stat(T("Groups", "グループ"), T("Groups of alerts that are told together.", "まとめて通知されるアラートのグループ数。"),
             f'sum(alertmanager_dispatcher_aggregation_groups{{{FLATALERT}}})', "short"),
        stat(T("Not confirmed", "未確認"), T(
            "Alerts that wait for their sender after a restart or a step of the clock.", "再起動や時刻変更の後、送信元の確認待ちのアラート数。"),
            f'sum(flatalert_alerts_unconfirmed{{{FLATALERT}}})', "short", thresholds=steps((1, YELLOW))),
        stat(T("Last drill", "最後の訓練"), T(
            "When `flatalert drill` last proved that every alert that must fire can, and arrives.", "flatalert drill で全必須アラートの発生と到達を最後に確認した時刻。"),
            f'1000 * max(flatalert_drill_last_success_timestamp_seconds{{{FLATALERT}}})', "dateTimeFromNow", size=(8, 4),
            mappings=words(n0=(T("never", "未実施"), YELLOW))),
    ]),
    row(T("The watchers", "監視の監視"), [
        stat(T("Heartbeat", "ハートビート"), T(
            "Expected alerts arrive, the journal can be written, and the last deliveries went well.", "期待するアラートが届き、記録でき、直近の配信が成功しているか。"),
            f'min by (instance) (flatalert_heartbeat_ok{{{FLATALERT}}})', mappings=WELL, legend="{{instance}}", no_value=T("Flatalert silent", "Flatalert 無応答")),
        stat(T("Watchdog arrived before", "Watchdog 到着からの経過"), T(
            "Since the expected alert came last (--heartbeat.expect).", "期待するアラート(--heartbeat.expect)の最終到着からの時間。"),
            f'max by (expected) (flatalert_heartbeat_age_seconds{{{FLATALERT}}})', "s", names="value", decimals=0, thresholds=steps((120, ORANGE), (300, RED)),
            no_value=T("not expected", "設定なし")),
        stat(T("Journal", "記録"), T("Whether what is acknowledged reaches the disk.", "受理した内容がディスクに保存されるか。"),
             f'min by (instance) (flatalert_journal_durable{{{FLATALERT}}})', mappings=KEPT, legend="{{instance}}"),
        stat(T("Configuration", "設定"), T("Whether the last reload was taken.", "直近の再読み込みが成功したか。"),
             f'min by (instance) (alertmanager_config_last_reload_successful{{{FLATALERT}}})', mappings=WELL, legend="{{instance}}"),
        stat(T("Rules evaluated before", "ルール評価からの経過"), T("By Prometheus or by Flatalert, whichever does it.", "Prometheus または Flatalert による評価。"),
             'time() - max(prometheus_rule_group_last_evaluation_timestamp_seconds > 0)', "s", decimals=0,
             thresholds=steps((60, ORANGE), (180, RED)), no_value=T("never", "なし")),
        stat(T("Rules that failed", "ルール評価の失敗"), T("Evaluations that failed in the range.", "期間内の評価失敗数。"),
             'sum(increase(prometheus_rule_evaluation_failures_total[$__range]))', "short", decimals=0, thresholds=steps((1, RED))),
    ], [
        series(T("Alerts taken in", "受信したアラート"), T(
            "Handed to Flatalert's router, a second: by Prometheus, or by Flatalert's own evaluation of the rules.",
            "Flatalert のルーターが受け取った毎秒の数(Prometheus または Flatalert 自身の評価から)。"),
            q(f'sum by (status) (rate(alertmanager_alerts_received_total{{{FLATALERT}}}[$__rate_interval]))', "{{status}}"), "short", size=(8, 8), least=0),
        series(T("Time to evaluate the rules", "ルール評価の所要時間"), T("Of the last pass of each group.", "グループごとの直近の評価時間。"),
               q('max by (rule_group) (prometheus_rule_group_last_duration_seconds)', "{{rule_group}}"), "s", size=(8, 8), least=0),
        series(T("Memory of the monitoring", "監視のメモリ"), T("Resident memory of each scraped process.", "監視プロセスごとの常駐メモリ。"),
               q('sum by (job, instance) (process_resident_memory_bytes)', "{{job}} {{instance}}"), "bytes", size=(8, 8), least=0),
    ]),
], EVERY, since="now-24h")
