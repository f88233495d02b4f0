import CPlatform
import Glibc
import Logging
import MonitorFile
import NIOConcurrencyHelpers
import Threads
import Time

/// The thread that watches and reads the files of every file discovery in the process. It is there while there is something to watch.
final class FileLoop: Sendable {
    /// The process's.
    static let shared = FileLoop()

    private enum Command {
        case add(FileScanOrder)
        case refresh(UInt64)
        case remove(UInt64)
    }

    private struct Mailbox {
        var commands: [Command] = []
        /// The pipe that wakes the thread; nil while there is no thread.
        var wake: (read: Int32, write: Int32)?
        var lastID: UInt64 = 0
    }

    private let mailbox = NIOLockedValueBox(Mailbox())

    /// Begins to watch and read. Returns what names it here; nil when the system gives no thread or no descriptor.
    func add(
        _ configuration: FileDiscovery, name: String, log: Logger, answer: @escaping @Sendable (DiscoveryAnswer) -> Void
    ) -> UInt64? {
        mailbox.withLockedValue { mailbox in
            mailbox.lastID += 1
            let order = FileScanOrder(id: mailbox.lastID, configuration: configuration, name: name, log: log, answer: answer)
            mailbox.commands.append(.add(order))
            guard wake(&mailbox) else {
                mailbox.commands.removeLast()
                return nil
            }
            return order.id
        }
    }

    /// Reads everything of this one again now.
    func refresh(_ id: UInt64) {
        post(.refresh(id))
    }

    /// Ends watching.
    func remove(_ id: UInt64) {
        post(.remove(id))
    }

    private func post(_ command: Command) {
        mailbox.withLockedValue { mailbox in
            // Without a thread there is nothing that could be refreshed or removed.
            guard mailbox.wake != nil else { return }
            mailbox.commands.append(command)
            _ = wake(&mailbox)
        }
    }

    /// Wakes the thread, or starts it. The lock is held.
    private func wake(_ mailbox: inout Mailbox) -> Bool {
        if let pipe = mailbox.wake {
            // A full pipe wakes just as well.
            var byte: UInt8 = 0
            _ = write(pipe.write, &byte, 1)
            return true
        }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return false }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        guard WorkerThread.detach(name: "file-discovery", { self.run() }) else {
            close(ends[0])
            close(ends[1])
            return false
        }
        mailbox.wake = (ends[0], ends[1])
        return true
    }

    // MARK: The thread

    private func run() {
        var scans: [UInt64: FileScan] = [:]
        var watch = DirectoryWatch()
        while let (commands, wake) = next(isIdle: scans.isEmpty) {
            for command in commands {
                switch command {
                case .add(let order): scans[order.id] = order.scan
                case .refresh(let id): scans[id]?.refresh()
                case .remove(let id):
                    scans[id] = nil
                    watch.release(id)
                }
            }
            for event in watch.events() {
                let now = Clock.monotonic()
                for id in scans.keys { scans[id]?.note(event, at: now) }
            }
            for id in scans.keys where (scans[id]?.deadline ?? .max) <= Clock.monotonic() {
                scans[id]?.run(at: Clock.monotonic(), &watch)
            }
            guard let deadline = scans.values.lazy.map(\.deadline).min() else { continue }
            wait(until: deadline, wake, watch.inotify)
        }
        watch.close()
    }

    /// What was posted; nil when nothing is left to do, and with it the thread's pipe is gone.
    private func next(isIdle: Bool) -> (commands: [Command], wake: Int32)? {
        mailbox.withLockedValue { mailbox in
            guard let pipe = mailbox.wake else { return nil }
            if isIdle, mailbox.commands.isEmpty {
                close(pipe.read)
                close(pipe.write)
                mailbox.wake = nil
                return nil
            }
            var bytes = [UInt8](repeating: 0, count: 64)
            while read(pipe.read, &bytes, bytes.count) > 0 {}
            defer { mailbox.commands = [] }
            return (mailbox.commands, pipe.read)
        }
    }

    private func wait(until deadline: Int64, _ wake: Int32, _ inotify: Int32) {
        // Rounded up, so that the deadline has passed when the wait is over.
        let milliseconds = min(max(0, (deadline - Clock.monotonic() + 999_999) / 1_000_000), 3_600_000)
        // A negative descriptor is passed over.
        var descriptors = [
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0), pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&descriptors, nfds_t(descriptors.count), Int32(milliseconds))
    }
}

/// What the thread makes a scan of.
private struct FileScanOrder: Sendable {
    let id: UInt64
    let configuration: FileDiscovery
    let name: String
    let log: Logger
    let answer: @Sendable (DiscoveryAnswer) -> Void

    var scan: FileScan { FileScan(id: id, configuration: configuration, name: name, log: log, answer: answer) }
}

/// `file_sd_configs` as a source.
final class FileSource: DiscoverySource {
    private let configuration: FileDiscovery
    private let name: String
    private let log: Logger
    private let id = NIOLockedValueBox<UInt64?>(nil)

    init(_ configuration: FileDiscovery, name: String, log: Logger) {
        self.configuration = configuration
        self.name = name
        self.log = log
    }

    func start(_ answer: @escaping @Sendable (DiscoveryAnswer) -> Void) {
        id.withLockedValue { id in
            id = FileLoop.shared.add(configuration, name: name, log: log, answer: answer)
        }
        guard id.withLockedValue({ $0 }) == nil else { return }
        log.error("\(name): the files of its targets cannot be watched: the system gives no thread or no descriptor; raise the limits")
        answer(DiscoveryAnswer(groups: nil, failures: 1))
    }

    func refresh() {
        if let id = id.withLockedValue({ $0 }) { FileLoop.shared.refresh(id) }
    }

    func stop() {
        let old = id.withLockedValue { id in
            defer { id = nil }
            return id
        }
        if let old { FileLoop.shared.remove(old) }
    }
}
