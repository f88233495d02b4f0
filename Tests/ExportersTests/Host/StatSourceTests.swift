import Testing

@testable import Exporters

@Suite("Processors and processes from /proc/stat")
struct StatSourceTests {
    /// Of WSL2's kernel, its line of interrupts cut.
    static let wsl2 = """
        cpu  201542 120 98231 9817345 1203 0 4521 0 0 0
        cpu0 101542 100 48231 4907345 603 0 4021 0 0 0
        cpu1 100000 20 50000 4910000 600 0 500 7 30 4
        intr 25102331 0 9 0 0 4096 0 0 0 18446744073709551615
        ctxt 60412345
        btime 1732310400
        processes 123456
        procs_running 3
        procs_blocked 1
        softirq 9123456 1 2 3

        """

    @Test("WSL2's counters are told under node-exporter's names, in seconds")
    func wsl2() async throws {
        let files = try HostFiles()
        try files.write("stat", Self.wsl2)
        let lines = await hostLines { _ in StatSource(proc: files.directory) }
        #expect(
            lines == [
                "node_boot_time_seconds 1732310400", "node_context_switches_total 60412345",
                #"node_cpu_guest_seconds_total{cpu="0",mode="user"} 0"#, #"node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0"#,
                #"node_cpu_guest_seconds_total{cpu="1",mode="user"} 0.3"#, #"node_cpu_guest_seconds_total{cpu="1",mode="nice"} 0.04"#,
                #"node_cpu_seconds_total{cpu="0",mode="user"} 1015.42"#, #"node_cpu_seconds_total{cpu="0",mode="nice"} 1"#,
                #"node_cpu_seconds_total{cpu="0",mode="system"} 482.31"#, #"node_cpu_seconds_total{cpu="0",mode="idle"} 49073.45"#,
                #"node_cpu_seconds_total{cpu="0",mode="iowait"} 6.03"#, #"node_cpu_seconds_total{cpu="0",mode="irq"} 0"#,
                #"node_cpu_seconds_total{cpu="0",mode="softirq"} 40.21"#, #"node_cpu_seconds_total{cpu="0",mode="steal"} 0"#,
                #"node_cpu_seconds_total{cpu="1",mode="user"} 1000"#, #"node_cpu_seconds_total{cpu="1",mode="nice"} 0.2"#,
                #"node_cpu_seconds_total{cpu="1",mode="system"} 500"#, #"node_cpu_seconds_total{cpu="1",mode="idle"} 49100"#,
                #"node_cpu_seconds_total{cpu="1",mode="iowait"} 6"#, #"node_cpu_seconds_total{cpu="1",mode="irq"} 0"#,
                #"node_cpu_seconds_total{cpu="1",mode="softirq"} 5"#, #"node_cpu_seconds_total{cpu="1",mode="steal"} 0.07"#,
                "node_forks_total 123456", "node_intr_total 25102331", "node_procs_blocked 1", "node_procs_running 3",
                #"node_scrape_collector_success{collector="cpu"} 1"#, #"node_scrape_collector_success{collector="stat"} 1"#,
            ])
    }

    @Test("an old kernel's shorter lines give what they have, and a line that lacks gives nothing")
    func shortLines() async throws {
        let files = try HostFiles()
        try files.write("stat", "cpu  1 2 3 4\ncpu0 100 200 300 400\nctxt 5\nstrange\nintr\ncpufreq 9 9 9\n")
        let lines = await hostLines { _ in StatSource(proc: files.directory) }
        #expect(
            lines == [
                "node_context_switches_total 5", #"node_cpu_seconds_total{cpu="0",mode="user"} 1"#,
                #"node_cpu_seconds_total{cpu="0",mode="nice"} 2"#, #"node_cpu_seconds_total{cpu="0",mode="system"} 3"#,
                #"node_cpu_seconds_total{cpu="0",mode="idle"} 4"#, #"node_scrape_collector_success{collector="cpu"} 1"#,
                #"node_scrape_collector_success{collector="stat"} 1"#,
            ])
    }

    @Test("a mode that falls by a little stays, and goes on once the kernel has passed it")
    func neverBack() async throws {
        let files = try HostFiles()
        let page = HostPage { _ in StatSource(proc: files.directory) }
        func modes(_ text: String) async throws -> [String] {
            try files.write("stat", text)
            return await page.lines().filter { $0.hasPrefix("node_cpu") }.compactMap { $0.split(separator: " ").last.map(String.init) }
        }
        // The order of the text: guest user, guest nice; user, nice, system, idle, iowait, irq, softirq, steal.
        #expect(
            try await modes("cpu0 10 10 10 1000 10 10 10 10 10 10\n") == [
                "0.1", "0.1", "0.1", "0.1", "0.1", "10", "0.1", "0.1", "0.1", "0.1",
            ])
        #expect(
            try await modes("cpu0 20 10 10 701 9 10 10 8 9 11\n") == ["0.1", "0.11", "0.2", "0.1", "0.1", "10", "0.1", "0.1", "0.1", "0.1"])
        #expect(
            try await modes("cpu0 20 10 10 1001 11 10 10 9 11 9\n") == [
                "0.11", "0.11", "0.2", "0.1", "0.1", "10.01", "0.11", "0.1", "0.1", "0.1",
            ])
    }

    @Test("a processor whose idle time falls by three seconds was put back and begins anew; one that is gone is not told")
    func hotplug() async throws {
        let files = try HostFiles()
        let page = HostPage { _ in StatSource(proc: files.directory) }
        try files.write("stat", "cpu0 500 0 0 1000\ncpu1 500 0 0 1000\n")
        _ = await page.lines()
        try files.write("stat", "cpu0 1 0 0 700\ncpu1 500 0 0 1000\n")
        var lines = await page.lines()
        #expect(lines.contains(#"node_cpu_seconds_total{cpu="0",mode="user"} 0.01"#))
        #expect(lines.contains(#"node_cpu_seconds_total{cpu="0",mode="idle"} 7"#))
        try files.write("stat", "cpu0 2 0 0 701\n")
        lines = await page.lines()
        #expect(!lines.contains { $0.contains(#"cpu="1""#) })
        // Back with less than it had: it does not take up where it left.
        try files.write("stat", "cpu0 2 0 0 701\ncpu1 1 0 0 1\n")
        lines = await page.lines()
        #expect(lines.contains(#"node_cpu_seconds_total{cpu="1",mode="user"} 0.01"#))
    }

    @Test("a text without processors and a missing one tell nothing, and say so")
    func unreadable() async throws {
        let files = try HostFiles()
        let page = HostPage { _ in StatSource(proc: files.directory) }
        try files.write("stat", Self.wsl2)
        #expect(await page.lines().count == 28)
        try files.write("stat", "\n\ncpu  1 2 3 4\nctxt 5")
        let failed = [#"node_scrape_collector_success{collector="cpu"} 0"#, #"node_scrape_collector_success{collector="stat"} 0"#]
        #expect(await page.lines() == failed)
        #expect(page.collector.sources.map(\.problem) == ["no line of a processor"])
        files.remove("stat")
        #expect(await page.lines() == failed)
        #expect(page.collector.sources.map(\.problem) == ["No such file or directory"])
        #expect(page.collector.sources.map(\.place) == [files.directory + "/stat"])
        try files.write("stat", Self.wsl2)
        #expect(await page.lines().count == 28)
        #expect(page.collector.sources.map(\.problem) == [nil])
    }
}
