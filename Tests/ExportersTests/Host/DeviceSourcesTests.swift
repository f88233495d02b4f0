import Glibc
import Logging
import Testing

@testable import Exporters

private func limit(_ maximum: Int = 256, _ log: Logger = Logger(label: "tests")) -> DeviceLimit {
    DeviceLimit("devices", maximum: maximum, log: log)
}

@Suite("Disks and network devices")
struct DeviceSourcesTests {
    // MARK: Disks

    @Test("a disk's columns are told in bytes and seconds, as many as the kernel has")
    func disks() async throws {
        let files = try HostFiles()
        try files.write(
            "diskstats",
            """
               8       0 sda 10 20 30 4001 50 60 70 8002 9 10003 11004 12 13 14 15005 16 17006
               8       1 sda1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
               8      16 sdb 10 20 30 4001 50 60 70 8002 9 10003 11004
              11       2 sdc2x 1 2 3
             259       0 nvme0n1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0

            """)
        let lines = await hostLines { _ in DiskSource(proc: files.directory, limit: limit()) }
        for (name, value) in [
            ("reads_completed_total", "10"), ("reads_merged_total", "20"), ("read_bytes_total", "15360"),
            ("read_time_seconds_total", "4.001"),
            ("writes_completed_total", "50"), ("writes_merged_total", "60"), ("written_bytes_total", "35840"),
            ("write_time_seconds_total", "8.002"), ("io_now", "9"), ("io_time_seconds_total", "10.003"),
            ("io_time_weighted_seconds_total", "11.004"),
        ] {
            #expect(lines.contains("node_disk_\(name){device=\"sda\"} \(value)"))
            #expect(lines.contains("node_disk_\(name){device=\"sdb\"} \(value)"))
        }
        for (name, value) in [
            ("discards_completed_total", "12"), ("discards_merged_total", "13"), ("discarded_sectors_total", "14"),
            ("discard_time_seconds_total", "15.005"), ("flush_requests_total", "16"), ("flush_requests_time_seconds_total", "17.006"),
        ] {
            #expect(lines.contains("node_disk_\(name){device=\"sda\"} \(value)"))
            #expect(!lines.contains { $0.hasPrefix("node_disk_\(name){device=\"sdb\"}") })
        }
        #expect(lines.filter { $0.contains("nvme0n1") }.count == 15)
        #expect(lines.count == 44)
    }

    @Test(
        "parts of disks, memory disks and loops are left out",
        arguments: ["ram0", "loop12", "fd0", "sda1", "hdb12", "vdz3", "xvda1", "nvme0n1p1", "nvme12n3p15"])
    func leftOut(name: String) {
        #expect(Array(name.utf8).withUnsafeBufferPointer { DiskSource.isLeftOut($0) })
    }

    @Test(
        "whole disks and neighbours of what is left out are told",
        arguments: [
            "sda", "vda", "xvdb", "nvme0n1", "zram0", "md0", "dm-1", "mmcblk0p1", "sr0", "sdaa1", "nvme0p1", "nvme0n1p", "nvmen1p1", "ram",
            "loop",
            "fdx1", "sd1", "1", "",
        ])
    func told(name: String) {
        #expect(!Array(name.utf8).withUnsafeBufferPointer { DiskSource.isLeftOut($0) })
    }

    // MARK: Traffic

    static let heading = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed

