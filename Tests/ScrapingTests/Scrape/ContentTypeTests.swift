import Exposition
import MonitorFile
import Testing

@testable import Scraping

@Suite("the type of an answer")
struct ContentTypeTests {
    private func format(_ field: String?, _ fallback: ScrapeProtocol? = nil) -> ExpositionFormat? {
        do throws(ScrapeFailure) { return try ContentType.format(of: field, fallback: fallback) } catch {
            guard case .contentType = error else {
                Issue.record("\(error)")
                return nil
            }
            return nil
        }
    }

    @Test(
        "text and OpenMetrics are known by type and subtype, whatever the parameters and the case",
        arguments: [
            ("text/plain", ExpositionFormat.text), ("text/plain; version=0.0.4; charset=utf-8", .text), ("Text/Plain;", .text),
            ("text/plain; a=\"b;\\\"c\"", .text), ("application/openmetrics-text; version=1.0.0", .openMetrics),
            (" application/openmetrics-text ", .openMetrics),
        ])
    func known(field: String, expected: ExpositionFormat) {
        #expect(format(field) == expected)
        #expect(format(field, .text0) == expected)
        #expect(format(field, .openMetrics1) == expected)
    }

    @Test(
        "a type that is missing, malformed or unknown fails, unless there is a fallback",
        arguments: [
            nil, "", "text", "text/", "/plain", "text/plain/x", "text plain", "text/plain; version", "text/plain; version=", "text/plain x",
            "text/plain; a=1; a=2", "text/plain; a=\"b", "text/html", "application/json",
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
        ])
    func unknown(field: String?) {
        #expect(format(field) == nil)
        #expect(format(field, .protobuf) == nil)
        #expect(format(field, .text0) == .text)
        #expect(format(field, .text1) == .text)
        #expect(format(field, .openMetrics0) == .openMetrics)
    }

    @Test("the Accept field names the protocols in their order with falling weights, and anything last")
    func accept() {
        #expect(
            ScrapeJob.accept(ScrapeConfiguration(jobName: "j").protocols, escaping: ScrapeConfiguration(jobName: "j").nameEscaping)
                == "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
        #expect(
            ScrapeJob.accept([.text0, .openMetrics1], escaping: "underscores")
                == "text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.5,*/*;q=0.4")
    }
}
