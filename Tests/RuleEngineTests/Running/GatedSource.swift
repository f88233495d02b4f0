import Dispatch
import Labels
import NIOConcurrencyHelpers
import PromQL
import Rules
import Threads

/// A source whose answers wait until they are let go, and that remembers when it was asked for what.
final class GatedSource: QuerySource {
    struct Call: Equatable {
        let query: String
        let time: Int64
    }

    let name: String
    private let state = NIOLockedValueBox<(calls: [Call], isOpen: Bool, answer: QueryResult)>(([], true, QueryResult(value: .vector([]))))
    private let gate = Signal()
    private let arrival = Signal()

    init(_ name: String = "remote") { self.name = name }

    var calls: [Call] { state.withLockedValue { $0.calls } }

    /// From now on queries hang.
    func close() { state.withLockedValue { $0.isOpen = false } }

    /// Lets one query that hangs go on.
    func letOneGo() { gate.send() }

    /// From now on queries are answered; those that hang go on.
    func open(hanging: Int) {
        state.withLockedValue { $0.isOpen = true }
        for _ in 0..<hanging { gate.send() }
    }

    /// Returns when a query has arrived that nobody was told of. It waits on a thread of its own: tests share the few that passes need to get on.
    func waitForCall() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [arrival] in
                _ = arrival.wait(until: nil)
                continuation.resume()
            }
        }
    }

    func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult {
        let isOpen = state.withLockedValue { state in
            state.calls.append(Call(query: query.text, time: time))
            return state.isOpen
        }
        arrival.send()
        if !isOpen { _ = gate.wait(until: nil) }
        return state.withLockedValue { $0.answer }
    }

    func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult {
        throw QuerySourceError("ranges are not asked for")
    }
}
