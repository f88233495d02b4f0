/// The command line.
struct Arguments {
    /// How many seeds to play.
    var count: UInt64 = 1000
    /// The first of them.
    var first: UInt64 = 1
    /// Only this one, told line by line.
    var seed: UInt64?
    /// Threads.
    var jobs = 2
    /// How many of a hundred seeds use a real journal.
    var diskPercent: UInt64 = 5
    /// Stop after these many failed seeds.
    var maximumFailures = 20
    /// Whether the run must have tried everything.
    var isComplete = true

    /// What is wrong with the command line.
    struct Problem: Error {
        let message: String
    }

    /// Reads the command line.
    init(_ words: [String]) throws(Problem) {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--seeds": count = try Arguments.number(word, rest.popFirst())
            case "--from": first = try Arguments.number(word, rest.popFirst())
            case "--seed": seed = try Arguments.number(word, rest.popFirst())
            case "--jobs": jobs = Int(clamping: max(1, try Arguments.number(word, rest.popFirst())))
            case "--sqlite-percent": diskPercent = try Arguments.number(word, rest.popFirst())
            case "--max-failures": maximumFailures = Int(clamping: max(1, try Arguments.number(word, rest.popFirst())))
            case "--partial": isComplete = false
            default:
                throw Problem(
                    message:
                        "unknown argument \(word); known: --seeds N, --from S, --seed S, --jobs N, --sqlite-percent N, --max-failures N, --partial"
                )
            }
        }
    }

    /// Whether a seed's journal is a real one.
    func isOnDisk(_ seed: UInt64) -> Bool { (seed &* 61) % 100 < diskPercent }

    private static func number(_ name: String, _ text: String?) throws(Problem) -> UInt64 {
        guard let text, let number = UInt64(text) else { throw Problem(message: "\(name) needs a number, not \(text ?? "nothing")") }
        return number
    }
}
