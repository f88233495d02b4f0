/// Timestamps, which stay text but must be quoted so that other readers take them for text too.
enum YAMLTimestamp {
    /// Whether yaml.v2 would take a plain scalar for a timestamp: `2026-01-31`, `2026-1-31T8:00:00.5Z`, `2026-01-31 08:00:00`.
    static func isOne(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        guard number(&rest, digits: 4...4, in: 0...9999), take("-", &rest), number(&rest, digits: 1...2, in: 1...12), take("-", &rest),
            number(&rest, digits: 1...2, in: 1...31)
        else { return false }
        if rest.isEmpty { return true }
        let hasZone = take("T", &rest) || take("t", &rest)
        guard hasZone || take(" ", &rest) else { return false }
        guard number(&rest, digits: 1...2, in: 0...23), take(":", &rest), number(&rest, digits: 1...2, in: 0...59), take(":", &rest),
            number(&rest, digits: 1...2, in: 0...59)
        else { return false }
        if take(".", &rest), !number(&rest, digits: 1...9, in: 0...999_999_999) { return false }
        if hasZone, !take("Z", &rest) {
            guard take("+", &rest) || take("-", &rest), number(&rest, digits: 2...2, in: 0...24), take(":", &rest),
                number(&rest, digits: 2...2, in: 0...59)
            else { return false }
        }
        return rest.isEmpty
    }

    private static func take(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: ClosedRange<Int>, in range: ClosedRange<Int>) -> Bool {
        let run = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard digits.contains(run.count), let value = Int(String(decoding: run, as: UTF8.self)), range.contains(value) else { return false }
        rest.removeFirst(run.count)
        return true
    }
}
