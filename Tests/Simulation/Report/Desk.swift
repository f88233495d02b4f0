import Dispatch

/// Where workers take seeds from and bring results to.
final class Desk: @unchecked Sendable {
    // Every property is only touched on the queue, which runs one block at a time.
    private let queue = DispatchQueue(label: "desk")
    private var next: UInt64
    private var end: UInt64
    private var sum = Statistics()
    private var passed = 0
    private var failedSeeds: [UInt64] = []
    private var undecidedSeeds = 0

    /// A desk with these seeds.
    init(next: UInt64, end: UInt64) {
        self.next = next
        self.end = end
    }

    /// The next seed.
    func take() -> UInt64? {
        queue.sync {
            guard next < end else { return nil }
            next += 1
            return next - 1
        }
    }

    /// Hands out no more seeds.
    func stop() { queue.sync { end = next } }

    /// A seed passed.
    func passed(_ statistics: Statistics) {
        queue.sync {
            passed += 1
            sum.add(statistics)
        }
    }

    /// A seed failed.
    func failed(_ seed: UInt64) { queue.sync { failedSeeds.append(seed) } }

    /// A seed ended without a verdict.
    func undecided() { queue.sync { undecidedSeeds += 1 } }

    /// How many ended without a verdict.
    var undecidedCount: Int { queue.sync { undecidedSeeds } }
    /// Everything that passed, added up.
    var statistics: Statistics { queue.sync { sum } }
    /// How many passed.
    var passedCount: Int { queue.sync { passed } }
    /// Those that failed.
    var failures: [UInt64] { queue.sync { failedSeeds } }
}
