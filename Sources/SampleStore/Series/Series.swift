import Labels
import PromQL

/// One series: its labels and its samples.
final class Series: @unchecked Sendable {
    // Unchecked: `samples` is used only under the lock of the series' shard; the rest never changes.

    /// Ascends with the age of the series; the lowest bits are its shard.
    let id: UInt32
    let labels: LabelSet
    // The lock is exclusive already; checking at each access would cost more than the access.
    @exclusivity(unchecked) var samples = SeriesSamples()

    init(id: UInt32, labels: LabelSet) {
        self.id = id
        self.labels = labels
    }

    deinit {
        var account = ChunkAccount()
        samples.open.deallocate(account: &account)
    }
}

/// The samples of a series: closed chunks, oldest first, and the one that grows.
struct SeriesSamples {
    var open = OpenChunk()
    private(set) var closed: ContiguousArray<Chunk> = []
    /// The segment of the log in which the first sample of the open chunk is, or an older one.
    var openSince: UInt32 = 0
    /// The newest segment of the log that names this series; 0 for none.
    var logSegment: UInt32 = 0
    /// The newest segment of chunks that names this series; 0 for none.
    var chunkSegment: UInt32 = 0

    var isEmpty: Bool { open.count == 0 && closed.isEmpty }

    /// The time of the oldest sample; nil without samples.
    var firstTime: Int64? { closed.first?.header.firstTime ?? (open.count > 0 ? open.firstTime : nil) }

    /// Whether a sample may be in the window. `after` must not be less than the shard's cutoff.
    @inline(__always)
    func mayOverlap(after: Int64, through: Int64) -> Bool {
        // Whatever is newer than a cutoff is there. Most queries want the newest sample: then only the series itself is looked at.
        guard open.lastTime > after else { return false }
        if open.lastTime <= through { return true }
        guard let first = firstTime else { return false }
        return first <= through
    }

    /// Closes the open chunk and keeps it.
    mutating func close(account: inout ChunkAccount) -> Chunk {
        let chunk = open.close(account: &account)
        closed.append(chunk)
        return chunk
    }

    /// Adds a chunk from the disk with its last sample; false when it is not newer than what is there.
    mutating func restore(_ chunk: Chunk, _ last: Sample, account: inout ChunkAccount) -> Bool {
        guard open.count == 0, chunk.header.firstTime > open.lastTime else { return false }
        closed.append(chunk)
        open.resume(after: last.time, value: last.value)
        account.bytes += chunk.footprint
        account.chunks += 1
        account.samples += Int(chunk.header.count)
        return true
    }

    /// Drops chunks that hold nothing newer than the cutoff.
    mutating func truncate(before cutoff: Int64, account: inout ChunkAccount) {
        if let first = closed.first, first.header.lastTime <= cutoff {
            var dropped = 0
            while dropped < closed.count, closed[dropped].header.lastTime <= cutoff {
                account.bytes -= closed[dropped].footprint
                account.chunks -= 1
                account.samples -= Int(closed[dropped].header.count)
                dropped += 1
            }
            // A new array: the old one may be much too large by now.
            closed = ContiguousArray(closed[dropped...])
        }
        if open.count > 0, open.lastTime <= cutoff { open.deallocate(account: &account) }
    }

    /// Whether the window reaches into closed chunks.
    @inline(__always)
    func reachesClosed(after: Int64) -> Bool {
        if open.count > 0, open.firstTime <= after { return false }
        guard let last = closed.last else { return false }
        return last.header.lastTime > after
    }

    /// Reads the samples in the window from the open chunk.
    @inline(__always)
    func readOpen(after: Int64, through: Int64, into buffer: inout SampleBuffer) {
        guard open.count > 0, open.lastTime > after, open.firstTime <= through else { return }
        open.decoder.read(after: after, through: through, into: &buffer)
    }

    /// Reads the samples in the window from closed chunks.
    static func read(_ chunks: ContiguousArray<Chunk>, after: Int64, through: Int64, into buffer: inout SampleBuffer) {
        // Queries ask for the newest samples: look from the end.
        var first = chunks.count
        while first > 0, chunks[first - 1].header.lastTime > after { first -= 1 }
        for index in first..<chunks.count {
            guard chunks[index].header.firstTime <= through else { return }
            chunks[index].withDecoder { $0.read(after: after, through: through, into: &buffer) }
        }
    }

    /// The newest sample in the window. `after` must not be less than the shard's cutoff.
    @inline(__always)
    func newest(after: Int64, through: Int64) -> Sample? {
        if open.lastTime <= through {
            return open.lastTime > after ? Sample(time: open.lastTime, value: open.lastValue) : nil
        }
        return earlier(after: after, through: through)
    }

    @inline(never)
    private func earlier(after: Int64, through: Int64) -> Sample? {
        if open.count > 0, open.firstTime <= through { return open.decoder.newest(after: after, through: through) }
        for chunk in closed.reversed() {
            guard chunk.header.lastTime > after else { return nil }
            if chunk.header.firstTime <= through { return chunk.withDecoder { $0.newest(after: after, through: through) } }
        }
        return nil
    }
}
