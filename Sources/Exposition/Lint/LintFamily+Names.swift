/// The conventions of names: those that promtool looks at, in its words, and some more.
extension LintFamily {
    func checkNames(_ findings: inout LintFindings) {
        let line = line
        checkSuffixes(line, &findings)
        checkUnits(line, &findings)
        let lowered = name.lowercased()
        for type in ["counter", "gauge", "summary", "histogram", "gauge_histogram"] where Self.has(lowered, word: type) {
            findings.add(
                .typeInName, line: line, metric: name, "metric name should not include type '\(type)': the TYPE line says it; leave it out")
        }
        if name.contains(":") {
            findings.add(
                .colonInName, line: line, metric: name,
                "metric names should not contain ':': colons are for the results of recording rules; use underscores")
        }
        if Self.isCamelCase(name) {
            findings.add(
                .camelCase, line: line, metric: name,
                "metric names should be written in 'snake_case' not 'camelCase': use \(Self.snakeCase(name))")
        }
    }

    private func checkSuffixes(_ line: Int, _ findings: inout LintFindings) {
        // A counter of OpenMetrics has the ending in its samples, and must not have it in its name.
        if type == .counter, format == .openMetrics {
            if name.hasSuffix("_total") {
                findings.add(
                    .counterName, line: line, metric: name,
                    "in OpenMetrics TYPE and HELP name a counter without \"_total\", its samples with it: write \(name.dropLast(6))")
            }
        } else if type == .counter, !name.hasSuffix("_total") {
            findings.add(
                .counterName, line: line, metric: name,
                "counter metrics should have \"_total\" suffix: rename it to \(name)_total, or say gauge if it can fall")
        } else if let type, type != .counter, type != .unknown, name.hasSuffix("_total") {
            findings.add(
                .totalSuffix, line: line, metric: name,
                "non-counter metrics should not have \"_total\" suffix: say counter if it only grows, else rename it")
        }
        guard let type, type != .unknown else { return }
        let isHistogram = type == .histogram || type == .gaugehistogram
        let reserved: [(suffix: String, isFree: Bool, whose: String)] = [
            ("_bucket", isHistogram, "non-histogram"), ("_count", isHistogram || type == .summary, "non-histogram and non-summary"),
            ("_sum", isHistogram || type == .summary, "non-histogram and non-summary"),
        ]
        for (suffix, isFree, whose) in reserved where !isFree && name.hasSuffix(suffix) {
            findings.add(
                .reservedSuffix, line: line, metric: name,
                "\(whose) metrics should not have \"\(suffix)\" suffix: it would be taken for a part of one; rename it")
        }
    }

    // MARK: Units

    private func checkUnits(_ line: Int, _ findings: inout LintFindings) {
        let words = name.split(separator: "_").map(String.init)
        for word in words {
            guard let (unit, base) = Self.unit(word), unit != base else { continue }
            findings.add(
                .baseUnit, line: line, metric: name,
                "use base unit \"\(base)\" instead of \"\(unit)\": convert the values, queries and graphs expect it")
        }
        let lowered = name.lowercased()
        for abbreviation in Self.abbreviations where Self.has(lowered, word: abbreviation.short) {
            findings.add(
                .abbreviatedUnit, line: line, metric: name,
                "metric names should not contain abbreviated units: write \"\(abbreviation.long)\" rather than \"\(abbreviation.short)\"")
        }
    }

    /// Base units, and others with the base unit to use in their place.
    private static let units: [String: String] = [
        "amperes": "amperes", "bytes": "bytes", "celsius": "celsius", "grams": "grams", "joules": "joules", "kelvin": "kelvin",
        "meters": "meters", "metres": "metres", "seconds": "seconds", "volts": "volts", "minutes": "seconds", "hours": "seconds",
        "days": "seconds", "weeks": "seconds", "kelvins": "kelvin", "fahrenheit": "celsius", "rankine": "celsius", "inches": "meters",
        "yards": "meters", "miles": "meters", "bits": "bytes", "calories": "joules", "pounds": "grams", "ounces": "grams",
        "percent": "ratio", "percents": "ratio", "percentage": "ratio",
    ]

    private static let unitPrefixes = [
        "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "mebi", "giga", "gibi", "tera",
        "tebi", "peta", "pebi",
    ]

    private static let abbreviations: [(short: String, long: String)] = [
        ("s", "seconds"), ("ms", "seconds"), ("us", "seconds"), ("ns", "seconds"), ("sec", "seconds"), ("b", "bytes"), ("kb", "bytes"),
        ("mb", "bytes"), ("gb", "bytes"), ("tb", "bytes"), ("pb", "bytes"), ("m", "seconds or meters"), ("h", "seconds"), ("d", "seconds"),
    ]

    /// The unit that a word of a name is, and the base unit to use; nil where it is none.
    private static func unit(_ word: String) -> (unit: String, base: String)? {
        if let base = units[word] { return (word, base) }
        for prefix in unitPrefixes where word.hasPrefix(prefix) {
            if let base = units[String(word.dropFirst(prefix.count))] { return (word, base) }
        }
        return nil
    }

    // MARK: Words

    /// Whether a word stands in the middle of a name or at its end.
    private static func has(_ name: String, word: String) -> Bool { name.hasSuffix("_" + word) || name.contains("_\(word)_") }

    static func isCamelCase(_ name: String) -> Bool {
        zip(name.utf8, name.utf8.dropFirst()).contains { $0 &- 0x61 < 26 && $1 &- 0x41 < 26 }
    }

    static func snakeCase(_ name: String) -> String {
        var text = ""
        var previous: Character = "_"
        for character in name {
            if character.isUppercase, previous.isLowercase { text += "_" }
            text += character.lowercased()
            previous = character
        }
        return text
    }
}
