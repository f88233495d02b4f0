import Journal
import Testing

struct RuleStatePowerCutTests {
    /// Cuts in all, on disks that each start empty.
    private func run(_ synchronous: JournalOptions.Synchronous, disks: Int, cutsEach: Int) async throws -> (PowerCutVerdict, DiskCounts) {
        var verdict = PowerCutVerdict()
        var counts = DiskCounts()
        for disk in 0..<disks {
            var series = try #require(
                RuleStateUnderPowerCuts(name: "rules-\(synchronous)-\(disk)", seed: 606 + UInt64(disk), synchronous: synchronous))
            verdict += await series.run(cuts: cutsEach)
            counts += series.disk.counts
        }
        return (verdict, counts)
    }

    @Test("200 power cuts leave what rules hold as it was after some pass, not before what had reached the disk")
    func nothingIsLost() async throws {
        let (verdict, counts) = try await run(.full, disks: 10, cutsEach: 20)
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
    func lowerSynchronousLoses() async throws {
        let (verdict, _) = try await run(.normal, disks: 10, cutsEach: 20)
        #expect(verdict.losses > 0)
    }
}
