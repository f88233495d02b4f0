import ArgumentParser
import JSON

/// A command as it looks from outside: what it is for, its arguments, and the commands below it. Help, manual pages and completions are all
/// made of this, and this of the commands themselves.
struct CommandModel: Sendable {
    let name: String
    let abstract: String
    var discussion = ""
    /// The child that is meant when none is named.
    var defaultChild: String?
    var children: [CommandModel] = []
    /// The commands whose names are its arguments.
    var operands: [CommandModel] = []
    /// What defines the arguments.
    var definition: (any ParsableArguments.Type)?
    /// Where it takes what is not on the command line.
    var surroundings = Surroundings.none

    /// What besides the command line decides.
    enum Surroundings: Sendable {
        case none
        /// Each flag of a server has a variable.
        case server
        /// The flags of all commands have variables, and files with defaults.
        case client
    }

    /// What can stand behind its name.
    var arguments: [ArgumentModel] {
        guard let definition, let description = try? JSONValue.parse(Array(definition._dumpHelp().utf8)) else { return [] }
        return ArgumentModel.list(description)
    }

    /// The command below with this name.
    subscript(_ name: String) -> CommandModel? { children.first { $0.name == name } }

    /// All commands below that do something, with the words that lead to each and a `*` behind one that is meant when none is named.
    var leaves: [(usage: String, abstract: String)] {
        children.flatMap { child in
            let name = child.name + (child.name == defaultChild ? "*" : "")
            guard !child.children.isEmpty else { return [(name, child.abstract)] }
            return child.leaves.map { ("\(child.name) \($0.usage)", $0.abstract) }
        }
    }

    /// The lines of a list of commands.
    static func table(_ leaves: [(usage: String, abstract: String)]) -> String {
        let width = leaves.map(\.usage.count).max() ?? 0
        return leaves.map { "  \($0.usage)\(String(repeating: " ", count: width - $0.usage.count))  \($0.abstract)\n" }.joined()
    }
}

extension CommandModel {
    /// A client command, or a noun with the commands below it.
    init(_ node: CommandNode) {
        self.init(
            name: node.name, abstract: node.abstract, discussion: node.command?.configuration.discussion ?? "",
            defaultChild: node.defaultChild, children: node.children.map(CommandModel.init),
            definition: node.command ?? GlobalFlags.self)
    }

    /// A command of ArgumentParser.
    init(_ command: any ParsableCommand.Type, surroundings: Surroundings = .none) {
        self.init(
            name: command.configuration.commandName ?? "", abstract: command.configuration.abstract,
            discussion: command.configuration.discussion, definition: command, surroundings: surroundings)
    }

    /// The whole program that goes by this name.
    static func program(_ name: String) -> CommandModel {
        let serve = CommandModel(Serve.self, surroundings: .server)
        if ProgramName(name) == .alertmanager {
            return CommandModel(
                name: name, abstract: serve.abstract, discussion: serve.discussion, definition: Serve.self, surroundings: .server)
        }
        var commands = CommandNode.root.children.map(CommandModel.init)
        commands += [CommandModel(CompletionCommand.self), CommandModel(ManCommand.self)]
        if ProgramName(name) == .flatalert {
            commands.insert(contentsOf: [serve, ExporterCommands.model], at: 0)
            commands.append(CommandModel(name: "version", abstract: "Print the version."))
        }
        commands.append(CommandModel(name: "help", abstract: "Print the help of a command."))
        let names = commands.map(\.namesOnly)
        for index in commands.indices where ["man", "help"].contains(commands[index].name) { commands[index].operands = names }
        return CommandModel(
            name: name, abstract: ProgramName(name) == .amtool ? CommandNode.root.abstract : Self.abstract,
            children: commands, definition: GlobalFlags.self, surroundings: .client)
    }

    private static let abstract = "An alert router, drop-in for Prometheus Alertmanager."

    private var namesOnly: CommandModel {
        CommandModel(name: name, abstract: abstract, operands: children.map(\.namesOnly))
    }
}

/// Which program is meant by the name that it is called by.
enum ProgramName: Sendable {
    case flatalert, alertmanager, amtool

    init(_ name: String) {
        switch name {
        case "amtool": self = .amtool
        case "alertmanager", "prometheus-alertmanager": self = .alertmanager
        default: self = .flatalert
        }
    }
}
