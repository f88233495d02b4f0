import AlertCore
import Labels
import NIOConcurrencyHelpers
import Testing
import Time

@testable import AlertRouter

@Suite("The pace of a webhook that was pushed back")
struct SlackPacerTests {
    private let clock = VirtualPacerClock()
    private let key = SlackPacer.Key(url: "http://slack/secret")

    private func entry(_ name: String, channel: String = "") -> SlackPacer.Entry {
        SlackPacer.Entry(group: SlackDigest.Group(Slack.message(group: ["alertname": name]).data), channel: channel)
    }

    private func fail(_ what: Comment) { Issue.record(what) }

    /// What messages were given, in order.
    private final class Turns: Sendable {
        private let list = NIOLockedValueBox<[(name: String, turn: SlackPacer.Turn)]>([])
        func add(_ name: String, _ turn: SlackPacer.Turn) { list.withLockedValue { $0.append((name, turn)) } }
        var all: [(name: String, turn: SlackPacer.Turn)] { list.withLockedValue { $0 } }
        func wait(_ count: Int) async { while all.count < count { await Task.yield() } }

        /// As `NAME alone`, `NAME leads 11`, `NAME told …`.
        var names: [String] {
            all.map { name, turn in
                switch turn {
                case .alone: "\(name) alone"
                case .digest(let digest): "\(name) leads \(digest.entries.count)"
                case .told(let outcome): "\(name) told \(outcome.name)"
                case .later(let span): "\(name) later \(GoDuration.format(span))"
                case .cancelled: "\(name) cancelled"
                }
            }
        }
    }

    /// Lets a message wait; returns when it does.
    private func begin(
        _ name: String, _ pacer: SlackPacer, _ turns: Turns, channel: String = "", deadline: Double = 1e6
    ) async -> Task<Void, Never> {
        let before = pacer.count
        let task = Task { [key, entry = entry(name, channel: channel)] in
            turns.add(name, await pacer.turn(key, for: entry, until: Int64(deadline * 1e9)))
        }
        while pacer.count == before { await Task.yield() }
        return task
    }

    @Test("before a webhook pushes back nobody waits and nothing is kept")
    func calm() async {
        let pacer = SlackPacer(clock: clock)
        for _ in 0..<100 {
            guard case .alone = await pacer.turn(key, for: entry("a"), until: .max) else { return fail("waited") }
        }
        #expect(!pacer.isPaced(key))
        #expect(clock.sleepers == 0)
    }

    @Test("then one message a second goes, not before the moment that it asked for, in the order of arrival")
    func paces() async {
        let pacer = SlackPacer(clock: clock)
        let turns = Turns()
        pacer.pushedBack(key, after: .seconds(5))
        for name in ["a", "b", "c"] { _ = await begin(name, pacer, turns) }
        await clock.advance(toSeconds: 4.9)
        #expect(turns.names.isEmpty)
        await clock.advance(toSeconds: 5)
        await turns.wait(1)
        await clock.advance(toSeconds: 5.9)
        #expect(turns.names == ["a alone"])
        await clock.advance(toSeconds: 6)
        await turns.wait(2)
        await clock.advance(toSeconds: 7)
        await turns.wait(3)
        #expect(turns.names == ["a alone", "b alone", "c alone"])
        #expect(pacer.count == 0)
    }

    @Test("one that comes after the pause goes at once, the next a second later; once all is quiet nothing is paced any more")
    func calmsDown() async {
        let pacer = SlackPacer(clock: clock)
        let turns = Turns()
        pacer.pushedBack(key, after: .seconds(2))
        clock.set(toSeconds: 3)
        guard case .alone = await pacer.turn(key, for: entry("a"), until: .max) else { return fail("waited") }
        _ = await begin("b", pacer, turns)
        await clock.advance(toSeconds: 4)
        await turns.wait(1)
        #expect(pacer.isPaced(key))
        clock.set(toSeconds: 7)
        #expect(!pacer.isPaced(key))
        for _ in 0..<3 {
            guard case .alone = await pacer.turn(key, for: entry("c"), until: .max) else { return fail("waited") }
        }
    }

    @Test("another push back while messages wait moves their turn")
    func pushedBackAgain() async {
        let pacer = SlackPacer(clock: clock)
        let turns = Turns()
        pacer.pushedBack(key, after: .seconds(1))
        _ = await begin("a", pacer, turns)
        pacer.pushedBack(key, after: .seconds(10))
        await clock.advance(toSeconds: 1)
        await clock.advance(toSeconds: 9)
        #expect(turns.names.isEmpty)
        await clock.advance(toSeconds: 10)
        await turns.wait(1)
        #expect(turns.names == ["a alone"])
    }

    @Test("another webhook is not held up")
    func otherKeys() async {
        let pacer = SlackPacer(clock: clock)
        pacer.pushedBack(key, after: .seconds(100))
        let other = SlackPacer.Key(url: "http://slack/other")
        #expect(!pacer.isPaced(other))
        guard case .alone = await pacer.turn(other, for: entry("a"), until: .max) else { return fail("waited") }
    }

    @Test("ten groups that wait go one by one, eleven become a digest, led by whose deadline is last", arguments: [10, 11, 40])
    func digest(count: Int) async {
        let pacer = SlackPacer(clock: clock)
        let turns = Turns()
        pacer.pushedBack(key, after: .seconds(1))
        for number in 0..<count {
            _ = await begin("g\(number)", pacer, turns, deadline: number == 3 ? 2e6 : 1e6)
        }
        await clock.advance(toSeconds: 1)
        await turns.wait(1)
        guard count > 10 else {
            #expect(turns.names == ["g0 alone"])
            #expect(pacer.count == 9)
            return
        }
        #expect(turns.names == ["g3 leads \(count)"])
        guard case .digest(let digest) = turns.all[0].turn else { return }
        pacer.conclude(digest, .delivered(receiverData: nil))
        await turns.wait(count)
        #expect(Set(turns.names.dropFirst()) == Set((0..<count).filter { $0 != 3 }.map { "g\($0) told delivered" }))
        #expect(pacer.count == 0)
    }

