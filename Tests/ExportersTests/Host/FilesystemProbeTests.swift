import CPlatform
import NIOConcurrencyHelpers
import Testing
import Threads
import Time

@testable import Exporters

@Suite("Asking file systems")
struct FilesystemProbeTests {
    @Test("who asks while a place is being measured gets the same answer, and the place is not asked twice")
    func shared() async {
        let asked = NIOLockedValueBox(0)
        let server = Signal()
        let probe = FilesystemProbe(limit: .seconds(60)) { _ in
            asked.withLockedValue { $0 += 1 }
            _ = server.wait(until: nil)
            return .failed(5)
        }
        async let first = probe.outcomes(of: ["/mnt/c"])
        while asked.withLockedValue({ $0 }) == 0 { await Task.yield() }
        let second = await withTaskGroup(of: [FilesystemProbe.Outcome].self) { group in
            group.addTask { await probe.outcomes(of: ["/mnt/c"]) }
            // The second question is asked before the answer comes, or else it is a question of its own, which is answered too.
            group.addTask {
                server.send()
                server.send()
                return []
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        for outcomes in [await first, second] {
            guard outcomes.count == 1, case .failed(5) = outcomes[0] else {
                Issue.record("not the answer: \(outcomes)")
                continue
            }
        }
        #expect(asked.withLockedValue { $0 } <= 2)
    }
}
