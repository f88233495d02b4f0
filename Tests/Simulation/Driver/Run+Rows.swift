import AlertCore

// What a step wrote to the journal, against what the model says must be durable (DESIGN 2, rules 1, 2 and 10, and 4).
extension Run {
    /// Takes the rows of the step in and checks them.
    func checkRows() throws {
        var rowed: SubjectSet = 0
        var removed: SubjectSet = 0
        var hasLeases = false
        var correctedRows = 0
        for entry in effects.journal {
            guard entry.sequence == journal.lastSequence + 1 else {
                throw Violation(.sequence, "row \(entry.sequence) follows row \(journal.lastSequence)")
            }
            statistics.checked(.sequence)
            switch entry.record {
            case .alert(let slot, let alert):
                let subject = try subject(of: alert)
                try take(slot, for: subject)
                rowed |= .only(subject)
                lastRow[subject] = entry.sequence
            case .alertRemoved(let slot):
                guard let subject = slots.firstIndex(of: slot) else { throw Violation(.journal, "removes slot \(slot), which is free") }
                slots[subject] = nil
                removed |= .only(subject)
            case .told(let log, let ended):
                for row in ended {
                    let subject = try subject(of: row.alert)
                    try take(row.slot, for: subject)
                    rowed |= .only(subject)
                    toldRow[subject] = entry.sequence
                }
                receivers.recorded(log.key, sequence: entry.sequence, isMessage: outcomeKey == log.key)
                // Only the first row is that of the message: the next chain of the key may have recorded something without one.
                if outcomeKey == log.key { outcomeKey = nil }
            case .logEntryRemoved(let key):
                guard model.collected.contains(world.id(of: key)) else {
                    throw Violation(.retention, "drops the log entry \(key) before its time")
                }
                receivers.forgot(key)
            case .silenceRemoved(let id):
                guard model.silences[id] == nil else { throw Violation(.retention, "drops silence \(id) before its time") }
            case .logEntry(let log):
                correctedRows += 1
                guard let known = model.corrected[world.id(of: log.key)], model.modelEntry(log) == known else {
                    throw Violation(
                        .journal, "corrects the log to \(log) instead of \(String(describing: model.corrected[world.id(of: log.key)]))")
                }
            case .silence: break
            case .leases(_, let heartbeat):
                hasLeases = true
                guard heartbeat.unixNanoseconds == wall else { throw Violation(.lease, "heartbeat \(heartbeat) at \(now.wall)") }
            }
            journal.enqueue(entry, versions: model.versions, world: world)
            if case .told(let log, _) = entry.record { try checkEndsAreDurable(log) }
        }
        for subject in removed.members where model.held.has(subject) && slots[subject] == nil {
            throw Violation(.journal, "the row of subject \(subject) is removed, but the alert is still held")
        }
        if correctedRows != model.corrected.count {
            throw Violation(.journal, "\(correctedRows) rows for \(model.corrected.count) log entries that a step of the clock moved")
        }
        try compareRows(rowed: rowed, hasLeases: hasLeases)
    }

    /// Ends that a log entry names are recorded with it at the latest (DESIGN 4): else they would fire again after a crash.
    private func checkEndsAreDurable(_ log: LogEntry) throws(Violation) {
        for fingerprint in log.resolved {
            guard let subject = world.subject(fingerprint), let slot = slots[subject], model.alerts[subject]?.over(at: wall) != nil else {
                continue
            }
            statistics.checked(.owedResolve)
            if journal.full.alerts[slot]?.alert.endReason == nil {
                throw Violation(.owedResolve, "the end of subject \(subject) is told, but its row says that it fires")
            }
        }
    }

    private func subject(of alert: Alert) throws(Violation) -> Int {
        guard let subject = world.subject(alert.body.labels.fingerprint) else {
            throw Violation(.journal, "writes an alert that nobody sent: \(alert)")
        }
        return subject
    }

    private func take(_ slot: Int32, for subject: Int) throws(Violation) {
        if let known = slots[subject] {
            if known != slot { throw Violation(.journal, "subject \(subject) is in slots \(known) and \(slot)") }
            return
        }
        if slots.contains(slot) { throw Violation(.journal, "slot \(slot) is taken twice") }
        slots[subject] = slot
    }

