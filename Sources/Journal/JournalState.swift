/// Whether the journal can make things durable at the moment.
public enum JournalState: Sendable, Hashable {
    /// The last commit succeeded.
    case durable
    /// The last commit failed, for this reason. What waits is kept in memory and tried again.
    case memoryOnly(JournalError)
}
