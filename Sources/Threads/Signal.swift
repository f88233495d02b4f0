import CPlatform
import Glibc

/// Wakes one waiting thread. A signal sent while nobody waits is kept; several count as many.
public final class Signal: Sendable {
    // A semaphore may be used from all threads at once; the pointer never changes and is freed when nobody can hold it any more.
    private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

    /// A signal that nobody has sent.
    public init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Wakes one that waits, or the next that will.
    public func send() { sem_post(semaphore) }

    /// Waits for a signal or for this instant of CLOCK_MONOTONIC in nanoseconds; nil waits without limit. True when a signal came.
    public func wait(until deadline: Int64?) -> Bool {
        if let deadline { return cplatform_wait_semaphore(semaphore, deadline) == 0 }
        while sem_wait(semaphore) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }
}
