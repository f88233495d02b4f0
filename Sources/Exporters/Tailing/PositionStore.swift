import Glibc
import JSON

/// Where the places in logs and what was counted up to them are kept: a directory with one file a log.
///
/// A file is replaced as a whole and is on the disk when `save` returns, so a place and its totals always belong together. A directory serves
/// one process at a time.
public final class PositionStore: Sendable {
    /// The directory; made with the first file when it is missing.
    public let directory: String

    /// A store in this directory. Nothing is touched before the first log asks.
    public init(directory: String) {
        self.directory = directory
    }

    /// Far more than is written for any log.
    private static let limit = 64 << 20

    /// What is kept of a log.
    enum Loaded: Sendable {
        /// Nothing: the very first start.
        case nothing
        /// What `save` wrote.
        case state(JSONValue)
        /// There is something that cannot be used, now set aside under this name.
        case unusable(why: String, setAside: String)
        /// The file is there and cannot be read; it stays.
        case unreadable(FileError)
    }

    /// What is kept of a log, set aside when it does not read or is of another version.
    func load(_ log: String, version: Int64) -> Loaded {
        let path = file(log)
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try SmallFile.read(path, limit: Self.limit)
        } catch {
            return error.isMissing ? .nothing : .unreadable(error)
        }
        let why: String
        do throws(JSONError) {
            let state = try JSONValue.parse(bytes)
            let found = state["version"]?.int64Value
            if found == version { return .state(state) }
            why = "it is of version \(found.map(String.init) ?? "unknown"), this program reads version \(version)"
        } catch {
            why = "it is not whole: \(error)"
        }
        let aside = path + ".unusable"
        _ = rename(path, aside)
        return .unusable(why: why, setAside: aside)
    }

    /// Replaces what is kept of a log; it is on the disk afterwards.
    func save(_ bytes: [UInt8], for log: String) throws(PositionStoreError) {
        let path = file(log)
        let temporary = path + ".tmp"
        do throws(PositionStoreError) {
            try write(bytes, to: temporary)
        } catch  where error.code == ENOENT {
            try makeDirectory()
            try write(bytes, to: temporary)
        }
        guard rename(temporary, path) == 0 else { throw PositionStoreError(action: "replace", path: path, code: errno) }
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// The file of a log: its name, with what a file name does not take written as `%` and two digits.
    func file(_ log: String) -> String {
        var name = ""
        for byte in log.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: ".") where !name.isEmpty: name += "."
            default: name += byte < 16 ? "%0\(String(byte, radix: 16))" : "%\(String(byte, radix: 16))"
            }
        }
        return "\(directory)/\(name).json"
    }

    private func write(_ bytes: [UInt8], to path: String) throws(PositionStoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw PositionStoreError(action: "create", path: path, code: errno) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw PositionStoreError(action: "write", path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw PositionStoreError(action: "write", path: path, code: errno) }
    }

    private func makeDirectory() throws(PositionStoreError) {
        var end = directory.startIndex
        while end < directory.endIndex {
            end = directory[directory.index(after: end)...].firstIndex(of: "/") ?? directory.endIndex
            let part = String(directory[..<end])
            guard mkdir(part, 0o750) != 0, errno != EEXIST else { continue }
            throw PositionStoreError(action: "make the directory", path: part, code: errno)
        }
    }
}

/// What could not be done with a store's file.
struct PositionStoreError: Error, Hashable, CustomStringConvertible {
    var action: String
    var path: String
    var code: Int32

    var description: String { "could not \(action) \(path): \(String(cString: strerror(code)))" }
}
