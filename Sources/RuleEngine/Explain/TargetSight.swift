import Labels
import PromQL
import Scraping
import Time

/// The targets that an alert or a rule is about, and how they fare.
struct TargetSight {
    /// Targets that are told of at most.
    private static let shownAtMost = 4

    private let report: TargetsReport
    private let words: MomentWords

    init(_ report: TargetsReport, words: MomentWords) {
        self.report = report
        self.words = words
    }

    /// The targets that have all of these labels which targets have at all.
    func targets(with labels: LabelSet) -> [TargetStatus] { report.targets(sharing: labels) }

    /// The targets that a selector asks for by labels of targets; empty where it names none of these.
    func targets(of selector: VectorSelector) -> [TargetStatus] {
        report.active.filter { target in
            let own = selector.matchers.filter { $0.name != "__name__" && target.labels[$0.name] != nil }
            return !own.isEmpty && own.allSatisfy { $0.matches(target.labels) }
        }
    }

    var down: [TargetStatus] { report.active.filter { $0.health == .down } }

    /// Which job a selector asks for that has no target, and why it has none; nil when there is no such job to tell of.
    func lack(of selector: VectorSelector) -> String? {
        guard let job = selector.matchers.first(where: { $0.name == "job" && $0.operation == .equal })?.value else { return nil }
        guard !report.active.contains(where: { $0.labels["job"] == job }) else { return nil }
        if let dropped = report.droppedCounts.first(where: { $0.pool == job }) {
            return "the scrape job \"\(job)\" has no targets"
                + (dropped.count > 0 ? ": relabel_configs drop all \(dropped.count)" : ": its discovery found none")
        }
        let jobs = report.droppedCounts.map(\.pool)
        return "there is no scrape job \"\(job)\"" + (jobs.isEmpty ? "" : ", only \(jobs.prefix(8).joined(separator: ", "))")
    }

    /// A line for each target, those that are down first.
    func lines(_ targets: [TargetStatus]) -> [String] {
        let order: [TargetStatus.Health: Int] = [.down: 0, .unknown: 1, .up: 2]
        let sorted = targets.enumerated().sorted { left, right in
            let (first, second) = (order[left.element.health] ?? 0, order[right.element.health] ?? 0)
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
        var lines = sorted.prefix(Self.shownAtMost).map { "\(name($0)) \(state($0))" }
        if sorted.count > Self.shownAtMost {
            let rest = sorted[Self.shownAtMost...]
            let down = rest.count { $0.health == .down }
            lines.append("and \(rest.count) more\(down > 0 ? ", \(down) of them down" : "")")
        }
        return lines
    }

    func name(_ target: TargetStatus) -> String { target.labels["instance"] ?? target.url }

    private func state(_ target: TargetStatus) -> String {
        let ago = target.lastScrape.map { ", " + words.ago(Timestamp(milliseconds: $0)) } ?? ""
        return switch target.health {
        case .up: "up\(ago)"
        case .down: "DOWN\(ago): \(target.lastError)"
        case .unknown: "not scraped yet"
        }
    }
}

extension Timestamp {
    /// Milliseconds since the epoch.
    init(milliseconds: Int64) {
        self.init(unixNanoseconds: milliseconds * 1_000_000)
    }
}
