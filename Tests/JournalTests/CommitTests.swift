import Foundation
import Synchronization
import Testing
import Time

@testable import Journal

/// Keeps the journal from committing until `release`.
final class Blockade: Sendable {
    private let journal: TestJournal
    private let isHeld = DispatchSemaphore(value: 0)
    private let mayGo = DispatchSemaphore(value: 0)
    private let isOver = DispatchSemaphore(value: 0)

    init(_ journal: TestJournal) {
        self.journal = journal
        Thread.detachNewThread { [isHeld, mayGo, isOver] in
            try? journal.load { _ in
                isHeld.signal()
                mayGo.wait()
            }
            isOver.signal()
        }
        isHeld.wait()
    }

    func release() {
        mayGo.signal()
        isOver.wait()
    }
}

/// Gives out sequence numbers as the machine does: the record is handed over under the same lock.
final class Order: Sendable {
    private let last = Mutex<UInt64>(0)

    func next(_ body: (UInt64) -> Void) -> UInt64 {
        last.withLock { last in
            last += 1
            body(last)
            return last
        }
    }
}

struct CommitTests {
    let directory = TemporaryDirectory()

    private func open(_ options: JournalOptions = .quiet) throws -> TestJournal {
        try TestJournal.open(at: directory.path, options: options)
    }

    @Test("what was awaited is there after the journal is opened again")
    func survives() async throws {
        let journal = try open()
        journal.enqueue(.set(1, "one"), sequence: 1)
        journal.enqueue(.set(2, "two"), sequence: 2)
        journal.enqueue(.remove(1), sequence: 3)
        try await journal.durable(through: 3, within: .minutes(1))
        #expect(journal.durableSequence == 3)
        journal.close()
        let again = try open()
        #expect(try again.items() == [2: "two"])
        #expect(again.durableSequence == 0)
        again.close()
    }

    @Test("closing commits what nobody waited for")
    func closeCommits() throws {
        let journal = try open()
        for id in 1...100 { journal.enqueue(.set(id, "x"), sequence: UInt64(id)) }
        #expect(journal.close() == nil)
        let again = try open()
        #expect(try again.items().count == 100)
        again.close()
    }

    @Test("an older record of the same key is not written, and the newer one keeps its own place in the order")
    func coalesces() async throws {
        let journal = try open()
        let blockade = Blockade(journal)
        // The first record may be taken alone, before the writer meets the blockade.
        journal.enqueue(.set(9, "first"), sequence: 1)
        journal.enqueue(.set(1, "a"), sequence: 2)
        journal.enqueue(.setAll([1, 2], "b"), sequence: 3)
        journal.enqueue(.set(1, "c"), sequence: 4)
        journal.enqueue(.set(2, "d"), sequence: 5)
        blockade.release()
        try await journal.durable(through: 5, within: .minutes(1))
        #expect(try journal.items() == [9: "first", 1: "c", 2: "d"])
        let written = try journal.written()
        // The writer may have taken any number of records before it met the blockade: those are written, later ones replace the rest.
        #expect(written.suffix(4) == ["1=b", "2=b", "1=c", "2=d"])
        journal.close()
    }

    @Test("a commit that hangs keeps nobody longer than they wanted")
    func timesOut() async throws {
        let journal = try open()
        let blockade = Blockade(journal)
        journal.enqueue(.set(1, "a"), sequence: 1)
        await #expect(throws: JournalError.timedOut) { try await journal.durable(through: 1, within: .milliseconds(5)) }
        blockade.release()
        try await journal.durable(through: 1, within: .minutes(1))
        journal.close()
    }

    @Test("a wait for a record that never comes ends in time, also behind a longer wait")
    func timesOutInOrder() async throws {
        let journal = try open()
        let long = Task { try await journal.durable(through: 7, within: .hours(1)) }
        await #expect(throws: JournalError.timedOut) { try await journal.durable(through: 8, within: .milliseconds(1)) }
        journal.enqueue(.set(1, "a"), sequence: 7)
        try await long.value
        journal.close()
    }

    @Test("after closing, waiting fails and records are dropped")
    func closed() async throws {
        let journal = try open()
        journal.enqueue(.set(1, "a"), sequence: 1)
        let waiting = Task { try await journal.durable(through: 2, within: .hours(1)) }
        journal.close()
        journal.close()
        journal.enqueue(.set(2, "b"), sequence: 2)
        await #expect(throws: JournalError.closed) { try await waiting.value }
        await #expect(throws: JournalError.closed) { try await journal.durable(through: 2, within: .hours(1)) }
        try await journal.durable(through: 1, within: .zero)
        #expect(throws: JournalError.closed) { try journal.load { _ in } }
        #expect(throws: JournalError.closed) { try journal.backup(to: directory.file("copy")) }
    }

    @Test("everything that many tasks were told is durable is there afterwards")
    func concurrent() async throws {
        let journal = try open()
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<50 {
                        let mine = order.next { journal.enqueue(.set(task * 1000 + step, "v\(step)"), sequence: $0) }
                        try await journal.durable(through: mine, within: .minutes(1))
                        #expect(journal.durableSequence >= mine)
                    }
                }
            }
            try await group.waitForAll()
        }
        journal.close()
        let again = try open()
        let items = try again.items()
        #expect(items.count == 400)
        for task in 0..<8 { for step in 0..<50 { #expect(items[task * 1000 + step] == "v\(step)") } }
        again.close()
    }

    @Test("a backup taken while records come is a whole database with everything that was durable before it")
    func backup() async throws {
        let journal = try open()
        for id in 1...2000 { journal.enqueue(.set(id, String(repeating: "x", count: 500)), sequence: UInt64(id)) }
        try await journal.durable(through: 2000, within: .minutes(1))
        let writing = Task.detached {
            for id in 2001...2300 {
                journal.enqueue(.set(id, "later"), sequence: UInt64(id))
                try await journal.durable(through: UInt64(id), within: .minutes(1))
            }
        }
        let copies = TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: copies.path, withIntermediateDirectories: false)
        try journal.backup(to: copies.file("flatalert.db"))
        try await writing.value
        journal.close()
        #expect(!copies.exists("flatalert.db.part"))
        let copy = try TestJournal.open(at: copies.path, options: .quiet)
        let items = try copy.items()
        #expect((1...2000).allSatisfy { items[$0]?.count == 500 })
        #expect(try copy.load { try $0.text("PRAGMA quick_check") } == "ok")
        copy.close()
    }

    @Test("records of several rows are taken apart while commits fail, so that what waits does not grow with time")
    func boundedBatch() {
        var batch = Batch<TestTables>()
        batch.append(.setAll([1, 2, 3], "whole"), sequence: 1)
        #expect(batch.count == 1)
        for round in 0..<1000 {
            batch.append(.setAll([1, 2, 3, 4], "r\(round)"), sequence: UInt64(2 + round))
            batch.split()
        }
        #expect(batch.count == 4)
        #expect(batch.through == 1001)
        var last: [TestRecord] = []
        batch.forEach { last.append($0) }
        #expect(last == [.set(1, "r999"), .set(2, "r999"), .set(3, "r999"), .set(4, "r999")])
    }
}
