import JSON

/// A flag, an option or a positional argument, as its command declares it.
struct ArgumentModel: Sendable, Hashable {
    enum Kind: String, Sendable {
        case positional, option, flag
    }

    /// What can be given, as far as it is known.
    enum Values: Sendable, Hashable {
        case anything
        case words([String])
        case file
        case directory
        /// The first words of the lines that this command of the same program prints.
        case printed(by: [String])
    }

    var kind: Kind
    /// With their dashes; none for what is positional.
    var names: [String]
    /// Whether `--no-…` takes it back.
    var isInvertible = false
    /// The title of a group of flags that several commands share.
    var section: String?
    var isOptional: Bool
    var isRepeating: Bool
    var valueName: String
    var defaultValue: String?
    var abstract: String
    var values = Values.anything

    /// All names on a command line.
    var allNames: [String] { isInvertible ? names + names.filter { $0.hasPrefix("--") }.map { "--no-\($0.dropFirst(2))" } : names }
}

extension ArgumentModel {
    /// The arguments in ArgumentParser's own description of a command, without hidden ones.
    static func list(_ description: JSONValue) -> [ArgumentModel] {
        var list: [ArgumentModel] = []
        for element in description["command"]?["arguments"]?.arrayValue ?? [] {
            guard element["shouldDisplay"]?.boolValue == true, let argument = ArgumentModel(element) else { continue }
            // The two halves of a switch come one after the other.
            if let last = list.last, argument.names == last.names.filter({ $0.hasPrefix("--") }).map({ "--no-\($0.dropFirst(2))" }) {
                list[list.count - 1].isInvertible = true
            } else {
                list.append(argument)
            }
        }
        return list
    }

    private init?(_ element: JSONValue) {
        guard let kind = (element["kind"]?.stringValue).flatMap(Kind.init) else { return nil }
        self.kind = kind
        names = (element["names"]?.arrayValue ?? []).map { name in
            (name["kind"]?.stringValue == "long" ? "--" : "-") + (name["name"]?.stringValue ?? "")
        }
        section = element["sectionTitle"]?.stringValue
        isOptional = element["isOptional"]?.boolValue ?? true
        isRepeating = element["isRepeating"]?.boolValue ?? false
        valueName = element["valueName"]?.stringValue ?? "value"
        // The default of a switch is the name of its other half.
        defaultValue = kind == .flag ? nil : element["defaultValue"]?.stringValue
        abstract = element["abstract"]?.stringValue ?? ""
        values = Self.values(element)
    }

    private static func values(_ element: JSONValue) -> Values {
        let completion = element["completionKind"]
        if let words = completion?["list"]?["values"]?.arrayValue ?? element["allValues"]?.arrayValue {
            return .words(words.compactMap(\.stringValue))
        }
        if completion?["file"] != nil { return .file }
        if completion?["directory"] != nil { return .directory }
        if let command = completion?["shellCommand"]?["command"]?.stringValue {
            return .printed(by: command.split(separator: " ").map(String.init))
        }
        return .anything
    }
}
