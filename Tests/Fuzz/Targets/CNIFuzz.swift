import Exporters
import JSON

/// What must hold for any bytes given as the state of an IPAM plugin, or as a network's configuration:
/// - there is an error with words, or a pool whose entries are all accounted for and which gives no more addresses than it has, each time the same.
public func fuzzIPAM(_ bytes: UnsafeRawBufferPointer) {
    let text = Array(bytes)
    let pool = Result { () throws(IPAMError) in try IPAMFile.parse(text, path: "state") }
    let again = Result { () throws(IPAMError) in try IPAMFile.parse(text, path: "state") }
    switch (pool, again) {
    case (.success(let pool), .success(let other)):
        let usage = pool.usage
        let told = usage.allocated + usage.duplicates + usage.outOfRange + usage.unreadable
        if told != UInt64(pool.count) { fuzzFailure("entries are lost or counted twice", bytes) }
        if let size = pool.size, usage.allocated > size { fuzzFailure("more addresses are given than there are", bytes) }
        if pool != other { fuzzFailure("a state reads differently", bytes) }
    case (.failure(let error), .failure(let other)):
        if error.description.isEmpty || error != other { fuzzFailure("an error without words, or another", bytes) }
    default: fuzzFailure("a state reads only sometimes", bytes)
    }
    guard let network = try? NetworkConfiguration.find(type: "flatnet", in: text) else { return }
    if network.addressCount > UInt64(text.count) << 32 { fuzzFailure("a configuration has more addresses than there can be", bytes) }
}

/// What must hold for any bytes given as lines of the CNI event log:
/// - each line has one result, the same each time, and the counted ones are the operations that are shown;
/// - each failure has one error;
/// - totals that are written down read back as equal ones, in the middle as at the end.
public func fuzzCNIEvents(_ bytes: UnsafeRawBufferPointer) {
    let lines = bytes.bindMemory(to: UInt8.self).split(separator: 0x0A, omittingEmptySubsequences: false)
    var totals = CNIEventTotals()
    var resumed = CNIEventTotals()
    var counted: UInt64 = 0
    for (index, line) in lines.enumerated() {
        let line = UnsafeBufferPointer(rebasing: line)
        let result = totals.count(line)
        if result == .ok { counted += 1 }
        if resumed.count(line) != result { return fuzzFailure("a line is not counted the same each time", bytes) }
        guard index == lines.count / 2 || index == lines.count - 1 else { continue }
        guard let state = try? JSONValue.parse(resumed.state.text) else { return fuzzFailure("the written totals do not read", bytes) }
        resumed = CNIEventTotals()
        resumed.restore(state)
    }
    if totals != resumed { fuzzFailure("totals that were written down are not equal", bytes) }
    let total = totals.total
    if total.operations != counted { fuzzFailure("the operations shown are not those counted", bytes) }
    if total.errors != total.failures { fuzzFailure("failures and errors are not the same number", bytes) }
}
