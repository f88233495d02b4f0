import ArgumentParser
import Exposition
import Time
import Transport

/// `check-metrics`: what is wrong with pages of metrics.
struct CheckMetrics: ClientCommand {
    /// How a page is written.
    enum PageFormat: String, ExpressibleByArgument, CaseIterable {
        case auto, text, openmetrics
    }

    static let configuration = CommandConfiguration(
        commandName: "amtool check-metrics",
        abstract: "Check pages of metrics, more strictly than promtool.",
        discussion: """
            Pages are files, http or https URLs, or standard input (- or nothing). Beyond what promtool check metrics tells: pages without a sample, \
            totals beside their own parts, HELP and TYPE of the wrong name, metrics in two places, series that stand twice, broken histograms, \
            values that cannot be, labels without bounds. Each finding has its line, the metric, what to do, and the name of its check in brackets, \
            for --ignore. Exit code 1 means that a page cannot be read or parsed; 3 that something else was found.
            """)

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(
        help: """
            How the pages are written: text or openmetrics; auto goes by the Content-Type of a URL, which is asked as Prometheus asks, and by the \
            last line of a file.
            """)
    var format = PageFormat.auto

    @Option(
        help: "Checks whose findings are left out; several with commas, or repeated.",
        completion: .list(ExpositionLint.Check.allCases.map(\.rawValue)))
    var ignore: [String] = []

    @Option(name: .customLong("max-series"), help: "How many label sets a metric may have.")
    var maximumSeries = ExpositionLint.Limits().labelSets

    @Option(
        name: .customLong("max-identifiers"),
        help: "How many values of a label may look like container IDs, UUIDs, mail addresses or addresses with ports.")
    var maximumIdentifiers = ExpositionLint.Limits().identifiers

    @Argument(help: "Files, URLs, or - for standard input.", completion: .file())
    var pages: [String] = []

    /// A page, and the format that its bytes or its server tell.
    private struct Page {
        let name: String
        let bytes: [UInt8]
        let format: ExpositionFormat
    }

    func run(_ session: ClientSession) async throws(ClientError) {
        let limits = try limits()
        var found: [Page] = []
        // All pages are read first: one that cannot be read is a mistake in the command, not in a page.
        for page in pages.isEmpty ? ["-"] : pages { found.append(try await read(page, session)) }
        var verdicts: Set<Int32> = []
        for page in found {
            let report = ExpositionLint.report(page.bytes, format: page.format, limits: limits)
            for finding in report.findings { session.console.complain("\(page.name):\(finding)") }
            session.console.print("\(page.name): \(Self.summary(report, page.format))")
            verdicts.insert(report.isRefused ? 1 : report.findings.isEmpty ? 0 : 3)
        }
        if verdicts.contains(1) { throw .alreadyTold }
        if verdicts.contains(3) { throw .ended(code: 3) }
    }

    private func limits() throws(ClientError) -> ExpositionLint.Limits {
        var limits = ExpositionLint.Limits()
        limits.labelSets = maximumSeries
        limits.identifiers = maximumIdentifiers
        for name in ignore.flatMap({ $0.split(separator: ",") }) {
            guard let check = ExpositionLint.Check(rawValue: String(name)) else {
                let known = ExpositionLint.Check.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                throw .failed("--ignore: there is no check \"\(name)\"; there are \(known)")
            }
            limits.ignored.insert(check)
        }
        return limits
    }

    private static func summary(_ report: ExpositionLint.Report, _ format: ExpositionFormat) -> String {
        func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
        let errors = report.findings.count { $0.severity == .error }
        let warnings = report.findings.count - errors
        let verdict = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }.map { count($0.0, $0.1) }.joined(separator: ", ")
        let size = "\(count(report.families, "metric")), \(count(report.samples, "sample"))"
        return "\(size), \(format == .text ? "text format" : "OpenMetrics"): \(verdict.isEmpty ? "clean" : verdict)"
    }

    // MARK: Reading

    private func read(_ page: String, _ session: ClientSession) async throws(ClientError) -> Page {
        if page.hasPrefix("http://") || page.hasPrefix("https://") { return try await fetch(page, session) }
        let bytes: [UInt8]
        if page == "-" {
            guard let contents = try session.environment.standardInput() else {
                throw .failed("nothing comes from standard input: name a file or a URL, or pipe a page in")
            }
            bytes = contents
        } else {
            guard let contents = try session.environment.contents(page) else {
                throw .failed("path '\(page)' does not exist (a URL begins with http:// or https://)")
            }
            bytes = contents
        }
        let guessed =
            switch format {
            case .auto: ExpositionLint.guessedFormat(bytes)
            case .text: ExpositionFormat.text
            case .openmetrics: ExpositionFormat.openMetrics
            }
        return Page(name: page == "-" ? "standard input" : page, bytes: bytes, format: guessed)
    }

    private func fetch(_ url: String, _ session: ClientSession) async throws(ClientError) -> Page {
        let name = InstanceURL(url).shown
        var request = HTTPRequest(
            url: url, headers: [("Accept", accept)], timeout: session.timeout, maximumResponseBytes: 256 << 20, bodyPolicy: .whole,
            options: try session.clientOptions(for: url))
        request.acceptsGzip = true
        let answer: HTTPResponse
        do throws(TransportError) {
            answer = try await session.environment.send(request)
        } catch {
            throw .failed("\(name): \(error)")
        }
        guard answer.status == 200 else {
            throw .failed("\(name) answers with status \(answer.status): Prometheus would count the target as down")
        }
        let type = answer.headers.first { $0.0.lowercased() == "content-type" }?.1.lowercased() ?? ""
        guard !type.hasPrefix("text/html") else {
            throw .failed("\(name) answers with a page for people (\(type)): is this the path of the metrics?")
        }
        let isOpenMetrics = type.hasPrefix("application/openmetrics-text")
        if format == .openmetrics, !isOpenMetrics {
            throw .failed("\(name) answers as \"\(type)\" to whom OpenMetrics alone is good enough")
        }
        return Page(name: name, bytes: answer.body, format: isOpenMetrics ? .openMetrics : .text)
    }

    /// What Prometheus sends, or what the format leaves of it.
    private var accept: String {
        switch format {
        case .auto:
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
        case .text: "text/plain;version=0.0.4"
        case .openmetrics: "application/openmetrics-text;version=1.0.0"
        }
    }
}
