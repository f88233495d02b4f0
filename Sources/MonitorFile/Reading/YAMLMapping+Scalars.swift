import ClientConfiguration
import StrictYAML
import Time

/// Scalars as Go reads them into fields that have a default: a key without a value is zero or empty, not the default.
extension YAMLMapping {
    /// A text.
    func text(_ key: String, default standard: String = "") -> String {
        guard let element = self[key] else { return standard }
        return element.isNull ? "" : element.string() ?? standard
    }

    /// A text that must not be empty.
    func requiredText(_ key: String, _ complaint: String) -> String {
        guard let element = self[key], !element.isNull else {
            fail(key, complaint)
            return ""
        }
        guard let text = element.string() else { return "" }
        if text.isEmpty { fail(key, complaint) }
        return text
    }

    /// A duration in milliseconds; 0 for a key without a value, nil if it is absent.
    func milliseconds(_ key: String) -> Int64? {
        guard let element = self[key] else { return nil }
        return element.isNull ? 0 : duration(key).map { $0.nanoseconds / 1_000_000 }
    }

    /// A duration in milliseconds that must not be 0: 0 and what is absent are the default.
    func milliseconds(_ key: String, default standard: Int64) -> Int64 {
        guard let found = milliseconds(key), found > 0 else { return standard }
        return found
    }

    /// A count, which is 0 where the key is absent. As Go reads it: a fraction is cut off, and what is too large for an integer is the largest.
    func count(_ key: String) -> Int {
        guard let element = self[key] else { return 0 }
        guard case .double(let number) = element.node.scalar?.value, number >= 0 else { return element.int(in: 0...Int.max) ?? 0 }
        return number < 0x1p63 ? Int(number) : Int.max
    }

    /// A size such as `10MB` in bytes, which is 0 where the key is absent.
    func bytes(_ key: String) -> Int {
        guard let element = self[key], !element.isNull else { return 0 }
        return element.parsed { text throws(ByteSize.Fault) in try ByteSize.parse(text) } ?? 0
    }
}
