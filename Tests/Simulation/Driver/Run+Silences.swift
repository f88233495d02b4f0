import AlertCore
import Labels
import Time

// Silence calls, one at a time: plan, commit, apply (DESIGN 2, rule 3; reference 3.8).
extension Run {
    /// A random silence call.
    func callSilence() throws {
        guard silenceCall == nil else { return try post() }
        switch dice.weighted([50, 30, 20]) {
        case 0: try create(editing: nil)
        case 1: try create(editing: model.silences.all.isEmpty ? nil : dice.pick(model.silences.all))
        default: try expire()
        }
    }

    private func create(editing old: ModelSilence?) throws {
        // At its very end a silence still mutes and is shown as expired: whether it can be edited then is open.
        if old?.endsAt == wall { return try post() }
        silenceSerial += 1
        let newID = Run.uuid(silenceSerial)
        let end = wall + world.grain.length(&dice, .seconds(20), .minutes(40))
        var draft = ModelSilence(id: "", matchers: [], startsAt: 0, endsAt: end, updatedAt: 0, comment: "made \(silenceSerial)")
        var start: Nanos?
        switch dice.below(10) {
        case 0...4: start = nil
        case 5...6: start = wall + world.grain.length(&dice, .seconds(5), .minutes(10))
        case 7: start = wall - dice.within(1...(.minutes(5)))
        case 8: start = wall
        default: start = model.groups.isEmpty ? nil : tick(of: dice.pick(model.groups))
        }
        if dice.chance(15), !model.groups.isEmpty, let tick = tick(of: dice.pick(model.groups)) { draft.endsAt = tick }
        draft.matchers = (0..<(1 + dice.below(2))).map { _ in dice.matcher() }
        if let old {
            draft.id = old.id
            if dice.chance(75) { draft.matchers = old.matchers }
            // Clients send a start back that has lost its fraction of a millisecond, or of a second.
            if dice.chance(60) {
                let unit: Nanos = dice.pick([1, .milliseconds(1), .seconds(1)])
                start = old.startsAt / unit * unit
            }
            if dice.chance(15) { draft.matchers.reverse() }
        } else if dice.chance(2) {
            draft.id = Run.uuid(999_999)
        }
        if dice.chance(3) { draft.endsAt = wall - 1 }
        world.silenceMatchers[newID] = draft.matchers
        let silence = Silence(
            id: draft.id, matchers: try draft.matchers.compiled(), startsAt: start.map { Timestamp(unixNanoseconds: $0) } ?? .goZero,
            endsAt: Timestamp(unixNanoseconds: draft.endsAt), updatedAt: .goZero, createdBy: "someone", comment: draft.comment)
        let expected = model.silences.plan(draft, startsAt: start, newID: newID, now: wall)
        let answer: ModelSilences.Answer
        var change: SilenceChange?
        do throws(SilenceError) {
            let planned = try core.planSilence(silence, newID: newID, at: now)
            change = planned
            answer = .stored(planned.records.map { world.silence($0) })
        } catch {
            answer = Run.answer(error)
        }
        try follow(
            change, answer, expected,
            "silence \(draft.id) [\(start.map { $0 - wall } ?? 0), \(draft.endsAt - wall)] \(draft.matchers.printed)")
    }

    private func expire() throws {
        let id = model.silences.all.isEmpty || dice.chance(5) ? Run.uuid(999_998) : dice.pick(model.silences.all).id
        if model.silences[id]?.endsAt == wall { return try post() }
        let expected = model.silences.planExpiry(id: id, now: wall)
        let answer: ModelSilences.Answer
        var change: SilenceChange?
        do throws(SilenceError) {
            change = try core.planExpiry(id: id, at: now)
            answer = change.map { .stored($0.records.map { world.silence($0) }) } ?? .unchanged
        } catch {
            answer = Run.answer(error)
        }
        try follow(change, answer, expected, "expire \(id)")
    }

    private func follow(_ change: SilenceChange?, _ answer: ModelSilences.Answer, _ expected: ModelSilences.Answer, _ title: String) throws
    {
        statistics.checked(answer == .overLimit ? .limit : .silence)
        if answer != expected { throw Violation(.silence, "\(title): \(answer) instead of \(expected)") }
        guard let change, case .stored(let records) = answer else {
            story?.add("\(clockText) \(title): \(answer)")
            return
        }
        try step(title, { effects.journal += core.reserve(change) })
        guard effects.journal.count(where: { if case .silence = $0.record { true } else { false } }) == records.count else {
            throw Violation(.silence, "\(title): reserved \(effects.journal.count) rows for \(records.count) records")
        }
        silenceCall = (change, records, journal.lastSequence)
    }

    /// The rows are durable: the change becomes effective and the caller is answered.
    func applySilenceCall() throws {
        guard let call = silenceCall else { return }
        silenceCall = nil
        try step(
            "apply silence \(call.change.id)", { core.apply(call.change, at: now, into: &effects) },
            model: {
                // The clock may have been set back since the call was planned.
                model.silences.apply(call.records.map { $0.clamped(to: wall, expected: $0.updatedAt) })
                return []
            })
    }

    /// The commit failed: the change is dropped, and since its rows may still reach the disk, others take them back.
    func failSilenceCall() throws {
        guard let call = silenceCall else { return }
        silenceCall = nil
        try step(
            "take silence \(call.change.id) back",
            {
                for record in call.change.records {
                    effects.journal.append(core.reserve(core.silence(id: record.id).map { .silence($0) } ?? .silenceRemoved(id: record.id)))
                }
            })
    }

    private func tick(of group: ModelGroup) -> Nanos? { group.nextTick.flatMap { $0 > mono ? $0 - mono + wall : nil } }

    private static func answer(_ error: SilenceError) -> ModelSilences.Answer {
        switch error {
        case .notFound: .notFound
        case .invalid: .invalid
        case .limit: .overLimit
        }
    }

    private static func uuid(_ number: Int) -> String {
        let digits = String(number)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }
}
