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

    /// The label's name.
    public let name: String
    /// The comparison.
    public let operation: Operation
    /// The text or pattern to compare with, as written: without the anchoring that a pattern gets.
    public let value: String
    private let regex: RE2Regex?

    /// A condition; compiles the pattern of a regex operation, anchored at both ends.
    public init(name: String, operation: Operation, value: String) throws(MatcherError) {
        // Native storage, so that matching never has to copy.
        var (name, value) = (name, value)
        name.makeContiguousUTF8()
        value.makeContiguousUTF8()
        self.name = name
        self.operation = operation
        self.value = value
        do {
            regex = operation.isRegex ? try RE2Regex(anchored: value) : nil
        } catch {
            throw MatcherError(message: error.message)
        }
    }

    /// An equality condition, which cannot fail.
    public init(name: String, equals value: String) {
        var (name, value) = (name, value)
        name.makeContiguousUTF8()
        value.makeContiguousUTF8()
        self.name = name
        self.operation = .equal
        self.value = value
        regex = nil
    }

    /// Whether it holds on these labels.
    public func matches(_ labels: LabelSet) -> Bool {
        labels.withValue(ofName: name) { matches(value: $0 ?? UnsafeBufferPointer(start: nil, count: 0)) }
    }

    /// Whether it holds for this value of its label.
    public func matches(value candidate: UnsafeBufferPointer<UInt8>) -> Bool {
        switch operation {
        case .equal: value.withBytes { Bytes.equal($0, candidate) }
        case .notEqual: !value.withBytes { Bytes.equal($0, candidate) }
        // The initialiser compiled the pattern of every regex operation.
        case .regexMatch: regex?.matches(candidate) ?? false
        case .regexNotMatch: !(regex?.matches(candidate) ?? true)
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
        for byte in name.utf8 { hasher.combine(byte) }
        hasher.combine(operation)
        for byte in value.utf8 { hasher.combine(byte) }
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
