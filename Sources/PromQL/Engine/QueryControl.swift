import Synchronization

/// Ends a running query from outside. The engine has no clock: whoever set a deadline calls `expire` when it has passed.
///
/// The engine looks at it every some thousand samples.
public final class QueryControl: Sendable {
    private static let running: UInt8 = 0
    private static let canceled: UInt8 = 1
    private static let expired: UInt8 = 2

    private let state = Atomic<UInt8>(QueryControl.running)

    /// A control that lets the query run.
    public init() {}

    /// Makes the query fail with `QueryError.canceled`, unless it ended already.
    public func cancel() { set(Self.canceled) }

    /// Makes the query fail with `QueryError.timeout`, unless it ended already.
    public func expire() { set(Self.expired) }

    /// The first reason stays.
    private func set(_ reason: UInt8) {
        _ = state.compareExchange(expected: Self.running, desired: reason, ordering: .relaxed)
    }

    /// Fails when the query shall end.
    @inline(__always)
    func check() throws(QueryError) {
        // Relaxed is enough: nothing else is published with the flag.
        switch state.load(ordering: .relaxed) {
        case Self.running: return
        case Self.expired: throw .timeout
        default: throw .canceled
        }
    }
}