        """

    @Test("a device's columns are told by direction, however close they stand to its name")
    func traffic() async throws {
        let files = try HostFiles()
        let table = try files.write(
            "dev",
            Self.heading
                + "    lo:       1       2    3    4    5     6          7         8 9 10 11 12 13 14 15 16\nflatnet-br0:18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
        )
        let lines = await hostLines { _ in TrafficSource(tables: ["/nonexistent/dev", table], limit: limit()) }
        let receive = ["bytes", "packets", "errs", "drop", "fifo", "frame", "compressed", "multicast"].map { "receive_" + $0 }
        let transmit = ["bytes", "packets", "errs", "drop", "fifo", "colls", "carrier", "compressed"].map { "transmit_" + $0 }
        for (index, name) in (receive + transmit).enumerated() {
            #expect(lines.contains("node_network_\(name)_total{device=\"lo\"} \(index + 1)"))
        }
        #expect(lines.contains(#"node_network_receive_bytes_total{device="flatnet-br0"} 1.8446744073709552e+19"#))
        #expect(lines.count == 33)
    }

    @Test("columns go by their names: a kernel that has them in another order, or others, is read rightly")
    func columnNames() async throws {
        let files = try HostFiles()
        let table = try files.write("dev", "x\n face |packets new bytes|errs\n eth0: 1 2 3 4\n eth1: 5\n")
        #expect(
            await hostLines { _ in TrafficSource(tables: [table], limit: limit()) } == [
                #"node_network_receive_bytes_total{device="eth0"} 3"#, #"node_network_receive_packets_total{device="eth0"} 1"#,
                #"node_network_receive_packets_total{device="eth1"} 5"#, #"node_network_transmit_errs_total{device="eth0"} 4"#,
                #"node_scrape_collector_success{collector="netdev"} 1"#,
            ])
    }

    @Test("links of containers, which are named after them or at random, are left out; other links and bridges are told")
    func containerLinks() async throws {
        for name in ["fn-0123456789ab", "fn-ABCDEF012345", "veth1a2b3c", "veth0123456789a", "vethdeadbeef"] {
            #expect(ContainerLink.isNamed(name))
        }
        for name in [
            "fn-bridge", "fn-0123456789", "fn-0123456789aX", "veth0", "veth12345", "veth-peer-1", "vethwe-bridge", "flatnet-br0", "eth0",
            "",
        ] {
            #expect(!ContainerLink.isNamed(name))
        }
        let files = try HostFiles()
        let table = try files.write("dev", Self.heading + " fn-0123456789ab: 1 1\n veth1a2b3c: 1 1\n veth0: 1 1\n")
        let lines = await hostLines { _ in TrafficSource(tables: [table], limit: limit()) }
        #expect(lines.filter { $0.contains("device=") }.allSatisfy { $0.contains(#"device="veth0""#) })
        #expect(lines.count == 3)
    }

    @Test("more devices than the limit are told up to it, and one line is logged until they are fewer")
    func manyDevices() async throws {
        let files = try HostFiles()
        let (log, logged) = CapturedLog.logger()
        let page = HostPage { _ in TrafficSource(tables: [files.directory + "/dev"], limit: limit(3, log)) }
        for count in [3, 4, 5, 3, 4] {
            try files.write("dev", Self.heading + (0..<count).map { "eth\($0): 1\n" }.joined())
            #expect(await page.lines().filter { $0.contains("device=") }.count == 3)
        }
        let line = "warning there are 4 devices; only 3 are told, so that their metrics stay bounded"
        #expect(logged.all == [line, line])
    }

    @Test("a table without column names is a failure")
    func noColumns() async throws {
        let files = try HostFiles()
        let table = try files.write("dev", "eth0: 1 2 3\n")
        let lines = await hostLines { _ in TrafficSource(tables: [table], limit: limit()) }
        #expect(lines == [#"node_scrape_collector_success{collector="netdev"} 0"#])
    }

    // MARK: Devices themselves

    @Test("a device's state, MTU and speed are told where it has them; what is no device is passed over")
    func classes() async throws {
        let files = try HostFiles()
        for (device, state, speed) in [("eth0", "up", "1000\n"), ("eth1", "down", "-1\n"), ("lo", "unknown", ""), ("veth1a2b3c", "up", "")]
        {
            try files.write("net/\(device)/operstate", state + "\n")
            try files.write("net/\(device)/mtu", device == "lo" ? "65536\n" : "1500\n")
            try files.write("net/\(device)/speed", speed)
        }
        try files.write("net/bonding_masters", "bond0\n")
        #expect(
            await hostLines { _ in
                NetworkClassSource(directories: ["/nonexistent/net", files.directory + "/net"], tables: [], limit: limit())
            } == [
                #"node_network_mtu_bytes{device="eth0"} 1500"#, #"node_network_mtu_bytes{device="eth1"} 1500"#,
                #"node_network_mtu_bytes{device="lo"} 65536"#, #"node_network_speed_bytes{device="eth0"} 125000000"#,
                #"node_network_up{device="eth0"} 1"#, #"node_network_up{device="eth1"} 0"#, #"node_network_up{device="lo"} 0"#,
                #"node_scrape_collector_success{collector="netclass"} 1"#,
            ])
    }

    @Test("in a container's own network, its devices are not passed off as the machine's")
    func otherNetwork() async throws {
        let files = try HostFiles()
        let (machine, own) = (try files.write("1/dev", ""), try files.write("self/dev", ""))
        try files.write("net/eth0/operstate", "up\n")
        let directories = ["/nonexistent/net", files.directory + "/net"]
        let page = HostPage { _ in NetworkClassSource(directories: directories, tables: [machine, own], limit: limit()) }
        #expect(await page.lines() == [#"node_scrape_collector_success{collector="netclass"} 0"#])
        #expect(page.collector.sources.map(\.problem) == ["it is of this container's network, not of the machine's"])
        // Where the machine's own directory is there, it is the one.
        let both = HostPage { _ in NetworkClassSource(directories: Array(directories.reversed()), tables: [machine, own], limit: limit()) }
        #expect(await both.lines().contains(#"node_network_up{device="eth0"} 1"#))
        // And where the networks are the same.
        let same = HostPage { _ in NetworkClassSource(directories: directories, tables: [own, own], limit: limit()) }
        #expect(await same.lines().contains(#"node_network_up{device="eth0"} 1"#))
    }
}
