import Glibc
import JSON

/// The totals of a log with the tallies of its lines.
struct LineCounts<Totals: LogTotals>: Sendable {
    var totals: Totals
    private(set) var ok: UInt64 = 0
    private(set) var unparsed: UInt64 = 0
    private(set) var ignored: UInt64 = 0
    private let maximumLineBytes: Int

    init(_ totals: Totals, maximumLineBytes: Int) {
        self.totals = totals
        self.maximumLineBytes = maximumLineBytes
    }

    var lines: [LineResult: UInt64] { [.ok: ok, .unparsed: unparsed, .ignored: ignored] }

    /// Counts the lines of a block that ends with a line's end, or whose last line ends with the block.
    mutating func count(block: UnsafeBufferPointer<UInt8>) {
        guard var start = block.baseAddress else { return }
        let end = start + block.count
        while start < end {
            let stop = memchr(start, 0x0A, end - start)?.assumingMemoryBound(to: UInt8.self) ?? UnsafeMutablePointer(mutating: end)
            count(from: start, to: UnsafePointer(stop))
            start = UnsafePointer(stop) + 1
        }
    }

    /// Counts a line that was not worth keeping.
    mutating func countUnparsed() { unparsed += 1 }

    @inline(__always)
    private mutating func count(from start: UnsafePointer<UInt8>, to stop: UnsafePointer<UInt8>) {
        var start = start
        var stop = stop
        if stop > start, stop[-1] == 0x0D { stop -= 1 }
        // A writer that does not append leaves zeros where a log was cleared under it, and so does a power cut: they belong to no line.
        while start < stop, start.pointee == 0 { start += 1 }
        guard stop - start <= maximumLineBytes else {
            unparsed += 1
            return
        }
        switch totals.count(UnsafeBufferPointer(start: start, count: stop - start)) {
        case .ok: ok += 1
        case .unparsed: unparsed += 1
        case .ignored: ignored += 1
        }
    }

    // MARK: Written down

    var linesState: JSONValue {
        .object([
            "ok": .number(JSONNumber(ok)), "unparsed": .number(JSONNumber(unparsed)), "ignored": .number(JSONNumber(ignored)),
        ])
    }

    mutating func restoreLines(_ state: JSONValue?) {
        func value(_ key: String) -> UInt64 { state?[key]?.int64Value.flatMap(UInt64.init(exactly:)) ?? 0 }
        (ok, unparsed, ignored) = (value("ok"), value("unparsed"), value("ignored"))
    }
}
