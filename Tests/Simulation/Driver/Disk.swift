import AlertCore
import AlertStorage
import Dispatch
import Glibc
import Journal
import Time

/// A real journal in a directory of its own, in memory-backed storage where the system has it.
///
/// A crash is simulated by copying the files as they lie and opening the copy: that is what `kill -9` leaves.
final class Disk {
    private var directory: String
    private var journal: AlertJournal
    private let base: String
    private var generation = 0

    /// Opens an empty journal.
    init(name: String) throws {
        let root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        base = "\(root)/flatalert-simulation-\(getpid())-\(name)"
        directory = "\(base)-0"
        Disk.remove(directory)
        journal = try AlertJournal.open(at: directory, options: Disk.options)
    }

    deinit {
        journal.close()
        Disk.remove(directory)
    }

    private static var options: JournalOptions {
        var options = JournalOptions()
        options.reserveBytes = 0
        options.synchronous = .normal
        return options
    }

    /// Commits rows and waits for it.
    func write(_ entries: [JournalEntry]) throws {
        guard let last = entries.last else { return }
        journal.enqueue(entries)
        try wait { [journal] in try await journal.durable(through: last.sequence, within: .seconds(30)) }
    }

    /// Kills the process and starts it again: what the new one finds.
    func crash() throws -> RestoredState {
        generation += 1
        let copy = "\(base)-\(generation)"
        Disk.remove(copy)
        try Disk.copy(directory, to: copy)
        journal.close()
        Disk.remove(directory)
        directory = copy
        journal = try AlertJournal.open(at: copy, options: Disk.options)
        return try journal.restoredState()
    }

    /// Ends the process in order and starts it again: what the new one finds.
    func restart() throws -> RestoredState {
        journal.close()
        journal = try AlertJournal.open(at: directory, options: Disk.options)
        return try journal.restoredState()
    }

    /// Runs asynchronous work to its end. Workers are threads of their own, so blocking them starves nobody.
    private func wait(_ body: @escaping @Sendable () async throws -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let result = Box()
        Task {
            do { try await body() } catch { result.error = error }
            done.signal()
        }
        done.wait()
        if let error = result.error { throw error }
    }

    /// Written before the semaphore is signalled and read after it was waited for, so never by two threads at once.
    private final class Box: @unchecked Sendable {
        var error: (any Error)?
    }

    private static func files(of directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ directory: String) {
        for name in files(of: directory) { unlink("\(directory)/\(name)") }
        rmdir(directory)
    }

    private static func copy(_ from: String, to: String) throws {
        mkdir(to, 0o700)
        for name in files(of: from) {
            // The index of the write-ahead log is rebuilt from the log; a copied one would be trusted.
            if name.hasSuffix("-shm") { continue }
            let source = open("\(from)/\(name)", O_RDONLY)
            let target = open("\(to)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            defer {
                close(source)
                close(target)
            }
            guard source >= 0, target >= 0 else {
                throw Violation(.storage, "cannot copy \(from)/\(name): \(String(cString: strerror(errno)))")
            }
            var status = stat()
            fstat(source, &status)
            var left = Int(status.st_size)
            while left > 0 {
                let count = sendfile(target, source, nil, left)
                guard count > 0 else { throw Violation(.storage, "cannot copy \(from)/\(name): \(String(cString: strerror(errno)))") }
                left -= count
            }
        }
    }
}
