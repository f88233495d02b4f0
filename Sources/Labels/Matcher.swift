import RE2

/// A condition on one label of an alert (reference 2). An absent label counts as the empty text.
public struct Matcher: Sendable {
    /// How the label's value is compared.
    public enum Operation: UInt8, Sendable, Hashable, Comparable, CaseIterable {
        /// `=`
        case equal
        /// `!=`
        case notEqual
        /// `=~`
        case regexMatch
        /// `!~`
        case regexNotMatch

        /// As it is written.
        public var symbol: String {
            switch self {
            case .equal: "="
            case .notEqual: "!="
            case .regexMatch: "=~"
            case .regexNotMatch: "!~"
            }
        }

        /// Whether the value is a regular expression.
        public var isRegex: Bool { self == .regexMatch || self == .regexNotMatch }
        /// Whether it asks for a match rather than for none; `isEqual` of the API.
        public var isEqual: Bool { self == .equal || self == .regexMatch }

        /// The operation with these two properties, as the API writes them.
        public init(isRegex: Bool, isEqual: Bool) {
            self = isRegex ? (isEqual ? .regexMatch : .regexNotMatch) : (isEqual ? .equal : .notEqual)
        }

        /// Orders as listed: `=`, `!=`, `=~`, `!~`.
        public static func < (left: Operation, right: Operation) -> Bool { left.rawValue < right.rawValue }
    }

    /// The parts, shared by all copies; `text` keeps name and value as bytes so that matching neither copies nor allocates.
    private final class Condition: Sendable {
        let name: String
        let operation: Operation
        let value: String
        let text: [UInt8]
        let nameCount: Int
        let regex: RE2Regex?

        init(name: String, operation: Operation, value: String, regex: RE2Regex?) {
            self.name = name
            self.operation = operation
            self.value = value
            self.regex = regex
            text = Array(name.utf8) + Array(value.utf8)
            nameCount = name.utf8.count
        }
    }

    private let condition: Condition

    /// The label's name.
    public var name: String { condition.name }
    /// The comparison.
    public var operation: Operation { condition.operation }
    /// The text or pattern to compare with, as written: without the anchoring that a pattern gets.
    public var value: String { condition.value }

    /// A condition; compiles the pattern of a regex operation, anchored at both ends.
    ///
    /// - Parameter dotMatchesNewline: for PromQL, whose `.` matches any character; see `RE2Regex.init(anchored:dotMatchesNewline:)`.
    public init(name: String, operation: Operation, value: String, dotMatchesNewline: Bool = false) throws(MatcherError) {
        do {
            let regex = operation.isRegex ? try RE2Regex(anchored: value, dotMatchesNewline: dotMatchesNewline) : nil
            condition = Condition(name: name, operation: operation, value: value, regex: regex)
        } catch {
            throw MatcherError(message: error.message)
        }
    }

    /// An equality condition, which cannot fail.
    public init(name: String, equals value: String) {
        condition = Condition(name: name, operation: .equal, value: value, regex: nil)
    }

    /// Whether it holds on these labels.
    public func matches(_ labels: LabelSet) -> Bool {
        let condition = condition
        return condition.text.withUnsafeBufferPointer { text in
            let name = UnsafeBufferPointer(start: text.baseAddress, count: condition.nameCount)
            return labels.withCursor { cursor in
                while cursor.next() {
                    if cursor.name.count == name.count, Bytes.equal(cursor.name, name) {
                        return Self.holds(condition, text, cursor.value)
                    }
                }
                return Self.holds(condition, text, UnsafeBufferPointer(start: nil, count: 0))
            }
        }
    }

    /// Whether it holds for this value of its label.
    public func matches(value candidate: UnsafeBufferPointer<UInt8>) -> Bool {
        condition.text.withUnsafeBufferPointer { Self.holds(condition, $0, candidate) }
    }

    @inline(__always)
    private static func holds(_ condition: Condition, _ text: UnsafeBufferPointer<UInt8>, _ candidate: UnsafeBufferPointer<UInt8>) -> Bool {
        switch condition.operation {
        case .equal: return Bytes.equal(UnsafeBufferPointer(rebasing: text[condition.nameCount...]), candidate)
        case .notEqual: return !Bytes.equal(UnsafeBufferPointer(rebasing: text[condition.nameCount...]), candidate)
        // The initialiser compiled the pattern of every regex operation.
        case .regexMatch: return condition.regex?.matches(candidate) ?? false
        case .regexNotMatch: return !(condition.regex?.matches(candidate) ?? true)
        }
    }

    /// Whether it holds for this value of its label.
    public func matches(value candidate: String) -> Bool { candidate.withBytes { matches(value: $0) } }

    /// Whether it holds when the label is absent.
    public var matchesEmpty: Bool { matches(value: UnsafeBufferPointer(start: nil, count: 0)) }
}

extension Matcher: Hashable, Comparable {
    /// Whether both are the same condition.
    public static func == (left: Matcher, right: Matcher) -> Bool {
        left.operation == right.operation && left.name.utf8.elementsEqual(right.name.utf8)
            && left.value.utf8.elementsEqual(right.value.utf8)
    }

    /// Hashes name, operation and value.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(operation)
        hasher.combine(condition.nameCount)
        hasher.combine(condition.text)
    }

    /// Orders by name, then value, then operation, as configurations are sorted; texts by their bytes.
    public static func < (left: Matcher, right: Matcher) -> Bool {
        let names = left.name.withBytes { left in right.name.withBytes { Bytes.compare(left, $0) } }
        if names != 0 { return names < 0 }
        let values = left.value.withBytes { left in right.value.withBytes { Bytes.compare(left, $0) } }
        return values == 0 ? left.operation < right.operation : values < 0
    }
}

extension Matcher: CustomStringConvertible {
    /// The printed form of reference 2: `name="value"`. A name with characters that the grammar reserves is Go-quoted, and the value with it.
    public var description: String {
        var output: [UInt8] = []
        append(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends `description`.
    func append(to output: inout [UInt8]) {
        // An empty name needs quotes as well, or the text could not be read back.
        if name.isEmpty || name.unicodeScalars.contains(where: MatcherLexer.isReserved) {
            name.withBytes { GoQuote.append($0, to: &output) }
            output += operation.symbol.utf8
            value.withBytes { GoQuote.append($0, to: &output) }
            return
        }
        output += name.utf8
        output += operation.symbol.utf8
        output.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case 0x0A: output += "\\n".utf8
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

/// Why a text is not a matcher; the texts are Alertmanager's (reference 2).
public struct MatcherError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole text.
    public let message: String

    /// An error with this message.
    public init(message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
