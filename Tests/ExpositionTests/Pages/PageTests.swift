import CZlib
import Exposition
import Testing

@Suite("what a scrape asks for")
struct NegotiationTests {
    @Test(
        "the format is the best that the Accept header names",
        arguments: [
            (nil, ExpositionFormat.text), ("", .text), ("*/*", .text), ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", .text),
            // Prometheus 2.42, and 3.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                .openMetrics
            ),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
                .openMetrics
            ),
            ("application/openmetrics-text", .openMetrics),
            ("Application/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8", .openMetrics),
            ("application/openmetrics-text;version=0.0.1", .text), ("application/openmetrics-text;version=2.0.0", .text),
            ("application/openmetrics-text;q=0", .text), ("application/openmetrics-text;q=0, text/plain;q=0.1", .text),
            ("application/openmetrics-text;q=0.3,text/plain;q=0.4", .text),
            ("application/openmetrics-text;q=0.4,text/plain;q=0.3", .openMetrics),
            ("text/plain;q=0.5,application/openmetrics-text;q=0.5", .text),
            ("*/*,application/openmetrics-text", .openMetrics), ("text/*,application/openmetrics-text", .openMetrics),
            ("text/plain;version=1.0.0;q=0.9,application/openmetrics-text;q=0.2", .openMetrics),
            ("application/openmetrics-text;q=much", .text), ("application/openmetrics-text;q=nan,text/plain;q=0.1", .text),
            (";;,;q=1,=,application/openmetrics-text;;version=1.0.0;", .openMetrics),
        ] as [(String?, ExpositionFormat)])
    func format(accept: String?, expected: ExpositionFormat) {
        #expect(ExpositionFormat.negotiated(accept: accept) == expected)
    }

    @Test(
        "gzip is written only to those who ask for it by name",
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("deflate, gzip;q=1.0, *;q=0.5", true), ("x-gzip", true),
            ("gzip;q=0", false), ("gzip; q=0.000", false), ("br, deflate", false), ("*", false), ("identity", false), ("gzipped", false),
        ] as [(String?, Bool)])
    func gzip(acceptEncoding: String?, expected: Bool) {
        #expect(Gzip.isAccepted(acceptEncoding) == expected)
    }
}

@Suite("the page of a registry")
struct PageTests {
    private func registry(series: Int) -> MetricRegistry {
        let registry = MetricRegistry()
        let family = registry.gauge("level", help: "Level.", labels: ["place"])
        for number in 0..<series { family.labels("place \(number)").set(number) }
        return registry
    }

    private func field(_ name: String, of page: ExposedPage) -> String? { page.headers.first { $0.0 == name }?.1 }

    @Test("a long page is compressed for those who take that, and is the same text again")
    func compressed() throws {
        let registry = registry(series: 1000)
        let page = registry.page(accept: nil, acceptEncoding: "gzip")
        #expect(page.status == 200)
        #expect(field("Content-Type", of: page) == "text/plain; version=0.0.4; charset=utf-8")
        #expect(field("Content-Encoding", of: page) == "gzip")
        #expect(page.body.count < registry.render().count / 4)
        #expect(try inflated(page.body) == registry.render())
    }

    @Test("a page of at most 1 KiB, and one for somebody who did not ask, stays plain")
    func plain() {
        let short = registry(series: 3).page(accept: nil, acceptEncoding: "gzip")
        #expect(field("Content-Encoding", of: short) == nil)
        #expect(short.body == registry(series: 3).render())
        let refused = registry(series: 1000).page(accept: nil, acceptEncoding: "gzip;q=0")
        #expect(field("Content-Encoding", of: refused) == nil)
        #expect(refused.body == registry(series: 1000).render())
    }

    @Test("OpenMetrics comes with its own type")
    func openMetrics() {
        let page = registry(series: 1).page(accept: "application/openmetrics-text;version=1.0.0", acceptEncoding: nil)
        #expect(field("Content-Type", of: page) == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        #expect(page.body.suffix(6).elementsEqual("# EOF\n".utf8))
    }

    @Test("bytes that cannot be made smaller and no bytes at all are compressed too")
    func incompressible() throws {
        var state: UInt64 = 1
        let noise = (0..<100_000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        for body in [noise, []] { #expect(try inflated(#require(Gzip.compressed(body))) == body) }
    }

    private struct InflateError: Error {}

    /// What zlib makes of gzip's form.
    private func inflated(_ compressed: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { throw InflateError() }
        defer { inflateEnd(&stream) }
        var input = compressed
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let status = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { throw InflateError() }
        return Array(output.prefix(Int(stream.total_out)))
    }
}
