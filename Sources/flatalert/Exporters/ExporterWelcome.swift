import AlertRouter
import Exporters

/// What exporters say at a terminal as soon as they serve: where the pages are, what is read, what is missing and what to do.
struct ExporterWelcome {
    var urls: [String]
    var exporters: [(name: String, sources: [SourceState])]

    /// The lines, each with its end.
    var text: String {
        var text = "Flatalert \(ProductInfo.version), metrics on \(urls.joined(separator: ", "))\n"
        for (name, sources) in exporters {
            for finding in sources.map({ DoctorFinding($0, of: name) }) { text += "  \(finding.line)\n" }
        }
        text += "What they mean: flatalert exporter metrics\n"
        return text
    }
}

extension DoctorFinding {
    /// A source of an exporter. What is missing is no failure: the rest is told all the same.
    init(_ source: SourceState, of exporter: String) {
        guard let problem = source.problem else {
            self = .ok(exporter, "\(source.name) \(source.place)")
            return
        }
        self = .warning(exporter, "\(source.name) \(source.place): \(problem)", source.advice)
    }
}
