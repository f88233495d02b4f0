import RE2
import Synchronization

/// The expressions that templates used last, compiled: a template asks for the same ones for every alert.
final class RegexCache: Sendable {
    static let shared = RegexCache()

    private struct Entries {
        var regexes: [String: RE2Regex] = [:]
        /// Patterns in the order in which they came; the oldest leaves first.
        var order: [String] = []
    }

    /// The most expressions. Patterns come from template files, so there are few; only one made from alert data keeps changing.
    private let capacity = 64
    private let entries = Mutex(Entries())

    /// The expression of a pattern, unanchored.
    func regex(_ pattern: String) throws(TemplateFault) -> RE2Regex {
        if let known = entries.withLock({ $0.regexes[pattern] }) { return known }
        let regex: RE2Regex
        do {
            regex = try RE2Regex(pattern)
        } catch {
            throw TemplateFault(error.message)
        }
        entries.withLock { entries in
            guard entries.regexes.updateValue(regex, forKey: pattern) == nil else { return }
            entries.order.append(pattern)
            if entries.order.count > capacity { entries.regexes[entries.order.removeFirst()] = nil }
        }
        return regex
    }
}
