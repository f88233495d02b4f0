import WebServer

/// What a path names (reference 3.1, 3.2).
enum Endpoint: Hashable {
    /// A file of the status page.
    case page(PageFile)
    case healthy, ready, reload, metrics
    /// The list of runbooks.
    case runbooks
    /// What to do about the alert of this name.
    case runbook(String)
    /// A path of the first API, which is gone.
    case v1
    case status, receivers, alerts, alertGroups, silences
    /// With the id as it stands in the path, decoded.
    case silence(String)
    /// One of ours.
    case operate(OperatorEndpoint)

    /// The endpoint of a path without the route prefix; nil when there is none.
    init?(path: Substring) {
        switch path {
        case PageFile.document.path: self = .page(.document)
        case PageFile.style.path: self = .page(.style)
        case PageFile.script.path: self = .page(.script)
        case "/-/healthy": self = .healthy
        case "/-/ready": self = .ready
        case "/-/reload": self = .reload
        case "/metrics": self = .metrics
        default:
            let segments = path.split(separator: "/")
            if path.hasPrefix(OperatorEndpoint.root) {
                guard let endpoint = OperatorEndpoint(rawValue: String(path.dropFirst(OperatorEndpoint.root.count))) else { return nil }
                self = .operate(endpoint)
                return
            }
            if segments.count <= 2, segments.first == "runbook" {
                self = segments.count == 2 ? .runbook(String(segments[1])) : .runbooks
                return
            }
            guard segments.count >= 3, segments[0] == "api" else { return nil }
            switch (segments[1], segments[2], segments.count) {
            case ("v2", "status", 3): self = .status
            case ("v2", "receivers", 3): self = .receivers
            case ("v2", "alerts", 3): self = .alerts
            case ("v2", "alerts", 4) where segments[3] == "groups": self = .alertGroups
            case ("v2", "silences", 3): self = .silences
            case ("v2", "silence", 4): self = .silence(PercentDecoding.decode(segments[3].utf8, plusIsSpace: false) ?? String(segments[3]))
            case ("v1", "status", 3), ("v1", "receivers", 3), ("v1", "alerts", 3), ("v1", "silences", 3), ("v1", "silence", 4): self = .v1
            default: return nil
            }
        }
    }

    /// The path with placeholders, for metrics.
    var template: String {
        switch self {
        case .page(let file): file.path
        case .healthy: "/-/healthy"
        case .ready: "/-/ready"
        case .reload: "/-/reload"
        case .metrics: "/metrics"
        case .runbooks: "/runbook/"
        case .runbook: "/runbook/{name}"
        case .v1: "/api/v1"
        case .status: "/api/v2/status"
        case .receivers: "/api/v2/receivers"
        case .alerts: "/api/v2/alerts"
        case .alertGroups: "/api/v2/alerts/groups"
        case .silences: "/api/v2/silences"
        case .silence: "/api/v2/silence/{silenceID}"
        case .operate(let endpoint): endpoint.path
        }
    }

    /// Whether it belongs to API v2 and its conventions.
    var isAPI: Bool {
        switch self {
        case .page, .healthy, .ready, .reload, .metrics, .runbooks, .runbook, .v1, .operate: false
        case .status, .receivers, .alerts, .alertGroups, .silences, .silence: true
        }
    }

    /// The methods it answers, sorted; nil is all of them.
    var methods: [String]? {
        switch self {
        case .page, .metrics, .status, .receivers, .alertGroups: ["GET"]
        case .healthy, .ready, .runbooks, .runbook: ["GET", "HEAD"]
        case .reload: ["POST"]
        case .v1: nil
        case .alerts, .silences: ["GET", "POST"]
        case .silence: ["DELETE", "GET"]
        case .operate(let endpoint): endpoint.methods
        }
    }
}
