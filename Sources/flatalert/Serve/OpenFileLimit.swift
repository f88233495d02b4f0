import Glibc

/// The number of files that this process may have open: each connection and each delivery under way needs one.
enum OpenFileLimit {
    /// Raises it as far as the system lets us; the usual 1,024 would not last for a storm of alerts.
    static func raise() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, 1 << 20)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        _ = setrlimit(resource, &limit)
    }
}