    @Test("messages of one group count once, and those of other channels are left out")
    func digestMembers() async {
        let pacer = SlackPacer(clock: clock)
        let turns = Turns()
        pacer.pushedBack(key, after: .seconds(1))
        for _ in 0..<12 { _ = await begin("same", pacer, turns) }
        for number in 0..<10 { _ = await begin("g\(number)", pacer, turns, channel: "#b") }
        await clock.advance(toSeconds: 1)
        await turns.wait(1)
        #expect(turns.names == ["same alone"])
        for number in 0..<10 { _ = await begin("h\(number)", pacer, turns) }
        await clock.advance(toSeconds: 2)
        await turns.wait(2)
        // Eleven of the first kind and ten of the last: eleven groups.
        #expect(turns.names.last?.hasSuffix("leads 21") == true)
        #expect(pacer.count == 10 + 20)
    }

    @Test("who is cancelled while waiting leaves the queue, and nothing stays behind")
    func cancellation() async {
        let pacer = SlackPacer(clock: clock)
        let turns = Turns()
        pacer.pushedBack(key, after: .seconds(1))
        let a = await begin("a", pacer, turns)
        let b = await begin("b", pacer, turns)
        while clock.sleepers == 0 { await Task.yield() }
        a.cancel()
        await a.value
        #expect(turns.names == ["a cancelled"])
        #expect(pacer.count == 1)
        b.cancel()
        await b.value
        #expect(pacer.count == 0)
        while clock.sleepers > 0 { await Task.yield() }
        // The next one has a task of its own again.
        _ = await begin("c", pacer, turns)
        await clock.advance(toSeconds: 1)
        await turns.wait(3)
        #expect(turns.names.last == "c alone")
    }

    @Test("a task that is cancelled already does not wait")
    func cancelledBefore() async {
        let pacer = SlackPacer(clock: clock)
        pacer.pushedBack(key, after: .seconds(1))
        let turns = Turns()
        let task = Task { [key, entry = entry("a")] in
            while !Task.isCancelled { await Task.yield() }
            turns.add("a", await pacer.turn(key, for: entry, until: .max))
        }
        task.cancel()
        await task.value
        #expect(turns.names == ["a cancelled"])
        #expect(clock.sleepers == 0)
    }

    @Test("who rides in a digest hears how it went, also after its own cancellation")
    func riders() async {
        let pacer = SlackPacer(clock: clock)
        let turns = Turns()
        pacer.pushedBack(key, after: .seconds(1))
        var tasks: [Task<Void, Never>] = []
        for number in 0..<11 { tasks.append(await begin("g\(number)", pacer, turns, deadline: number == 0 ? 2e6 : 1e6)) }
        await clock.advance(toSeconds: 1)
        await turns.wait(1)
        guard case .digest(let digest) = turns.all[0].turn else { return fail("no digest") }
        for task in tasks { task.cancel() }
        #expect(turns.all.count == 1)
        pacer.conclude(digest, .retryable(.serverError, message: "500"))
        await turns.wait(11)
        #expect(turns.names.dropFirst().allSatisfy { $0.hasSuffix("told retry serverError") })
    }

    @Test("who has no time until the next turn is told so at once")
    func noTime() async {
        let pacer = SlackPacer(clock: clock)
        pacer.pushedBack(key, after: .seconds(30))
        clock.set(toSeconds: 10)
        guard case .later(let span) = await pacer.turn(key, for: entry("a"), until: 25_000_000_000) else { return fail("waited") }
        #expect(span == .seconds(20))
        #expect(pacer.count == 0)
    }

    @Test("random comings and goings: every message gets exactly one answer, and nothing is left", arguments: 0..<20)
    func random(seed: UInt64) async {
        var dice = Dice(state: seed &* 977 &+ 1)
        let pacer = SlackPacer(clock: clock)
        let turns = Turns()
        var tasks: [Task<Void, Never>] = []
        var time = 0.0
        for _ in 0..<60 {
            switch dice.below(5) {
            case 0: pacer.pushedBack(key, after: .milliseconds(Int64(dice.below(4000))))
            case 1 where !tasks.isEmpty: tasks[dice.below(tasks.count)].cancel()
            case 2:
                time += Double(dice.below(3000)) / 1000
                clock.set(toSeconds: time)
                if clock.sleepers > 0 { await clock.advance(toSeconds: time) }
            default:
                let name = "g\(tasks.count)"
                tasks.append(
                    Task { [key, entry = entry(name)] in
                        let turn = await pacer.turn(key, for: entry, until: .max)
                        turns.add(name, turn)
                        if case .digest(let digest) = turn { pacer.conclude(digest, .delivered(receiverData: nil)) }
                    })
            }
            for _ in 0..<dice.below(20) { await Task.yield() }
        }
        while turns.all.count < tasks.count {
            time += 1
            clock.set(toSeconds: time)
            if clock.sleepers > 0 { await clock.advance(toSeconds: time) }
            await Task.yield()
        }
        for task in tasks { await task.value }
        #expect(Set(turns.all.map(\.name)).count == tasks.count)
        #expect(pacer.count == 0)
        while clock.sleepers > 0 { await Task.yield() }
    }
}

/// Repeatable chance.
private struct Dice {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
