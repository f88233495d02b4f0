import CPlatform
import Glibc

/// Why a stand-in could not be put in its place or taken away.
public struct CNIShimError: Error, Equatable, CustomStringConvertible {
    /// What was found where.
    public var found: String
    /// What to do.
    public var advice: String

    init(_ found: String, advice: String) {
        self.found = found
        self.advice = advice
    }

    /// Both in one line.
    public var description: String { "\(found); \(advice)" }
}

extension CNIShimInstallation {
    /// What lies at a path.
    enum Kind: Equatable {
        case missing
        /// A file of this program, and whether it is the very version that runs.
        case standIn(isThisOne: Bool)
        /// A program that is not ours.
        case plugin
        /// Something else, in words that follow "is".
        case other(String)
    }

    func kind(_ path: String) throws(CNIShimError) -> Kind {
        var found = stat()
        guard lstat(path, &found) == 0 else {
            guard errno == ENOENT else { throw failure("look at", path) }
            return .missing
        }
        guard stat(path, &found) == 0 else { return .other("a symbolic link that leads nowhere") }
        guard found.st_mode & S_IFMT == S_IFREG else { return .other(found.st_mode & S_IFMT == S_IFDIR ? "a directory" : "no file") }
        guard found.st_size > 0 else { return .other("an empty file") }
        guard found.st_mode & 0o111 != 0 else { return .other("not executable") }
        guard try holdsMark(path) else { return .plugin }
        return .standIn(isThisOne: try isSameContent(path, ownFile))
    }

    private var ownFile: String { "/proc/self/exe" }

    private func holdsMark(_ path: String) throws(CNIShimError) -> Bool {
        let overlap = cplatform_program_mark_length() - 1
        // The mark may lie across two pieces.
        var end: [UInt8] = []
        return try read(path) { piece in
            let seam = end + piece.prefix(overlap)
            if cplatform_has_program_mark(seam, seam.count) != 0 || cplatform_has_program_mark(piece.baseAddress, piece.count) != 0 {
                return true
            }
            end = piece.count < overlap ? (end + piece).suffix(overlap) : Array(piece.suffix(overlap))
            return false
        }
    }

    private func isSameContent(_ left: String, _ right: String) throws(CNIShimError) -> Bool {
        if isSameFile(left, right) { return true }
        let other = open(right, O_RDONLY | O_CLOEXEC)
        guard other >= 0 else { throw failure("read", right) }
        defer { close(other) }
        var (first, second) = (stat(), stat())
        guard stat(left, &first) == 0, fstat(other, &second) == 0, first.st_size == second.st_size else { return false }
        var compared = [UInt8](repeating: 0, count: Self.pieceSize)
        let differs = try read(left) { piece in
            var count = 0
            while count < piece.count {
                let more = compared.withUnsafeMutableBytes { Glibc.read(other, $0.baseAddress.map { $0 + count }, piece.count - count) }
                if more < 0, errno == EINTR { continue }
                guard more > 0, let base = piece.baseAddress else { return true }
                count += more
                // By the library: of a hundred megabytes a loop of our own takes a minute where it was built without optimization.
                if memcmp(base, compared, count) != 0 { return true }
            }
            return false
        }
        var last: UInt8 = 0
        return !differs && Glibc.read(other, &last, 1) == 0
    }

    private static let pieceSize = 256 << 10

    /// Reads a file piece by piece until the body has seen enough; whether it has.
    private func read(_ path: String, _ body: (UnsafeRawBufferPointer) -> Bool) throws(CNIShimError) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("read", path) }
        defer { close(file) }
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return false }
            if piece.withUnsafeBytes({ body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }) { return true }
        }
    }

    func isSameFile(_ left: String, _ right: String) -> Bool {
        var first = stat()
        var second = stat()
        return stat(left, &first) == 0 && stat(right, &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Copies a program; the copy is on the disk when this returns.
    func copy(_ source: String, to path: String) throws(CNIShimError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o700)
        guard file >= 0 else { throw failure("make", path) }
        defer { close(file) }
        var problem: CNIShimError?
        _ = try read(source) { piece in
            var rest = piece
            while !rest.isEmpty {
                let count = write(file, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    problem = failure("write", path)
                    return true
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return false
        }
        if let problem { throw problem }
        guard fchmod(file, 0o755) == 0, fsync(file) == 0 else { throw failure("write", path) }
    }

    func temporaryName(_ suffix: String) -> String {
        let slash = plugin.lastIndex(of: "/") ?? plugin.startIndex
        return "\(plugin[..<slash])/.\(plugin[plugin.index(after: slash)...]).flatalert-\(getpid())-\(suffix)"
    }

    private var directory: String {
        let slash = plugin.lastIndex(of: "/") ?? plugin.startIndex
        return slash == plugin.startIndex ? "/" : String(plugin[..<slash])
    }

    /// Keeps a second one out until the descriptor is closed.
    func lockDirectory() throws(CNIShimError) -> Int32 {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", directory) }
        let code = cplatform_flock_exclusive(descriptor)
        guard code == 0 else {
            close(descriptor)
            throw CNIShimError(
                "\(directory) cannot be locked: \(String(cString: strerror(code)))",
                advice: "another flatalert cni-shim may be at work there")
        }
        return descriptor
    }

    /// What was renamed is on the disk afterwards.
    func syncDirectory() {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    func failure(_ action: String, _ path: String) -> CNIShimError {
        let code = errno
        let advice = code == EACCES || code == EPERM ? "run it as root" : code == ENOSPC ? "make room on the disk" : "look at the directory"
        return CNIShimError("could not \(action) \(path): \(String(cString: strerror(code)))", advice: advice)
    }
}
