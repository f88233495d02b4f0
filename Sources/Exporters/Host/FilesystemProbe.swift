import CPlatform
import Glibc
import NIOConcurrencyHelpers
import Time

/// Measures file systems, each on a thread of its own: a network mount whose server is gone holds up its thread and nothing else.
///
/// A mount whose former measurement is still under way is not measured again until that one returns, so at most one thread hangs a mount. Who
/// asks meanwhile gets its answer too, unless somebody has waited for it in vain.
final class FilesystemProbe: Sendable {
    /// What is known of one file system.
    enum Outcome: Sendable {
        case measured(cplatform_space)
        /// The error of the system.
        case failed(Int32)
        /// No answer within the limit, or not yet to an earlier question.
        case hanging
    }

    private let limit: TimeSpan
    private let measure: @Sendable (String) -> Outcome
    private let looks = NIOLockedValueBox<[String: (look: BoundedLook<Outcome>, askers: Int)]>([:])

    init(limit: TimeSpan, measure: @escaping @Sendable (String) -> Outcome = FilesystemProbe.measure) {
        self.limit = limit
        self.measure = measure
    }

    /// The outcomes in the order of the places, at the latest after the limit.
    func outcomes(of places: [String]) async -> [Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { group in
            for (index, place) in places.enumerated() { group.addTask { (index, await self.outcome(of: place)) } }
            return await group.reduce(into: Array(repeating: Outcome.hanging, count: places.count)) { $0[$1.0] = $1.1 }
        }
    }

    private func outcome(of place: String) async -> Outcome {
        let look = looks.withLockedValue { looks in
            let look = looks[place]?.look ?? BoundedLook(name: "filesystems", stackBytes: 256 << 10)
            looks[place, default: (look, 0)].askers += 1
            return look
        }
        let outcome = await look.run(limit: limit) { [self] in measure(place) }
        looks.withLockedValue { looks in
            looks[place]?.askers -= 1
            // Mounts come and go: what nobody asks for is not kept, unless it hangs.
            for (place, entry) in looks where entry.askers == 0 && entry.look.isIdle { looks[place] = nil }
        }
        switch outcome {
        case .success(let outcome): return outcome
        case .failure(.noThread): return .failed(EAGAIN)
        case .failure(.late), .failure(.hanging): return .hanging
        }
    }

    /// Asks the system; hangs for as long as it does.
    @Sendable static func measure(_ place: String) -> Outcome {
        var space = cplatform_space()
        let code = cplatform_measure_space(place, &space)
        return code == 0 ? .measured(space) : .failed(code)
    }
}
