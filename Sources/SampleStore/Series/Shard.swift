import Labels

/// A part of the series, chosen by their fingerprints, under a lock of its own.
struct Shard {
    /// The number of shards: the lowest bits of a series' id name its shard.
    static let count = 16
    static let bits: UInt32 = 4

    /// The shard of a label set.
    @inline(__always)
    static func index(of labels: LabelSet) -> Int { Int(truncatingIfNeeded: labels.fingerprint.value) & (count - 1) }

    let index: UInt32
    var directory = SeriesDirectory()
    /// What the samples take.
    var account = ChunkAccount()
    /// Bytes of the label sets.
    var labelBytes = 0
    /// Samples that are not newer are too old.
    var cutoff = Int64.min
    var isClosed = false
    var appended = 0
    var rejected = RejectionCounts()
    var created = 0
    var removed = 0
    var newestTime = Int64.min
    /// What is to be written to the disk; nil for a store in memory alone.
    var unwritten: UnwrittenSamples?
    /// The segment of the log that is written now, or an older one.
    var logSegment: UInt32 = 0

    init(index: UInt32) { self.index = index }

    /// The id of a series of this shard.
    func id(of number: UInt32) -> UInt32 { number << Self.bits | index }

    /// The number of an id in its shard.
    @inline(__always)
    static func number(of id: UInt32) -> UInt32 { id >> bits }

    /// Adds a sample by the rules of reference 5.4. Nil when it was taken.
    @inline(__always)
    mutating func append(to series: Series, time: Int64, value: Double) -> AppendResult {
        let last = series.samples.open.lastTime
        guard time > last else {
            if time < last { return .rejected(.outOfOrder) }
            return series.samples.open.lastValue.bitPattern == value.bitPattern ? .unchanged : .rejected(.duplicate)
        }
        guard time > cutoff else { return .rejected(.tooOld) }
        series.samples.append(time: time, value: value, id: series.id, shard: &self)
        if time > newestTime { newestTime = time }
        return .appended
    }
}

/// What became of one sample.
enum AppendResult {
    case appended
    case unchanged
    case rejected(RejectionReason)
}

extension SeriesSamples {
    @inline(__always)
    fileprivate mutating func append(time: Int64, value: Double, id: UInt32, shard: inout Shard) {
        if open.count == 0 { openSince = shard.logSegment }
        open.append(time: time, value: value, account: &shard.account)
        shard.unwritten?.append(id: id, time: time, value: value)
        if open.isFull {
            let chunk = close(account: &shard.account)
            shard.unwritten?.append(id: id, chunk: chunk)
        }
    }
}

/// What a shard has for the disk.
struct UnwrittenSamples {
    /// False while samples come from the disk itself; chunks that they fill are to be written all the same.
    var takesSamples = true
    private(set) var ids: ContiguousArray<UInt32> = []
    private(set) var times: ContiguousArray<Int64> = []
    private(set) var values: ContiguousArray<Double> = []
    private(set) var chunks: ContiguousArray<(id: UInt32, chunk: Chunk)> = []

    @inline(__always)
    mutating func append(id: UInt32, time: Int64, value: Double) {
        guard takesSamples else { return }
        ids.append(id)
        times.append(time)
        values.append(value)
    }

    init(takesSamples: Bool = true) { self.takesSamples = takesSamples }

    mutating func append(id: UInt32, chunk: Chunk) { chunks.append((id, chunk)) }

    /// Forgets all; keeps the memory when it is not much.
    mutating func removeAll() {
        let keeps = times.count <= 65_536
        ids.removeAll(keepingCapacity: keeps)
        times.removeAll(keepingCapacity: keeps)
        values.removeAll(keepingCapacity: keeps)
        chunks.removeAll()
    }
}
