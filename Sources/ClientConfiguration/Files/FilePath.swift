/// Paths in configuration files, by their text alone.
public enum FilePath {
    /// A path joined to a directory, if it is relative and not empty. Without a directory it stays as it is.
    public static func joined(_ path: String, to directory: String?) -> String {
        guard let directory, !path.isEmpty, !path.hasPrefix("/") else { return path }
        return cleaned("\(directory)/\(path)")
    }

    /// The directory part of a path; `.` for a bare name.
    public static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Removes `.`, `..` and doubled slashes without looking at the disk.
    public static func cleaned(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/\(joined)" : joined.isEmpty ? "." : joined
    }
}
