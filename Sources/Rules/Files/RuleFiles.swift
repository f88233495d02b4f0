import Glibc

/// The rule files that a configuration names.
///
/// ```swift
/// let files = try RuleFiles.load(patterns: ["rules/*.yml"], directory: "/etc/prometheus")
/// ```
public struct RuleFiles: Sendable {
    /// In the order of the patterns, each pattern's files sorted, none twice.
    public var files: [RuleFile] = []
    /// Patterns that no file matches. No error to Prometheus, but rules that nobody evaluates.
    public var unmatched: [String] = []

    /// No files.
    public init() {}

    /// The groups of all files.
    public var groups: [RuleGroupDefinition] { files.flatMap(\.groups) }

    /// What is odd but no error, each with its place.
    public var warnings: [String] {
        unmatched.map { "no file matches the rule file pattern \($0)" } + files.flatMap(\.warnings)
    }

    /// Reads every file that matches a pattern.
    ///
    /// - Parameters:
    ///   - patterns: Globs as Go's `path/filepath` knows them.
    ///   - directory: What relative patterns are joined to; nil leaves them to the process's directory.
    /// - Throws: The problems of all files together: none is loaded then.
    public static func load(
        patterns: [String], directory: String? = nil, options: RuleFileOptions = RuleFileOptions()
    ) throws(RuleFileError) -> RuleFiles {
        var result = RuleFiles()
        var seen: Set<String> = []
        var problems: [String] = []
        for pattern in patterns {
            let paths = paths(matching: joined(pattern, to: directory))
            if paths.isEmpty { result.unmatched.append(pattern) }
            for path in paths where seen.insert(path).inserted {
                do throws(RuleFileError) {
                    result.files.append(try load(file: path, options: options))
                } catch {
                    problems += error.problems
                }
            }
        }
        guard problems.isEmpty else { throw RuleFileError(problems: problems) }
        return result
    }

    /// Reads one file.
    public static func load(file path: String, options: RuleFileOptions = RuleFileOptions()) throws(RuleFileError) -> RuleFile {
        try RuleFileReader.read(try contents(of: path), file: path, options: options)
    }

    /// The files that match a pattern, sorted.
    public static func paths(matching pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        // GLOB_PERIOD: unlike the shell, Go's `*` takes a leading dot too.
        guard glob(pattern, GLOB_PERIOD | GLOB_NOSORT, nil, &found) == 0 else { return [] }
        let paths = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
        return paths.filter { !$0.hasSuffix("/.") && !$0.hasSuffix("/..") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// A path or pattern as seen from the directory that a relative one starts at, in its shortest spelling: `a/../b/./c` is `b/c`.
    public static func joined(_ path: String, to directory: String?) -> String {
        let whole = path.hasPrefix("/") ? path : "\(directory ?? ".")/\(path)"
        let isAbsolute = whole.hasPrefix("/")
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        return (isAbsolute ? "/" : "") + (parts.isEmpty && !isAbsolute ? "." : parts.joined(separator: "/"))
    }

    /// What a file holds.
    public static func contents(of path: String) throws(RuleFileError) -> [UInt8] {
        func failure() -> RuleFileError { RuleFileError(problems: ["\(path): cannot be read: \(String(cString: strerror(errno)))"]) }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            guard count > 0 else { return contents }
            contents += chunk[..<count]
        }
    }
}
