import MonitorFile
import Testing

@Suite("Global settings")
struct GlobalSettingsTests {
    @Test("without a file they are Prometheus's")
    func defaults() {
        let settings = MonitorConfiguration().global
        #expect(settings.scrapeInterval == 60_000)
        #expect(settings.scrapeTimeout == 10_000)
        #expect(settings.evaluationInterval == 60_000)
        #expect(settings.ruleQueryOffset == 0)
        #expect(settings.externalLabels.isEmpty)
    }
}
