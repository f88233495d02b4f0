public import Labels

/// Where the engine finds samples: the local store, a test's storage, or anything else that can be selected by matchers.
public protocol SampleSource: Sendable {
    /// The series that match all matchers and may have samples with `after` < time <= `through` (milliseconds), in no particular order; each label set once.
    /// A source may give series without samples in that window.
    func select(_ matchers: [Matcher], after: Int64, through: Int64) throws -> any SeriesSelection
}

/// Series found by a source, read one by one. It stays valid while the source changes.
public protocol SeriesSelection: Sendable {
    /// The number of series.
    var count: Int { get }

    /// The labels of a series.
    func labels(at index: Int) -> LabelSet

    /// Appends the samples of a series with `after` < time <= `through` to the buffer in ascending time, stale markers with their bits.
    func read(at index: Int, after: Int64, through: Int64, into buffer: inout SampleBuffer)

    /// The newest sample of a series with `after` < time <= `through`, a stale marker too; nil when there is none.
    ///
    /// Instant queries ask nothing else of plain selectors: worth a shortcut to the last sample. Sources without one need not implement it.
    func newest(at index: Int, after: Int64, through: Int64) -> Sample?
}

extension SeriesSelection {
    /// Reads the whole window and takes its last sample.
    public func newest(at index: Int, after: Int64, through: Int64) -> Sample? {
        var buffer = SampleBuffer()
        read(at: index, after: after, through: through, into: &buffer)
        guard let time = buffer.times.last, let value = buffer.values.last else { return nil }
        return Sample(time: time, value: value)
    }
}

/// A value at a time in milliseconds.
public struct Sample: Sendable, Equatable {
    /// Milliseconds.
    public var time: Int64
    /// The value; NaN by its bits (`SpecialNaN`).
    public var value: Double

    /// A value at a time.
    @inlinable
    public init(time: Int64, value: Double) {
        self.time = time
        self.value = value
    }
}

/// Times in milliseconds and values of one series, in two columns of equal length.
public struct SampleBuffer: Sendable {
    /// Milliseconds, ascending.
    public var times: ContiguousArray<Int64> = []
    /// As many values.
    public var values: ContiguousArray<Double> = []

    /// No samples.
    public init() {}

    /// The number of samples.
    public var count: Int { times.count }

    /// Adds a sample behind the others.
    @inlinable
    public mutating func append(time: Int64, value: Double) {
        times.append(time)
        values.append(value)
    }

    /// Forgets the samples and keeps the memory.
    @inlinable
    public mutating func removeAll() {
        times.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}

/// The bit patterns of NaN that mean something (reference 3.3).
public enum SpecialNaN {
    /// Says that a series has ended here. No arithmetic gives it: its quiet bit is unset.
    public static let staleMarker: UInt64 = 0x7ff0_0000_0000_0002
    /// A NaN that somebody measured.
    public static let ordinary: UInt64 = 0x7ff8_0000_0000_0001
}

extension Double {
    /// Whether this is the stale marker, bit by bit.
    @inlinable
    public var isStaleMarker: Bool { bitPattern == 0x7ff0_0000_0000_0002 }

    /// The stale marker.
    public static var staleMarker: Double { Double(bitPattern: SpecialNaN.staleMarker) }
}
