/// The help of nouns; verbs have their own.
enum ClientHelp {
    /// The text for a noun, or for the whole program at the root. `path` starts with the program's name.
    static func text(_ node: CommandNode, path: [String]) -> String {
        let name = path.joined(separator: " ")
        var text = "usage: \(name) [<flags>] <command> [<args> ...]\n\n\(node.abstract)\n\nCommands (* is meant when none is given):\n"
        let lines = leaves(node)
        let width = lines.map(\.usage.count).max() ?? 0
        for line in lines { text += "  \(line.usage)\(String(repeating: " ", count: width - line.usage.count))  \(line.abstract)\n" }
        text += """

            \(name) <command> --help lists the flags of a command. Flags of all commands: --alertmanager.url, -o/--output, -v/--verbose,
            --timeout, --date.format, --http.config.file, --[no-]version-check, --enable-feature, --version.
            Defaults for flags are read from $HOME/.config/amtool/config.yml, then /etc/amtool/config.yml: a YAML map such as
            "alertmanager.url: http://localhost:9093".

            """
        return text
    }

    private static func leaves(_ node: CommandNode, prefix: String = "") -> [(usage: String, abstract: String)] {
        node.children.flatMap { child in
            let name = prefix + child.name + (child.name == node.defaultChild ? "*" : "")
            return child.command == nil ? leaves(child, prefix: prefix + child.name + " ") : [(name, child.abstract)]
        }
    }
}
