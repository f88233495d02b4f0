import Glibc

/// Directories whose changes the kernel announces. Lives on one thread; one inotify descriptor for all.
struct DirectoryWatch {
    /// What happened.
    enum Event: Equatable {
        /// Something about this name. `mask` is inotify's.
        case entry(directory: String, name: String, mask: UInt32)
        /// The directory is gone or elsewhere: it is not watched any more.
        case lost(directory: String)
        /// The kernel forgot events: anything may have changed.
        case overflow
    }

    /// What came of the wish to watch a directory.
    enum Outcome: Equatable {
        case watched
        case missing
        /// The system's words.
        case refused(String)
    }

    private struct Watched {
        var descriptor: Int32
        var holders: Set<UInt64>
    }

    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

    /// To be polled for reading; negative while nothing is watched.
    private(set) var inotify: Int32 = -1
    private var directories: [String: Watched] = [:]
    /// One directory may be known under several paths.
    private var paths: [Int32: Set<String>] = [:]

    /// Watches a directory for a holder. Asked again it makes sure that the path still leads to what is watched.
    mutating func watch(_ directory: String, for holder: UInt64) -> Outcome {
        if inotify < 0 {
            inotify = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
            guard inotify >= 0 else { return .refused(Self.fault("fs.inotify.max_user_instances")) }
        }
        let descriptor = inotify_add_watch(inotify, directory, Self.mask)
        guard descriptor >= 0 else {
            let reason = errno
            let fault = Self.fault("fs.inotify.max_user_watches")
            drop(directory)
            return reason == ENOENT || reason == ENOTDIR ? .missing : .refused(fault)
        }
        var holders = directories[directory]?.holders ?? []
        if let known = directories[directory], known.descriptor != descriptor { drop(directory) }
        holders.insert(holder)
        directories[directory] = Watched(descriptor: descriptor, holders: holders)
        paths[descriptor, default: []].insert(directory)
        return .watched
    }

    /// Ends what is watched for this holder alone.
    mutating func release(_ holder: UInt64) {
        for (directory, watched) in directories where watched.holders.contains(holder) {
            if watched.holders.count == 1 { drop(directory) } else { directories[directory]?.holders.remove(holder) }
        }
    }

    /// Ends everything.
    mutating func close() {
        if inotify >= 0 { _ = Glibc.close(inotify) }
        inotify = -1
        directories = [:]
        paths = [:]
    }

    /// What happened since the last call; does not wait.
    mutating func events() -> [Event] {
        guard inotify >= 0 else { return [] }
        var events: [Event] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = read(inotify, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return events }
            var position = 0
            while position + 16 <= count {
                let (descriptor, mask, length) = buffer.withUnsafeBytes { bytes in
                    (
                        bytes.loadUnaligned(fromByteOffset: position, as: Int32.self),
                        bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self),
                        Int(bytes.loadUnaligned(fromByteOffset: position + 12, as: UInt32.self))
                    )
                }
                let name = buffer[min(position + 16, count)..<min(position + 16 + length, count)].prefix { $0 != 0 }
                position += 16 + length
                append(descriptor, mask, String(decoding: name, as: UTF8.self), to: &events)
            }
        }
    }

    private mutating func append(_ descriptor: Int32, _ mask: UInt32, _ name: String, to events: inout [Event]) {
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { return events.append(.overflow) }
        guard let paths = paths[descriptor] else { return }
        let isLost = mask & UInt32(IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT) != 0
        for directory in paths.sorted() {
            if isLost {
                drop(directory)
                events.append(.lost(directory: directory))
            } else if !name.isEmpty {
                events.append(.entry(directory: directory, name: name, mask: mask))
            }
        }
    }

    private mutating func drop(_ directory: String) {
        guard let watched = directories.removeValue(forKey: directory) else { return }
        paths[watched.descriptor]?.remove(directory)
        guard paths[watched.descriptor]?.isEmpty == true else { return }
        paths[watched.descriptor] = nil
        _ = inotify_rm_watch(inotify, watched.descriptor)
    }

    /// The system's words for `errno`, with the setting to raise where a limit is meant.
    private static func fault(_ setting: String) -> String {
        let text = String(cString: strerror(errno))
        return errno == ENOSPC || errno == EMFILE ? "\(text); raise \(setting)" : text
    }
}
