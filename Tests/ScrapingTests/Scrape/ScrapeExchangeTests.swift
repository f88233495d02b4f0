import Foundation
import Labels
import MonitorFile
import Testing
import Transport
import WebServer

@testable import Scraping

@Suite("one scrape over HTTP", .timeLimit(.minutes(10)))
struct ScrapeExchangeTests {
    @Test("a scrape stores what the target tells, with its labels, and reports on itself")
    func good() async throws {
        try await ScraperBench.with { bench async throws in
            bench.server.tell("# TYPE a counter\na{l=\"v\"} 1\nb 2\n")
            bench.apply()
            await bench.run(10_000)
            let instance = "instance=\"\(bench.server.address)\",job=\"test\""
            let all = try bench.store.dump()
            #expect(
                Set(all.keys)
                    == Set(
                        ["a{\(instance),l=\"v\"}", "b{\(instance)}"]
                            + [
                                "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
                                "scrape_series_added",
                            ].map { "\($0){\(instance)}" }))
            #expect(try bench.store.values("up").allSatisfy { $0 == "1.0" })
            #expect(try bench.store.values("scrape_samples_scraped").allSatisfy { $0 == "2.0" })
            #expect(try bench.store.values("scrape_series_added").first == "2.0")
            #expect(try bench.store.values("scrape_series_added").dropFirst().allSatisfy { $0 == "0.0" })
            let status = try #require(bench.scraper.report().active.first)
            #expect(status.health == .up && status.lastError.isEmpty && status.lastScrape != nil && status.pool == "test")
            #expect(status.interval == 10_000 && status.timeout == 5_000)
            #expect(status.discoveredLabels["__address__"] == bench.server.address)
        }
    }

    @Test("the request has Prometheus's header fields, the parameters, and the job's authentication")
    func request() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply {
                $0.timeout = 2_500
                $0.metricsPath = "/probe"
                $0.parameters = [.init(name: "module", values: ["http", "x y"])]
                $0.client.options.basicAuth = BasicAuth(username: .inline("me"), password: .inline("secret"))
                $0.client.headers = [.init(name: "X-Scope", values: ["team"])]
            }
            await bench.run(5_000)
            let request = try #require(bench.server.requests.first)
            #expect(request.method == "GET" && request.path == "/probe" && request.query == "module=http&module=x+y")
            #expect(request.headers["Accept"]?.hasPrefix("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,") == true)
            #expect(request.headers["Accept-Encoding"] == "gzip")
            #expect(request.headers["User-Agent"] == "Flatalert")
            #expect(request.headers["X-Prometheus-Scrape-Timeout-Seconds"] == "2.5")
            #expect(request.headers["Authorization"] == "Basic " + Data("me:secret".utf8).base64EncodedString())
            #expect(request.headers["X-Scope"] == "team")
        }
    }

    @Test("without enable_compression the body is asked for as it is")
    func identity() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply { $0.compresses = false }
            await bench.run(5_000)
            #expect(bench.server.requests.first?.headers[all: "Accept-Encoding"] == ["identity"])
        }
    }

    /// The text `up_total 1\nx{a="b"} 2.5\n`, compressed.
    private static let compressed = "H4sIAAAAAAACAystiC/JL0nMUTDkqqhOtFVKUqpVMNIz5QIAac4/cBgAAAA="
    /// 100,104 bytes, the last of which are `x 1\n`.
    private static let bomb =
        "H4sIAAAAAAACA+3TQQkAQAgAwb8pBBMYyRbGN8EVOGYiLGzlAJ+LMjoYHTA6YHTA6IDRAaMDRgeMDkYHjA4YHTA6YHTA6IDRAaOD0QGjA0YHjA4YHTA6YHTA6GB0EcDo"
        + "gNEBowNGB4wOGB0wOmB0MDpgdMDogNEBowNGB4wOGB2MDhgdMDpgdMDogNEBowNGB6MDRgeMDhgdMDpgdMDogNEBo4PRAaMDRgeMDhgdMDpgdMDoYHTA6IDRAaMD"
        + "RgeMDhgdMDoYHTA6YHTA6IDRAaMDRgeMDhgdjA4YHTA6YHTA6IDRAaMDRgejA0YHjA4YHTA6YHTA6MB79M2OA03FPj0IhwEA"

    @Test("a compressed body is read, and body_size_limit counts its plain bytes")
    func gzip() async throws {
        let gzip = [("Content-Type", "text/plain"), ("Content-Encoding", "gzip")]
        let small = Array(try #require(Data(base64Encoded: Self.compressed)))
        let bomb = Array(try #require(Data(base64Encoded: Self.bomb)))
        #expect(bomb.count < 1000)
        try await ScraperBench.with { bench async throws in
            bench.server.answer { _ in MetricsServer.Answer(headers: gzip, body: small) }
            bench.apply {
                $0.bodySizeLimit = 1000
                $0.extraScrapeMetrics = true
            }
            await bench.run(10_000)
            #expect(try bench.store.values("x").last == "2.5")
            #expect(try bench.store.values("scrape_body_size_bytes").last == "24.0")
            bench.server.answer { _ in MetricsServer.Answer(headers: gzip, body: bomb) }
            await bench.run(10_000)
            #expect(try bench.store.values("up").last == "0.0")
            #expect(try bench.store.values("x").last == "stale")
            #expect(try bench.store.values("scrape_body_size_bytes").last == "-1.0")
            #expect(bench.scraper.report().active.first?.lastError.contains("body_size_limit") == true)
            bench.apply { $0.bodySizeLimit = 100_104 }
            await bench.run(10_000)
            #expect(try bench.store.values("up").last == "1.0")
            #expect(try bench.store.values("x").contains("1.0"))
        }
    }

    @Test(
        "whatever is not a good answer is a failed scrape: up is 0, counts are 0, nothing is stored, and the reason is told",
        arguments: [
            (404, "text/plain", "x 5\n", "status 404"), (201, "text/plain", "x 5\n", "status 201"), (204, "text/plain", "", "status 204"),
            (200, "text/html", "x 5\n", "text/html"), (200, "", "x 5\n", "Content-Type"), (200, "text/plain", "x five\n", "1:3"),
        ])
    func bad(status: Int, type: String, body: String, reason: String) async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(10_000)
            bench.server.answer { _ in
                MetricsServer.Answer(status: status, headers: type.isEmpty ? [] : [("Content-Type", type)], body: Array(body.utf8))
            }
            await bench.run(10_000)
            #expect(try bench.store.values("up").last == "0.0")
            #expect(try bench.store.values("x").last == "stale")
            #expect(try bench.store.values("scrape_series_added").last == "0.0")
            let target = try #require(bench.scraper.report().active.first)
            #expect(target.health == .down && target.lastError.contains(reason), "\(target.lastError)")
        }
    }

    @Test("an empty answer is a good one without series, whatever its type")
    func empty() async throws {
        try await ScraperBench.with { bench async throws in
            bench.apply()
            await bench.run(10_000)
            bench.server.answer { _ in MetricsServer.Answer(headers: []) }
            await bench.run(10_000)
            #expect(try bench.store.values("up").last == "1.0")
            #expect(try bench.store.values("x").last == "stale")
        }
    }

    @Test("fallback_scrape_protocol reads an answer without a usable type")
    func fallback() async throws {
        try await ScraperBench.with { bench async throws in
            bench.server.answer { _ in MetricsServer.Answer(headers: [], body: Array("x 7\n# EOF\n".utf8)) }
            bench.apply { $0.fallbackProtocol = .openMetrics1 }
            await bench.run(10_000)
            #expect(try bench.store.values("x").last == "7.0")
        }
    }

    @Test("redirects are followed, unless follow_redirects is off")
    func redirect() async throws {
        try await ScraperBench.with { bench async throws in
            bench.server.answer { request in
                request.path == "/metrics"
                    ? MetricsServer.Answer(status: 302, headers: [("Location", "/elsewhere")]) : MetricsServer.Answer("x 3\n")
            }
            bench.apply()
            await bench.run(10_000)
            #expect(try bench.store.values("x").last == "3.0")
            bench.apply { $0.client.options.followRedirects = false }
            await bench.run(10_000)
            #expect(try bench.store.values("x").last == "stale")
            #expect(bench.scraper.report().active.first?.lastError.contains("status 302") == true)
        }
    }

    @Test("a target that cannot be reached is down, and nothing else happens to it")
    func refused() async throws {
        try await ScraperBench.with { bench async throws in
            await bench.server.stop()
            bench.apply()
            await bench.run(10_000)
            #expect(try bench.store.values("up").allSatisfy { $0 == "0.0" })
            #expect(bench.scraper.report().active.first?.health == .down)
        }
    }

    @Test("a job with more targets than target_limit fails all of them without asking any")
    func targetLimit() async throws {
        try await ScraperBench.with { bench async throws in
            bench.scraper.apply(
                [.job("test", [bench.server.address, "localhost:1", "localhost:2"]) { $0.targetLimit = 2 }], global: GlobalSettings())
            await bench.run(10_000)
            #expect(bench.server.requests.isEmpty)
            #expect(try bench.store.dump("up").count == 3)
            #expect(try bench.store.values("up").allSatisfy { $0 == "0.0" })
            #expect(bench.scraper.report().active.allSatisfy { $0.lastError.contains("target_limit") })
        }
    }

    @Test("a trouble is logged when it begins, when it changes and when it ends, not with every scrape")
    func logged() async throws {
        try await ScraperBench.with { bench async throws in
            func lines() -> [String] { bench.log.all.filter { $0.contains("target=") } }
            bench.apply()
            await bench.run(20_000)
            #expect(lines().isEmpty)
            bench.server.answer { _ in MetricsServer.Answer(status: 500, headers: []) }
            await bench.run(30_000)
            #expect(lines().count == 1 && lines()[0].contains("status 500"))
            bench.server.answer { _ in MetricsServer.Answer(status: 503, headers: []) }
            await bench.run(30_000)
            #expect(lines().count == 2 && lines()[1].contains("status 503"))
            bench.server.tell("x 1\nx 1\n")
            await bench.run(30_000)
            #expect(lines().count == 4 && lines()[2].contains("again") && lines()[3].contains("twice"))
        }
    }
}
