import JSON
import Time

@testable import Exporters

/// Counts each line by its first word, so that a test sees every line that is missing or counted twice.
struct LineTotals: LogTotals, Equatable {
    var counts: [String: Int] = [:]

    mutating func count(_ line: UnsafeBufferPointer<UInt8>) -> LineResult {
        let word = String(decoding: line.prefix { $0 != 0x20 }, as: UTF8.self)
        if word == "skip" { return .ignored }
        if word == "?" { return .unparsed }
        counts[word, default: 0] += 1
        return .ok
    }

    var state: JSONValue {
        .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, .number(JSONNumber($0.value))) }))
    }

    mutating func restore(_ state: JSONValue) {
        for member in state.objectValue ?? [:] { counts[member.key] = member.value.int64Value.map(Int.init) }
    }
}

/// A follower with its counts, driven by hand: no thread, no clock.
final class DrivenLog: LineSink {
    var counts: LineCounts<LineTotals>
    let follower: LogFollower
    let options: TailOptions

    init(path: String, options: TailOptions = TailOptions(), saved: [UInt8]? = nil) throws {
        self.options = options
        counts = LineCounts(LineTotals(), maximumLineBytes: options.maximumLineBytes)
        var restored = RestoredLog()
        if let saved {
            let state = try JSONValue.parse(saved)
            restored = RestoredLog(state, path: path, log: quietLog)
            counts.totals.restore(state["totals"] ?? .null)
            counts.restoreLines(state["lines"])
        }
        follower = LogFollower(path: path, options: options, restored: restored, log: quietLog)
    }

    func count(block: UnsafeBufferPointer<UInt8>) { counts.count(block: block) }

    func countUnparsed() { counts.countUnparsed() }

    /// Reads all there is.
    func poll(now: Int64 = 0, budget: Int = .max) {
        for _ in 0..<10_000 where follower.poll(now: now, budget: budget, into: self) { return }
    }

    /// What a store would keep.
    func saved(path: String) -> [UInt8] {
        let state: JSONObject = [
            "version": 1, "path": .string(path), "lines": counts.linesState, "totals": counts.totals.state, "tail": follower.state,
        ]
        return Array(JSONValue.object(state).text.utf8)
    }

    var words: [String] { counts.totals.counts.flatMap { Array(repeating: $0.key, count: $0.value) }.sorted() }
}
