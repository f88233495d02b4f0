import Testing

@testable import Exporters

private let table = """
    Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
    eth0\t00A019AC\t00000000\t0001\t0\t0\t0\t00F0FFFF\t0\t0\t0
    eth1\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
    eth0\t00000000\t01A019AC\t0003\t0\t0\t20\t00000000\t0\t0\t0
    eth2\t00000000\t0200A8C0\t0002\t0\t0\t1\t00000000\t0\t0\t0
    eth3\t00000000\t00000000\t0001\t0\t0\t1\t00000000\t0\t0\t0
    bad\t0000
    """

/// Places of a machine that the test makes up.
private func places(_ files: LogFiles, kernel: String, routes: String = table, mirrored: Bool = false, variables: [String: String] = [:])
    -> GatewayPlaces
{
    files.append(kernel, to: "osrelease")
    files.append(routes, to: "route")
    if mirrored { files.append("", to: "loopback0") }
    var places = GatewayPlaces()
    places.kernelRelease = files.path("osrelease")
    places.routes = files.path("route")
    places.networkDevices = files.directory
    places.environment = { variables[$0] }
    places.ownAddresses = { [] }
    return places
}

@Suite("the Gateway's address")
struct GatewayAddressTests {
    @Test("the default route with the lowest metric counts, and only one that is up and has a next hop")
    func routes() {
        #expect(DefaultRoute.find(in: table) == DefaultRoute(device: "eth0", gateway: IPv4Address(bits: 0xAC19_A001)))
        #expect(DefaultRoute.find(in: table)?.gateway.description == "172.25.160.1")
        #expect(DefaultRoute.find(in: "") == nil)
        #expect(DefaultRoute.find(in: "Iface\neth0\tx\ty\tz\t\t\t\t\t\n") == nil)
    }

