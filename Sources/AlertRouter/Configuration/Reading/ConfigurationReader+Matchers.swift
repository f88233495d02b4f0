import ClientConfiguration
import Labels
import StrictYAML

extension ConfigurationReader {
    /// The three forms of a list of matchers under keys with a prefix: `match`, `match_re`, `matchers` (reference 1.4, 6.1).
    func matchers(_ fields: YAMLMapping, prefix: String = "") -> (forms: MatcherForms, merged: Matchers) {
        var forms = MatcherForms()
        var merged: [Matcher] = []
        for (name, position, value) in fields["\(prefix)match"]?.sortedEntries() ?? [] where isClassicName(name, at: position) {
            guard let text = value.isNull ? "" : value.string() else { continue }
            forms.equal.append(MatchPair(name: name, value: text))
            merged.append(Matcher(name: name, equals: text))
        }
        for (name, position, value) in fields["\(prefix)match_re"]?.sortedEntries() ?? [] where isClassicName(name, at: position) {
            if value.isNull { value.fail("invalid regexp value for \(GoQuote.quote(name))") }
            // The wrapping shows in group keys, so it is part of the matcher's value (reference 4.2).
            let matcher = value.parsed { pattern throws(MatcherError) in
                // Tried bare first, so that a complaint shows what was written.
                _ = try Matcher(name: name, operation: .regexMatch, value: pattern)
                return try Matcher(name: name, operation: .regexMatch, value: "^(?:\(pattern))$")
            }
            guard let matcher, let pattern = value.string() else { continue }
            forms.regex.append(MatchPair(name: name, value: pattern))
            merged.append(matcher)
        }
        forms.list = Matchers(fields.list("\(prefix)matchers", matcherList)?.flatMap { $0 } ?? []).sorted()
        return (forms, Matchers(merged + forms.list).sorted())
    }

    /// One string of a `matchers` list, which may hold several matchers.
    private func matcherList(_ element: YAMLElement) -> [Matcher]? {
        let parser = MatcherParser(mode: mode)
        let parsed = element.parsed { text throws(MatcherError) in try parser.parseList(text) }
        if let warning = parsed?.warning { warn(element.node.position, warning) }
        return parsed.map { Array($0.0) }
    }

    /// Keys of the deprecated maps are ASCII names in every mode (reference 1.1).
    private func isClassicName(_ name: String, at position: YAMLPosition) -> Bool {
        let isValid = isValidLabelName(name, mode: .classic)
        if !isValid { decoder.report("invalid label name \(GoQuote.quote(name))", at: position) }
        return isValid
    }
}
