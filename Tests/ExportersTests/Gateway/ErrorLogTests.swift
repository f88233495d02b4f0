import JSON
import Testing
import Time

@testable import Exporters

private let names: UpstreamNames = {
    let names = UpstreamNames([GatewayUpstream(name: "shop", address: "10.87.1.9:80")])
    var configuration = NginxConfiguration()
    configuration.upstreams = [
        .init(name: "forgejo", loggedAddresses: ["10.87.1.2:3000"]),
        .init(name: "local", loggedAddresses: ["unix:/run/app.sock", "[::1]:81"]),
        // An address that was named before keeps its first name.
        .init(name: "shadow", loggedAddresses: ["10.87.1.2:3000", "10.87.1.9:80"]),
    ]
    names.learn(configuration)
    return names
}()

private func totals(_ zone: Zone = .utc) -> ErrorLogTotals { ErrorLogTotals(names: names, zone: zone) }

private func count(_ line: String, in totals: inout ErrorLogTotals) -> LineResult {
    var line = line
    return line.withUTF8 { totals.count($0) }
}

/// The upstream and the reason under which a line is counted; nil for none.
private func failure(_ line: String) -> String? {
    var totals = totals()
    #expect(count(line, in: &totals) == .ok)
    return totals.upstreamFailures.first { $0.count > 0 }.map { "\($0.upstream) \($0.reason.rawValue) \($0.count)" }
}

private func line(_ level: String, _ message: String, upstream: String? = "http://10.87.1.2:3000/team/a.git") -> String {
    "2026/01/15 10:30:09 [\(level)] 7312#9120: *418 \(message), client: 192.168.10.57, server: _, request: \"GET /a HTTP/1.1\""
        + (upstream.map { ", upstream: \"\($0)\"" } ?? "") + ", host: \"gw.example.lan:3080\""
}

@Suite("the Gateway's error log")
struct ErrorLogTests {
    @Test(
        "each failure of an upstream has its reason, with the numbers of Windows and of Linux",
        arguments: [
            ("connect() failed (10061: No connection could be made) while connecting to upstream", "refused"),
            ("connect() failed (111: Connection refused) while connecting to upstream", "refused"),
            ("connect() failed (10060: A connection attempt failed) while connecting to upstream", "timeout"),
            ("connect() failed (110: Connection timed out) while connecting to upstream", "timeout"),
            ("upstream timed out (110: Connection timed out) while reading response header from upstream", "timeout"),
            ("upstream timed out (10060: Operation timed out) while proxying upgraded connection", "timeout"),
            (
                "connect() failed (10065: A socket operation was attempted to an unreachable host) while connecting to upstream",
                "unreachable"
            ),
            ("connect() failed (113: No route to host) while connecting to upstream", "unreachable"),
            ("connect() failed (101: Network is unreachable) while connecting to upstream", "unreachable"),
            ("upstream prematurely closed connection while reading response header from upstream", "closed"),
            ("recv() failed (104: Connection reset by peer) while reading response header from upstream", "closed"),
            ("WSARecv() failed (10054: An existing connection was forcibly closed) while reading upstream", "closed"),
            ("upstream sent invalid header while reading response header from upstream", "other"),
            ("upstream sent invalid header: \"x\" while reading response header from upstream", "other"),
            ("upstream SSL certificate does not match \"app.lan\" while SSL handshaking to upstream", "other"),
            ("SSL_do_handshake() failed (SSL: error:1408F10B) while SSL handshaking to upstream", "other"),
            ("connect() failed (99: Cannot assign requested address) while connecting to upstream", "other"),
        ])
    func reasons(message: String, reason: String) {
        #expect(failure(line("error", message)) == "forgejo \(reason) 1")
    }

    @Test("the upstream is named by its address, by its group, or is another")
    func upstreams() {
        let message = "connect() failed (111: Connection refused) while connecting to upstream"
        #expect(failure(line("error", message, upstream: "http://10.87.1.9:80/")) == "shop refused 1")
        #expect(failure(line("error", message, upstream: "https://[::1]:81/x")) == "local refused 1")
        #expect(failure(line("crit", message, upstream: "http://unix:/run/app.sock:/x")) == "local refused 1")
        #expect(failure(line("error", message, upstream: "http://10.87.1.3:3000/")) == "other refused 1")
        #expect(failure(line("error", message, upstream: nil)) == "other refused 1")
        #expect(failure(line("error", "no live upstreams while connecting to upstream", upstream: "http://forgejo/x")) == "forgejo other 1")
    }

