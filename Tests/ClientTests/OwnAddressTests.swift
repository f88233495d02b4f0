import Testing

@testable import flatalert

@Suite("Where a first run reaches itself")
struct OwnAddressTests {
    @Test(
        "the inbox is at the first listen address, below the prefix",
        arguments: [
            (":9093", "/", "http://127.0.0.1:9093/api/flatalert/v1/inbox"),
            ("0.0.0.0:80", "/am", "http://127.0.0.1:80/am/api/flatalert/v1/inbox"),
            ("[::]:9093", "/", "http://[::1]:9093/api/flatalert/v1/inbox"),
            ("192.0.2.1:1", "/a/b", "http://192.0.2.1:1/a/b/api/flatalert/v1/inbox"),
            ("localhost:9093", "/", "http://localhost:9093/api/flatalert/v1/inbox"),
        ])
    func url(address: String, prefix: String, url: String) {
        #expect(OwnAddress.inbox(listenAddress: address, prefix: prefix) == url)
    }

    @Test("a port that the system chooses is not known yet", arguments: [":0", "127.0.0.1:0", "nonsense", ":x"])
    func unknown(address: String) { #expect(OwnAddress.inbox(listenAddress: address, prefix: "/") == nil) }

    @Test("only this instance's page may write, unless the flag or the name says otherwise")
    func origins() throws {
        func name(_ pattern: String?, _ isAlertmanager: Bool) throws -> String {
            switch try Serve.trustedOrigins(pattern, isAlertmanager: isAlertmanager) {
            case .own: "own"
            case .all: "all"
            case .matching(let regex): regex.pattern
            }
        }
        #expect(try name(nil, false) == "own" && name(nil, true) == "all" && name("", true) == "own")
        #expect(try name("https://karma", false).contains("https://karma"))
        #expect(throws: StartError.self) { try name("(", false) }
    }
}
