import Glibc

/// The process that listens on a TCP port.
struct PortHolder: Hashable, CustomStringConvertible {
    /// Its name as the kernel has it, at most 15 bytes.
    var name: String
    var processID: Int

    var description: String { "process \(processID) (\(name))" }

    /// Finds it in /proc; nil where nobody listens, or where the process is another user's.
    static func find(port: Int) -> PortHolder? {
        let sockets = Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listeners(of: port, in: (try? KernelFile.read($0)) ?? []) })
        guard !sockets.isEmpty, let processes = opendir("/proc") else { return nil }
        defer { closedir(processes) }
        while let entry = readdir(processes) {
            guard let process = Int(name(of: entry)), holds(process, sockets) else { continue }
            let name = (try? KernelFile.read("/proc/\(process)/comm", expecting: 64)) ?? []
            return PortHolder(name: String(decoding: name.prefix { $0 != 10 }, as: UTF8.self), processID: process)
        }
        return nil
    }

    /// The inodes of listening sockets of a port in a table of the kernel's: `sl local_address rem_address st … inode`.
    static func listeners(of port: Int, in table: [UInt8]) -> [UInt64] {
        table.withUnsafeBufferPointer {
            KernelLines($0).compactMap { line in
                var line = line
                guard line.word() != nil, let local = line.word(), line.word() != nil, line.word()?.matches("0A") == true,
                    let colon = local.lastIndex(of: UInt8(ascii: ":")),
                    Int(UnsafeBufferPointer(rebasing: local[(colon + 1)...]).string, radix: 16) == port
                else { return nil }
                for _ in 0..<5 { _ = line.word() }
                return line.number()
            }
        }
    }

    private static func holds(_ process: Int, _ sockets: Set<UInt64>) -> Bool {
        let path = "/proc/\(process)/fd"
        guard let descriptors = opendir(path) else { return false }
        defer { closedir(descriptors) }
        while let entry = readdir(descriptors) {
            var target = [CChar](repeating: 0, count: 64)
            let length = readlinkat(dirfd(descriptors), name(of: entry), &target, target.count)
            guard length > 0 else { continue }
            let text = String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("socket:["), let socket = UInt64(text.dropFirst(8).dropLast()), sockets.contains(socket) { return true }
        }
        return false
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
