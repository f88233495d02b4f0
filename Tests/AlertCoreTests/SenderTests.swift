import Labels
import Testing
import Time

@testable import AlertCore

@Suite("Who sends an alert")
struct SenderTests {
    private let firing = Post.alert("x", 0, 1000)

    private func explanation(_ run: VirtualRun) -> Explanation { run.machine.explanation(of: firing.labelSet, at: run.now) }

    private func quarrels(_ run: VirtualRun) -> Int {
        run.notes.filter { if case .sendersDisagree = $0 { true } else { false } }.count
    }

    @Test("one sender is known by its number, and nothing more is kept")
    func one() {
        let run = VirtualRun(.simple())
        run.post(at: 0, by: 7, firing)
        run.post(at: 60, by: 7, firing)
        #expect(explanation(run).sender == SenderID(value: 7) && explanation(run).words.isEmpty)
        #expect(run.machine.store[0].words == -1)
    }

    @Test("two senders are kept with what each said last and when, also where nothing changes but the sender")
    func two() {
        let run = VirtualRun(.simple())
        run.post(at: 0, by: 1, firing)
        run.post(at: 10, by: 2, .alert("x", 5, 1000))
        run.post(at: 20, by: 1, firing)
        run.post(at: 30, by: 1, firing)
        let words = explanation(run).words
        #expect(words.map(\.sender.value) == [1, 2])
        #expect(words.map(\.heardAt.sinceStart) == [30, 10])
        #expect(words.map(\.startsAt.sinceStart) == [0, 5])
        #expect(words.allSatisfy { !$0.isEnd } && explanation(run).quarrel == nil && quarrels(run) == 0)
    }

    @Test("a pair that ends an alert one after the other does not contradict itself")
    func pairEnds() {
        let run = VirtualRun(.simple())
        run.post(at: 0, by: 1, firing)
        run.post(at: 5, by: 2, firing)
        run.post(at: 60, by: 1, .alert("x", 0, 60))
        run.post(at: 62, by: 2, firing)
        run.post(at: 70, by: 2, .alert("x", 0, 70))
        run.post(at: 120, by: 1, .alert("x", 0, 60))
        #expect(explanation(run).words.map(\.isEnd) == [true, true])
        #expect(explanation(run).quarrel == nil && quarrels(run) == 0)
    }

    @Test("who holds on to the opposite again and again contradicts, which is noted once")
    func contradiction() throws {
        let run = VirtualRun(.simple())
        run.post(at: 0, by: 1, firing)
        run.post(at: 5, by: 2, firing)
        for round in 1...4 {
            let time = Double(round) * 60
            run.post(at: time, by: 1, .alert("x", 0, time))
            run.post(at: time + 5, by: 2, firing)
        }
        let quarrel = try #require(explanation(run).quarrel)
        #expect(quarrel.reversals == 7 && quarrel.since.sinceStart == 65 && quarrel.last.sinceStart == 245)
        #expect(explanation(run).words.map(\.isEnd) == [false, true])
        #expect(quarrels(run) == 1)
    }

    @Test("reversals an hour apart are not a contradiction")
    func slowReversals() {
        let run = VirtualRun(.simple())
        let long = Post.alert("x", 0, 100_000)
        run.post(at: 0, by: 1, long)
        run.post(at: 5, by: 2, long)
        run.post(at: 60, by: 1, .alert("x", 0, 60))
        run.post(at: 65, by: 2, long)
        run.post(at: 3700, by: 1, .alert("x", 0, 3700))
        #expect(explanation(run).quarrel == nil)
    }

    @Test("of four senders the one that has been silent longest is forgotten; what is ours counts for nobody")
    func four() {
        let run = VirtualRun(.simple())
        for sender: UInt16 in 1...4 { run.post(at: Double(sender), by: sender, firing) }
        run.post(at: 5, by: 0, firing)
        run.post(at: 6, by: 3, firing)
        #expect(explanation(run).words.map(\.sender.value) == [3, 4, 2])
    }

    @Test("places are used again when an alert is gone")
    func places() {
        let run = VirtualRun(.simple())
        var table = SenderTable()
        let word = SenderWords.Word(sender: SenderID(value: 1))
        #expect(table.add(SenderWords(word)) == 0 && table.add(SenderWords(word)) == 1)
        table.remove(0)
        #expect(table.add(SenderWords(word)) == 0)
        table.remove(-1)
        table.remove(0)
        table.remove(1)
        #expect(table.add(SenderWords(word)) == 0)
        #expect(MemoryLayout<SenderWords>.stride <= 52 && MemoryLayout<AlertSlot>.stride <= 112)
        run.post(at: 0, by: 1, .alert("x", 0, 2))
        run.post(at: 1, by: 2, .alert("x", 0, 2))
        #expect(run.machine.store[0].words == 0)
        run.advance(to: 2 * 3600)
        #expect(run.machine.store.slotCount == 0 && run.machine.store[0].words == -1)
        run.post(at: 2 * 3600, by: 3, .alert("y", 7200))
        #expect(run.machine.store[0].sender == SenderID(value: 3) && run.machine.store[0].words == -1)
    }
}
