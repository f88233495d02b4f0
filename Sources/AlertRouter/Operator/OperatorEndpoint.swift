/// What is below `/api/flatalert/v1/`: ours, where users of Alertmanager do not trip over it (DESIGN 6).
enum OperatorEndpoint: String, Hashable, CaseIterable {
    case backup, drill, explain, heartbeat, history, inbox, receivers
    case testFire = "test-fire"

    /// Below the route prefix.
    static let root = "/api/flatalert/v1/"

    /// The path behind the route prefix.
    var path: String { Self.root + rawValue }

    /// The methods it answers, sorted.
    var methods: [String] {
        switch self {
        case .backup, .explain, .history, .receivers: ["GET"]
        case .heartbeat: ["GET", "HEAD"]
        case .inbox: ["GET", "POST"]
        case .drill, .testFire: ["POST"]
        }
    }
}
