import PromQL
import Testing

@testable import SampleStore

struct ChunkTests {
    /// Times with a steady interval, jitter, gaps and jumps of any size.
    private static func times(_ count: Int, seed: UInt64) -> [Int64] {
        var generator = SeededGenerator(seed)
        var time = Int64.random(in: -1_000_000...2_000_000_000_000, using: &generator)
        return (0..<count).map { _ in
            switch Int.random(in: 0..<20, using: &generator) {
            case 0: time += Int64.random(in: 1...5_000_000, using: &generator)
            case 1: time += 15_000 + Int64.random(in: -4000...4000, using: &generator)
            case 2: time += 1
            case 3 where seed % 7 == 0: time += Int64.random(in: 1...10_000_000_000_000, using: &generator)
            default: time += 15_000
            }
            return time
        }
    }

    @Test("what is compressed comes back bit by bit, open and closed", arguments: ValueKind.allCases)
    func roundTrip(_ kind: ValueKind) {
        for seed in 0..<300 {
            var generator = SeededGenerator(UInt64(seed))
            let count = Int.random(in: 1...200, using: &generator)
            let times = Self.times(count, seed: UInt64(seed))
            var (open, account) = (OpenChunk(), ChunkAccount())
            var expected = SampleBuffer()
            var value = 0.0
            for time in times {
                value = kind.next(after: value, using: &generator)
                open.append(time: time, value: value, account: &account)
                expected.append(time: time, value: value)
            }
            var read = SampleBuffer()
            open.decoder.read(after: .min, through: .max, into: &read)
            #expect(read.exact == expected.exact, "open, seed \(seed)")
            let chunk = open.close(account: &account)
            #expect(chunk.verifiedLast.map { ExactSample(time: $0.time, value: $0.value) } == expected.exact.last)
            #expect(account.bytes == chunk.footprint && account.samples == count && account.chunks == 1)
            #expect(chunk.header.firstTime == times.first && chunk.header.lastTime == times.last)
            let (after, through) = (times[count / 3], times[count * 2 / 3])
            var window = SampleBuffer()
            chunk.withDecoder { $0.read(after: after, through: through, into: &window) }
            #expect(window.exact == expected.exact.filter { $0.time > after && $0.time <= through }, "window, seed \(seed)")
            let newest = chunk.withDecoder { $0.newest(after: after, through: through) }
            #expect(newest.map { ExactSample(time: $0.time, value: $0.value) } == window.exact.last)
            open.deallocate(account: &account)
        }
    }

    @Test("the extremes of time fit")
    func extremeTimes() {
        var (open, account) = (OpenChunk(), ChunkAccount())
        let times: [Int64] = [.min + 1, -1, 0, 1, .max - 1, .max]
        for time in times { open.append(time: time, value: 1, account: &account) }
        var read = SampleBuffer()
        open.decoder.read(after: .min, through: .max, into: &read)
        #expect(Array(read.times) == times)
        open.deallocate(account: &account)
        #expect(account.bytes == 0 && account.samples == 0 && account.chunks == 0)
    }

    @Test("constant and integer series take few bits", arguments: [(ValueKind.constant, 0.5), (.steadyCounter, 0.5), (.counter, 1.9)])
    func small(_ kind: ValueKind, limit: Double) {
        var (open, account, value) = (OpenChunk(), ChunkAccount(), 0.0)
        var generator = SeededGenerator(1)
        for index in 0..<Int(OpenChunk.capacity) {
            switch kind {
            case .counter: value += Double(Int.random(in: 0...1000, using: &generator))
            case .steadyCounter: value += 15_000
            default: value = 42
            }
            open.append(time: Int64(index) * 15_000, value: value, account: &account)
        }
        let chunk = open.close(account: &account)
        #expect(Double(chunk.header.byteCount) / Double(chunk.header.count) < limit)
    }

    @Test("damaged bits end a chunk early or change values, and never go over its end")
    func damaged() {
        var generator = SeededGenerator(7)
        for seed in 0..<200 {
            let kind = ValueKind.allCases[seed % ValueKind.allCases.count]
            var (open, account, value) = (OpenChunk(), ChunkAccount(), 0.0)
            for time in Self.times(60, seed: UInt64(seed)) {
                value = kind.next(after: value, using: &generator)
                open.append(time: time, value: value, account: &account)
            }
            let chunk = open.close(account: &account)
            var bytes = chunk.withBytes { Array($0) }
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
            var header = chunk.header
            header.byteCount = UInt32(bytes.count)
            let damaged = bytes.withUnsafeBufferPointer { Chunk(header, bytes: $0) }
            var read = SampleBuffer()
            damaged.withDecoder { $0.read(after: .min, through: .max, into: &read) }
            #expect(read.count <= 60)
            #expect(zip(read.times, read.times.dropFirst()).allSatisfy { $0 < $1 })
            open.deallocate(account: &account)
        }
    }
}
