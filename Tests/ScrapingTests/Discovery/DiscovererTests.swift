import Foundation
import Labels
import MonitorFile
import NIOConcurrencyHelpers
import Testing
import Transport
import WebServer

@testable import Scraping

/// A discoverer and the changes that it tells of.
private final class Watched: Sendable {
    let discoverer: Discoverer
    let lines = LoggedLines()
    private let changes: AsyncStream<Void>
    private let told = NIOLockedValueBox(0)

    init(_ configurations: [DiscoveryConfiguration], transport: Transport = Transport(name: "test")) {
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self)
        self.changes = changes
        let told = told
        discoverer = Discoverer(configurations, name: "job \"node\"", transport: transport, log: lines.logger) {
            told.withLockedValue { $0 += 1 }
            continuation.yield()
        }
        discoverer.start()
    }

    deinit { discoverer.stop() }

    var changeCount: Int { told.withLockedValue { $0 } }

    var addresses: [String] { discoverer.groups.addresses }

    /// Waits for the change that brings these.
    func addresses(become expected: [String]) async {
        if addresses == expected { return }
        for await _ in changes where addresses == expected { return }
    }
}

/// A server that gives one answer after the other, the last of them for ever.
private final class ListServer: Sendable {
    let server: WebServer
    let requests = NIOLockedValueBox<[WebRequest]>([])

    init(_ answers: [WebResponse]) {
        let requests = requests
        server = WebServer(options: WebServerOptions(listen: ["127.0.0.1:0"])) { request in
            let index = requests.withLockedValue { requests in
                requests.append(request)
                return requests.count - 1
            }
            return answers[min(index, answers.count - 1)]
        }
    }

    static func list(_ addresses: String..., type: String = "application/json") -> WebResponse {
        let targets = addresses.map { "\"\($0)\"" }.joined(separator: ", ")
        return WebResponse(
            headers: [("Content-Type", type)], body: .bytes(Array("[{\"targets\": [\(targets)], \"labels\": {\"x\": \"y\"}}]".utf8)))
    }
}

