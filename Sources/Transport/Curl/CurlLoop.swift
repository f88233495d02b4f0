import CCurl
import Glibc
import NIOConcurrencyHelpers
import Threads

/// The thread that runs all transfers of one `Transport`, with its connections, DNS cache and TLS sessions.
///
/// Senders post commands into a locked mailbox and wake the thread; only the thread touches libcurl's handles.
final class CurlLoop: Sendable {
    enum Command {
        case start(Transfer)
        case cancel(UInt64)
        case stop
    }

    /// `@unchecked Sendable`: used by other threads only to wake it, which is safe, and only under the mailbox's lock while it is set.
    private struct Poller: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private struct Mailbox: Sendable {
        var commands: [Command] = []
        var poller: Poller?
        var life = Life.unborn
    }

    private enum Life { case unborn, running, stopped }

    private let name: String
    private let idleConnections: Int
    private let mailbox = NIOLockedValueBox(Mailbox())

    init(name: String, idleConnections: Int) {
        self.name = name
        self.idleConnections = idleConnections
    }

    /// Hands a command to the thread, starting it for the first one. Returns false when the loop has ended.
    func post(_ command: Command) -> Bool {
        mailbox.withLockedValue { mailbox in
            switch mailbox.life {
            case .stopped: return false
            case .unborn:
                if case .start = command {} else { return false }
                guard startThread() else { return false }
                mailbox.life = .running
            case .running: break
            }
            mailbox.commands.append(command)
            if let poller = mailbox.poller { ccurl_poller_wake(poller.pointer) }
            return true
        }
    }

    /// Ends the thread; transfers under way fail with `.shutDown`. Idempotent, does not wait.
    func stop() {
        let wasUnborn = mailbox.withLockedValue { mailbox in
            guard mailbox.life == .unborn else { return false }
            mailbox.life = .stopped
            return true
        }
        if !wasUnborn { _ = post(.stop) }
    }

    /// What libcurl and the libraries below it need is not ours to know: a stack as large as any thread's. Only what is touched takes memory.
    private func startThread() -> Bool { WorkerThread.detach(name: name, stackBytes: 8 << 20) { self.run() } }

    private func run() {
        var transfers = RunningTransfers()
        guard let multi = ccurl_multi_init() else {
            close(&transfers, multi: nil, poller: nil)
            return
        }
        guard let poller = ccurl_poller_create(multi) else {
            close(&transfers, multi: multi, poller: nil)
            return
        }
        // Connections kept open for the next request; more would only hold memory and files.
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(1, min(idleConnections, Self.openFileLimit / 2)))
        mailbox.withLockedValue { $0.poller = Poller(pointer: poller) }
        while true {
            let commands = mailbox.withLockedValue { mailbox in
                defer { mailbox.commands.removeAll(keepingCapacity: true) }
                return mailbox.commands
            }
            for command in commands {
                switch command {
                case .start(let transfer): transfers.start(transfer, on: multi)
                case .cancel(let id): transfers.cancel(id, on: multi)
                case .stop:
                    close(&transfers, multi: multi, poller: poller)
                    return
                }
            }
            // A command posted since the mailbox was emptied has woken the poller already, so this returns at once.
            ccurl_poller_wait(poller, 60_000)
            transfers.collectFinished(from: multi)
        }
    }

    private func close(_ transfers: inout RunningTransfers, multi: UnsafeMutableRawPointer?, poller: OpaquePointer?) {
        let unread = mailbox.withLockedValue { mailbox in
            mailbox.life = .stopped
            mailbox.poller = nil
            defer { mailbox.commands = [] }
            return mailbox.commands
        }
        for case .start(let transfer) in unread { transfer.abort { .shutDown(reachedWire: $0) } }
        transfers.abortAll(on: multi)
        if let multi { ccurl_multi_cleanup(multi) }
        if let poller { ccurl_poller_free(poller) }
    }

    /// How many files the process may have open.
    private static var openFileLimit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }
}

/// The transfers that a multi handle works on; lives on the loop's thread.
private struct RunningTransfers {
    private var byHandle: [UnsafeMutableRawPointer: Transfer] = [:]
    private var handles: [UInt64: UnsafeMutableRawPointer] = [:]

    mutating func start(_ transfer: Transfer, on multi: UnsafeMutableRawPointer) {
        guard let easy = transfer.start() else {
            transfer.finish(.failure(.unavailable("libcurl could not make a handle: out of memory")))
            return
        }
        byHandle[easy] = transfer
        handles[transfer.id] = easy
        let code = ccurl_multi_add(multi, easy)
        guard code == CURLM_OK else {
            transfer.finish(.failure(.unavailable("libcurl refused the transfer (code \(code.rawValue))")))
            remove(easy, from: nil)
            return
        }
    }

    /// Does nothing when the transfer has ended meanwhile.
    mutating func cancel(_ id: UInt64, on multi: UnsafeMutableRawPointer) {
        guard let easy = handles[id], let transfer = byHandle[easy] else { return }
        transfer.abort { .cancelled(reachedWire: $0) }
        remove(easy, from: multi)
    }

    mutating func collectFinished(from multi: UnsafeMutableRawPointer) {
        var easy: UnsafeMutableRawPointer?
        var code = CURLE_OK
        while ccurl_multi_next_finished(multi, &easy, &code) != 0 {
            guard let easy else { continue }
            byHandle[easy]?.complete(code)
            remove(easy, from: multi)
        }
    }

    mutating func abortAll(on multi: UnsafeMutableRawPointer?) {
        for (easy, transfer) in byHandle {
            transfer.abort { .shutDown(reachedWire: $0) }
            remove(easy, from: multi)
        }
    }

    private mutating func remove(_ easy: UnsafeMutableRawPointer, from multi: UnsafeMutableRawPointer?) {
        if let multi { _ = ccurl_multi_remove(multi, easy) }
        guard let transfer = byHandle.removeValue(forKey: easy) else { return }
        handles[transfer.id] = nil
        transfer.release()
    }
}
