import Labels
import Logging
import MonitorFile
import SampleStore
import Testing
import Transport

@testable import Scraping

@Suite("scraping on the machine's clock", .timeLimit(.minutes(10)))
struct SystemClockTests {
    @Test("targets are scraped again and again, each sample newer than the one before")
    func runs() async throws {
        let server = try await MetricsServer { _ in MetricsServer.Answer("x 1\n") }
        let store = SampleStore()
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let scraper = Scraper(store: store, transport: Transport(name: "test"), log: log)
        let rounds = Gate()
        server.answer { _ in
            if server.requests.count > 8 { rounds.open() }
            return MetricsServer.Answer("x 1\n")
        }
        let targets = (0..<3).map { LabelSet(["__address__": server.address, "number": "\($0)"]) }
        scraper.apply(
            [
                .job("test", []) {
                    $0.interval = 100
                    $0.timeout = 100
                    $0.discoveries = [.fixed([TargetGroup(targets: targets, source: "0")])]
                }
            ], global: GlobalSettings())
        await scraper.firstScrapes()
        #expect(try store.dump("up").count == 3)
        await rounds.wait()
        await scraper.stop()
        let times = try store.dump("up").values.map { $0.compactMap { Int64($0.split(separator: "@")[1]) } }
        #expect(times.allSatisfy { $0 == $0.sorted() && Set($0).count == $0.count })
        #expect(times.map(\.count).reduce(0, +) > 6)
        await server.stop()
    }
}
