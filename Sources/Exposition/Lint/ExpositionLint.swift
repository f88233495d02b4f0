/// Looks at a page of metrics more strictly than Prometheus and promtool do: a page can be parsed and still be wrong, such as one without a single
/// sample, or one whose total stands beside its own parts.
///
/// ```swift
/// for finding in ExpositionLint.problems(page, format: .text) { print(finding) }
/// ```
public enum ExpositionLint {
    /// How bad a finding is.
    public enum Severity: String, Hashable, Sendable {
        /// Somebody refuses the page, or queries over it come out wrong.
        case error
        /// Against a convention, or a danger.
        case warning
    }

    /// Something that is wrong, and where.
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// 1-based.
        public let line: Int
        /// The metric's name; nil where the page as a whole is meant.
        public let metric: String?
        /// What was looked for.
        public let check: Check
        /// What was found, and what to do.
        public let message: String
        /// How bad it is.
        public var severity: Severity { check.severity }

        /// `12: error: up: HELP stands twice … [duplicate-help]`
        public var description: String { "\(line): \(severity.rawValue): \(metric.map { "\($0): " } ?? "")\(message) [\(check.rawValue)]" }
    }

    /// What may be different from page to page.
    public struct Limits: Sendable {
        /// How many label sets a metric may have.
        public var labelSets = 1000
        /// How many values of a label may look like identifiers: container IDs, UUIDs, mail addresses, addresses with ports.
        public var identifiers = 3
        /// Checks whose findings are left out.
        public var ignored: Set<Check> = []

        /// The usual ones.
        public init() {}
    }

    /// All that was found on a page.
    public struct Report: Sendable {
        /// By line.
        public let findings: [Finding]
        /// How many metrics have samples.
        public let families: Int
        /// How many samples there are.
        public let samples: Int
        /// Prometheus or promtool would refuse the whole page.
        public var isRefused: Bool { findings.contains { $0.check.refusesPage } }
    }

    /// What is wrong with a page, by line; empty where nothing is.
    public static func problems(_ bytes: [UInt8], format: ExpositionFormat, limits: Limits = Limits()) -> [Finding] {
        report(bytes, format: format, limits: limits).findings
    }

    /// What is wrong with a page, and how much was looked at.
    public static func report(_ bytes: [UInt8], format: ExpositionFormat, limits: Limits = Limits()) -> Report {
        var findings = LintFindings(limits)
        let page = LintPage(bytes, format: format, findings: &findings)
        let families = LintFamily.families(of: page)
        page.checkStructure(families, &findings)
        for family in families where !family.samples.isEmpty {
            family.checkNames(&findings)
            family.checkLabels(limits, &findings)
            family.checkSeries(&findings)
            family.checkValues(&findings)
            switch family.type {
            case .histogram, .gaugehistogram: family.checkHistograms(&findings)
            case .summary: family.checkSummaries(&findings)
            default: break
            }
        }
        let samples = families.reduce(0) { $0 + $1.samples.count }
        return Report(findings: findings.sorted(), families: families.count { !$0.samples.isEmpty }, samples: samples)
    }

    /// OpenMetrics where the last line says so, else the text format.
    public static func guessedFormat(_ bytes: [UInt8]) -> ExpositionFormat {
        let end = bytes.lastIndex { $0 != 0x0A && $0 != 0x0D }.map { $0 + 1 } ?? 0
        let mark = Array("# EOF".utf8)
        return bytes[..<end].suffix(mark.count + 1).elementsEqual([0x0A] + mark) || bytes[..<end].elementsEqual(mark) ? .openMetrics : .text
    }
}

/// Collects findings, so that one mistake in ten thousand lines does not become ten thousand findings.
struct LintFindings {
    private struct Key: Hashable {
        let check: ExpositionLint.Check
        let metric: String?
    }

    private static let shown = 5

    private let ignored: Set<ExpositionLint.Check>
    private var findings: [ExpositionLint.Finding] = []
    private var counts: [Key: Int] = [:]

    init(_ limits: ExpositionLint.Limits) { ignored = limits.ignored }

    mutating func add(_ check: ExpositionLint.Check, line: Int, metric: String? = nil, _ message: @autoclosure () -> String) {
        guard !ignored.contains(check) else { return }
        let count = counts[Key(check: check, metric: metric), default: 0] + 1
        counts[Key(check: check, metric: metric)] = count
        guard count <= Self.shown else { return }
        findings.append(ExpositionLint.Finding(line: line, metric: metric, check: check, message: message()))
    }

    func has(_ check: ExpositionLint.Check, line: Int) -> Bool { findings.contains { $0.check == check && $0.line == line } }

    /// By line; the last of many tells how many more there are.
    func sorted() -> [ExpositionLint.Finding] {
        var told: [Key: Int] = [:]
        return findings.map { finding in
            let key = Key(check: finding.check, metric: finding.metric)
            told[key, default: 0] += 1
            guard told[key] == Self.shown, let count = counts[key], count > Self.shown else { return finding }
            return ExpositionLint.Finding(
                line: finding.line, metric: finding.metric, check: finding.check,
                message: finding.message + " (and \(count - Self.shown) more of the same)")
        }.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
    }
}
