import Testing

@testable import Exporters

@Suite("Addresses of IPAM plugins")
struct CNIAddressTests {
    private static func pool(_ text: String) throws -> AddressPool { try IPAMFile.parse(Array(text.utf8), path: "state") }

    private static func network(_ text: String) throws -> NetworkConfiguration? {
        try NetworkConfiguration.find(type: "flatnet", in: Array(text.utf8))
    }

    @Test("Flatnet's state gives the pool from its own range, and what lacks in an old file has its default")
    func state() throws {
        let pool = try Self.pool(
            """
            {"subnet": "10.87.1.0/24", "gateway": "10.87.1.1", "range_start": "10.87.1.2", "range_end": "10.87.1.254",
             "allocations": {"aa": "10.87.1.2", "bb": "10.87.1.3"}, "later": [1]}
            """)
        #expect(pool.size == 253)
        #expect(pool.usage == AddressPool.Usage(allocated: 2))
        #expect(pool.containers == ["aa", "bb"])
        #expect(pool.information?.hostID == "1" && pool.information?.multihost == "false")
    }

    @Test("an address that is given twice or lies outside is not taken for one of the pool")
    func odd() throws {
        let pool = try Self.pool(
            """
            {"range_start": "10.0.0.10", "range_end": "10.0.0.12", "allocations":
             {"a": "10.0.0.10", "b": "10.0.0.10", "c": "10.0.0.13", "d": "10.0.0.9", "e": "x", "f": null, "g": "10.0.0.12"}}
            """)
        #expect(pool.usage == AddressPool.Usage(allocated: 2, duplicates: 1, outOfRange: 2, unreadable: 2))
        #expect(pool.size == 3)
    }

    @Test(
        "a file that is empty, half or wrong says what is wrong",
        arguments: [
            ("", "is empty"), (#"{"subnet": "10.87.1"#, "is no whole JSON"), ("[]", "range_start is no IPv4 address"),
            (#"{"range_start":"10.0.0.1","range_end":"10.0.0.256"}"#, "range_end is no IPv4 address"),
            (#"{"range_start":"10.0.0.9","range_end":"10.0.0.8"}"#, "range_end 10.0.0.8 comes before range_start 10.0.0.9"),
            (#"{"range_start":"10.0.0.1","range_end":"10.0.0.2"}"#, "there is no object allocations"),
        ])
    func wrong(_ text: String, _ words: String) {
        let error = #expect(throws: IPAMError.self) { try Self.pool(text) }
        #expect(error?.description.contains(words) == true && error?.isMissing == false)
    }

    @Test("the widest range does not overflow")
    func widest() throws {
        let pool = try Self.pool(#"{"range_start":"0.0.0.0","range_end":"255.255.255.255","allocations":{}}"#)
        #expect(pool.size == 1 << 32)
    }

    @Test("host-local's range has its own defaults and never gives the gateway")
    func hostLocal() throws {
        let plain = try Self.network(#"{"plugins":[{"type":"flatnet","ipam":{"type":"host-local","subnet":"10.9.0.0/24"}}]}"#)
        #expect(HostLocalDirectory.pool([], network: plain).size == 253)
        let small = try Self.network(
            """
            {"plugins":[{"type":"other"},{"type":"flatnet","ipam":{"type":"host-local","ranges":[[{"subnet":"10.9.0.0/24","rangeStart":"10.9.0.5",
            "rangeEnd":"10.9.0.9","gateway":"10.9.0.7"}],[{"subnet":"fd00::/64"}]]}}]}
            """)
        let pool = HostLocalDirectory.pool([IPv4("10.9.0.5"), IPv4("10.9.0.7"), IPv4("10.9.0.10")], network: small)
        #expect(pool.size == 4)
        #expect(pool.usage == AddressPool.Usage(allocated: 1, outOfRange: 2))
        #expect(pool.information?.rangeStart == "10.9.0.5" && pool.information?.gateway == "10.9.0.7")
    }

    @Test("without a configuration host-local's addresses are counted and the pool is not known")
    func unknown() {
        let pool = HostLocalDirectory.pool([IPv4("10.9.0.5"), IPv4("10.9.0.6")], network: nil)
        #expect(pool.size == nil && pool.usage.allocated == 2 && pool.information == nil)
    }

    @Test(
        "a state contradicts its configuration when subnet, host or mode are others",
        arguments: [
            (#"{"ipam":{}}"#, false), (#"{"ipam":{"subnet":"10.87.1.0/24"}}"#, false), (#"{"ipam":{"subnet":"10.87.1.77/24"}}"#, false),
            (#"{"ipam":{"subnet":"10.87.2.0/24"}}"#, true), (#"{"hostId":1,"ipam":{}}"#, true), (#"{"ipam":{"hostId":3}}"#, true),
            (#"{"ipam":{"subnet":"odd"}}"#, false), ("{}", false),
        ])
    func contradiction(_ plugin: String, _ contradicts: Bool) throws {
        let list = #"{"plugins":[{"type":"flatnet","# + plugin.dropFirst() + "]}"
        let network = try #require(try Self.network(plugin == "{}" ? #"{"plugins":[{"type":"flatnet"}]}"# : list))
        let single = AddressPool.Information(subnet: "10.87.1.0/24", hostID: "1", multihost: "false")
        #expect(network.contradicts(single) == contradicts)
    }

    @Test("a host of several agrees with the state of its own number alone")
    func hosts() throws {
        let network = try #require(try Self.network(#"{"plugins":[{"type":"flatnet","hostId":3,"ipam":{}}]}"#))
        func state(_ subnet: String, _ host: String) -> AddressPool.Information {
            AddressPool.Information(subnet: subnet, hostID: host, multihost: "true")
        }
        #expect(!network.contradicts(state("10.100.3.0/24", "3")))
        #expect(network.contradicts(state("10.100.4.0/24", "4")) && network.contradicts(state("10.87.1.0/24", "3")))
        let single = try #require(try Self.network(#"{"plugins":[{"type":"flatnet"}]}"#))
        #expect(single.contradicts(state("10.100.3.0/24", "3")))
    }

    @Test(
        "only whole dotted numbers are addresses",
        arguments: ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4x", "lock", "last_reserved_ip.0", "::1"])
    func addresses(_ text: String) {
        #expect(IPv4(text) == nil)
    }
}
