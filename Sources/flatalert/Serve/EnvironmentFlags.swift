import ArgumentParser
import Glibc
import JSON

/// `FLATALERT_*` for every flag of `serve`. A flag on the command line wins.
enum EnvironmentFlags {
    private static let prefix = "FLATALERT_"

    /// The arguments that the environment adds to these.
    static func arguments(notIn arguments: [String], environment: [String: String] = current()) -> [String] {
        guard !environment.isEmpty else { return [] }
        var added: [String] = []
        for name in flagNames {
            guard let value = environment[prefix + variable(name)] else { continue }
            let isGiven = arguments.contains { $0 == "--\(name)" || $0.hasPrefix("--\(name)=") || $0 == "--no-\(name)" }
            if isGiven { continue }
            if switches.contains(name) {
                if value == "true" || value == "1" { added.append("--\(name)") }
            } else {
                added.append("--\(name)=\(value)")
            }
        }
        return added
    }

    /// `web.listen-address` → `WEB_LISTEN_ADDRESS`.
    private static func variable(_ flag: String) -> String {
        String(flag.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
    }

    private static func current() -> [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let pointer = entry.pointee {
            let text = String(cString: pointer)
            if text.hasPrefix(prefix), let equals = text.firstIndex(of: "=") {
                result[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }

    /// The flags as the parser itself knows them.
    private static let description = (try? JSONValue.parse(Array(Serve._dumpHelp().utf8))) ?? .null

    private static func names(ofKind kind: String) -> [String] {
        description["command"]?["arguments"]?.arrayValue?.compactMap { argument in
            guard argument["kind"]?.stringValue == kind else { return nil }
            return argument["preferredName"]?["name"]?.stringValue
        } ?? []
    }

    private static let switches = Set(names(ofKind: "flag"))
    private static let flagNames = names(ofKind: "option") + names(ofKind: "flag")
}
