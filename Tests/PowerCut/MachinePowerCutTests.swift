import AlertCore
import Journal
import Labels
import Testing

struct MachinePowerCutTests {
    private func run(_ synchronous: JournalOptions.Synchronous, disks: Int, cutsEach: Int) async throws -> MachineVerdict {
        var verdict = MachineVerdict()
        for disk in 0..<disks {
            var series = try #require(
                MachineUnderPowerCuts(name: "machine-\(synchronous)-\(disk)", seed: 77 + UInt64(disk), synchronous: synchronous))
            verdict += await series.run(cuts: cutsEach)
        }
        return verdict
    }

    @Test("200 power cuts under the running machine lose no alert, silence or owed end, and repeat only what was sent in the last second")
    func nothingIsLost() async throws {
        let verdict = try await run(.full, disks: 10, cutsEach: 20)
        #expect(verdict.faults == [])
        #expect(verdict.untold == [])
        #expect(verdict.duplicates == [])
        #expect(verdict.cuts >= 200)
        #expect(verdict.acknowledgements > 2000)
        #expect(verdict.notifications > 500)
        // Otherwise no cut came at the moment that makes a repetition unavoidable.
        #expect(verdict.forgivenDuplicates > 0)
    }

    @Test("the same with synchronous=NORMAL loses something that was acknowledged")
    func lowerSynchronousLoses() async throws {
        let verdict = try await run(.normal, disks: 2, cutsEach: 20)
        #expect(verdict.faults != [])
    }

    @Test("an ended alert that is gone after a cut is not expected to fire because its sender said so without an answer")
    func unansweredNewsGoesWithThePower() {
        let alert = LabelSet([("name", "a")]).fingerprint
        var promises = Promises()
        promises.issue(alert, version: 1, fires: false)
        promises.acknowledge(alert)
        promises.issue(alert, version: 2, fires: true)
        #expect(promises.settle(RestoredState()) == [])
        #expect(promises.alerts[alert]?.issued.fires == false)
        promises.issue(alert, version: 3, fires: true)
        promises.acknowledge(alert)
        #expect(promises.settle(RestoredState()).count == 1)
    }
}
