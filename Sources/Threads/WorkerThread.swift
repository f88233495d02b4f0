import CPlatform
import Glibc

/// A thread of our own for work that blocks, which Swift's shared threads must not.
public struct WorkerThread: Sendable {
    private let thread: pthread_t

    /// Starts a thread that is to be joined; nil when the system refuses one.
    ///
    /// - Parameter name: At most 15 bytes, seen in debuggers and /proc.
    public static func start(name: String, stackBytes: Int = 512 << 10, _ body: @escaping @Sendable () -> Void) -> WorkerThread? {
        create(name, stackBytes, isDetached: false, body).map(WorkerThread.init)
    }

    /// Starts a thread that nobody waits for; false when the system refuses one.
    public static func detach(name: String, stackBytes: Int = 512 << 10, _ body: @escaping @Sendable () -> Void) -> Bool {
        create(name, stackBytes, isDetached: true, body) != nil
    }

    private static func create(
        _ name: String, _ stackBytes: Int, isDetached: Bool, _ body: @escaping @Sendable () -> Void
    ) -> pthread_t? {
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        if isDetached { pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) }
        // Signals belong to the program's main thread.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                cplatform_name_thread(work.name)
                work.body()
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            return nil
        }
        return thread
    }

    /// Waits until the thread has ended. Once only.
    public func join() { pthread_join(thread, nil) }

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
