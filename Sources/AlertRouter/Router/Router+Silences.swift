import AlertCore
import Journal
import Logging
import Time

extension Router {
    /// Plans a change of silences, makes it durable, then applies it: one at a time. Nil if there was nothing to do.
    ///
    /// Throws `SilenceError` from the plan, or `JournalError`; the change is dropped then.
    func changeSilences(
        _ plan: @escaping @Sendable (borrowing AlertMachine, ClockReading) throws(SilenceError) -> SilenceChange?
    ) async throws -> String? {
        try await silenceWrites.run { [self] in
            let planned: Result<(SilenceChange, UInt64, [Silence?])?, SilenceError> = perform { machine, now, _ in
                do throws(SilenceError) {
                    guard let change = try plan(machine, now) else { return .success(nil) }
                    let before = change.records.map { machine.silence(id: $0.id) }
                    let entries = machine.reserve(change)
                    enqueue(entries)
                    return .success((change, entries.last?.sequence ?? 0, before))
                } catch {
                    return .failure(error)
                }
            }
            guard let (change, sequence, before) = try planned.get() else { return nil }
            do {
                try await journal.durable(through: sequence, within: options.durabilityTimeout)
            } catch {
                takeBack(change, before: before)
                throw error
            }
            perform { machine, now, effects in machine.apply(change, at: now, into: &effects) }
            logSilences(change)
            keep(change)
            return change.id
        }
    }

    /// Puts the rows of a change that was refused back to what they were, so that a later commit does not bring it to life.
    private func takeBack(_ change: SilenceChange, before: [Silence?]) {
        perform { machine, _, _ in
            for (record, previous) in zip(change.records, before) {
                let restored: JournalRecord = previous.map { .silence($0) } ?? .silenceRemoved(id: record.id)
                enqueue([machine.reserve(restored)])
            }
        }
    }

    private func logSilences(_ change: SilenceChange) {
        guard options.logsSilences else { return }
        for silence in change.records {
            log.info(
                "Silence stored",
                metadata: [
                    "id": "\(silence.id)", "matchers": "\(silence.matchers)", "createdBy": "\(silence.createdBy)",
                    "endsAt": "\(RFC3339.string(silence.endsAt, fraction: .milliseconds))",
                ])
        }
    }
}
