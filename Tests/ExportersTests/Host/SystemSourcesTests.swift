import Glibc
import Testing
import Time

@testable import Exporters

@Suite("Load, time and names")
struct SystemSourcesTests {
    @Test(
        "the averages are the numbers that are written",
        arguments: [("0.52 1.07 15.29 1/467 12345\n", ["0.52", "15.29", "1.07"]), ("0 12345.678 3.1 x", ["0", "3.1", "12345.678"])])
    func load(text: String, values: [String]) async throws {
        let files = try HostFiles()
        try files.write("loadavg", text)
        let lines = await hostLines { _ in LoadSource(proc: files.directory) }
        #expect(
            lines == zip(["1", "15", "5"], values).map { "node_load\($0) \($1)" } + [
                #"node_scrape_collector_success{collector="loadavg"} 1"#
            ])
    }

    @Test(
        "a text without three averages is a failure", arguments: ["", "0.52 0.58", "0.52 x 0.5", "1. 2 3", ".5 2 3", "-1 2 3", "1e3 2 3"])
    func noLoad(text: String) async throws {
        let files = try HostFiles()
        try files.write("loadavg", text)
        let lines = await hostLines { _ in LoadSource(proc: files.directory) }
        #expect(lines == [#"node_scrape_collector_success{collector="loadavg"} 0"#])
    }

    @Test("the time is that of the clock, with its fraction")
    func time() async throws {
        let before = Clock.wall().unixSeconds
        let line = try #require(await hostLines { _ in TimeSource() }.last)
        let after = Clock.wall().unixSeconds
        let value = try #require(line.split(separator: " ").last.flatMap { Double($0) })
        #expect(line.hasPrefix("node_time_seconds "))
        #expect(before <= value && value <= after)
    }

    @Test("the names are those that uname gives")
    func names() async throws {
        let line = try #require(await hostLines { _ in NameSource() }.last)
        let release = try KernelFile.read("/proc/sys/kernel/osrelease").split(separator: 10)[0]
        let host = try KernelFile.read("/proc/sys/kernel/hostname").split(separator: 10)[0]
        let domain = try KernelFile.read("/proc/sys/kernel/domainname").split(separator: 10)[0]
        #expect(line.hasPrefix("node_uname_info{domainname=\"\(String(decoding: domain, as: UTF8.self))\",machine=\""))
        #expect(line.contains("nodename=\"\(String(decoding: host, as: UTF8.self))\""))
        #expect(line.contains("release=\"\(String(decoding: release, as: UTF8.self))\""))
        #expect(line.contains(#"sysname="Linux""#) && line.hasSuffix(" 1"))
    }
}
