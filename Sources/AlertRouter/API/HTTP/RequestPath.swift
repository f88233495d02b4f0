/// Paths of request targets.
enum RequestPath {
    /// The path without empty, `.` and `..` segments; a trailing slash stays.
    ///
    /// Alertmanager redirects to this path, and so do we for GET. Whatever else is redirected arrives as a GET, a POST without its alerts: so we
    /// answer at once.
    static func cleaned(_ path: String) -> String {
        let bytes = Array(path.utf8)
        let slash = UInt8(ascii: "/")
        let isClean = zip(bytes, bytes.dropFirst()).allSatisfy { $0 != slash || ($1 != slash && $1 != UInt8(ascii: ".")) }
        guard bytes.first == slash, !isClean else { return path }
        var segments: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        let cleaned = "/" + segments.joined(separator: "/")
        return path.hasSuffix("/") && cleaned != "/" ? cleaned + "/" : cleaned
    }
}
