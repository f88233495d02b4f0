/// Matchers that must all hold.
public struct Matchers: Hashable, Sendable, RandomAccessCollection {
    private var elements: [Matcher]

    /// The matchers in this order.
    public init(_ matchers: [Matcher] = []) { elements = matchers }

    /// The position of the first matcher.
    public var startIndex: Int { 0 }
    /// The position behind the last matcher.
    public var endIndex: Int { elements.count }
    /// The matcher at a position.
    public subscript(position: Int) -> Matcher { elements[position] }

    /// The same matchers by name, value and operator, as configurations keep them.
    public func sorted() -> Matchers { Matchers(elements.sorted(by: <)) }

    /// Whether all hold on these labels; true without matchers.
    public func matches(_ labels: LabelSet) -> Bool {
        for matcher in elements where !matcher.matches(labels) { return false }
        return true
    }
}

extension Matchers: CustomStringConvertible {
    /// The printed form of reference 2: `{a="x",b=~"y"}`.
    public var description: String {
        var output = [UInt8(ascii: "{")]
        for (index, matcher) in elements.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            matcher.append(to: &output)
        }
        output.append(UInt8(ascii: "}"))
        return String(decoding: output, as: UTF8.self)
    }
}

extension Matchers: ExpressibleByArrayLiteral {
    /// Matchers written out in code.
    public init(arrayLiteral elements: Matcher...) { self.init(elements) }
}
