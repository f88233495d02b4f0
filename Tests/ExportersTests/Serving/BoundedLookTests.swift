import NIOConcurrencyHelpers
import Testing
import Threads
import Time

@testable import struct AlertCore.SeededGenerator
@testable import Exporters

@Suite("Looking at what may hang")
struct BoundedLookTests {
    private let deadlines = Deadlines()
    private let never = TimeSpan.hours(1)

    private func look<Value>(_: Value.Type = Int.self) -> BoundedLook<Value> { BoundedLook(name: "test", deadlines: deadlines) }

    private func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    @Test("who asks while a look is under way gets its answer, and nobody looks twice")
    func shared() async {
        let look = look()
        let drive = Signal()
        async let first = look.run(limit: never) {
            _ = drive.wait(until: nil)
            return 1
        }
        await until { look.room.lastWaiting == 1 }
        async let second = look.run(limit: never) { 2 }
        await until { look.room.lastWaiting == 2 }
        drive.send()
        #expect(await first == .success(1))
        #expect(await second == .success(1))
        #expect(await look.run(limit: never) { 3 } == .success(3), "a look that ended is not the answer to a later question")
        #expect(deadlines.count == 0)
    }

    @Test("who has waited long enough goes, who comes later is told at once, and a new look begins when the old one has ended")
    func hanging() async {
        let look = look()
        let drive = Signal()
        async let patient = look.run(limit: never) {
            _ = drive.wait(until: nil)
            return 1
        }
        await until { look.room.lastWaiting == 1 }
        #expect(await look.run(limit: .milliseconds(1)) { 2 } == .failure(.late))
        for _ in 0..<3 { #expect(await look.run(limit: never) { 3 } == .failure(.hanging)) }
        #expect(!look.isIdle)
        drive.send()
        #expect(await patient == .success(1), "who is more patient gets the answer still")
        #expect(await look.run(limit: never) { 4 } == .success(4))
        #expect(look.isIdle && deadlines.count == 0)
    }

    @Test("a limit that is over before anything begins ends the waiting all the same")
    func noTime() async {
        let drive = Signal()
        for limit in [TimeSpan.zero, .seconds(-1)] {
            let look = look()
            #expect(
                await look.run(limit: limit) {
                    _ = drive.wait(until: nil)
                    return 1
                } == .failure(.late))
            #expect(await look.run(limit: limit) { 2 } == .failure(.hanging))
            drive.send()
            await until { look.isIdle }
        }
    }

    @Test("of many that come and go at random, each gets an answer, looks do not overlap, and every look is somebody's", arguments: 0..<8)
    func crowd(seed: UInt64) async {
        let look = look()
        let (running, begun) = (NIOLockedValueBox(0), NIOLockedValueBox(0))
        let isHasty = seed % 2 == 1
        let answers = await withTaskGroup(of: Result<Int, BoundedLook<Int>.Failure>.self) { group in
            for number in 0..<400 {
                var random = SeededGenerator(seed: seed &* 1000 &+ UInt64(number))
                let limit = isHasty && Bool.random(using: &random) ? TimeSpan(nanoseconds: .random(in: 0...200_000, using: &random)) : never
                let pauses = Int.random(in: 0...20, using: &random)
                group.addTask {
                    for _ in 0..<pauses { await Task.yield() }
                    return await look.run(limit: limit) {
                        #expect(
                            running.withLockedValue {
                                $0 += 1; return $0
                            } == 1)
                        let own = begun.withLockedValue {
                            $0 += 1; return $0
                        }
                        running.withLockedValue { $0 -= 1 }
                        return own
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 400)
        let values = Set(answers.compactMap { try? $0.get() })
        let count = begun.withLockedValue { $0 }
        if isHasty {
            #expect(values.isSubset(of: 1...max(count, 1)))
        } else {
            #expect(values == Set(1...count), "a look began that nobody asked for")
            #expect(answers.allSatisfy { (try? $0.get()) != nil })
        }
        await until { look.isIdle }
        #expect(deadlines.count == 0, "who has his answer leaves no deadline behind")
    }
}

@Suite("Waiting for threads")
struct WaitingRoomTests {
    private let never = TimeSpan.hours(1)

    @Test("an answer reaches those who came up to a ticket; later ones go on waiting")
    func tickets() async {
        let room = WaitingRoom<Int, String>(0)
        @Sendable func wait() async -> String {
            await room.wait(limit: never) { count, _ in
                count += 1
                return .waits
            } late: { _, _ in
                "late"
            }
        }
        async let early = wait()
        while room.withState({ $0 }) < 1 { await Task.yield() }
        let ticket = room.lastWaiting
        async let later = wait()
        while room.withState({ $0 }) < 2 { await Task.yield() }
        #expect(ticket == 1 && room.lastWaiting == 2)
        room.answer(upTo: 1) { _ in "first" }
        #expect(await early == "first")
        #expect(room.lastWaiting == 2)
        room.answer { count in
            count = -1
            return "second"
        }
        #expect(await later == "second")
        #expect(room.lastWaiting == nil && room.withState { $0 } == -1)
    }

    @Test("who finds an answer inside does not wait, and who begins something is called outside of the lock")
    func entries() async {
        let room = WaitingRoom<Int, Int>(7)
        #expect(await room.wait(limit: never, enter: { state, _ in .answered(state) }, late: { _, _ in -1 }) == 7)
        let answer = await room.wait(limit: never) { _, _ in
            // Answers before the waiting has begun; under the lock it would wait for itself.
            .begins { room.answer { $0 + 1 } }
        } late: { _, _ in
            -1
        }
        #expect(answer == 8)
        #expect(await room.wait(limit: .zero, enter: { _, _ in .waits }, late: { state, ticket in state + Int(ticket) }) == 10)
    }
}

@Suite("Deadlines")
struct DeadlineTests {
    @Test("bodies are called in the order of their times, removed ones never, and the thread starts again after it ended")
    func order() async throws {
        let deadlines = Deadlines()
        let called = NIOLockedValueBox<[Int]>([])
        for round in 1...3 {
            let (removed, last) = (Signal(), Signal())
            // The thread sleeps until the latest one when the earlier ones come.
            let none = try #require(
                deadlines.add(after: .hours(1)) {
                    called.withLockedValue { $0.append(-1) }
                    removed.send()
                })
            _ = deadlines.add(after: .milliseconds(20)) {
                called.withLockedValue { $0.append(2 * round) }
                last.send()
            }
            _ = deadlines.add(after: .milliseconds(1)) { called.withLockedValue { $0.append(2 * round - 1) } }
            await wait { last.wait(until: nil) }
            deadlines.remove(none)
            #expect(deadlines.count == 0)
        }
        #expect(called.withLockedValue { $0 } == [1, 2, 3, 4, 5, 6])
    }

    /// Waits on a thread that may be held up.
    private func wait(_ body: @escaping @Sendable () -> Bool) async {
        await withCheckedContinuation { continuation in
            #expect(
                WorkerThread.detach(name: "test") {
                    _ = body()
                    continuation.resume()
                })
        }
    }
}
