import Journal
import Testing

struct RuleStatePowerCutTests {
    private func run(_ synchronous: JournalOptions.Synchronous) async -> (verdict: PowerCutVerdict, counts: DiskCounts) {
        await PowerCutSeries<NaiveRuleState>.run("rules", seed: 606, synchronous)
    }

    @Test("200 power cuts leave what rules hold as it was after some pass, not before what had reached the disk")
    func nothingIsLost() async {
        let (verdict, counts) = await run(.full)
        #expect(verdict.losses == 0)
        #expect(verdict.inventions == 0)
        #expect(verdict.damages == [])
        // The test only says something if the cuts hurt: under load, in the middle of syncs and while opening.
        #expect(counts.cuts == 200)
        #expect(verdict.acknowledged > 1000)
        #expect(verdict.cutsWhileOpening > 5)
        #expect(counts.sectorsLost > 200)
        #expect(counts.sectorsKept > 200)
    }

    @Test("the same cuts with synchronous=NORMAL lose something that had reached the disk")
    func lowerSynchronousLoses() async {
        let (verdict, _) = await run(.normal)
        #expect(verdict.losses > 0)
    }
}
