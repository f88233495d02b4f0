import Foundation
import Glibc
import Logging

let quietLog = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A directory of logs that goes with the test.
final class LogFiles {
    let directory: String

    init() {
        directory = NSTemporaryDirectory() + "flatalert-logs-\(UInt64.random(in: 0...(.max)))"
        mkdir(directory, 0o755)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Adds to a file as a server does: at its end, in one write.
    func append(_ text: String, to name: String = "access.log", at time: Int? = nil) {
        append(Array(text.utf8), to: name, at: time)
    }

    func append(_ bytes: [UInt8], to name: String = "access.log", at time: Int? = nil) {
        let descriptor = open(path(name), O_WRONLY | O_CREAT | O_APPEND, 0o644)
        precondition(descriptor >= 0, "cannot write \(path(name))")
        var rest = bytes[...]
        while !rest.isEmpty { rest = rest.dropFirst(max(0, rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) })) }
        close(descriptor)
        touch(name, at: time)
    }

    func clear(_ name: String = "access.log", at time: Int? = nil) {
        truncate(path(name), 0)
        touch(name, at: time)
    }

    func copy(_ name: String, to copy: String, at time: Int? = nil) {
        append([UInt8](FileManager.default.contents(atPath: path(name)) ?? Data()), to: copy, at: time)
    }

    func makeDirectory(_ name: String) { mkdir(path(name), 0o755) }

    func move(_ name: String, to other: String) { rename(path(name), path(other)) }

    /// Takes the directory away, as a drive that is not mounted any more.
    func hide() { rename(directory, directory + "-away") }

    func show() { rename(directory + "-away", directory) }

    func remove(_ name: String) { unlink(path(name)) }

    func size(_ name: String) -> Int {
        var status = stat()
        return stat(path(name), &status) == 0 ? Int(status.st_size) : 0
    }

    /// Sets a file's time of change, in virtual milliseconds.
    func touch(_ name: String, at time: Int?) {
        guard let time else { return }
        let stamp = timespec(tv_sec: 1_700_000_000 + time / 1000, tv_nsec: time % 1000 * 1_000_000)
        utimensat(AT_FDCWD, path(name), [stamp, stamp], 0)
    }
}
