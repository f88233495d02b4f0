/// The faults of the six mandated alerts, as series from 02:00 JST on with a value every 30 s, and the rules that see them.
struct GoldenScenario: Sendable, CustomStringConvertible {
    let alert: String
    let rules: String
    let series: [String]
    /// Minutes after which nobody evaluates rules any more, in the run in which the sender falls silent.
    let silentAfter: Int
    /// What the message must say of the fault, in Japanese and English: what, value, threshold, trend or last success.
    let words: (ja: [String], en: [String])
    /// The alert that it suppresses; nil when there is none.
    let suppressed: String?

    var description: String { alert }

    private static let gateway = #"job="gateway",instance="172.29.0.1:9145""#
    private static let cni = #"job="cni-plugin",instance="127.0.0.1:9146""#
    private static func disk(_ mount: String) -> String {
        #"job="node",instance="127.0.0.1:9100",device="\#(mount == "/" ? "/dev/sdc" : "C:")",mountpoint="\#(mount)",fstype="\#(mount == "/" ? "ext4" : "9p")""#
    }

    private static func disks(_ room: String) -> [String] {
        [
            "node_filesystem_avail_bytes{\(disk("/mnt/c"))} \(room)", "node_filesystem_size_bytes{\(disk("/mnt/c"))} 254476812288x300",
            "node_filesystem_avail_bytes{\(disk("/"))} 50000000000x300", "node_filesystem_size_bytes{\(disk("/"))} 100000000000x300",
        ]
    }

    static let all = [
        GoldenScenario(
            alert: "GatewayDown", rules: "gateway.yml",
            series: [
                "up{\(gateway)} 1x300", "nginx_up{\(gateway)} 1x79 0x59 1x160",
                "nginx_http_requests_total{\(gateway),status=\"200\"} 0+46x300",
                "nginx_http_requests_total{\(gateway),status=\"502\"} 0x50 4+4x249",
            ],
            silentAfter: 50,
            words: (
                ["Gateway 応答なし(exporter は正常)", "nginx が :80/health に無応答", "無応答が 1 分継続", "最後の成功 02:39:"],
                ["Gateway not answering, exporter ok", "nginx does not answer on :80/health", "no answer for 1 min", "last success 02:39:"]
            ),
            suppressed: "HighErrorRate"),
        GoldenScenario(
            alert: "CNIPluginDown", rules: "cni-plugin.yml",
            series: [
                "up{\(cni)} 1x300", "flatnet_cni_plugin_up{\(cni)} 1x79 0x59 1x160", "flatnet_cni_ip_allocated{\(cni)} 250x300",
                "flatnet_cni_ip_pool_size{\(cni)} 253x300",
            ],
            silentAfter: 50,
            words: (
                ["CNI プラグイン異常(exporter は正常)", "プラグインが VERSION に無応答", "異常が 1 分継続", "最後の成功 02:39:"],
                ["CNI plugin not working, exporter ok", "does not answer VERSION", "not working for 1 min", "last success 02:39:"]
            ),
            suppressed: "IPPoolFilling"),
        GoldenScenario(
            alert: "HighErrorRate", rules: "gateway.yml",
            series: [
                "up{\(gateway)} 1x300", "nginx_up{\(gateway)} 1x300",
                "nginx_http_requests_total{\(gateway),status=\"200\"} 0+99x120 11972+92x60 17591+99x100",
                "nginx_http_requests_total{\(gateway),status=\"502\"} 0+1x120 128+8x60 609+1x100",
                "flatnet_gateway_upstream_errors_total{\(gateway),upstream=\"forgejo\",reason=\"refused\"} 0x120 8+8x60 488x100",
            ],
            silentAfter: 75,
            words: (
                ["Gateway エラー率", "件中", "最多はステータス 502、上流 forgejo", "5% 超が 5 分継続", "1 時間前は 1.0%"],
                ["of requests fail", " of 1000 in 5 min", "mostly status 502, upstream forgejo", "over 5% for 5 min", "an hour ago 1.0%"]
            ),
            suppressed: nil),
        GoldenScenario(
            alert: "HighLatency", rules: "gateway.yml",
            series: [
                "up{\(gateway)} 1x300", "nginx_up{\(gateway)} 1x300",
                "nginx_http_request_duration_seconds_bucket{\(gateway),le=\"0.5\"} 0+38x120 4570+10x60 5208+38x100",
                "nginx_http_request_duration_seconds_bucket{\(gateway),le=\"1\"} 0+40x120 4820+20x60 6060+40x100",
                "nginx_http_request_duration_seconds_bucket{\(gateway),le=\"5\"} 0+40x120 4840+40x60 7280+40x100",
                "nginx_http_request_duration_seconds_bucket{\(gateway),le=\"+Inf\"} 0+40x120 4840+40x60 7280+40x100",
            ],
            silentAfter: 75,
            words: (
                ["Gateway 応答遅延 p95", "、p50", "件が 1 秒超", "p95 1 秒超が 5 分継続", "1 時間前の p95 は 0."],
                ["Gateway slow: p95", ", p50", "took longer than 1 s", "p95 over 1 s for 5 min", "an hour ago p95 0."]
            ),
            suppressed: nil),
        GoldenScenario(
            alert: "DiskSpaceWarning", rules: "host.yml", series: disks("51217484185-9842633x160 90000000000x130"), silentAfter: 60,
            words: (
                ["/mnt/c 使用率 80.", "、残り 47.", "/ 237.0 GiB", "80% 超が 5 分継続", "満杯まで約"],
                ["/mnt/c 80.", "% used", "GiB free of 237.0 GiB", "over 80% for 5 min", "full in about"]
            ),
            suppressed: nil),
        GoldenScenario(
            alert: "DiskSpaceCritical", rules: "host.yml", series: disks("25769803776-9842633x160 90000000000x130"), silentAfter: 60,
            words: (
                ["/mnt/c 使用率 90.", "、残り 23.", "/ 237.0 GiB", "90% 超が 5 分継続", "満杯まで約"],
                ["/mnt/c 90.", "% used", "GiB free of 237.0 GiB", "over 90% for 5 min", "full in about"]
            ),
            suppressed: "DiskSpaceWarning /mnt/c"),
    ]
}
