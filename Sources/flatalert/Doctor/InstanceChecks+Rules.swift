import JSON

/// Targets and rules of a running instance, as its API tells them.
extension InstanceChecks {
    /// How many names a line has before it only counts the rest.
    private static let shownNames = 3

    /// How scraping fares.
    func targets(_ answer: JSONValue) -> [DoctorFinding] {
        let targets = answer["data"]?["activeTargets"]?.arrayValue ?? []
        guard !targets.isEmpty else { return [] }
        let down = targets.filter { $0["health"]?.stringValue == "down" }
        guard let first = down.first else {
            let jobs = Set(targets.compactMap { $0["scrapePool"]?.stringValue })
            return [.ok("targets", "\(Self.count(targets.count, "target")) of \(Self.count(jobs.count, "job")), none down")]
        }
        let names = Self.listed(down.map { $0["scrapeUrl"]?.stringValue ?? "" })
        return [
            .warning(
                "targets",
                "\(down.count) of \(Self.count(targets.count, "target")) down: \(names): \(first["lastError"]?.stringValue ?? "")",
                "is the exporter there, and does a firewall let us in? flatalert explain of its alerts says more")
        ]
    }

    /// Whether every rule can be evaluated.
    func rules(_ answer: JSONValue) -> [DoctorFinding] {
        let rules = (answer["data"]?["groups"]?.arrayValue ?? []).flatMap { $0["rules"]?.arrayValue ?? [] }
        guard !rules.isEmpty else {
            return [.ok("rules", "none are evaluated here: alerts come from other senders, or by --monitor.config")]
        }
        let broken = rules.filter { $0["health"]?.stringValue == "err" }
        guard let first = broken.first else { return [.ok("rules", "\(Self.count(rules.count, "rule")), all can be evaluated")] }
        return [
            .failure(
                "rules",
                "\(broken.count) of \(Self.count(rules.count, "rule")) cannot be evaluated: \(Self.listed(broken.map { $0["name"]?.stringValue ?? "" })): "
                    + (first["lastError"]?.stringValue ?? ""),
                "until then their alerts neither begin nor end; flatalert query EXPR tries the expression")
        ]
    }

    /// Built-in rules that are off, where nobody named a file.
    func missing(_ answer: JSONValue) -> [DoctorFinding] {
        let groups = answer["data"]?["groups"]?.arrayValue ?? []
        let files = Set(groups.compactMap { $0["file"]?.stringValue })
        // Only the built-in files have no directory.
        guard files.contains("monitoring.yml") else { return [] }
        return BuiltInMonitoring.missing(jobs: BuiltInMonitoring.jobs(ofFiles: files)).map { job, alerts in
            .warning("rules", "off, no scrape job \"\(job)\": \(RuleOverview.listed(alerts))", RuleOverview.advice)
        }
    }

    private static func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }

    private static func listed(_ names: [String]) -> String {
        names.prefix(shownNames).joined(separator: ", ") + (names.count > shownNames ? " and \(names.count - shownNames) more" : "")
    }
}
