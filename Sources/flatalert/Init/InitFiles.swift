import Glibc

/// The files that `init` leaves behind: all of them, or none.
struct InitFiles {
    private struct File {
        let path: String
        let text: String
        let mode: mode_t
        /// What it is called until all are written.
        var part: String { "\(path).part" }
    }

    private let files: [File]
    private let secretsDirectory: String?

    /// Secrets are readable by their owner alone; the configuration holds none.
    init(_ answers: InitAnswers) {
        files =
            answers.secrets.map { File(path: $0.path, text: $0.text + "\n", mode: 0o600) }
            + [File(path: answers.configFile, text: answers.configuration, mode: 0o644)]
        secretsDirectory = answers.secrets.isEmpty ? nil : answers.secretsDirectory
    }

    /// The paths, the configuration last.
    var paths: [String] { files.map(\.path) }

    /// Whether anything is in the way.
    func check(overwrites: Bool) throws(ClientError) {
        for file in files {
            guard let kind = try Self.mode(file.path) else { continue }
            guard kind & S_IFMT == S_IFREG || kind & S_IFMT == S_IFLNK else { throw .failed("\(file.path) is no file: name another") }
            guard overwrites else { throw .failed("\(file.path) exists: name another file, or overwrite it with --force") }
        }
        guard let secretsDirectory, let kind = try Self.mode(secretsDirectory) else { return }
        guard kind & S_IFMT == S_IFDIR else { throw .failed("\(secretsDirectory) is no directory: name another with --secrets.directory") }
        guard kind & 0o077 == 0 else {
            throw .failed("\(secretsDirectory) is open to other users: chmod 700 it, or name another with --secrets.directory")
        }
    }

    /// Writes all files beside their places first, so that one that can't be written leaves everything as it was.
    func write(overwrites: Bool) throws(ClientError) {
        try check(overwrites: overwrites)
        var made = false
        if let secretsDirectory, try Self.mode(secretsDirectory) == nil {
            guard mkdir(secretsDirectory, 0o700) == 0 else { throw Self.failure("make", secretsDirectory) }
            made = true
        }
        var placed: [String] = []
        do throws(ClientError) {
            for file in files {
                unlink(file.part)
                try DurableFile.write(Array(file.text.utf8), to: file.part)
                guard chmod(file.part, file.mode) == 0 else { throw Self.failure("write", file.path) }
            }
            for file in files {
                let isNew = try Self.mode(file.path) == nil
                try DurableFile.rename(file.part, to: file.path)
                if isNew { placed.append(file.path) }
            }
        } catch {
            for path in files.map(\.part) + placed { unlink(path) }
            if made, let secretsDirectory { rmdir(secretsDirectory) }
            throw error
        }
    }

    /// What is at a path, not following a link; nil when nothing is.
    private static func mode(_ path: String) throws(ClientError) -> mode_t? {
        var status = stat()
        if lstat(path, &status) == 0 { return status.st_mode }
        guard errno == ENOENT else { throw failure("look at", path) }
        return nil
    }

    private static func failure(_ verb: String, _ path: String) -> ClientError {
        .failed("could not \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