    @Test("it is Windows as WSL sees it in each of its modes, and this machine where there is no WSL")
    func modes() {
        let wsl = "5.15.167.4-microsoft-standard-WSL2"
        func found(kernel: String, routes: String = table, mirrored: Bool = false, variables: [String: String] = [:]) -> String {
            let files = LogFiles()
            defer { withExtendedLifetime(files) {} }
            let found = GatewayAddress.find(places(files, kernel: kernel, routes: routes, mirrored: mirrored, variables: variables))
            return "\(found.url.text) \(found.source.rawValue)"
        }
        #expect(found(kernel: wsl) == "http://172.25.160.1 default_route")
        #expect(found(kernel: wsl, mirrored: true) == "http://127.0.0.1 mirrored")
        #expect(found(kernel: wsl, routes: "Iface\n") == "http://127.0.0.1 unknown")
        #expect(found(kernel: "6.8.0-50-generic") == "http://127.0.0.1 local")
        #expect(
            found(kernel: "6.8.0-mine", variables: ["WSL_DISTRO_NAME": "Ubuntu"])
                == "http://172.25.160.1 default_route", "a kernel of one's own")
    }

    @Test("a new route is a new address; one that is lost leaves the old")
    func changes() throws {
        let files = LogFiles()
        let address = try GatewayAddress(gatewayOptions("auto") { $0.places = places(files, kernel: "microsoft") })
        #expect(!address.lookAgain())
        files.clear("route")
        files.append(table.replacing("01A019AC", with: "01B019AC"), to: "route")
        #expect(address.lookAgain())
        #expect(address.current.url.text == "http://172.25.176.1")
        files.clear("route")
        #expect(!address.lookAgain())
        #expect(address.current.url.text == "http://172.25.176.1")
        let fixed = try GatewayAddress(gatewayOptions("http://192.168.1.5:81/") { $0.places = places(LogFiles(), kernel: "microsoft") })
        #expect(!fixed.lookAgain())
        #expect(fixed.current == .init(url: GatewayURL(host: "192.168.1.5", explicitPort: 81), source: .flag))
    }

    @Test(
        "addresses in flags are taken or refused with what to do",
        arguments: [
            ("http://10.0.0.1", "http://10.0.0.1"), ("https://gw.example:8443/a/", "https://gw.example:8443/a"),
            ("http://[::1]:80", "http://[::1]:80"), ("http://[2001:db8::1]", "http://[2001:db8::1]"), ("HTTP://x/", "http://x"),
            ("http://x:08080", "http://x:8080"), ("http://x:1", "http://x:1"),
        ])
    func urls(text: String, url: String) throws {
        #expect(try GatewayURL(text, flag: "gateway.url").text == url)
    }

    @Test(
        "addresses that lead nowhere are refused",
        arguments: ["", "auto ", "10.0.0.1:80", "ftp://x", "http://", "http://a:b", "http://ü/", "http://a:0"])
    func refused(text: String) {
        #expect(throws: GatewayOptionsError.self) { try GatewayURL(text, flag: "gateway.url") }
    }

    @Test("an upstream of a flag is a name, an address and perhaps a path")
    func upstreams() throws {
        #expect(
            try GatewayUpstream("forgejo=10.87.1.2:3000,:3080/")
                == GatewayUpstream(name: "forgejo", address: "10.87.1.2:3000", path: ":3080/"))
        #expect(try GatewayUpstream("a=b") == GatewayUpstream(name: "a", address: "b:80"))
        #expect(try GatewayUpstream("a=[::1]:5,/x?a=b") == GatewayUpstream(name: "a", address: "[::1]:5", path: "/x?a=b"))
        for text in ["", "a", "=b", "a=", "a=b:x", "a=b c", "other=b:1", "a=b,x", "a=b,/ x", "a=b,:/x", "a=::1"] {
            #expect(throws: GatewayOptionsError.self, "\(text)") { try GatewayUpstream(text) }
        }
    }

    @Test("options that lead nowhere are refused before anything starts")
    func options() {
        for change: (inout GatewayOptions) -> Void in [
            { $0.url = "x" }, { $0.apiURL = "x" }, { $0.stubStatusURL = "x" }, { $0.errorLogTimeZone = "Mars/Olympus" },
            { $0.latencyExclusions = ["("] }, { $0.syslogListen = "x" }, { $0.syslogListen = "256.1.1.1:0" },
        ] {
            #expect(throws: GatewayOptionsError.self) { _ = try GatewayPage(gatewayOptions("http://127.0.0.1:1", change)) }
        }
    }
}

@Suite("addresses that WSL2 had")
struct StaleAddressTests {
    private let own = [
        IPv4Interface(device: "lo", address: 0x7F00_0001, mask: 0xFF00_0000),
        IPv4Interface(device: "eth0", address: 0xAC19_A009, mask: 0xFFFF_F000),
        IPv4Interface(device: "docker0", address: 0xAC11_0001, mask: 0xFFFF_0000),
        IPv4Interface(device: "flatnet-br0", address: 0x0A57_0101, mask: 0xFFFF_FF00),
    ]
    private let route = DefaultRoute(device: "eth0", gateway: IPv4Address(bits: 0xAC19_A001))

    @Test(
        "in NAT mode an address of WSL2's range that nobody has here is stale; those of containers, of Windows and elsewhere are not",
        arguments: [
            ("172.25.160.9", false), ("172.25.160.10", true), ("172.30.1.1", true), ("172.25.160.1", false), ("172.17.0.5", false),
            ("10.87.1.2", false), ("192.168.1.5", false), ("127.0.0.1", false), ("app.example", false), ("::1", false),
            ("172.32.0.1", false),
        ])
    func nat(host: String, isStale: Bool) {
        #expect(StaleAddresses(own: own, route: route, isWSL: true, isMirrored: false).isStale(host) == isStale)
    }

    @Test("in mirrored mode neighbours are machines of the office; without WSL nothing is stale")
    func others() {
        let mirrored = StaleAddresses(own: own, route: route, isWSL: true, isMirrored: true)
        #expect(!mirrored.isStale("172.25.160.10"))
        #expect(mirrored.isStale("172.30.1.1"))
        #expect(!StaleAddresses(own: own, route: route, isWSL: false, isMirrored: false).isStale("172.30.1.1"))
    }
}
