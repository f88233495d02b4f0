import Foundation
import Labels
import PromQL
import Synchronization
import Testing

@testable import SampleStore

struct DiskTests {
    let directory = TemporaryDirectory()

    private static func files(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0 != "samples.lock" }.sorted()
    }

    /// Fills a store with what a small fleet sends, flushing now and then.
    private static func fill(_ store: SampleStore, rounds: Range<Int>, seed: UInt64 = 1, series: Int = 8, flushEvery: Int = 7) {
        var generator = SeededGenerator(seed)
        var values = [Double](repeating: 0, count: series)
        for round in rounds {
            var batch = SampleBatch()
            for index in 0..<series {
                values[index] = ValueKind.allCases[index % ValueKind.allCases.count].next(after: values[index], using: &generator)
                batch.append(["__name__": "metric_\(index)", "instance": "é\(index)"], time: Int64(round) * 15_000, value: values[index])
            }
            store.append(batch)
            if round % flushEvery == 0 { store.flush(now: Int64(round) * 15_000) }
        }
    }

    @Test("what was flushed is there after the store is opened again, segment by segment, restart by restart")
    func reopen() throws {
        for seed in 0..<6 {
            let directory = TemporaryDirectory()
            var generator = SeededGenerator(UInt64(seed))
            var options = SampleStoreOptions()
            options.retention = 0
            options.logSegmentBytes = Int.random(in: 500...20_000, using: &generator)
            options.chunkSegmentBytes = Int.random(in: 500...20_000, using: &generator)
            options.logSegmentAge = Int64.random(in: 100_000...20_000_000, using: &generator)
            var expected: [LabelSet: [ExactSample]] = [:]
            var round = 0
            for _ in 0..<5 {
                let (store, report) = try SampleStore.open(directory: directory.path, options: options, now: Int64(round) * 15_000)
                #expect(report.damage.isEmpty)
                #expect(store.exact() == expected, "seed \(seed)")
                #expect(report.samples == expected.values.reduce(0) { $0 + $1.count })
                let next = round + Int.random(in: 1...200, using: &generator)
                Self.fill(
                    store, rounds: round..<next, seed: UInt64(seed * 100 + round), flushEvery: Int.random(in: 1...20, using: &generator))
                round = next
                expected = store.exact()
                #expect(store.close().problem == nil)
                var batch = SampleBatch()
                batch.append(["__name__": "late"], time: .max, value: 1)
                #expect(store.append(batch).rejected[.closed] == 1)
                #expect(store.exact() == expected)
            }
        }
    }

    @Test("segments of the log go once chunks hold their samples, and a slow series does not keep them")
    func logShrinks() throws {
        var options = SampleStoreOptions()
        options.retention = 0
        options.logSegmentBytes = 2000
        options.logSegmentAge = 600_000
        let (store, _) = try SampleStore.open(directory: directory.path, options: options, now: 0)
        var slow = SampleBatch()
        slow.append(["__name__": "slow"], time: 1, value: 1)
        store.append(slow)
        Self.fill(store, rounds: 1..<2000)
        let logs = Self.files(directory.path).filter { $0.hasPrefix("log-") }
        let expected = store.exact()
        #expect(expected[["__name__": "slow"]]?.count == 1)
        let logBytes = logs.reduce(0) { $0 + ((try? Data(contentsOf: URL(filePath: directory.path + "/" + $1)).count) ?? 0) }
        let allBytes = store.statistics.diskBytes
        #expect(logs.first != "log-00000001")
        #expect(logBytes < allBytes)
        store.close()
        let (again, report) = try SampleStore.open(directory: directory.path, options: options, now: 30_000_000)
        #expect(report.damage.isEmpty && again.exact() == expected)
        again.close()
    }

    @Test("cut at any byte, a log keeps what is before the cut, says what is lost, and is whole afterwards")
    func cutLog() throws {
        let (store, _) = try SampleStore.open(directory: directory.path, now: 0)
        Self.fill(store, rounds: 1..<16, series: 4, flushEvery: 5)
        store.close()
        let expected = store.exact()
        let name = try #require(Self.files(directory.path).first)
        let bytes = try Data(contentsOf: URL(filePath: "\(directory.path)/\(name)"))
        var last = -1
        for cut in stride(from: bytes.count, through: 0, by: -1) {
            let copy = TemporaryDirectory()
            try FileManager.default.createDirectory(atPath: copy.path, withIntermediateDirectories: true)
            let file = URL(filePath: "\(copy.path)/\(name)")
            try bytes.prefix(cut).write(to: file)
            let (store, report) = try SampleStore.open(directory: copy.path, now: 300_000)
            let found = store.exact()
            for (labels, samples) in found { #expect(expected[labels]?.starts(with: samples) == true) }
            let count = found.values.reduce(0) { $0 + $1.count }
            #expect(last < 0 || count <= last)
            last = count
            #expect(report.samples == count)
            #expect(report.damage.count == (cut > 0 && store.statistics.diskBytes == cut ? 0 : 1))
            store.close()
            let (again, second) = try SampleStore.open(directory: copy.path, now: 300_000)
            #expect(second.damage.isEmpty && again.exact() == found)
            again.close()
        }
        #expect(last == 0)
    }

    @Test("with any byte changed, a directory opens, gives nothing false, sets the damaged file aside and is whole afterwards")
    func flipBytes() throws {
        var options = SampleStoreOptions()
        options.retention = 0
        options.chunkSegmentBytes = 400
        options.logSegmentBytes = 600
        let (store, _) = try SampleStore.open(directory: directory.path, options: options, now: 0)
        Self.fill(store, rounds: 1..<260, series: 2, flushEvery: 40)
        store.close()
        let expected = store.exact()
        let names = Self.files(directory.path)
        #expect(names.count >= 3)
        for name in names {
            let bytes = try Data(contentsOf: URL(filePath: "\(directory.path)/\(name)"))
            for position in stride(from: 0, to: bytes.count, by: 5) {
                let copy = TemporaryDirectory()
                try FileManager.default.copyItem(atPath: directory.path, toPath: copy.path)
                var changed = bytes
                changed[position] ^= 0x41
                try changed.write(to: URL(filePath: "\(copy.path)/\(name)"))
                let (store, report) = try SampleStore.open(directory: copy.path, options: options, now: 300_000)
                let found = store.exact()
                for (labels, samples) in found { #expect(Set(samples).isSubset(of: Set(expected[labels] ?? []))) }
                #expect(report.damage.count == 1, "\(name) at \(position)")
                store.close()
                let (again, second) = try SampleStore.open(directory: copy.path, options: options, now: 300_000)
                #expect(second.damage.isEmpty && again.exact() == found)
                again.close()
            }
        }
    }

    @Test("a file that is none of ours is set aside, and other files are left alone")
    func foreign() throws {
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        try Data("something else entirely, long enough".utf8).write(to: URL(filePath: "\(directory.path)/chunks-00000007"))
        try Data("x".utf8).write(to: URL(filePath: "\(directory.path)/notes.txt"))
        let (store, report) = try SampleStore.open(directory: directory.path, now: 0)
        #expect(report.damage.map(\.setAsideAs) == ["\(directory.path)/chunks-00000007.damaged"])
        #expect(report.damage.first?.description.contains("not a segment") == true)
        Self.fill(store, rounds: 1..<130)
        store.close()
        #expect(Self.files(directory.path) == ["chunks-00000007.damaged", "chunks-00000008", "log-00000001", "notes.txt"])
    }

    @Test("a directory belongs to one store")
    func locked() throws {
        let (store, _) = try SampleStore.open(directory: directory.path, now: 0)
        #expect(throws: SampleStoreError.heldByOtherProcess(path: directory.path, pid: getpid())) {
            try SampleStore.open(directory: directory.path, now: 0)
        }
        store.close()
        try SampleStore.open(directory: directory.path, now: 0).store.close()
    }

    @Test("a directory on a network file system is refused, one that cannot be made as well")
    func refused() {
        var options = SampleStoreOptions()
        options.filesystemMagic = { _ in 0x6969 }
        #expect(throws: SampleStoreError.unsupportedFilesystem(path: directory.path, kind: "a network file system (NFS)")) {
            try SampleStore.open(directory: directory.path, options: options, now: 0)
        }
        #expect(throws: SampleStoreError.self) { try SampleStore.open(directory: "/dev/null/samples", now: 0) }
    }

    @Test("a full disk is told once, keeps nothing from memory, and what waits is written when there is room")
    func diskFull() throws {
        let isFull = Atomic(false)
        let fault: @Sendable () -> Int32 = { isFull.load(ordering: .relaxed) ? ENOSPC : 0 }
        try withExtendedLifetime(isFull) {
            var options = SampleStoreOptions()
            options.writeFault = fault
            let (store, _) = try SampleStore.open(directory: directory.path, options: options, now: 0)
            Self.fill(store, rounds: 1..<20, flushEvery: 1)
            isFull.store(true, ordering: .relaxed)
            Self.fill(store, rounds: 20..<30, flushEvery: 1000)
            let first = store.flush(now: 450_000)
            guard case .full = first.problem else {
                Issue.record("\(first)")
                return
            }
            #expect(first.isNews)
            let second = store.flush(now: 460_000)
            #expect(second.problem != nil && !second.isNews)
            #expect(store.statistics.failedWrites == 2 && store.statistics.unwrittenBytes > 0)
            let expected = store.exact()
            #expect(expected.values.allSatisfy { $0.count == 29 })
            isFull.store(false, ordering: .relaxed)
            let third = store.flush(now: 470_000)
            #expect(third.problem == nil && third.isNews)
            #expect(store.statistics.unwrittenBytes == 0 && store.statistics.diskProblem == nil)
            store.close()
            let (again, report) = try SampleStore.open(directory: directory.path, options: options, now: 480_000)
            #expect(report.damage.isEmpty && again.exact() == expected)
            again.close()
        }
    }

    @Test("what waits for a full disk has a limit, and what is given up is counted")
    func unsaved() throws {
        var options = SampleStoreOptions()
        options.writeFault = { ENOSPC }
        options.maxUnwrittenBytes = 1000
        let (store, _) = try SampleStore.open(directory: directory.path, options: options, now: 0)
        Self.fill(store, rounds: 1..<400, flushEvery: 5)
        let statistics = store.statistics
        #expect(statistics.unsavedSamples > 0 && statistics.unwrittenBytes < 20_000)
        #expect(store.exact().values.allSatisfy { $0.count == 399 })
        store.close()
    }

    @Test("segments that are too old go, and are not replayed when they are still there")
    func retention() throws {
        var options = SampleStoreOptions()
        options.retention = 3_000_000
        options.chunkSegmentBytes = 1000
        options.logSegmentBytes = 1000
        let (store, _) = try SampleStore.open(directory: directory.path, options: options, now: 0)
        Self.fill(store, rounds: 1..<1000)
        let before = Self.files(directory.path).count
        let now: Int64 = 1000 * 15_000
        #expect(store.truncate(now: now).segments > 0)
        #expect(Self.files(directory.path).count < before)
        let expected = store.exact()
        #expect(expected.values.allSatisfy { $0.count == 199 && ($0.first?.time ?? 0) > now - options.retention })
        store.close()
        let (again, report) = try SampleStore.open(directory: directory.path, options: options, now: now)
        #expect(report.damage.isEmpty && again.exact() == expected)
        again.close()
        let (late, lateReport) = try SampleStore.open(directory: directory.path, options: options, now: now * 2)
        #expect(lateReport.samples == 0 && lateReport.expiredSegments > 0 && late.exact().isEmpty && late.statistics.series == 0)
        late.truncate(now: now * 2)
        late.close()
    }

    @Test("segments stay within the limit of size, the oldest go first")
    func sizeLimit() throws {
        var options = SampleStoreOptions()
        options.retention = 0
        options.maxDiskBytes = 40_000
        options.logSegmentBytes = 2000
        let (store, _) = try SampleStore.open(directory: directory.path, options: options, now: 0)
        for start in stride(from: 1, to: 3000, by: 100) {
            Self.fill(store, rounds: start..<start + 100, seed: UInt64(start))
            store.truncate(now: Int64(start) * 15_000)
            #expect(store.statistics.diskBytes <= 40_000)
        }
        store.close()
        let (again, report) = try SampleStore.open(directory: directory.path, options: options, now: 45_000_000)
        #expect(report.damage.isEmpty && report.samples > 0)
        #expect(again.exact().values.allSatisfy { $0.last?.time == 3000 * 15_000 })
        again.close()
    }

    @Test("a burst between two flushes does not pile up in memory")
    func burst() throws {
        let (store, _) = try SampleStore.open(directory: directory.path, now: 0)
        let reference = try store.reference(for: ["__name__": "x"]).get()
        var batch = SampleBatch()
        for time in 1...100_000 { batch.append(reference, time: Int64(time), value: Double(time % 10)) }
        store.append(batch)
        #expect(store.statistics.diskBytes > 0)
        let expected = store.exact()
        store.close()
        let (again, _) = try SampleStore.open(directory: directory.path, now: 100_000)
        #expect(again.exact() == expected)
        again.close()
    }

    @Test("the checksum is the one that everybody calls CRC-32C")
    func checksum() {
        #expect(Array("123456789".utf8).withUnsafeBytes { CRC32C.of($0) } == 0xE306_9283)
        #expect([UInt8](repeating: 0, count: 32).withUnsafeBytes { CRC32C.of($0) } == 0x8A91_36AA)
        #expect([UInt8]().withUnsafeBytes { CRC32C.of($0) } == 0)
    }
}
