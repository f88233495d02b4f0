import Testing

@testable import Exporters

@Suite("Memory from /proc/meminfo")
struct MemorySourceTests {
    /// Of WSL2's kernel, shortened.
    static let wsl2 = """
        MemTotal:       16305848 kB
        MemFree:         9532164 kB
        MemAvailable:   14012208 kB
        Active(anon):       3520 kB
        Inactive(file):  1803452 kB
        Committed_AS:    2406016 kB
        HugePages_Total:       7
        Hugepagesize:       2048 kB
        DirectMap1G:     9437184 kB

        """

    @Test("fields in kB are told in bytes with their unit, others as they are, parentheses as underscores")
    func wsl2() async throws {
        let files = try HostFiles()
        try files.write("meminfo", Self.wsl2)
        let lines = await hostLines { MemorySource(proc: files.directory, registry: $0) }
        #expect(
            lines == [
                "node_memory_Active_anon_bytes 3604480", "node_memory_Committed_AS_bytes 2463760384",
                "node_memory_DirectMap1G_bytes 9663676416", "node_memory_HugePages_Total 7",
                "node_memory_Hugepagesize_bytes 2097152",
                "node_memory_Inactive_file_bytes 1846734848", "node_memory_MemAvailable_bytes 14348500992",
                "node_memory_MemFree_bytes 9760935936", "node_memory_MemTotal_bytes 16697188352",
                #"node_scrape_collector_success{collector="meminfo"} 1"#,
            ])
    }

    @Test("fields of a kernel to come are told too, until they are gone; names that are none are not")
    func unknownFields() async throws {
        let files = try HostFiles()
        let page = HostPage { MemorySource(proc: files.directory, registry: $0) }
        let text = "MemTotal: 1 kB\nFarMemory(cxl): 2 kB\nFarPages: 3\n"
        try files.write("meminfo", text + "Bad name: 4\nBad-name: 5 kB\n: 6\nNoNumber: x kB\nNegative: -1 kB\n")
        let success = #"node_scrape_collector_success{collector="meminfo"} 1"#
        #expect(
            await page.lines() == [
                "node_memory_FarMemory_cxl_bytes 2048", "node_memory_FarPages 3", "node_memory_MemTotal_bytes 1024", success,
            ])
        try files.write("meminfo", "MemTotal: 1 kB\nFarPages: 4\n")
        #expect(await page.lines() == ["node_memory_FarPages 4", "node_memory_MemTotal_bytes 1024", success])
        files.remove("meminfo")
        #expect(await page.lines() == [#"node_scrape_collector_success{collector="meminfo"} 0"#])
        try files.write("meminfo", text)
        #expect(await page.lines().count == 4)
    }

    @Test("of endlessly many unknown fields 64 are told")
    func bounded() async throws {
        let files = try HostFiles()
        let page = HostPage { MemorySource(proc: files.directory, registry: $0) }
        for round in 0..<3 {
            try files.write("meminfo", (0..<100).map { "F\(round)x\($0): 1 kB\n" }.joined())
            #expect(await page.lines().count == (round == 0 ? 65 : 1))
        }
        #expect(page.registry.definitions.filter { $0.name.hasPrefix("node_memory_F") && $0.name.contains("x") }.count == 64)
    }

    @Test("a text without a field is a failure")
    func noField() async throws {
        let files = try HostFiles()
        try files.write("meminfo", "no memory here\n")
        let lines = await hostLines { MemorySource(proc: files.directory, registry: $0) }
        #expect(lines == [#"node_scrape_collector_success{collector="meminfo"} 0"#])
    }
}
