/// Says ArgumentParser's complaints in amtool's words, which scripts and people know.
func argumentComplaint(_ message: String) -> String {
    let quoted = message.split(separator: "'", omittingEmptySubsequences: false)
    let subject = quoted.count > 1 ? String(quoted[1]) : ""
    let flag = String(subject.prefix { $0 != " " })
    if message.hasPrefix("Unknown option") {
        let rest = quoted.dropFirst(2).joined(separator: "'")
        return "unknown \(flag.hasPrefix("--") ? "long" : "short") flag '\(flag)'\(rest)"
    }
    if message.hasPrefix("Missing value for") { return "expected argument for flag '\(flag)'" }
    if message.hasPrefix("Unexpected argument") || message.contains("unexpected argument") { return "unexpected \(subject)" }
    return message.prefix(1).lowercased() + message.dropFirst()
}
