import CPlatform
import Glibc

/// A detached thread for a system call that may never return.
enum ProbeThread {
    private static let stackBytes = 256 << 10

    /// Runs work on a thread of its own. Returns false where the system gives none.
    static func start(_ work: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return false }
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stackBytes)
        // Signals belong to the program's main thread.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let box = Unmanaged.passRetained(Work(work))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                cplatform_name_thread("filesystems")
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        if code != 0 { box.release() }
        return code == 0
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// Something to wait for, but not for ever.
// The semaphore is made for several threads; its address stays the same and is freed when nobody holds this any longer.
final class Deadline: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// What is waited for has happened.
    func signal() { sem_post(semaphore) }

    /// Waits until it has happened, or until this instant of the monotonic clock in nanoseconds.
    func wait(until instant: Int64) { _ = cplatform_wait_semaphore(semaphore, instant) }
}
