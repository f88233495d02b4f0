import Glibc

/// The files beside a log that are or may be what it was before: `access.log.1`, `access.log-20260115`, `access-20260115.log`.
struct RotatedFile {
    let path: String
    /// What its name has beside the log's.
    let suffix: Substring
    let key: TailFile.Key
    let size: Int64
    let modified: Int64

    var name: Substring { path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...] }

    /// Whether it has to be unpacked to be read.
    var isCompressed: Bool {
        [".gz", ".bz2", ".xz", ".zst", ".lz4", ".zip", ".7z"].contains { path.hasSuffix($0) }
    }

    /// Whether its name tells of a rotation: a number, a date or `old`. Other neighbours are only taken for the log if their content says so.
    var looksRotated: Bool {
        let rest = suffix.dropFirst()
        if ["old", "bak", "prev", "previous"].contains(rest.lowercased()) { return true }
        var hasDigit = false
        for byte in rest.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "T"),
                UInt8(ascii: "Z"):
                break
            default: return false
            }
        }
        return hasDigit
    }

    /// The files beside the log at a path from the oldest to the newest, without the log itself. Nil when the
    /// directory is not there; one that may be entered but not listed shows no files.
    static func list(beside log: String) -> [RotatedFile]? {
        let slash = log.lastIndex(of: "/")
        let directory = directory(of: log)
        let name = log[(slash.map { log.index(after: $0) } ?? log.startIndex)...]
        guard let stream = opendir(directory) else { return errno == EACCES ? [] : nil }
        defer { closedir(stream) }
        var files: [RotatedFile] = []
        while let entry = readdir(stream) {
            let found = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard let suffix = suffix(of: found, beside: name) else { continue }
            let path = slash == nil ? found : directory == "/" ? "/\(found)" : "\(directory)/\(found)"
            var status = stat()
            guard stat(path, &status) == 0, status.kindOfNoFile == nil else { continue }
            files.append(RotatedFile(path: path, suffix: suffix, key: status.key, size: Int64(status.st_size), modified: status.modified))
        }
        return files.sorted { $0.isOlder(than: $1) }
    }

    /// Where a log is.
    static func directory(of log: String) -> String {
        log.lastIndex(of: "/").map { $0 == log.startIndex ? "/" : String(log[..<$0]) } ?? "."
    }

    /// What a name has beside the log's: behind it, or before its ending.
    private static func suffix(of name: String, beside log: Substring) -> Substring? {
        let separators: Set<Character> = [".", "-", "_"]
        if name.hasPrefix(log) {
            let rest = name.dropFirst(log.count)
            if let first = rest.first, separators.contains(first), rest.count > 1 { return rest }
            return nil
        }
        guard let dot = log.lastIndex(of: "."), dot > log.startIndex, name.hasPrefix(log[..<dot]), name.hasSuffix(log[dot...]) else {
            return nil
        }
        let rest = name.dropFirst(log[..<dot].count).dropLast(log[dot...].count)
        if let first = rest.first, separators.contains(first), rest.count > 1 { return rest }
        return nil
    }

    /// By time. Of the same time the higher of two running numbers is older, and the earlier of two dates.
    private func isOlder(than other: RotatedFile) -> Bool {
        if modified != other.modified { return modified < other.modified }
        if let number = runningNumber, let others = other.runningNumber { return number > others }
        return suffix < other.suffix
    }

    private var runningNumber: Int? { suffix.utf8.count <= 4 ? Int(suffix.dropFirst()) : nil }
}

/// All that tells one finished file from another.
struct FileIdentity: Hashable, Sendable {
    let head: ByteFingerprint
    let size: Int64
    let tail: ByteFingerprint
}

extension TailFile {
    /// Of the content that is there now; nil when it cannot be read.
    var identity: FileIdentity? {
        guard let status else { return nil }
        let size = Int64(status.st_size)
        let window = Int(min(size, Int64(LogPlace.windowLimit)))
        guard case .success(let head) = fingerprint(at: 0, count: Int(min(size, Int64(LogPlace.headLimit)))),
            case .success(let tail) = fingerprint(at: size - Int64(window), count: window)
        else { return nil }
        return FileIdentity(head: head, size: size, tail: tail)
    }

    /// Whether another file's whole content is this one's beginning: a copy that was made of it.
    func begins(with other: FileIdentity) -> Bool {
        guard other.size > 0, let status, Int64(status.st_size) >= other.size else { return false }
        return fingerprint(at: 0, count: other.head.count) == .success(other.head)
            && fingerprint(at: other.size - Int64(other.tail.count), count: other.tail.count) == .success(other.tail)
    }
}
