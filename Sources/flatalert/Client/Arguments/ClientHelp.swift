/// The help of nouns; verbs have their own.
enum ClientHelp {
    /// The text for a noun, or for the whole program at the root. `path` starts with the program's name.
    static func text(_ node: CommandNode, path: [String]) -> String {
        let name = path.joined(separator: " ")
        let model = path.count == 1 ? CommandModel.program(name) : CommandModel(node)
        var text = "usage: \(name) [<flags>] <command> [<args> ...]\n\n\(node.abstract)\n\nCommands (* is meant when none is given):\n"
        text += CommandModel.table(model.leaves)
        text += """

            \(name) <command> --help lists the flags of a command. Flags of all commands: --alertmanager.url, -o/--output, -v/--verbose,
            --timeout, --date.format, --http.config.file, --[no-]version-check, --enable-feature, --version.
            Defaults for flags are read from $HOME/.config/amtool/config.yml, then /etc/amtool/config.yml: a YAML map such as
            "alertmanager.url: http://localhost:9093".

            """
        return text
    }
}
