import Exporters
import JSON

/// What must hold for any bytes given as lines of an access log:
/// - each line has one result, and the counted ones are the requests that are shown, the same each time;
/// - the number of series is bounded;
/// - totals that are written down read back as equal ones, in the middle as at the end.
public func fuzzAccessLog(_ bytes: UnsafeRawBufferPointer) {
    let lines = bytes.bindMemory(to: UInt8.self).split(separator: 0x0A, omittingEmptySubsequences: false)
    var totals = AccessLogTotals()
    var resumed = AccessLogTotals()
    var registry = RegistryLogTotals()
    var counted: UInt64 = 0
    for (index, line) in lines.enumerated() {
        let line = UnsafeBufferPointer(rebasing: line)
        let result = totals.count(line)
        if result == .ok { counted += 1 }
        if resumed.count(line) != result { return fuzzFailure("a line is not counted the same each time", bytes) }
        guard (registry.count(line) == .unparsed) == (result == .unparsed) else {
            return fuzzFailure("the two logs read a line differently", bytes)
        }
        guard index == lines.count / 2 || index == lines.count - 1 else { continue }
        guard let state = try? JSONValue.parse(resumed.state.text) else { return fuzzFailure("the written totals do not read", bytes) }
        resumed = AccessLogTotals()
        resumed.restore(state)
    }
    guard totals.state == resumed.state else { return fuzzFailure("totals that were written down are not equal", bytes) }
    let requests = totals.requests
    guard requests.count <= 71, requests.reduce(0, { $0 + $1.count }) == counted else {
        return fuzzFailure("the requests shown are not those counted", bytes)
    }
    var restored = RegistryLogTotals()
    restored.restore(registry.state)
    if restored.state != registry.state { fuzzFailure("the registry's totals are not equal", bytes) }
}
