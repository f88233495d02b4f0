import JSON

/// Exporters, inside a running instance or on their own.
extension InstanceChecks {
    /// How the sources of an instance's exporters fare.
    func exporters() async -> [DoctorFinding] { await exporters(at: EmbeddedExporters.sourcesPath) }

    /// How the sources of an exporter fare that runs on its own; nothing where none of ours answers.
    func standaloneExporters() async -> [DoctorFinding] { await exporters(at: ExporterPages.sourcesPath) }

    private func exporters(at path: String) async -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        for exporter in (await json(path))?["exporters"]?.arrayValue ?? [] {
            let name = exporter["name"]?.stringValue ?? ""
            if let path = exporter["path"]?.stringValue, await get(path) == nil {
                findings.append(.failure(name, "\(instance.shown)\(path) does not answer", "look at the log of the instance"))
            }
            let sources = exporter["sources"]?.arrayValue ?? []
            findings += sources.map { Self.finding($0, of: name) }
            if sources.isEmpty { findings.append(.ok(name, "metrics on \(instance.shown)\(exporter["path"]?.stringValue ?? "")")) }
        }
        return findings
    }

    /// What is missing is no failure: the rest is told all the same.
    private static func finding(_ source: JSONValue, of exporter: String) -> DoctorFinding {
        let found = "\(source["name"]?.stringValue ?? "") \(source["place"]?.stringValue ?? "")"
        guard let problem = source["problem"]?.stringValue else { return .ok(exporter, found) }
        return .warning(exporter, "\(found): \(problem)", source["advice"]?.stringValue ?? "")
    }
}
