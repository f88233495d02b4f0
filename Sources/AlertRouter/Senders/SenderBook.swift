import AlertCore
import NIOConcurrencyHelpers
import Time

/// One who sends alerts, as far as that can be told from a request.
///
/// Two Prometheis of a pair differ in the address that they connect from, or, behind one address, in the host of the links to themselves that they give each
/// alert (`generatorURL`, from `--web.external-url`). The program's name tells apart what shares a host and gives no links. Forwarded addresses are not
/// looked at: anybody may claim one.
struct Sender: Hashable {
    /// The address that it connected from, without the port.
    var address: String
    /// The first word of its `User-Agent` without the version, which changes with an update.
    var agent: String
    /// Scheme and host of its links; empty when it gives none.
    var origin: String
}

extension Sender: CustomStringConvertible {
    var description: String {
        let more = [agent, origin].filter { !$0.isEmpty }.joined(separator: ", ")
        return more.isEmpty ? address : "\(address) (\(more))"
    }
}

/// Gives senders their numbers. Bounded; kept in memory only.
final class SenderBook: Sendable {
    private struct State {
        var ids: [Sender: UInt16] = [:]
        /// The sender of each number, from 1, and when it was looked up last.
        var senders: [(sender: Sender, seenAt: Int64)] = []
    }

    /// The senders that are known at a time.
    private let limit: Int
    /// Seconds after which a number may be given to somebody else: nobody is shown who was silent for so long.
    static let memory: Int64 = 24 * 3600
    private let state = NIOLockedValueBox(State())

    init(limit: Int = 1000) { self.limit = min(limit, Int(UInt16.max) - 1) }

    /// The number of this sender; none when too many others spoke during the last day.
    func id(of sender: Sender, at now: Timestamp) -> SenderID {
        state.withLockedValue { state in
            if let id = state.ids[sender] {
                state.senders[Int(id) - 1].seenAt = now.seconds
                return SenderID(value: id)
            }
            let place: Int
            if state.senders.count < limit {
                place = state.senders.count
                state.senders.append((sender, now.seconds))
            } else {
                guard let oldest = state.senders.indices.min(by: { state.senders[$0].seenAt < state.senders[$1].seenAt }),
                    state.senders[oldest].seenAt < now.seconds - Self.memory
                else { return .none }
                place = oldest
                state.ids[state.senders[place].sender] = nil
                state.senders[place] = (sender, now.seconds)
            }
            let id = UInt16(place + 1)
            state.ids[sender] = id
            return SenderID(value: id)
        }
    }

    /// The sender with this number; nil when there is none.
    subscript(id: SenderID) -> Sender? {
        state.withLockedValue { state in
            let place = Int(id.value) - 1
            return state.senders.indices.contains(place) ? state.senders[place].sender : nil
        }
    }
}
