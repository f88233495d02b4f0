import JSON

/// What the Gateway's API tells, read with much patience: an empty list comes as an object, numbers come with fractions, keys lack
/// (reference 2.5).
enum GatewayAPI {
    /// More addresses, and more hosts, are left out: labels must stay bounded.
    static let maximumLabels = 256
    private static let depthLimit = 32

    /// The answer is not what the API gives.
    struct Unreadable: Error, Hashable, CustomStringConvertible {
        let description: String
    }

    /// The API's states of a connection between hosts.
    enum EscalationState: String, CaseIterable, Sendable {
        case gatewayOnly = "GATEWAY_ONLY"
        case attempting = "P2P_ATTEMPTING"
        case active = "P2P_ACTIVE"
        case fallback = "GATEWAY_FALLBACK"
    }

    /// What `/api/status` tells; nil is what it does not.
    struct Status: Hashable, Sendable {
        var indexEntries: Double?
        var freeBytes: Double?
        var capacityBytes: Double?
        var peers: Double?
        var hostID: String?
        var isHealthcheckEnabled: Bool?
        var connections: [EscalationState: Double]?
        var failures: [IPv4Address: Double]?
    }

    /// Containers by the host that registered them, of `/api/containers`.
    static func containers(_ body: [UInt8]) throws(Unreadable) -> [String: Int] {
        var counts: [String: Int] = [:]
        for entry in try list(try parse(body)) {
            guard entry.objectValue != nil else { throw Unreadable(description: "an entry of the list is \(entry.kind.phrase)") }
            let host = hostID(entry["hostId"]) ?? "unknown"
            counts[counts[host] != nil || counts.count < maximumLabels ? host : "other", default: 0] += 1
        }
        return counts
    }

    /// The parts of `/api/status` that are shown.
    static func status(_ body: [UInt8]) throws(Unreadable) -> Status {
        let value = try parse(body)
        guard value.objectValue != nil else { throw Unreadable(description: "it is \(value.kind.phrase) instead of an object") }
        var status = Status()
        status.indexEntries = amount(value["registry"]?["count"])
        status.freeBytes = amount(value["registry"]?["free_space"])
        status.capacityBytes = amount(value["registry"]?["capacity"])
        status.peers = amount(value["sync"]?["peer_count"]) ?? value["sync"]?["peers"].flatMap(entries)
        status.hostID = hostID(value["sync"]?["host_id"])
        status.isHealthcheckEnabled = value["healthcheck"]?["enabled"]?.boolValue
        if let states = value["escalation"]?["states"] {
            var connections: [EscalationState: Double] = [:]
            for state in EscalationState.allCases { connections[state] = amount(states[state.rawValue]) ?? 0 }
            status.connections = connections
        }
        if let counts = value["healthcheck"]?["failure_counts"] { status.failures = amounts(counts) { $0 } }
        return status
    }

    /// The latencies of `/api/escalation/states` in seconds, by the address of the container.
    static func latencies(_ body: [UInt8]) throws(Unreadable) -> [IPv4Address: Double] {
        let value = try parse(body)
        guard value.objectValue != nil || value.arrayValue?.isEmpty == true else {
            throw Unreadable(description: "it is \(value.kind.phrase) instead of an object")
        }
        return amounts(value) { $0["latency"] }.mapValues { $0 / 1000 }
    }

    // MARK: Parts

    private static func parse(_ body: [UInt8]) throws(Unreadable) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue.parse(body, depthLimit: depthLimit)
        } catch {
            throw Unreadable(description: "it is no JSON: \(error)")
        }
    }

    /// An array, or the object that an empty one comes as.
    private static func list(_ value: JSONValue) throws(Unreadable) -> [JSONValue] {
        if let list = value.arrayValue { return list }
        guard value.objectValue?.isEmpty == true else { throw Unreadable(description: "it is \(value.kind.phrase) instead of a list") }
        return []
    }

    private static func entries(_ value: JSONValue) -> Double? {
        value.arrayValue.map { Double($0.count) } ?? (value.objectValue?.isEmpty == true ? 0 : nil)
    }

    /// A number that counts or measures something: finite and not negative.
    private static func amount(_ value: JSONValue?) -> Double? {
        guard let number = value?.doubleValue, number.isFinite, number >= 0 else { return nil }
        return number
    }

    /// A host's number, whether it came as 1, 1.0 or "1".
    private static func hostID(_ value: JSONValue?) -> String? {
        let number = value?.doubleValue ?? value?.stringValue.flatMap { $0.utf8.count <= 5 ? UInt16($0).map(Double.init) : nil }
        guard let number, let whole = UInt16(exactly: number) else { return nil }
        return String(whole)
    }

    /// A number for each member that is named by an IPv4 address, of the lowest addresses where there are too many.
    private static func amounts(_ value: JSONValue, _ part: (JSONValue) -> JSONValue?) -> [IPv4Address: Double] {
        var found: [IPv4Address: Double] = [:]
        for member in value.objectValue ?? [:] {
            if let address = IPv4Address(member.key), let number = amount(part(member.value)) { found[address] = number }
        }
        guard found.count > maximumLabels else { return found }
        let kept = found.sorted { $0.key.bits < $1.key.bits }.prefix(maximumLabels)
        return Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
