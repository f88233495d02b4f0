import Glibc
import NIOConcurrencyHelpers
import Threads
public import Time

/// Makes changes durable in their order: a queue in front of one SQLite database with a thread of its own.
///
/// `enqueue` costs a lock and an append. The thread takes everything that waits into one transaction, so the more there is to do the more one sync carries.
/// What a caller needs on the disk it awaits with `durable(through:within:)`.
///
/// ```swift
/// let journal = try Journal<MyTables>.open(at: "/var/lib/flatalert", options: JournalOptions())
/// journal.enqueue(record, sequence: 1)
/// try await journal.durable(through: 1, within: .seconds(5))
/// journal.close()
/// ```
///
/// When a commit fails, nothing is forgotten: the records stay in memory, newer ones of the same key replacing older ones, and are tried again with the next
/// records or after a second. Only those who waited for that commit are told.
public final class Journal<Tables: JournalTables>: Sendable {
    /// A record with its place in the order.
    public struct Entry: Sendable {
        /// Ascending.
        public var sequence: UInt64
        /// The change.
        public var record: Tables.Record

        /// An entry.
        public init(sequence: UInt64, record: Tables.Record) {
            self.sequence = sequence
            self.record = record
        }
    }

    let engine: JournalEngine<Tables>
    let desk = NIOLockedValueBox(Desk<Tables>())
    let options: JournalOptions
    let writerSignal = Signal()
    let timerSignal = Signal()
    private let threads = NIOLockedValueBox<(writer: WorkerThread?, timer: WorkerThread?)>((nil, nil))

    private init(engine: JournalEngine<Tables>, options: JournalOptions) {
        self.engine = engine
        self.options = options
    }

    /// Opens the journal in this directory, making both if they are missing, and keeps the directory from every other process until `close`.
    ///
    /// After a `.corrupt` error with the file set aside, opening again begins an empty journal.
    public static func open(at directory: String, options: JournalOptions = JournalOptions()) throws(JournalError) -> Journal {
        let opened = try OpenedDatabase(at: directory, schema: Tables.schema, options: options)
        let journal = Journal(engine: try JournalEngine(opened, options: options), options: options)
        try journal.start(in: directory)
        return journal
    }

    private func start(in directory: String) throws(JournalError) {
        guard let thread = WorkerThread.start(name: "journal", { self.writeUntilClosed() }) else {
            // Nobody else would let go of the directory.
            _ = engine.close([])
            throw .io(path: directory, message: "the system refused a thread")
        }
        threads.withLockedValue { $0.writer = thread }
    }

    /// The timer runs from the first time that somebody waits for a commit: a journal whose owner never waits costs one thread.
    private func startTimer() -> Bool {
        threads.withLockedValue { threads in
            if threads.timer == nil { threads.timer = WorkerThread.start(name: "journal-timer") { self.timeUntilClosed() } }
            return threads.timer != nil
        }
    }

    /// Reads from the database on the caller's thread while no commit runs. Meant for the start, before records flow.
    public func load<R>(_ body: (Connection) throws -> R) throws -> R { try engine.withConnection(body) }

    /// Hands over a record. Sequences must ascend over all calls, so call it under the lock that orders the changes. After `close` records are dropped.
    public func enqueue(_ record: Tables.Record, sequence: UInt64) {
        enqueue(CollectionOfOne(Entry(sequence: sequence, record: record)))
    }

    /// Hands over several records in ascending order.
    public func enqueue(_ entries: some Collection<Entry>) {
        let wakes = desk.withLockedValue { desk in
            guard !desk.isClosing, !entries.isEmpty else { return false }
            desk.incoming.append(contentsOf: entries)
            desk.handedOver = desk.incoming.last?.sequence ?? desk.handedOver
            return desk.takeWriterRest()
        }
        if wakes { writerSignal.send() }
    }

    /// Returns when everything up to this sequence is on the disk. A record that newer ones replaced counts as written with them.
    ///
    /// Throws `.full` or `.io` when the commit that carried it failed (it is tried again all the same), `.timedOut` when the time passed.
    public func durable(through sequence: UInt64, within limit: TimeSpan) async throws(JournalError) {
        if desk.withLockedValue({ $0.durableThrough >= sequence }) { return }
        guard startTimer() else { throw .io(path: engine.path, message: "the system refused a thread") }
        let result: Result<Void, JournalError> = await withCheckedContinuation { continuation in
            let deadline = Clock.monotonic() + max(0, min(limit.nanoseconds, .max / 4))
            let outcome = desk.withLockedValue { $0.add(Waiter(through: sequence, deadline: deadline, continuation: continuation)) }
            if let result = outcome.result { continuation.resume(returning: result) }
            if outcome.wakesWriter { writerSignal.send() }
            if outcome.wakesTimer { timerSignal.send() }
        }
        try result.get()
    }

    /// Returns when everything that was handed over before the call is on the disk. Throws as `durable(through:within:)` does.
    public func flush(within limit: TimeSpan) async throws(JournalError) {
        try await durable(through: desk.withLockedValue { $0.handedOver }, within: limit)
    }

    /// The highest sequence up to which everything is on the disk.
    public var durableSequence: UInt64 { desk.withLockedValue { $0.durableThrough } }

    /// Whether the last commit succeeded.
    public var state: JournalState { desk.withLockedValue { $0.state } }

    /// Calls the observer on the journal's thread at every change of `state`. It must not block. The latest observer replaces the one before.
    public func observe(_ observer: @escaping @Sendable (JournalState) -> Void) { desk.withLockedValue { $0.observer = observer } }

    /// Writes a copy of the whole database to a file while the journal goes on working. Blocks the calling thread.
    public func backup(to path: String) throws(JournalError) { try engine.backup(to: path) }

    /// Commits what waits, moves the log into the database, marks the end as clean and lets go of the directory. Blocks the calling thread; the second call
    /// does nothing.
    ///
    /// - Returns: Why the last commit failed; nil when everything is on the disk.
    @discardableResult
    public func close() -> JournalError? {
        let isFirst = desk.withLockedValue { desk in
            defer { desk.isClosing = true }
            return !desk.isClosing
        }
        guard isFirst else { return nil }
        writerSignal.send()
        let (writer, timer) = threads.withLockedValue { $0 }
        writer?.join()
        timer?.join()
        if case .memoryOnly(let reason) = state { return reason }
        return nil
    }
}
