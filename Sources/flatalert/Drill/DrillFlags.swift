import AlertRouter
import ArgumentParser
import RuleEngine

/// The flags of `serve` that are about drills.
struct DrillFlags: ParsableArguments {
    @Option(
        name: .customLong("drill.schedule"),
        help: """
            When to prove by itself that the mandated alerts can fire and reach their receivers: 'Mon 10:00', '10:00', or 'Mon,Thu 10:00 Asia/Tokyo'; \
            local time unless a zone is named.
            """)
    var schedule: String?

    @Option(
        name: .customLong("drill.alert"), parsing: .unconditionalSingleValue,
        help: "An alert that a drill must prove, in place of all six; may be repeated.")
    var alertnames: [String] = []

    /// The schedule; nil when there is none. Throws `StartError`.
    func drillSchedule() throws(StartError) -> DrillSchedule? {
        guard let schedule, !schedule.isEmpty else { return nil }
        do throws(DrillScheduleError) { return try DrillSchedule(schedule) } catch { throw StartError("--drill.schedule: \(error)") }
    }

    /// The alerts that must be able to fire. Throws `StartError`.
    func drilledAlertnames() throws(StartError) -> [String] {
        if let unknown = alertnames.first(where: { !RuleDrill.alertnames.contains($0) }) {
            throw StartError("--drill.alert=\(unknown): no fault is known for it; one of \(RuleDrill.alertnames.joined(separator: ", "))")
        }
        return alertnames.isEmpty ? RuleDrill.alertnames : alertnames
    }
}