    private func compareRows(rowed: SubjectSet, hasLeases: Bool) throws(Violation) {
        let missing = model.changed & model.held & ~rowed
        statistics.checked(.journal)
        if missing != 0 { throw Violation(.journal, "a durable change of subjects \(missing.members) has no row") }
        let pointless = rowed & model.refreshed & ~model.changed & ~toldSubjects
        if pointless != 0 { throw Violation(.lease, "subjects \(pointless.members) were only refreshed and have rows of their own") }
        var failure: Violation?
        (model.changed & model.held).forEach { subject in
            guard let alert = model.alerts[subject], let slot = slots[subject], let row = journal.full.alerts[slot]?.alert else {
                failure = Violation(.journal, "subject \(subject) has no row after a durable change")
                return
            }
            let shown = modelAlert(row)
            if shown.note != alert.note || shown.link != alert.link || shown.startsAt != alert.startsAt
                || (model.leasedSince.has(subject) ? shown.endsAt > alert.endsAt : shown.endsAt != alert.endsAt)
                || shown.isTimeout != alert.isTimeout || (alert.ended != nil) != (shown.ended != nil)
            {
                failure = Violation(.journal, "row of subject \(subject) is \(shown) instead of \(alert)")
            }
        }
        if let failure { throw failure }
        if (model.leased != nil) != hasLeases {
            throw Violation(.lease, hasLeases ? "leases out of turn" : "no leases where they were due")
        }
        for (subject, end) in (model.leased ?? []).enumerated() {
            guard let end, !rowed.has(subject), model.held.has(subject) else { continue }
            statistics.checked(.lease)
            let row = slots[subject].flatMap { journal.full.alerts[$0]?.alert }
            if row?.endsAt.unixNanoseconds != end {
                throw Violation(.lease, "after the leases subject \(subject) ends at \(String(describing: row?.endsAt)) instead of \(end)")
            }
        }
        if journal.full.alerts.count != model.held.nonzeroBitCount {
            throw Violation(
                .journal,
                "\(journal.full.alerts.count) rows for \(model.held.nonzeroBitCount) alerts: held \(model.held.members), rows \(slots)")
        }
        if journal.full.log.count != model.log.count {
            throw Violation(.journal, "\(journal.full.log.count) log rows for \(model.log.count) entries")
        }
    }

    /// Subjects that a message of this step named as ended.
    private var toldSubjects: SubjectSet {
        var set: SubjectSet = 0
        for entry in effects.journal {
            if case .told(_, let ended) = entry.record {
                for row in ended { set |= world.subject(row.alert.body.labels.fingerprint).map { .only($0) } ?? 0 }
            }
        }
        return set
    }

    /// An alert of the core in the model's form.
    func modelAlert(_ alert: Alert) -> ModelAlert {
        ModelAlert(
            note: world.notes.firstIndex(of: alert.body.annotations) ?? -1, link: world.links.firstIndex(of: alert.body.generatorURL) ?? -1,
            startsAt: alert.startsAt.unixNanoseconds, endsAt: alert.endsAt.unixNanoseconds, updatedAt: alert.updatedAt.unixNanoseconds,
            isTimeout: alert.isTimeout, ended: alert.endReason)
    }

    /// Compares what the machine returned for a post with the rows of the alerts it touched (DESIGN 2, rule 2).
    func awaitRows(of subjects: [Int], returned: UInt64) throws(Violation) {
        statistics.checked(.acknowledged)
        let needed = subjects.map { max(lastRow[$0], earlierToldRow[$0]) }.max() ?? 0
        if needed > journal.durableSequence && returned < needed {
            throw Violation(.acknowledged, "waits for row \(returned), but row \(needed) belongs to an alert of the request")
        }
        if returned > journal.lastSequence { throw Violation(.acknowledged, "waits for row \(returned) of \(journal.lastSequence)") }
        let versions = subjects.map { (subject: $0, version: model.versions[$0]) }
        if returned <= journal.durableSequence {
            for (subject, version) in versions { promised[subject] = max(promised[subject], version) }
        } else {
            unanswered.append((returned, time + .seconds(5), versions))
        }
    }

    /// What senders were told is safe must be in what a crash leaves.
    func checkPromises(in image: Image) throws(Violation) {
        for (subject, version) in promised.enumerated() where version > 0 {
            statistics.checked(.acknowledged)
            let found = image.version(of: world.subjects[subject].fingerprint)
            if found < version {
                throw Violation(.acknowledged, "subject \(subject) was promised at version \(version), the crash left version \(found)")
            }
        }
    }
}

extension SubjectSet {
    /// The members, for a reader.
    var members: [Int] { (0..<64).filter { has($0) } }
}
