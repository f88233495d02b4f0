public import JSON
public import Time

/// What came of one line of a log.
public enum LineResult: String, Sendable, CaseIterable {
    /// Counted.
    case ok
    /// Not of the log's form.
    case unparsed
    /// Of its form, and left out on purpose.
    case ignored
}

/// What is counted from the lines of a log: a value, so that it is written down together with the place in the log up to which it counts.
public protocol LogTotals: Sendable {
    /// Counts a line: its bytes without the line end (and without a carriage return before it), at most 64 KiB, in any encoding.
    mutating func count(_ line: UnsafeBufferPointer<UInt8>) -> LineResult

    /// When the event of the last line with a readable time happened; nil where lines carry no time.
    var lastEvent: Timestamp? { get }

    /// The totals as they are written down.
    var state: JSONValue { get }

    /// Takes over totals that were written down. What this version does not know is passed over; what lacks stays as it is.
    mutating func restore(_ state: JSONValue)
}

extension LogTotals {
    /// No time is read from the lines.
    public var lastEvent: Timestamp? { nil }
}
