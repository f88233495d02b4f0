public import AlertCore
public import Journal

extension Journal where Tables == AlertTables {
    /// Hands over what the machine wants to be durable, in its order.
    public func enqueue(_ entries: [JournalEntry]) {
        enqueue(entries.lazy.map { Entry(sequence: $0.sequence, record: $0.record) })
    }

    /// Everything that the journal holds. Call before the first `enqueue`.
    public func restoredState() throws -> RestoredState { try load(AlertTables.load) }
}
