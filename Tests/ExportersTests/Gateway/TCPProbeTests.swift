import Glibc
import Testing
import Time

@testable import Exporters

@Suite("Connections that are only tried")
struct TCPProbeTests {
    private let refused = TCPProbe.Outcome.failed(ECONNREFUSED)
    private let noWay = TCPProbe.Outcome.failed(ENETUNREACH)

    @Test("a name is up when any of its addresses is, whichever comes first", arguments: [false, true])
    func anyAddress(listensOnLast: Bool) throws {
        let server = OddServer(.hangs)
        let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
        // The server listens on 127.0.0.1 alone.
        let hosts = listensOnLast ? ["127.0.0.3", "127.0.0.2", "127.0.0.1"] : ["127.0.0.1", "127.0.0.2"]
        let name = HostAndPort(host: "service.example", port: port)
        let gone = HostAndPort(host: "gone.example", port: port)
        let outcomes = TCPProbe.connect([name, gone, name], limit: .seconds(20)) { target in
            let own = target == gone ? ["127.0.0.2", "127.0.0.3"] : hosts
            return own.flatMap { TCPProbe.addresses(of: HostAndPort(host: $0, port: target.port)) }
        }
        #expect(outcomes.map(\.isUp) == [true, false, true])
        #expect(outcomes[1] == refused)
        withExtendedLifetime(server) {}
    }

    @Test("without a connection silence tells more than a refusal, and that more than no way")
    func together() {
        let up = TCPProbe.Outcome.connected(.seconds(1))
        #expect(TCPProbe.together([noWay, refused, up, .noAnswer]) == up)
        #expect(TCPProbe.together([noWay, refused, .noAnswer]) == .noAnswer)
        #expect(TCPProbe.together([noWay, refused]) == refused)
        #expect(TCPProbe.together([noWay]) == noWay)
        #expect(TCPProbe.together([]) == .unknownName)
    }
}
