/// What is below `/api/flatalert/v1/`: ours, where users of Alertmanager do not trip over it (DESIGN 6).
enum OperatorEndpoint: String, Hashable, CaseIterable {
    case explain, history, receivers
    case testFire = "test-fire"

    /// Below the route prefix.
    static let root = "/api/flatalert/v1/"

    /// The path behind the route prefix.
    var path: String { Self.root + rawValue }

    /// The methods it answers, sorted.
    var methods: [String] {
        switch self {
        case .explain, .history, .receivers: ["GET"]
        case .testFire: ["POST"]
        }
    }
}
