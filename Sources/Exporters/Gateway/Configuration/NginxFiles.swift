import Glibc

/// Reads an nginx configuration with the files that it includes, and tells whether they have changed since.
///
/// Paths of Windows are looked for where WSL mounts its drives: `F:/flatnet` at `/mnt/f/flatnet`.
struct NginxFiles: Sendable {
    /// Longer files are read up to here, and so are more files.
    static let maximumFileBytes = 1 << 20
    static let maximumFiles = 256
    private static let maximumDepth = 16

    /// The main file.
    let path: String

    /// What a file was when it was read.
    struct Stamp: Hashable, Sendable {
        var bytes: Int64
        var seconds: Int
        var nanoseconds: Int
        var inode: UInt64

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            bytes = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
            inode = UInt64(status.st_ino)
        }
    }

    /// What was read, and by what a change is seen: the files and what the patterns of includes matched.
    struct Reading: Sendable {
        var configuration = NginxConfiguration()
        var stamps: [String: Stamp?] = [:]
        var matches: [String: [String]] = [:]
    }

    /// Reads all files. An included file that cannot be read is noted; the main one that cannot is an error.
    func read() -> Result<Reading, FileError> {
        var state = State(directory: Self.directory(of: path))
        let stamp = Stamp(path)
        switch Self.bytes(of: path) {
        case .failure(let failure): return .failure(failure)
        case .success(let text):
            state.reading.stamps[path] = .some(stamp)
            state.reading.configuration.files.append(path)
            var interpreter = NginxInterpreter()
            interpreter.read(text) { Self.include($0, &$1, state: &state, depth: 0) }
            var reading = state.reading
            let found = interpreter.finished()
            reading.configuration.upstreams = found.upstreams
            reading.configuration.bareAddresses = found.bareAddresses
            return .success(reading)
        }
    }

    /// Whether reading again may give something else.
    func hasChanged(since reading: Reading) -> Bool {
        reading.stamps.contains { Stamp($0.key) != $0.value } || reading.matches.contains { Self.files(matching: $0.key) != $0.value }
    }

    /// A path as nginx on Windows has it, where WSL finds it; any other path as it is.
    static func local(_ path: String) -> String {
        let scalars = Array(path.utf8)
        guard scalars.count >= 2, scalars[1] == UInt8(ascii: ":"),
            scalars.count == 2 || scalars[2] == UInt8(ascii: "/") || scalars[2] == UInt8(ascii: "\\")
        else { return path }
        switch scalars[0] {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): break
        default: return path
        }
        return "/mnt/\(path.prefix(1).lowercased())\(path.dropFirst(2).replacing("\\", with: "/"))"
    }

    // MARK: Includes

    private struct State {
        /// Includes are relative to the main file's directory.
        let directory: String
        var reading = Reading()

        init(directory: String) { self.directory = directory }
    }

    private static func include(_ pattern: String, _ interpreter: inout NginxInterpreter, state: inout State, depth: Int) {
        guard depth < maximumDepth else { return }
        var pattern = local(pattern)
        if !pattern.hasPrefix("/") { pattern = state.directory + "/" + pattern.replacing("\\", with: "/") }
        let found = files(matching: pattern)
        state.reading.matches[pattern] = found
        for file in found.isEmpty && !isGlob(pattern) ? [pattern] : found {
            guard state.reading.configuration.files.count < maximumFiles else { return }
            state.reading.stamps[file] = .some(Stamp(file))
            switch bytes(of: file) {
            case .failure(let failure): state.reading.configuration.unreadable[file] = failure.found
            case .success(let text):
                state.reading.configuration.files.append(file)
                // Each level reads with a copy of what is around it; Swift does not let one closure write to a variable twice.
                interpreter.read(text) { Self.include($0, &$1, state: &state, depth: depth + 1) }
            }
        }
    }

    private static func isGlob(_ pattern: String) -> Bool { pattern.utf8.contains { "*?[".utf8.contains($0) } }

    private static func files(matching pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<min(Int(found.gl_pathc), maximumFiles)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }

    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "" : String(path[..<$0]) } ?? "."
    }

    private static func bytes(of path: String) -> Result<[UInt8], FileError> {
        Result { () throws(FileError) in try SmallFile.read(path, limit: maximumFileBytes, .cut) }
    }
}
