import Labels
import MonitorFile
import Time
import Transport

/// One job's configuration in the form that its scrapes need. It never changes: a reload makes a new one.
final class ScrapeJob: Sendable {
    let configuration: ScrapeConfiguration
    private let client: HTTPClientOptions
    private let accept: String
    private let userAgent: String

    /// No target says so much; a target that never ends must not fill the memory.
    static let longestBody = 1 << 30

    init(_ configuration: ScrapeConfiguration, userAgent: String) {
        self.configuration = configuration
        self.userAgent = userAgent
        client = configuration.client.clientOptions
        accept = Self.accept(configuration.protocols, escaping: configuration.nameEscaping)
    }

    /// The request of one scrape (reference 5.3).
    func request(_ target: Target, expectedBytes: Int) -> HTTPRequest {
        var headers = [
            ("Accept", accept), ("User-Agent", userAgent), ("X-Prometheus-Scrape-Timeout-Seconds", Self.seconds(target.timeout)),
        ]
        if !configuration.compresses { headers.append(("Accept-Encoding", "identity")) }
        var request = HTTPRequest(
            url: target.url, headers: headers, timeout: .milliseconds(target.timeout),
            maximumResponseBytes: configuration.bodySizeLimit > 0 ? configuration.bodySizeLimit : Self.longestBody, bodyPolicy: .whole,
            options: client)
        request.acceptsGzip = configuration.compresses
        request.expectedResponseBytes = expectedBytes
        return request
    }

    /// The formats in the order of preference, then anything.
    static func accept(_ protocols: [ScrapeProtocol], escaping scheme: String) -> String {
        let escaping = ";escaping=" + scheme
        // Prometheus counts down from one more than the number of protocols that it knows.
        var quality = ScrapeProtocol.allCases.count + 1
        var entries: [String] = []
        for scrapeProtocol in protocols {
            let type: String
            switch scrapeProtocol {
            case .openMetrics1: type = "application/openmetrics-text;version=1.0.0" + escaping
            case .openMetrics0: type = "application/openmetrics-text;version=0.0.1"
            case .text1: type = "text/plain;version=1.0.0" + escaping
            case .text0: type = "text/plain;version=0.0.4"
            // Never asked for: it could not be read.
            case .protobuf: continue
            }
            entries.append("\(type);q=0.\(quality)")
            quality -= 1
        }
        entries.append("*/*;q=0.\(quality)")
        return entries.joined(separator: ",")
    }

    /// Milliseconds as seconds with as many decimals as there are.
    private static func seconds(_ milliseconds: Int64) -> String {
        GoFloat.text(Double(milliseconds) / 1000, "f")
    }

    /// Whether equal bodies give equal series under both: then what is known of a target's series stays true.
    func labelsLike(_ other: ScrapeJob) -> Bool {
        if self === other { return true }
        let (left, right) = (configuration, other.configuration)
        return left.honorsLabels == right.honorsLabels && left.metricRelabeling == right.metricRelabeling
            && left.labelLimit == right.labelLimit && left.labelNameLengthLimit == right.labelNameLengthLimit
            && left.labelValueLengthLimit == right.labelValueLengthLimit && left.legacyNames == right.legacyNames
    }
}
