import ArgumentParser
import Glibc
import JSON

/// `FLATALERT_*` for every flag of a command that serves. A flag on the command line wins.
struct EnvironmentFlags {
    private static let prefix = "FLATALERT_"

    private let options: [String]
    private let switches: [String]

    /// The flags as the parser itself knows them.
    init(of command: any ParsableCommand.Type) {
        let description = (try? JSONValue.parse(Array(command._dumpHelp().utf8))) ?? .null
        func names(ofKind kind: String) -> [String] {
            description["command"]?["arguments"]?.arrayValue?.compactMap { argument in
                guard argument["kind"]?.stringValue == kind else { return nil }
                return argument["preferredName"]?["name"]?.stringValue
            } ?? []
        }
        options = names(ofKind: "option")
        switches = names(ofKind: "flag")
    }

    /// The arguments that the environment adds to these.
    func arguments(notIn arguments: [String], environment: [String: String] = current()) -> [String] {
        guard !environment.isEmpty else { return [] }
        func value(_ name: String) -> String? {
            let isGiven = arguments.contains { $0 == "--\(name)" || $0.hasPrefix("--\(name)=") || $0 == "--no-\(name)" }
            return isGiven ? nil : environment[Self.prefix + Self.variable(name)]
        }
        return options.compactMap { name in value(name).map { "--\(name)=\($0)" } }
            + switches.filter { ["true", "1"].contains(value($0)) }.map { "--\($0)" }
    }

    /// `web.listen-address` → `WEB_LISTEN_ADDRESS`.
    private static func variable(_ flag: String) -> String {
        String(flag.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
    }

    /// Those variables of this process that may be meant for us.
    static func current() -> [String: String] {
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
}
