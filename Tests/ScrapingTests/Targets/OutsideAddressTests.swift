import Scraping
import Testing

@Suite struct OutsideAddressTests {
    private let outside = OutsideAddress(scheme: "https", authority: "flatnet-01:443", ownPort: 9093)

    @Test(
        "only a local address with a port is shown with the machine's name",
        arguments: [
            ("http://localhost:9100/metrics?a=b", "http://flatnet-01:9100/metrics?a=b"),
            ("http://127.0.0.1:9100", "http://flatnet-01:9100"),
            ("http://[::1]:9100/metrics", "http://flatnet-01:9100/metrics"),
            ("http://localhost:9093/metrics", "https://flatnet-01:443/metrics"),
            ("http://localhost/metrics", "http://localhost/metrics"), ("http://web1:9100/metrics", "http://web1:9100/metrics"),
            ("http://127.0.0.2:9100/metrics", "http://127.0.0.2:9100/metrics"), ("not a URL", "not a URL"),
        ])
    func global(url: String, expected: String) {
        #expect(outside.globalURL(of: url) == expected)
    }

    @Test("an authority without port is a host; an IPv6 one gets brackets")
    func authorities() {
        #expect(OutsideAddress(authority: "flatnet-01").globalURL(of: "http://localhost:1/") == "http://flatnet-01:1/")
        #expect(OutsideAddress(authority: "fe80::1").globalURL(of: "http://localhost:1/") == "http://[fe80::1]:1/")
        #expect(OutsideAddress(authority: "[fe80::1]:80").globalURL(of: "http://localhost:1/") == "http://[fe80::1]:1/")
    }

    @Test("the machine has a name")
    func machine() {
        #expect(!OutsideAddress.machine.authority.isEmpty)
    }
}
