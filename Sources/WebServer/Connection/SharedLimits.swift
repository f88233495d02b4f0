import NIOConcurrencyHelpers

/// A count that all connections share and that never exceeds its limit.
final class SharedCount: Sendable {
    private struct State {
        var used = 0
        var refused = 0
    }

    let limit: Int
    private let state = NIOLockedValueBox(State())

    init(limit: Int) { self.limit = limit }

    /// Takes this many, or none when there are not enough left.
    func take(_ count: Int) -> Bool {
        state.withLockedValue { state in
            guard state.used + count <= limit else {
                state.refused += 1
                return false
            }
            state.used += count
            return true
        }
    }

    /// Gives back what was taken.
    func giveBack(_ count: Int) {
        guard count > 0 else { return }
        state.withLockedValue { $0.used -= count }
    }

    var used: Int { state.withLockedValue { $0.used } }
    var refused: Int { state.withLockedValue { $0.refused } }
}
