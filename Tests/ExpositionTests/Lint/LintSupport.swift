import Exposition
import Testing

/// What is found on a page, as `line check metric`; the metric is left out where it is `x`.
func findings(_ page: String, _ format: ExpositionFormat = .text, limits: ExpositionLint.Limits = .init()) -> [String] {
    findings(Array(page.utf8), format, limits: limits)
}

func findings(_ page: [UInt8], _ format: ExpositionFormat = .text, limits: ExpositionLint.Limits = .init()) -> [String] {
    ExpositionLint.problems(page, format: format, limits: limits).map { finding in
        "\(finding.line) \(finding.check.rawValue)" + (finding.metric.map { $0 == "x" ? "" : " " + $0 } ?? "")
    }
}

/// Lines in front of samples.
func head(_ name: String = "x", _ type: String = "gauge") -> String { "# HELP \(name) Text.\n# TYPE \(name) \(type)\n" }

/// A page, and what is found on it.
struct LintVector: Sendable, CustomTestStringConvertible {
    let page: String
    let expected: [String]

    init(_ page: String, _ expected: String...) {
        self.page = page
        self.expected = expected
    }

    var testDescription: String { page.debugDescription }
}
