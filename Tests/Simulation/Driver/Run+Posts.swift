import AlertCore
import Labels
import Time

// Senders: what they post about their alerts, true to life and not.
extension Run {
    /// A request with a few alerts.
    func post() throws {
        if dice.chance(12) { return try resendAll() }
        try send((0..<(1 + dice.weighted([40, 25, 15, 10, 6, 4]))).map { _ in randomPost() })
    }

    /// What a Prometheus does every so often: everything that fires, once more.
    func resendAll() throws {
        var posts: [Post] = []
        for (subject, alert) in model.alerts.enumerated() {
            guard let alert, alert.over(at: wall) == nil else { continue }
            posts.append(refresh(subject, alert))
        }
        try send(posts)
    }

    /// The same alert again, with a later end.
    func refresh(_ subject: Int, _ alert: ModelAlert) -> Post {
        Post(
            subject: subject, note: alert.note, link: alert.link, startsAt: alert.startsAt,
            endsAt: alert.isTimeout ? nil : max(wall + .minutes(4), alert.endsAt))
    }

    /// Posts alerts as one request.
    func send(_ wanted: [Post]) throws {
        var posts = wanted
        if options.perAlertnameLimit > 0 {
            // Whether an alert was dropped shows in the store afterwards, if the request does not bring it again.
            posts = posts.enumerated().filter { index, post in !wanted[..<index].contains { $0.subject == post.subject } }.map(\.element)
        }
        var alerts: [Alert] = []
        var valid: [Post] = []
        for post in posts {
            let mine = post.normalized(now: wall, resolveTimeout: model.configuration.resolveTimeout)
            switch normalize(post) {
            case .success(let alert):
                guard let mine else { throw Violation(.merge, "took \(post), which is invalid") }
                var shown = modelAlert(alert)
                shown.ended = nil
                statistics.checked(.merge)
                if shown != mine { throw Violation(.merge, "normalised \(post) to \(shown) instead of \(mine)") }
                alerts.append(alert)
                valid.append(post)
            case .failure(let error):
                if mine != nil { throw Violation(.merge, "refused \(post): \(error)") }
            }
        }
        var returned: UInt64 = 0
        try step(
            "post \(posts.map { describe($0) }.joined(separator: ", "))", { returned = core.receive(alerts, at: now, into: &effects) },
            model: { try model.receive(valid) })
        try awaitRows(of: valid.map(\.subject).filter { model.stored.has($0) }, returned: returned)
    }

    private func normalize(_ post: Post) -> Result<Alert, InvalidAlert> {
        let subject = world.subjects[post.subject]
        var labels = subject.labels
        if post.hasEmptyLabel { labels = LabelSet(Vocabulary.pairs(of: subject.code) + [("empty", "")]) }
        return Alert.normalize(
            labels: labels, annotations: world.notes[post.note], generatorURL: world.links[post.link],
            startsAt: post.startsAt.map { Timestamp(unixNanoseconds: $0) }, endsAt: post.endsAt.map { Timestamp(unixNanoseconds: $0) },
            now: now.wall,
            resolveTimeout: TimeSpan(nanoseconds: model.configuration.resolveTimeout), mode: .utf8)
    }

    private func describe(_ post: Post) -> String {
        func relative(_ time: Nanos?) -> String { time.map { "\(Double(($0 - wall) / 1_000_000) / 1000)" } ?? "-" }
        return "s\(post.subject) note \(post.note) [\(relative(post.startsAt)), \(relative(post.endsAt))]"
    }

    private func randomPost() -> Post {
        let subject = dice.below(world.subjects.count)
        var post = Post(subject: subject, note: dice.below(world.notes.count), link: dice.below(world.links.count))
        post.hasEmptyLabel = dice.chance(3)
        let known = model.alerts[subject]
        guard let known, known.over(at: wall) == nil else {
            begin(&post, after: known)
            return post
        }
        post.note = known.note
        post.link = known.link
        switch dice.weighted([38, 8, 8, 4, 28, 8, 6]) {
        case 0: post = refresh(subject, known)
        case 1:
            // Different annotations or another link.
            post = refresh(subject, known)
            if dice.chance(70) { post.note = dice.below(world.notes.count) } else { post.link = dice.below(world.links.count) }
        case 2:
            // Moved: it began earlier or later than was said.
            post.startsAt = known.startsAt + oddly(.minutes(-10)...(.minutes(3)))
            if dice.chance(50) { post.endsAt = wall + lease() }
        case 3:
            // The end moves, earlier too; the sender changes its habit.
            post.startsAt = known.startsAt
            post.endsAt = dice.chance(50) ? wall + lease() : nil
        case 4: resolve(&post, known)
        case 5:
            // An end at the very instant of a tick.
            post.startsAt = known.startsAt
            post.endsAt = tickOfGroup(holding: subject) ?? (wall + lease())
        default:
            // A window somewhere: overlapping or not, over or not.
            post.startsAt = wall + oddly(.minutes(-20)...(.minutes(1)))
            post.endsAt = (post.startsAt ?? wall) + dice.within(0...(.minutes(15)))
        }
        if dice.chance(1) { post.endsAt = (post.startsAt ?? wall) - 1 }
        return post
    }

    private func begin(_ post: inout Post, after known: ModelAlert?) {
        switch dice.weighted([35, 25, 15, 10, 15]) {
        case 0: post.endsAt = wall + lease()
        case 1: post.endsAt = nil
        case 2:
            post.startsAt = wall + oddly(.minutes(-15)...0)
            post.endsAt = dice.chance(50) ? wall + lease() : nil
        case 3:
            // It ended before anybody heard of it, or its end is repeated.
            post.startsAt = known?.startsAt ?? (wall + oddly(.minutes(-15)...(.minutes(-1))))
            post.endsAt = known?.endsAt ?? wall
            if let start = post.startsAt, let end = post.endsAt, end < start { post.startsAt = end }
        default:
            // The same episode fires again.
            post.startsAt = known?.startsAt
            post.endsAt = wall + lease()
        }
        if let known, dice.chance(60) {
            post.note = known.note
            post.link = known.link
        }
    }

    private func resolve(_ post: inout Post, _ known: ModelAlert) {
        post.startsAt = dice.chance(80) ? known.startsAt : nil
        switch dice.below(4) {
        case 0...1: post.endsAt = wall
        case 2: post.endsAt = max(known.startsAt, wall + oddly(.minutes(-2)...0))
        default: post.endsAt = wall - dice.within(0...(.seconds(20)))
        }
        if let start = post.startsAt, let end = post.endsAt, end < start { post.startsAt = end }
    }

    private func lease() -> Nanos { world.grain.length(&dice, .minutes(1), .minutes(12)) }

    /// A distance that is never round, so that no boundary meets by chance where the specification leaves the boundary open.
    private func oddly(_ range: ClosedRange<Nanos>) -> Nanos {
        dice.within(range) / .milliseconds(1) * .milliseconds(1) - 1 - Nanos(dice.below(900_000))
    }

    /// The wall time of the next tick of a group that holds a subject.
    func tickOfGroup(holding subject: Int) -> Nanos? {
        let ticks = model.groups.filter { $0.members.has(subject) }.compactMap(\.nextTick).filter { $0 > mono }
        return ticks.isEmpty ? nil : dice.pick(ticks) - mono + wall
    }
}
