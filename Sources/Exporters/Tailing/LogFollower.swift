import JSON
import Logging
import Time

/// Takes what a log's lines are counted by.
protocol LineSink: AnyObject {
    /// Whole lines; the end of the last one may lack.
    func count(block: UnsafeBufferPointer<UInt8>)
    /// A line that is too long to be kept.
    func countUnparsed()
}

/// Follows one log through its rotations. Belongs to one thread, and knows no time but the one it is given.
final class LogFollower {
    private(set) var rotations: UInt64
    private(set) var gaps: UInt64
    /// Why the log cannot be read, and what to do; nil when it can.
    private(set) var problem: String?

    private let path: String
    private let options: TailOptions
    private let log: Logger

    init(path: String, options: TailOptions, restored: RestoredLog, log: Logger) {
        self.path = path
        self.options = options
        self.log = log
        rotations = restored.rotations
        gaps = restored.gaps
    }

    /// Where the follower is.
    var state: JSONValue { .object(["rotations": .number(JSONNumber(rotations)), "gaps": .number(JSONNumber(gaps))]) }

    /// Reads on, at most about `budget` bytes. True when nothing is left to read.
    func poll(now: Int64, budget: Int, into sink: some LineSink) -> Bool { true }
}
