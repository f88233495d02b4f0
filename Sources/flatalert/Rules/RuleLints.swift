/// What `--lint` asks for.
struct RuleLints {
    /// Rules that are there twice.
    let duplicates: Bool
    /// Jobs that scrape too rarely.
    let longIntervals: Bool

    /// Reads the flag, and tells of what it does not know.
    init(_ flag: String, console: Console) {
        let asked = flag.split(separator: ",").map(String.init)
        let known = ["all", "duplicate-rules", "too-long-scrape-interval", "none"]
        for unknown in asked where !known.contains(unknown) { console.complain("WARNING: unknown lint option \(unknown)") }
        func asks(_ lint: String) -> Bool { !asked.contains("none") && (asked.contains("all") || asked.contains(lint)) }
        duplicates = asks("duplicate-rules")
        longIntervals = asks("too-long-scrape-interval")
    }
}
