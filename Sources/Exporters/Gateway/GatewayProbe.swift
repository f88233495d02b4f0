package import JSON
import Time

/// The readers of what comes from the Gateway, for fuzzing: each takes any bytes and gives what was made of them.
package enum GatewayProbe {
    /// What was counted from the lines of an error log.
    package struct ErrorCounts: Equatable {
        package var results: [LineResult] = []
        package var lines: UInt64 = 0
        package var failures: UInt64 = 0
        package var series = 0
        package var state = JSONValue.null
        package var lastEvent: Int64?
    }

    /// The label values, at most, of upstreams.
    package static var maximumUpstreams: Int { UpstreamNames.limit + 2 }

    /// Counts lines; from this one on with totals that were written down before it.
    package static func errorLog(_ lines: [UnsafeBufferPointer<UInt8>], resumingAt place: Int?) -> ErrorCounts? {
        let names = UpstreamNames([GatewayUpstream(name: "app", address: "10.0.0.1:80")])
        var totals = ErrorLogTotals(names: names, zone: .utc)
        var counts = ErrorCounts()
        for (index, line) in lines.enumerated() {
            if index == place {
                guard let state = try? JSONValue.parse(totals.state.text) else { return nil }
                totals = ErrorLogTotals(names: names, zone: .utc)
                totals.restore(state)
            }
            counts.results.append(totals.count(line))
        }
        counts.lines = ErrorLogLine.Level.allCases.reduce(0) { $0 + totals.lines($1) }
        let failures = totals.upstreamFailures
        counts.failures = failures.reduce(0) { $0 + $1.count }
        counts.series = Set(failures.map(\.upstream)).count
        counts.state = totals.state
        counts.lastEvent = totals.lastEvent?.seconds
        return counts
    }

    /// The numbers of the API's three answers and of stub_status, by label; of one that is refused the words.
    package static func answers(_ body: [UInt8]) -> [(numbers: [String: Double], refusal: String?)] {
        func read(_ numbers: () throws(GatewayAPI.Unreadable) -> [String: Double]) -> (numbers: [String: Double], refusal: String?) {
            do throws(GatewayAPI.Unreadable) {
                return (try numbers(), nil)
            } catch {
                return ([:], error.description)
            }
        }
        func labelled(_ numbers: [IPv4Address: Double]) -> [String: Double] {
            Dictionary(uniqueKeysWithValues: numbers.map { ($0.key.description, $0.value) })
        }
        return [
            read { () throws(GatewayAPI.Unreadable) in try GatewayAPI.containers(body).mapValues(Double.init) },
            read { () throws(GatewayAPI.Unreadable) in labelled(try GatewayAPI.latencies(body)) },
            read { () throws(GatewayAPI.Unreadable) in
                let status = try GatewayAPI.status(body)
                var numbers = labelled(status.failures ?? [:])
                for (name, number) in [
                    ("index", status.indexEntries), ("free", status.freeBytes), ("capacity", status.capacityBytes), ("peers", status.peers),
                ] { numbers[name] = number }
                for (state, number) in status.connections ?? [:] { numbers[state.rawValue] = number }
                return numbers
            },
            (StubStatus(body).map { ["active": Double($0.active), "accepted": Double($0.accepted)] } ?? [:], nil),
        ]
    }

    /// More labels than these come from no answer.
    package static var maximumLabels: Int { GatewayAPI.maximumLabels + 16 }

    /// The line of a datagram, and whether it is one of the error log.
    package static func syslog(_ datagram: [UInt8]) -> (line: [UInt8], isError: Bool)? {
        SyslogMessage(datagram).map { ($0.line, $0.log == .error) }
    }

    /// The upstreams of a configuration with their addresses.
    package static func configuration(_ text: [UInt8]) -> [(name: String, addresses: [String], path: String?)] {
        var interpreter = NginxInterpreter()
        interpreter.read(text) { pattern, interpreter in
            // A file that includes what names it, once.
            interpreter.read(Array("upstream included { server 1.2.3.4:5; } \(pattern)".utf8)) { _, _ in }
        }
        let configuration = interpreter.finished()
        return (configuration.upstreams + configuration.bareAddresses).map { ($0.name, $0.addresses.map(\.text), $0.path?.path) }
    }
}
