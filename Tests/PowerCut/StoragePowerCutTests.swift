import Journal
import StorageFixtures
import Testing

struct StoragePowerCutTests {
    private func run(_ synchronous: JournalOptions.Synchronous) async -> (verdict: PowerCutVerdict, counts: DiskCounts) {
        await PowerCutSeries<NaiveTables>.run("powercut", seed: 2026, synchronous)
    }

    @Test("200 power cuts under load lose nothing that was acknowledged and leave nothing that never was")
    func nothingIsLost() async {
        let (verdict, counts) = await run(.full)
        #expect(verdict.losses == 0)
        #expect(verdict.inventions == 0)
        #expect(verdict.damages == [])
        // The test only says something if the cuts hurt: under load, in the middle of syncs and while opening.
        #expect(counts.cuts == 200)
        #expect(verdict.acknowledged > 2000)
        #expect(verdict.cutsWhileOpening > 5)
        #expect(counts.sectorsLost > 200)
        #expect(counts.sectorsKept > 200)
        #expect(counts.filesLost > 0)
    }

    @Test("the same cuts with synchronous=NORMAL lose something that was acknowledged")
    func lowerSynchronousLoses() async {
        let (verdict, _) = await run(.normal)
        #expect(verdict.losses > 0)
    }
}
