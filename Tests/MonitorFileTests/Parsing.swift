import MonitorFile

/// Reads a text as `/etc/p/prometheus.yml`; `HOST` is the only variable of the environment.
func parsed(_ text: String) throws(MonitorConfigurationError) -> MonitorConfiguration {
    try MonitorConfiguration.parse(Array(text.utf8), file: "/etc/p/prometheus.yml") { $0 == "HOST" ? "h1" : nil }
}

/// What is wrong with a text, `LINE:COLUMN: message` each.
func problems(_ text: String) -> [String] {
    do {
        _ = try parsed(text)
        return []
    } catch { return error.problems.map { problem in problem.position.map { "\($0): \(problem.message)" } ?? problem.message } }
}
