public import Labels

/// A line that is not in the notation: what was found, and what was expected.
public struct NotationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let message: String

    init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}

/// One value of a series in a test.
public enum SeriesValue: Sendable, Hashable {
    /// A float; `stale` gives the stale marker's bits.
    case sample(Double)
    /// `_`: no sample at this time.
    case gap
    /// `{{…}}`: a native histogram. It is read over, not understood.
    case histogram
}

/// A series of a test: `name{label="value"} 1 2+3x4 _ stale` (reference 7.3).
public struct SeriesNotation: Sendable {
    /// The series' labels, `__name__` among them.
    public var labels: LabelSet
    /// Its values, one a step.
    public var values: [SeriesValue]

    /// The most values that one line may stand for.
    public static let limit = 10_000_000

    /// Reads a whole line.
    public init(_ line: some StringProtocol) throws(NotationError) {
        var scanner = NotationScanner(line)
        labels = try Self.labels(&scanner)
        values = try Self.values(&scanner)
    }

    /// Reads labels alone, such as `up{job="a"}` or `{}`.
    public static func labels(_ text: some StringProtocol) throws(NotationError) -> LabelSet {
        var scanner = NotationScanner(text)
        let labels = try labels(&scanner)
        scanner.skipBlanks()
        guard scanner.isAtEnd else { throw NotationError("unexpected \"\(scanner.rest)\" after the labels") }
        return labels
    }

    /// Reads values alone, such as `0+10x5 _ NaN`.
    public static func values(_ text: some StringProtocol) throws(NotationError) -> [SeriesValue] {
        var scanner = NotationScanner(text)
        return try values(&scanner)
    }
}

extension SeriesNotation {
    static func labels(_ scanner: inout NotationScanner) throws(NotationError) -> LabelSet {
        scanner.skipBlanks()
        var pairs: [(String, String)] = []
        let name = scanner.identifier()
        if !name.isEmpty { pairs.append(("__name__", name)) }
        scanner.skipBlanks()
        // Two braces begin a native histogram.
        guard !scanner.isAtHistogram, scanner.take("{") else {
            guard !name.isEmpty else { throw NotationError("expected a series, found \"\(scanner.rest)\"") }
            return LabelSet(pairs)
        }
        while true {
            scanner.skipBlanks()
            if scanner.take("}") { break }
            pairs.append(try label(&scanner))
            scanner.skipBlanks()
            guard scanner.take(",") || scanner.next == UInt8(ascii: "}") else {
                throw NotationError("expected \",\" or \"}\" in a label list, found \"\(scanner.rest)\"")
            }
        }
        return LabelSet(pairs.filter { !$0.1.isEmpty })
    }

    private static func label(_ scanner: inout NotationScanner) throws(NotationError) -> (String, String) {
        let isQuoted = scanner.next.map { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "`") } ?? false
        let name = isQuoted ? try scanner.string() : scanner.identifier()
        guard !name.isEmpty else { throw NotationError("expected a label name, found \"\(scanner.rest)\"") }
        scanner.skipBlanks()
        guard scanner.take("=") else {
            guard isQuoted else { throw NotationError("expected \"=\" after label name \"\(name)\", found \"\(scanner.rest)\"") }
            return ("__name__", name)
        }
        scanner.skipBlanks()
        return (name, try scanner.string())
    }

    static func values(_ scanner: inout NotationScanner) throws(NotationError) -> [SeriesValue] {
        var values: [SeriesValue] = []
        while true {
            scanner.skipBlanks()
            if scanner.isAtEnd { return values }
            try appendItem(&scanner, to: &values)
            guard scanner.isAtEnd || scanner.next == UInt8(ascii: " ") || scanner.next == UInt8(ascii: "\t") else {
                throw NotationError("expected a blank between values, found \"\(scanner.rest)\"")
            }
        }
    }

    private static func appendItem(_ scanner: inout NotationScanner, to values: inout [SeriesValue]) throws(NotationError) {
        if scanner.take("_") {
            try append(.gap, times: scanner.take("x") ? try scanner.count(limit: limit) : 1, to: &values)
        } else if scanner.take(word: "stale") {
            try append(.sample(.init(bitPattern: 0x7ff0_0000_0000_0002)), times: try repetitions(&scanner) + 1, to: &values)
        } else if scanner.take(word: "{{") {
            try skipHistogram(&scanner)
            if scanner.take(word: "+{{") || scanner.take(word: "-{{") { try skipHistogram(&scanner) }
            try append(.histogram, times: try repetitions(&scanner) + 1, to: &values)
        } else {
            try appendNumbers(&scanner, to: &values)
        }
    }

    /// `a`, `axN`, `a+bxN` or `a-bxN`. Each value is the one before it plus the step, as upstream adds them up.
    private static func appendNumbers(_ scanner: inout NotationScanner, to values: inout [SeriesValue]) throws(NotationError) {
        var value = try signedNumber(&scanner)
        guard scanner.next == UInt8(ascii: "+") || scanner.next == UInt8(ascii: "-") else {
            return try append(.sample(value), times: try repetitions(&scanner) + 1, to: &values)
        }
        let step = try signedNumber(&scanner)
        guard scanner.take("x") else {
            throw NotationError("expected \"x\" and a number of repetitions after the step, found \"\(scanner.rest)\"")
        }
        let count = try scanner.count(limit: limit)
        guard values.count + count < limit else { throw NotationError("more than \(limit) values") }
        for _ in 0...count {
            values.append(.sample(value))
            value += step
        }
    }

    private static func signedNumber(_ scanner: inout NotationScanner) throws(NotationError) -> Double {
        let isNegative = scanner.take("-")
        if !isNegative { _ = scanner.take("+") }
        guard let number = scanner.unsignedNumber() else { throw NotationError("expected a value, found \"\(scanner.rest)\"") }
        return isNegative ? -number : number
    }

    private static func repetitions(_ scanner: inout NotationScanner) throws(NotationError) -> Int {
        scanner.take("x") ? try scanner.count(limit: limit) : 0
    }

    private static func append(_ value: SeriesValue, times: Int, to values: inout [SeriesValue]) throws(NotationError) {
        guard values.count + times <= limit else { throw NotationError("more than \(limit) values") }
        values.append(contentsOf: repeatElement(value, count: times))
    }

    private static func skipHistogram(_ scanner: inout NotationScanner) throws(NotationError) {
        while !scanner.isAtEnd {
            if scanner.take(word: "}}") { return }
            scanner.position += 1
        }
        throw NotationError("a histogram without \"}}\"")
    }
}
