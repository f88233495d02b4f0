package import JSON
package import Time

/// What the plugin's operations come to, counted from the lines that stand-ins append to the event log.
package struct CNIEventTotals: LogTotals, Equatable {
    /// What CNI can ask of a plugin and what is written down.
    enum Operation: String, CaseIterable {
        case add = "ADD"
        case delete = "DEL"
        case check = "CHECK"
    }

    /// The operations of one kind.
    struct Tally: Equatable {
        var success: UInt64 = 0
        var failure: UInt64 = 0
        /// Of each bucket alone; the last is beyond every bound.
        var buckets = [UInt64](repeating: 0, count: CNIEventTotals.bounds.count + 1)
        var milliseconds: UInt64 = 0
    }

    /// Attempts at the Gateway's registry, one an endpoint.
    struct Attempts: Equatable {
        var success: UInt64 = 0
        var failure: UInt64 = 0
    }

    /// Upper bounds of the histogram in milliseconds.
    static let bounds: [UInt64] = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 30_000]
    /// Longer operations are no truth: a caller has given up long before.
    static let longest: Double = 7 * 86_400_000
    /// Error codes with a series of their own: those of the specification, of Flatnet's plugin, and 999 of others.
    static let codes = (1...8).map(String.init) + ["11", "50", "51", "100", "101", "102", "103", "104", "999"]
    /// For other codes, and for operations that failed without one.
    static let otherCode = "other", noCode = "none"
    /// No plugin has more endpoints than this; a larger number comes from no stand-in.
    private static let mostAttempts: UInt64 = 1_000

    private(set) var tallies = [Tally](repeating: Tally(), count: Operation.allCases.count)
    /// In the order of `codes`, then `other` and `none`.
    private(set) var errors = [UInt64](repeating: 0, count: CNIEventTotals.codes.count + 2)
    private(set) var exhausted: UInt64 = 0
    private(set) var registrations = Attempts()
    private(set) var deregistrations = Attempts()
    package private(set) var lastEvent: Timestamp?

    /// Nothing counted yet.
    package init() {}

    /// All operations, and those of them that failed.
    package var total: (operations: UInt64, failures: UInt64, errors: UInt64) {
        let failures = tallies.reduce(0) { $0 &+ $1.failure }
        return (tallies.reduce(failures) { $0 &+ $1.success }, failures, errors.reduce(0, &+))
    }

    /// The operations of a kind.
    subscript(_ operation: Operation) -> Tally { tallies[Self.index(operation)] }

    /// Failures by code.
    var errorsByCode: [(code: String, count: UInt64)] { Array(zip(Self.codes + [Self.otherCode, Self.noCode], errors)) }

    package mutating func count(_ line: UnsafeBufferPointer<UInt8>) -> LineResult {
        guard !line.isEmpty else { return .ignored }
        guard let value = try? JSONValue.parse(Array(line), depthLimit: 16), value.kind == .object else { return .unparsed }
        // Others may write to the log too, such as jobs that look after the host.
        guard let name = value["operation"]?.stringValue, let operation = Operation(rawValue: name) else { return .ignored }
        guard let status = value["status"]?.stringValue, status == "success" || status == "failure",
            let duration = value["duration_ms"]?.doubleValue, duration >= 0, duration <= Self.longest
        else { return .unparsed }
        add(operation, isSuccess: status == "success", milliseconds: UInt64(duration.rounded()))
        if status == "failure" { addFailure(value) }
        add(value["registration"], to: &registrations)
        add(value["deregistration"], to: &deregistrations)
        if let time = value["timestamp"]?.stringValue.flatMap(RFC3339.parse) { lastEvent = time }
        return .ok
    }

    private mutating func add(_ operation: Operation, isSuccess: Bool, milliseconds: UInt64) {
        let index = Self.index(operation)
        if isSuccess { tallies[index].success &+= 1 } else { tallies[index].failure &+= 1 }
        tallies[index].buckets[Self.bounds.firstIndex { milliseconds <= $0 } ?? Self.bounds.count] &+= 1
        tallies[index].milliseconds &+= milliseconds
    }

    private mutating func addFailure(_ value: JSONValue) {
        let code = value["error_code"]?.numberValue.map { Self.codes.firstIndex(of: $0.text) ?? Self.codes.count }
        errors[code ?? Self.codes.count + 1] &+= 1
        let message = value["message"]?.stringValue ?? ""
        // host-local has no code of its own for it.
        if value["error_code"]?.int64Value == 102 || message.contains("no IP addresses available in range set") { exhausted &+= 1 }
    }

    private func add(_ value: JSONValue?, to attempts: inout Attempts) {
        func number(_ key: String) -> UInt64 {
            value?[key]?.int64Value.flatMap(UInt64.init(exactly:)).map { min($0, Self.mostAttempts) } ?? 0
        }
        attempts.success &+= number("success")
        attempts.failure &+= number("failure")
    }

    private static func index(_ operation: Operation) -> Int {
        switch operation {
        case .add: 0
        case .delete: 1
        case .check: 2
        }
    }
}

// MARK: Written down

extension CNIEventTotals {
    package var state: JSONValue {
        var operations: JSONObject = [:]
        for operation in Operation.allCases {
            let tally = self[operation]
            operations[operation.rawValue] = [
                "success": Self.number(tally.success), "failure": Self.number(tally.failure),
                "milliseconds": Self.number(tally.milliseconds),
                "buckets": .object(JSONObject(zip(Self.bounds.map(String.init) + ["more"], tally.buckets.map(Self.number)))),
            ]
        }
        var value: JSONObject = [
            "operations": .object(operations), "errors": .object(JSONObject(errorsByCode.map { ($0.code, Self.number($0.count)) })),
            "exhausted": Self.number(exhausted), "registrations": Self.state(registrations), "deregistrations": Self.state(deregistrations),
        ]
        if let lastEvent { value["last_event"] = .string(RFC3339.string(lastEvent, fraction: .asNeeded)) }
        return .object(value)
    }

    package mutating func restore(_ state: JSONValue) {
        for operation in Operation.allCases {
            guard let kept = state["operations"]?[operation.rawValue] else { continue }
            var tally = self[operation]
            Self.take(kept["success"], into: &tally.success)
            Self.take(kept["failure"], into: &tally.failure)
            Self.take(kept["milliseconds"], into: &tally.milliseconds)
            for (index, name) in (Self.bounds.map(String.init) + ["more"]).enumerated() {
                Self.take(kept["buckets"]?[name], into: &tally.buckets[index])
            }
            tallies[Self.index(operation)] = tally
        }
        for (index, code) in (Self.codes + [Self.otherCode, Self.noCode]).enumerated() {
            Self.take(state["errors"]?[code], into: &errors[index])
        }
        Self.take(state["exhausted"], into: &exhausted)
        Self.take(state["registrations"]?["success"], into: &registrations.success)
        Self.take(state["registrations"]?["failure"], into: &registrations.failure)
        Self.take(state["deregistrations"]?["success"], into: &deregistrations.success)
        Self.take(state["deregistrations"]?["failure"], into: &deregistrations.failure)
        if let time = state["last_event"]?.stringValue.flatMap(RFC3339.parse) { lastEvent = time }
    }

    private static func number(_ value: UInt64) -> JSONValue { .number(JSONNumber(value)) }

    private static func state(_ attempts: Attempts) -> JSONValue {
        ["success": number(attempts.success), "failure": number(attempts.failure)]
    }

    private static func take(_ value: JSONValue?, into count: inout UInt64) {
        if let kept = value?.numberValue.flatMap({ UInt64($0.text) }) { count = kept }
    }
}
