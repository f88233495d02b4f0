import Exposition
import Glibc
import Logging
import NIOConcurrencyHelpers
import Testing

@testable import Exporters

/// Files that a test lays out, in a directory of their own that is gone with it.
final class HostFiles {
    let directory: String

    init() throws {
        var template = Array("/tmp/flatalert-host-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Writes a file and the directories above it; gives its path.
    @discardableResult func write(_ name: String, _ text: String) throws -> String {
        let path = directory + "/" + name
        for slash in path.indices.filter({ path[$0] == "/" }).dropFirst(2) { mkdir(String(path[..<slash]), 0o755) }
        let file = try #require(fopen(path, "w"), "\(path)")
        #expect(fputs(text, file) >= 0)
        fclose(file)
        return path
    }

    func read(_ name: String) -> String? {
        (try? KernelFile.read(directory + "/" + name)).map { String(decoding: $0, as: UTF8.self) }
    }

    func remove(_ name: String) { unlink(directory + "/" + name) }

    deinit { Self.remove(directory) }

    private static func remove(_ path: String) {
        guard let entries = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { remove(path + "/" + name) }
        }
        closedir(entries)
        rmdir(path)
    }
}

/// A source's samples as lines of the text format, without HELP, TYPE and what any collector has.
func hostLines(_ source: (MetricRegistry) -> any KernelSource) async -> [String] {
    await HostPage(source).lines()
}

/// A page of one source.
struct HostPage {
    let registry: MetricRegistry
    let collector: KernelCollector

    init(_ source: (MetricRegistry) -> any KernelSource) {
        registry = MetricRegistry()
        collector = KernelCollector(registry: registry, outcomes: ScrapeOutcomes(registry), sources: [source(registry)])
    }

    func lines() async -> [String] {
        await collector.collect()
        return String(decoding: registry.render(), as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") && !$0.hasPrefix("node_scrape_collector_duration_seconds") }
    }
}

/// A filesystem collector and its page.
struct FilesystemPage {
    let registry = MetricRegistry()
    let collector: FilesystemCollector

    init(options: HostOptions, required: RequiredMounts, probe: FilesystemProbe) {
        collector = FilesystemCollector(
            options: options, registry: registry, outcomes: ScrapeOutcomes(registry), required: required, probe: probe)
    }

    var sources: [SourceState] { collector.sources }

    /// The text of one scrape.
    func exposition() async -> [UInt8] {
        await collector.collect()
        return registry.render()
    }
}
