import Glibc

/// The process that listens on a port.
public struct PortHolder: Sendable, Hashable, CustomStringConvertible {
    /// Its process id.
    public var pid: Int32
    /// Its command's name.
    public var command: String

    /// `NAME (pid N)`.
    public var description: String { "\(command) (pid \(pid))" }

    /// A holder.
    public init(pid: Int32, command: String) {
        self.pid = pid
        self.command = command
    }

    /// Looks for a process that listens on this TCP port, over IPv4 or IPv6. Finds only what this user may see: its own processes, or all
    /// of them as root.
    public static func find(port: Int) -> PortHolder? {
        let inodes = listeningInodes(port: port, table: "/proc/net/tcp") + listeningInodes(port: port, table: "/proc/net/tcp6")
        guard !inodes.isEmpty else { return nil }
        let targets = Set(inodes.map { "socket:[\($0)]" })
        for process in entries(of: "/proc") {
            guard let pid = Int32(process) else { continue }
            for descriptor in entries(of: "/proc/\(process)/fd") {
                guard let target = linkTarget("/proc/\(process)/fd/\(descriptor)"), targets.contains(target) else { continue }
                let name = contents(of: "/proc/\(process)/comm").split(separator: "\n").first.map(String.init) ?? "process"
                return PortHolder(pid: pid, command: name)
            }
        }
        return nil
    }

    /// Inodes of the sockets in state LISTEN (0A) on this port; the columns are those of proc(5).
    private static func listeningInodes(port: Int, table: String) -> [String] {
        contents(of: table).split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: " ", omittingEmptySubsequences: true)
            guard columns.count > 9, columns[3] == "0A", let digits = columns[1].split(separator: ":").last, Int(digits, radix: 16) == port
            else { return nil }
            return String(columns[9])
        }
    }

    private static func entries(of directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }

    private static func linkTarget(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &target, target.count)
        return count > 0 ? String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    static func contents(of path: String) -> String {
        String(decoding: FileBytes.read(path) ?? [], as: UTF8.self)
    }
}

/// Reads small files whole.
enum FileBytes {
    /// The file's bytes, nil when it cannot be read.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: 16 * 1024) { buffer, count in
                count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
            }
            if chunk.isEmpty { return bytes }
            bytes.append(contentsOf: chunk)
        }
    }
}
