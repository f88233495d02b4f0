import Labels

/// A fault that is played: samples of a machine that is well, and of the same machine with the fault.
struct DrillScenario: Sendable {
    /// One series over time.
    struct Series: Sendable {
        /// How its value comes about.
        enum Shape: Sendable {
            /// The value without the fault and with it.
            case level(well: Double, faulty: Double)
            /// What a counter grows by in a second, without the fault and with it.
            case counter(well: Double, faulty: Double)
        }

        let labels: LabelSet
        let shape: Shape

        /// The value some milliseconds after the beginning, with a fault from a moment on.
        func value(at time: Int64, faultyFrom fault: Int64) -> Double {
            switch shape {
            case .level(let well, let faulty): time < fault ? well : faulty
            case .counter(let well, let faulty): (well * Double(min(time, fault)) + faulty * Double(max(0, time - fault))) / 1000
            }
        }
    }

    /// What happens, for people.
    let situation: String
    let series: [Series]

    /// How the fault of each mandated alert is played; the first at which the rule fires counts. Several, because a rule may look at another sign of the
    /// same fault, or at the names of the same metric that Flatnet's own monitoring uses.
    static let all: [(alertname: String, scenarios: [DrillScenario])] = [
        (
            "GatewayDown",
            [
                DrillScenario(
                    situation: "nginx does not answer", series: [target("gateway"), level("nginx_up", "gateway", well: 1, faulty: 0)]),
                DrillScenario(
                    situation: "the exporter does not answer",
                    series: [target("gateway", faulty: 0), level("nginx_up", "gateway", well: 1, faulty: 0)]),
            ]
        ),
        (
            "CNIPluginDown",
            [
                DrillScenario(
                    situation: "the plugin does not work",
                    series: [target("cni-plugin"), level("flatnet_cni_plugin_up", "cni-plugin", well: 1, faulty: 0)]),
                DrillScenario(
                    situation: "the exporter does not answer",
                    series: [target("cni-plugin", faulty: 0), level("flatnet_cni_plugin_up", "cni-plugin", well: 1, faulty: 0)]),
            ]
        ),
        ("HighErrorRate", ["nginx_http_requests_total", "flatnet_http_requests_total"].map(failingRequests)),
        ("HighLatency", ["nginx_http_request_duration_seconds", "flatnet_http_request_duration_seconds"].map(slowRequests)),
        ("DiskSpaceWarning", ["node", "node-exporter"].map { disk(job: $0, used: 88) }),
        ("DiskSpaceCritical", ["node", "node-exporter"].map { disk(job: $0, used: 97) }),
    ]

    // MARK: Faults

    private static func failingRequests(_ name: String) -> DrillScenario {
        DrillScenario(
            situation: "nine of ten requests fail with 502",
            series: [
                target("gateway"), level("nginx_up", "gateway", well: 1, faulty: 1),
                counter(name, "gateway", [("status", "200")], well: 10, faulty: 1),
                counter(name, "gateway", [("status", "502")], well: 0, faulty: 9),
            ])
    }

    private static func slowRequests(_ name: String) -> DrillScenario {
        let bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2", "3", "5", "10", "30", "+Inf"]
        // All take up to 0.05 s while it is well, and five to ten seconds then.
        let fast = Set(bounds.drop { $0 != "0.05" })
        let slow = Set(bounds.drop { $0 != "10" })
        let buckets = bounds.map { bound in
            counter(
                name + "_bucket", "gateway", [("le", bound)], well: fast.contains(bound) ? 10 : 0, faulty: slow.contains(bound) ? 10 : 0)
        }
        return DrillScenario(
            situation: "all requests take more than five seconds",
            series: buckets + [
                target("gateway"), level("nginx_up", "gateway", well: 1, faulty: 1),
                counter(name + "_count", "gateway", well: 10, faulty: 10), counter(name + "_sum", "gateway", well: 0.4, faulty: 80),
                counter("nginx_http_requests_total", "gateway", [("status", "200")], well: 10, faulty: 10),
            ])
    }

    private static func disk(job: String, used: Double) -> DrillScenario {
        let size = 250.0 * 1024 * 1024 * 1024
        let place = [("device", "/dev/drill"), ("fstype", "ext4"), ("mountpoint", "/")]
        let free = size * (1 - used / 100)
        return DrillScenario(
            situation: "the root is \(Int(used))% full",
            series: [
                target(job), level("node_filesystem_size_bytes", job, place, well: size, faulty: size),
                level("node_filesystem_avail_bytes", job, place, well: size / 2, faulty: free),
                level("node_filesystem_free_bytes", job, place, well: size / 2, faulty: free),
                level("node_filesystem_readonly", job, place, well: 0, faulty: 0),
                level("node_filesystem_device_error", job, place, well: 0, faulty: 0),
            ])
    }

    // MARK: Series

    private static func target(_ job: String, faulty: Double = 1) -> Series { level("up", job, well: 1, faulty: faulty) }

    private static func level(_ name: String, _ job: String, _ labels: [(String, String)] = [], well: Double, faulty: Double) -> Series {
        Series(labels: self.labels(name, job, labels), shape: .level(well: well, faulty: faulty))
    }

    private static func counter(_ name: String, _ job: String, _ labels: [(String, String)] = [], well: Double, faulty: Double) -> Series {
        Series(labels: self.labels(name, job, labels), shape: .counter(well: well, faulty: faulty))
    }

    private static func labels(_ name: String, _ job: String, _ labels: [(String, String)]) -> LabelSet {
        LabelSet(labels + [("__name__", name), ("job", job), ("instance", "drill")])
    }
}
