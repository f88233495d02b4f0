/// Finds the command that a command line means. Global flags may stand anywhere, also before and between noun and verb.
struct CommandSearch {
    enum Outcome {
        /// A verb, and everything on the line but its name.
        case command(any ClientCommand.Type, arguments: [String])
        /// The help of a noun, by the names that lead to it.
        case help(CommandNode, path: [String])
        case version
    }

    /// Flags that belong to a noun and may stand before its verb.
    private static let nounFlags: Set<String> = ["--config.file"]

    static func find(_ arguments: [String], in root: CommandNode = .root) throws(ClientError) -> Outcome {
        if arguments.prefix(while: { $0 != "--" }).contains("--version") { return .version }
        var node = root
        var path: [String] = []
        var flags: [String] = []
        var rest = arguments[...]
        search: while node.command == nil, let word = rest.first {
            switch word {
            case "-h", "--help": return .help(node, path: path)
            case "help" where path.isEmpty: return try help(rest.dropFirst(), in: root)
            case "--": break search
            case _ where word.hasPrefix("-") && word != "-":
                guard let count = length(of: word) else { break search }
                // Without its value it is left to the command's own parser, which knows how to complain.
                guard rest.count >= count else { break search }
                flags += rest.prefix(count)
                rest = rest.dropFirst(count)
            default:
                guard let child = node[word] else {
                    guard node.defaultChild == nil else { break search }
                    throw .failed("expected command but got \"\(word)\"")
                }
                node = child
                path.append(word)
                rest = rest.dropFirst()
            }
        }
        while node.command == nil, let name = node.defaultChild, let child = node[name] { node = child }
        guard let command = node.command else {
            // Only flags. Their own complaints come first.
            if let flag = rest.first { throw .failed("unknown \(flag.hasPrefix("--") ? "long" : "short") flag '\(flag)'") }
            if let noun = path.last { throw .failed("must select a subcommand of '\(noun)'") }
            return .help(node, path: path)
        }
        return .command(command, arguments: flags + rest)
    }

    /// How many words a flag takes that is known before the command is; nil when it is the command's.
    private static func length(of word: String) -> Int? {
        if word.hasPrefix("--") {
            let name = word.prefix { $0 != "=" }
            let takesValue = GlobalFlags.valueFlags.contains(String(name)) || nounFlags.contains(String(name))
            if takesValue { return name.count == word.count ? 2 : 1 }
            return ["--verbose", "--no-verbose", "--version-check", "--no-version-check"].contains(word) ? 1 : nil
        }
        if word == "-o" { return 2 }
        return word.hasPrefix("-o") || word == "-v" ? 1 : nil
    }

    private static func help(_ words: ArraySlice<String>, in root: CommandNode) throws(ClientError) -> Outcome {
        var node = root
        for word in words {
            guard let child = node[word] else { throw .failed("expected command but got \"\(word)\"") }
            node = child
        }
        if let command = node.command { return .command(command, arguments: ["--help"]) }
        return .help(node, path: Array(words))
    }
}