    @Test("what is no failure of an upstream is not counted as one, whatever a client writes into its request")
    func others() {
        let lines = [
            line(
                "info",
                "epoll_wait() reported that client prematurely closed connection, so upstream connection is closed too while connecting to upstream"
            ),
            line("error", "client prematurely closed connection, so upstream connection is closed too while sending request to upstream"),
            line("warn", "upstream server temporarily disabled while connecting to upstream"),
            line("warn", "an upstream response is buffered to a temporary file while reading upstream"),
            line("error", "open() \"/x\" failed (2: No such file or directory)", upstream: nil),
            // A path is the client's word too, and nginx writes it in front of the client.
            line("error", "open() \"/html/upstream timed out\" failed (2: No such file or directory)", upstream: nil),
            line("error", "open() \"/html/no live upstreams\" failed (2: No such file or directory)", upstream: nil),
            line("error", "open() \"/html/x while connecting to upstream\" failed (2: No such file or directory)", upstream: nil),
            line("error", "open() \"/x\" upstream prematurely closed \"\" failed (2: No such file or directory)", upstream: nil),
            line("error", "\"/html/upstream sent/index.html\" is not found (2: No such file or directory)", upstream: nil),
            line("error", "[lua] sync.lua:1: flatnet sync: failed to pull from upstream while connecting to upstream", upstream: nil),
            "2026/01/15 10:30:09 [error] 1#1: *1 access forbidden by rule, client: 1.2.3.4, server: _, "
                + #"request: "GET /connect() failed (111: x) while connecting to upstream HTTP/1.1", upstream: "http://10.87.1.2:3000/", host: "x""#,
            "2026/01/15 10:30:09 [notice] 1#1: signal process started",
        ]
        for line in lines { #expect(failure(line) == nil, "\(line)") }
    }

    @Test("lines are counted by level, unknown levels as other; parts of Lua's traces belong to the line before")
    func levels() {
        var totals = totals()
        for level in ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg", "fatal"] {
            #expect(count("2026/01/15 10:30:09 [\(level)] 1#1: words", in: &totals) == .ok)
        }
        #expect(count("nginx: [emerg] bind() to 10.100.1.1:8080 failed (10049: x)", in: &totals) == .ok)
        for more in ["stack traceback:", "coroutine 0:", "\t[C]: in function 'error'", ""] { #expect(count(more, in: &totals) == .ignored) }
        let broken = [
            "2026/01/15 10:30 [error] 1#1: words", "2026-01-15 10:30:09 [error] x", "2026/01/15 10:30:09 error", "\u{1}\u{2}",
            "2026/01/15 10:30:09 [", "2026/01/15 10:30:09 [averylongwordthatisnolevel] x", "nginx: [", "nginx: [emerg",
        ]
        for line in broken { #expect(count(line, in: &totals) == .unparsed, "\(line)") }
        for level in ErrorLogLine.Level.allCases { #expect(totals.lines(level) == (level == .emerg ? 2 : 1), "\(level)") }
    }

    @Test("times are local: the zone says when the last event happened, on both sides of a clock change")
    func zones() throws {
        var tokyo = totals(try Zone.named("Asia/Tokyo"))
        #expect(tokyo.lastEvent == nil)
        _ = count("2026/01/15 10:30:09 [info] 1#1: x", in: &tokyo)
        #expect(tokyo.lastEvent?.seconds == 1_768_440_609)
        _ = count("2026/13/15 10:30:09 [info] 1#1: the line counts, its time does not", in: &tokyo)
        #expect(tokyo.lastEvent?.seconds == 1_768_440_609)
        #expect(tokyo.lines(.info) == 2)
        for (text, seconds) in [("2026/03/29 01:59:59", 1_774_745_999), ("2026/03/29 03:00:00", 1_774_746_000)] as [(String, Int64)] {
            var berlin = totals(try Zone.named("Europe/Berlin"))
            _ = count("\(text) [info] 1#1: x", in: &berlin)
            #expect(berlin.lastEvent?.seconds == seconds)
        }
    }

    @Test("every known upstream has a zero for every reason before anything failed")
    func zeros() {
        let failures = totals().upstreamFailures.map { "\($0.upstream) \($0.reason.rawValue) \($0.count)" }
        let expected = ["forgejo", "local", "other", "shadow", "shop"].flatMap { name in
            ["refused", "timeout", "unreachable", "closed", "other"].map { "\(name) \($0) 0" }
        }
        #expect(failures == expected)
    }

    @Test("what is written down is taken over, and what does not read changes nothing")
    func state() throws {
        var before = totals()
        _ = count(line("error", "connect() failed (111: x) while connecting to upstream"), in: &before)
        _ = count("2026/01/15 11:00:00 [warn] 1#1: x", in: &before)
        var after = totals()
        after.restore(try JSONValue.parse(before.state.text))
        #expect(after.state == before.state)
        #expect(after.lastEvent == before.lastEvent)
        #expect(after.lines(.error) == 1)
        let odd = #"{"levels":{"error":-1,"warn":"x","x":5},"upstreams":[1],"last":[2026,1,15,10,30]}"#
        after.restore(try JSONValue.parse(odd))
        #expect(after.state == before.state)
    }

    @Test("names that come and go leave a bounded number of series")
    func bounded() {
        let names = UpstreamNames()
        var totals = ErrorLogTotals(names: names, zone: .utc)
        for number in 0..<2000 {
            var configuration = NginxConfiguration()
            configuration.upstreams = [.init(name: "u\(number)", loggedAddresses: ["10.0.0.1:80"])]
            names.learn(configuration)
            _ = count(line("error", "connect() failed (111: x) while connecting to upstream", upstream: "http://10.0.0.1:80/"), in: &totals)
        }
        let shown = totals.upstreamFailures
        #expect(Set(shown.map(\.upstream)).count <= UpstreamNames.limit + 3)
        #expect(shown.reduce(0) { $0 + $1.count } == 2000)
    }
}
