import WebServer

/// The endpoints of the query API.
enum QueryEndpoint: Hashable {
    case query, queryRange, formatQuery, parseQuery, series, labels, metadata, exemplars, write
    case rules, alerts, targets, scrapePools, alertmanagers
    case buildInformation, configuration, flags, runtimeInformation, storeStatistics
    case labelValues(String)

    init?(path: some StringProtocol) {
        guard path.hasPrefix("/api/v1/") else { return nil }
        let rest = String(path.dropFirst("/api/v1/".count))
        switch rest {
        case "query": self = .query
        case "query_range": self = .queryRange
        case "format_query": self = .formatQuery
        case "parse_query": self = .parseQuery
        case "series": self = .series
        case "labels": self = .labels
        case "metadata": self = .metadata
        case "query_exemplars": self = .exemplars
        case "write": self = .write
        case "rules": self = .rules
        case "alerts": self = .alerts
        case "targets": self = .targets
        case "scrape_pools": self = .scrapePools
        case "alertmanagers": self = .alertmanagers
        case "status/buildinfo": self = .buildInformation
        case "status/config": self = .configuration
        case "status/flags": self = .flags
        case "status/runtimeinfo": self = .runtimeInformation
        case "status/tsdb": self = .storeStatistics
        default:
            let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "label", parts[2] == "values", !parts[1].isEmpty,
                let name = PercentDecoding.decode(parts[1].utf8, plusIsSpace: false)
            else { return nil }
            self = .labelValues(name)
        }
    }

    var methods: Set<String> {
        switch self {
        case .query, .queryRange, .formatQuery, .parseQuery, .series, .labels, .exemplars: ["GET", "POST"]
        case .write: ["POST"]
        case .labelValues, .metadata, .rules, .alerts, .targets, .scrapePools, .alertmanagers, .buildInformation, .configuration, .flags,
            .runtimeInformation, .storeStatistics:
            ["GET"]
        }
    }
}
