import Glibc

/// A pattern of files in a configuration: Go's `path/filepath` syntax.
public enum FileGlob {
    /// Whether brackets and escapes of the pattern are closed. What is not matches nothing in Go but fails.
    public static func isWellFormed(_ pattern: String) -> Bool {
        var scanner = Array(pattern.utf8)[...]
        while let byte = scanner.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"): if scanner.popFirst() == nil { return false }
            case UInt8(ascii: "["): if !skipClass(&scanner) { return false }
            default: break
            }
        }
        return true
    }

    /// The files that match, sorted. Patterns that match nothing are fine and give none.
    public static func files(matching pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        // GLOB_PERIOD: unlike the shell, Go's `*` takes a leading dot too.
        guard glob(pattern, GLOB_PERIOD, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in
            guard let path = found.gl_pathv[index].map({ String(cString: $0) }) else { return nil }
            return path.hasSuffix("/.") || path.hasSuffix("/..") ? nil : path
        }
    }

    /// After `[`: an optional `^`, then at least one character or range, then `]`.
    private static func skipClass(_ scanner: inout ArraySlice<UInt8>) -> Bool {
        if scanner.first == UInt8(ascii: "^") { scanner.removeFirst() }
        var ranges = 0
        while let byte = scanner.first {
            if byte == UInt8(ascii: "]"), ranges > 0 {
                scanner.removeFirst()
                return true
            }
            guard skipCharacter(&scanner) else { return false }
            if scanner.first == UInt8(ascii: "-") {
                scanner.removeFirst()
                guard skipCharacter(&scanner) else { return false }
            }
            ranges += 1
        }
        return false
    }

    private static func skipCharacter(_ scanner: inout ArraySlice<UInt8>) -> Bool {
        switch scanner.popFirst() {
        case nil, UInt8(ascii: "-"), UInt8(ascii: "]"): false
        case UInt8(ascii: "\\"): scanner.popFirst() != nil
        default: true
        }
    }
}
