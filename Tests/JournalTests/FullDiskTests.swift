import Foundation
import Synchronization
import Testing
import Time

@testable import Journal

/// Collects the states that a journal reported.
private final class States: Sendable {
    private let stream: AsyncStream<JournalState>
    private let continuation: AsyncStream<JournalState>.Continuation

    init(of journal: TestJournal) {
        (stream, continuation) = AsyncStream.makeStream()
        journal.observe { [continuation] in continuation.yield($0) }
    }

    func next() async -> JournalState? {
        for await state in stream { return state }
        return nil
    }
}

struct FullDiskTests {
    let directory = TemporaryDirectory()

    private func open(maxPages: Int, reservePages: Int = 0) throws -> TestJournal {
        var options = JournalOptions.quiet
        options.maxBytes = maxPages * 4096
        options.reserveBytes = reservePages * 4096
        options.retryAfter = .milliseconds(1)
        return try TestJournal.open(at: directory.path, options: options)
    }

    private let page = String(repeating: "p", count: 3900)

    /// Writes pages until a commit fails; the error and how many rows were taken.
    private func fill(_ journal: TestJournal, from first: Int = 1) async -> (error: JournalError?, rows: Int) {
        for id in first...10_000 {
            journal.enqueue(.set(id, page), sequence: UInt64(id))
            do throws(JournalError) {
                try await journal.durable(through: UInt64(id), within: .minutes(1))
            } catch {
                return (error, id - first)
            }
        }
        return (nil, 10_000)
    }

    @Test("when there is no room the state becomes memory only, what waits is kept, and all of it is written once there is room")
    func fullAndBack() async throws {
        let journal = try open(maxPages: 50)
        let states = States(of: journal)
        let path = directory.file("flatalert.db")
        let (error, rows) = await fill(journal)
        #expect(error == .full(path: path))
        #expect(rows > 20)
        #expect(await states.next() == .memoryOnly(.full(path: path)))
        #expect(journal.state == .memoryOnly(.full(path: path)))
        #expect(journal.durableSequence == UInt64(rows))
        journal.enqueue(.set(20_000, "small but behind the big one"), sequence: 20_000)
        await #expect(throws: JournalError.full(path: path)) { try await journal.durable(through: 20_000, within: .minutes(1)) }
        // Room comes back; nobody enqueues anything more: the journal tries again by itself.
        try journal.load { try $0.execute("PRAGMA max_page_count=1000") }
        #expect(await states.next() == .durable)
        try await journal.durable(through: 20_000, within: .minutes(1))
        #expect(try journal.items().count == rows + 2)
        journal.close()
    }

    @Test("removing what waits lets the rest through")
    func removalHelps() async throws {
        let journal = try open(maxPages: 50)
        let (error, rows) = await fill(journal)
        #expect(error != nil)
        for id in 1...(rows + 1) { journal.enqueue(.remove(id), sequence: UInt64(10_000 + id)) }
        journal.enqueue(.set(1, "room again"), sequence: 30_000)
        try await journal.durable(through: 30_000, within: .minutes(1))
        #expect(try journal.items() == [1: "room again"])
        #expect(journal.state == .durable)
        journal.close()
    }

    @Test("the reserve is given back before anything is refused, and taken again when there is room")
    func reserve() async throws {
        let bare = try open(maxPages: 50)
        let withoutReserve = await fill(bare).rows
        bare.close()
        try FileManager.default.removeItem(atPath: directory.path)

        let journal = try open(maxPages: 50, reservePages: 20)
        #expect(directory.size("flatalert.reserve") == 20 * 4096)
        var status = stat()
        #expect(stat(directory.file("flatalert.reserve"), &status) == 0)
        #expect(status.st_blocks * 512 >= 20 * 4096)
        let (error, rows) = await fill(journal)
        #expect(error != nil)
        #expect(rows >= withoutReserve + 15)
        #expect(!directory.exists("flatalert.reserve"))
        #expect(journal.engine.tidy() != nil)
        #expect(!directory.exists("flatalert.reserve"))

        for id in 1...(rows + 1) { journal.enqueue(.remove(id), sequence: UInt64(10_000 + id)) }
        try await journal.durable(through: UInt64(10_001 + rows), within: .minutes(1))
        // Free pages stay in the file until they are given back in a quiet moment.
        try journal.load { try $0.execute("PRAGMA incremental_vacuum") }
        #expect(journal.engine.tidy() == nil)
        #expect(directory.size("flatalert.reserve") == 20 * 4096)
        #expect(try journal.load { try $0.integer("PRAGMA max_page_count") } == 50)
        journal.close()
    }

    @Test("free pages are given back in quiet moments, in portions")
    func vacuum() async throws {
        let journal = try open(maxPages: 5000)
        for id in 1...1000 { journal.enqueue(.set(id, page), sequence: UInt64(id)) }
        for id in 1...1000 { journal.enqueue(.remove(id), sequence: UInt64(1000 + id)) }
        for id in 1...1000 { journal.enqueue(.set(id, page), sequence: UInt64(2000 + id)) }
        try await journal.durable(through: 3000, within: .minutes(1))
        for id in 1...1000 { journal.enqueue(.remove(id), sequence: UInt64(3000 + id)) }
        try await journal.durable(through: 4000, within: .minutes(1))
        let before = try #require(try journal.load { try $0.integer("PRAGMA page_count") })
        #expect(before > 1000)
        var rounds = 1
        while journal.engine.tidy() != nil { rounds += 1 }
        let after = try #require(try journal.load { try $0.integer("PRAGMA page_count") })
        #expect(rounds > 1)
        #expect(after < 400)
        journal.close()
    }

    @Test("a quiet journal moves its log into the database by itself")
    func checkpointWhenIdle() async throws {
        let journal = try open(maxPages: 5000)
        for id in 1...100 { journal.enqueue(.set(id, page), sequence: UInt64(id)) }
        try await journal.durable(through: 100, within: .minutes(1))
        #expect(directory.size("flatalert.db") < 100 * 4096)
        #expect(journal.engine.tidy() == nil)
        #expect(directory.size("flatalert.db") > 100 * 4096)
        journal.close()
    }

    @Test("an error other than a full disk is named as it is")
    func otherErrors() {
        let path = "/x/flatalert.db"
        #expect(JournalError(SQLiteError(code: 13, message: "m", operation: "o"), path: path) == .full(path: path))
        #expect(
            JournalError(SQLiteError(code: 10 | 3 << 8, systemError: ENOSPC, message: "m", operation: "o"), path: path) == .full(path: path)
        )
        #expect(
            JournalError(SQLiteError(code: 11, message: "m", operation: "o"), path: path)
                == .corrupt(path: path, setAsideAs: nil, detail: "m"))
        let io = JournalError(SQLiteError(code: 10 | 4 << 8, systemError: EIO, message: "disk I/O error", operation: "COMMIT"), path: path)
        #expect(io.description.contains("COMMIT: disk I/O error (SQLite 1034, Input/output error)"))
    }
}
