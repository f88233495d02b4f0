import Foundation
import Labels
import Logging
import MonitorFile
import NIOConcurrencyHelpers

@testable import Scraping

/// A directory that goes when the test ends.
final class TargetDirectory {
    let path: String

    init() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("targets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        path = directory.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes over the file that is there.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    }

    /// Writes beside, then renames over.
    func replace(_ name: String, with text: String) throws {
        try write(text, to: ".\(name).new")
        try move(".\(name).new", to: name)
    }

    func move(_ name: String, to other: String) throws {
        guard rename(file(name), file(other)) == 0 else { throw POSIXError(.EIO) }
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

    func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
    }

    func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: file(name), withDestinationPath: destination)
    }
}

/// What was logged, level and text.
final class LoggedLines: Sendable {
    private let box = NIOLockedValueBox<[String]>([])

    var all: [String] { box.withLockedValue { $0 } }

    func containing(_ text: String) -> [String] { all.filter { $0.contains(text) } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LoggedLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(lines: LoggedLines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.box.withLockedValue { $0.append("\(event.level): \(event.message)") }
        }
    }
}

/// One file discovery on a clock of the test's own.
final class ScanBench {
    let directory: TargetDirectory
    let lines = LoggedLines()
    private(set) var scan: FileScan
    private var watch = DirectoryWatch()
    private let answers: NIOLockedValueBox<[DiscoveryAnswer]>
    private(set) var now: Int64 = 0

    init(_ directory: TargetDirectory, _ patterns: [String], refresh: Int64 = 300_000) {
        self.directory = directory
        let answers = NIOLockedValueBox<[DiscoveryAnswer]>([])
        self.answers = answers
        var configuration = FileDiscovery(files: patterns.map { "\(directory.path)/\($0)" })
        configuration.refreshInterval = refresh
        scan = FileScan(id: 1, configuration: configuration, name: "job \"node\"", log: lines.logger) { answer in
            answers.withLockedValue { $0.append(answer) }
        }
        run(after: 0)
    }

    deinit { watch.close() }

    /// Hands over what the kernel announced, then lets this much time pass.
    func run(after milliseconds: Int64) {
        for event in watch.events() { scan.note(event, at: now) }
        now += milliseconds * 1_000_000
        if scan.deadline <= now { scan.run(at: now, &watch) }
    }

    /// Long enough for a directory to be quiet, far from a refresh.
    func settle() { run(after: 100) }

    var answerCount: Int { answers.withLockedValue { $0.count } }

    var failures: Int { answers.withLockedValue { $0.reduce(0) { $0 + $1.failures } } }

    /// The addresses that are known.
    var addresses: [String] { (answers.withLockedValue { $0.last?.groups } ?? []).addresses }

    var groups: [TargetGroup] { answers.withLockedValue { $0.last?.groups } ?? [] }
}

extension [TargetGroup] {
    var addresses: [String] { flatMap(\.targets).compactMap { $0["__address__"] } }
}