@Suite(.timeLimit(.minutes(10))) struct DiscovererTests {
    private func http(_ url: String, refresh: Int64) -> DiscoveryConfiguration {
        var configuration = HTTPDiscovery(url: url)
        configuration.refreshInterval = refresh
        return .http(configuration)
    }

    @Test("fixed targets are there at once, and ready waits for nothing")
    func fixed() async {
        let group = TargetGroup(targets: [LabelSet(["__address__": "a:1"])], source: "0")
        let watched = Watched([.fixed([group])])
        await watched.discoverer.ready()
        #expect(watched.discoverer.groups == [group])
        #expect(watched.changeCount == 0)
    }

    @Test("ready waits until every source was asked, also in vain, and by then all targets are told")
    func ready() async throws {
        let directory = try TargetDirectory()
        try directory.write("[{targets: ['b:1']}]", to: "b.yml")
        let fixed = TargetGroup(targets: [LabelSet(["__address__": "a:1"])], source: "0")
        let watched = Watched([
            .fixed([fixed]), .files(FileDiscovery(files: [directory.file("*.yml")])), .files(FileDiscovery(files: ["/nowhere/x.yml"])),
            http("http://127.0.0.1:1/list", refresh: 60_000),
        ])
        await watched.discoverer.ready()
        #expect(watched.addresses == ["a:1", "b:1"])
        #expect(watched.changeCount == 1)
        #expect(watched.discoverer.failures == 1)
    }

    @Test("who waits for a discoverer that is stopped is let go")
    func stopped() async {
        let watched = Watched([http("http://127.0.0.1:1/list", refresh: 60_000)])
        watched.discoverer.stop()
        await watched.discoverer.ready()
        #expect(watched.addresses.isEmpty)
    }

    @Test("an edited file reaches its own job and no other, by rename and in place, until the job is stopped")
    func files() async throws {
        let directory = try TargetDirectory()
        try directory.write("[{targets: ['a:1']}]", to: "a.yml")
        try directory.write("[{targets: ['b:1']}]", to: "b.yml")
        let first = Watched([.files(FileDiscovery(files: [directory.file("a.yml")]))])
        let second = Watched([.files(FileDiscovery(files: [directory.file("b.yml")]))])
        await first.discoverer.ready()
        await second.discoverer.ready()
        #expect(first.addresses == ["a:1"])
        try directory.replace("a.yml", with: "[{targets: ['a:2']}]")
        await first.addresses(become: ["a:2"])
        try directory.write("[{targets: ['a:3']}]", to: "a.yml")
        await first.addresses(become: ["a:3"])
        first.discoverer.stop()
        try directory.replace("a.yml", with: "[{targets: ['a:4']}]")
        try directory.replace("b.yml", with: "[{targets: ['b:2']}]")
        await second.addresses(become: ["b:2"])
        try directory.remove("b.yml")
        await second.addresses(become: [])
        #expect(second.changeCount == 3)
        #expect(first.addresses == ["a:3"])
    }

    @Test("a file is read at once when asked to")
    func refresh() async throws {
        let directory = try TargetDirectory()
        try directory.makeDirectory("real")
        try directory.write("[{targets: ['a:1']}]", to: "real/a.yml")
        try directory.link("a.yml", to: "real/a.yml")
        let watched = Watched([.files(FileDiscovery(files: [directory.file("a.yml")]))])
        await watched.discoverer.ready()
        try directory.write("[{targets: ['a:2']}]", to: "real/a.yml")
        watched.discoverer.refresh()
        await watched.addresses(become: ["a:2"])
    }

    @Test("a list from a server is asked for with the block's options and the interval, and its groups know the URL")
    func list() async throws {
        let lists = ListServer([ListServer.list("a:1", "b:1")])
        let address = try await lists.server.start()[0]
        var configuration = HTTPDiscovery(url: "http://user:secret@\(address)/list?zone=east")
        configuration.refreshInterval = 90_500
        configuration.client.headers = [.init(name: "X-Zone", values: ["east"])]
        let watched = Watched([.http(configuration)])
        await watched.discoverer.ready()
        #expect(watched.addresses == ["a:1", "b:1"])
        #expect(
            watched.discoverer.groups.first?.labels == LabelSet(["x": "y", "__meta_url": "http://\(address)/list?zone=east"]))
        let request = try #require(lists.requests.withLockedValue { $0 }.first)
        #expect(request.method == "GET")
        #expect(request.path == "/list")
        for (name, value) in [
            ("Accept", "application/json"), ("X-Prometheus-Refresh-Interval-Seconds", "90.5"), ("X-Zone", "east"),
            ("Authorization", "Basic dXNlcjpzZWNyZXQ="),
        ] {
            #expect(request.headers[name] == value)
        }
        await lists.server.shutdown(within: .seconds(1))
    }

    @Test("every kind of failure keeps the former targets and is told once")
    func failures() async throws {
        let lists = ListServer([
            ListServer.list("a:1"), WebResponse(status: 500, text: "no"), WebResponse(status: 500, text: "no"),
            ListServer.list("b:1", type: "text/html"), ListServer.list("c:1", type: "application/json; charset=latin-1"),
            WebResponse(headers: [("Content-Type", "application/json")], body: .bytes(Array("[{".utf8))),
            ListServer.list("d:1", type: "Application/JSON; charset=\"UTF-8\""),
        ])
        let address = try await lists.server.start()[0]
        let watched = Watched([http("http://\(address)/list?token=secret", refresh: 10)])
        await watched.discoverer.ready()
        #expect(watched.addresses == ["a:1"])
        await watched.addresses(become: ["d:1"])
        #expect(watched.changeCount == 2)
        #expect(watched.discoverer.failures == 5)
        let told = watched.lines.containing(
            "warning: job \"node\": the targets of http://\(address)/list cannot be had, the former ones stay: ")
        #expect(told.count == 4, "\(told)")
        #expect(told.first?.hasSuffix("server returned HTTP status 500, 200 is needed") == true)
        #expect(told.filter { $0.hasSuffix("unsupported content type \"text/html\", application/json is needed") }.count == 1)
        #expect(watched.lines.containing("answers again, 1 target").count == 1)
        #expect(watched.lines.containing("secret").isEmpty)
        await lists.server.shutdown(within: .seconds(1))
    }

    @Test("a refresh asks the server at once")
    func refreshedList() async throws {
        let lists = ListServer([ListServer.list("a:1"), ListServer.list("b:1")])
        let address = try await lists.server.start()[0]
        let watched = Watched([http("http://\(address)/", refresh: 3_600_000)])
        await watched.discoverer.ready()
        watched.discoverer.refresh()
        await watched.addresses(become: ["b:1"])
        await lists.server.shutdown(within: .seconds(1))
    }
}
