import AlertRouter

/// The manual page of one command.
struct ManPage {
    private let command: CommandModel
    /// The words that lead to the command, the program's name first.
    private let path: [String]

    /// The words behind the program's name.
    var words: [String] { Array(path.dropFirst()) }

    /// The page's name, as `man` takes it.
    var name: String { path.joined(separator: "-") }

    init(_ command: CommandModel, path: [String]) {
        self.command = command
        self.path = path
    }

    /// The page of the command that these words lead to, from the program; nil if there is none.
    static func find(_ words: some Sequence<String>, in program: CommandModel) -> ManPage? {
        var command = program
        var path = [program.name]
        for word in words {
            guard let child = command[word] else { return nil }
            command = child
            path.append(word)
        }
        return ManPage(command, path: path)
    }

    /// This page and those of all commands below.
    var all: [ManPage] { [self] + command.children.flatMap { ManPage($0, path: path + [$0.name]).all } }

    /// The page in man(7) macros, as of a day like 2026-11-22.
    func source(date: String) -> String {
        var page = Roff()
        page.line(".\\\" Made by \(path[0]) man.")
        page.title(name, section: 1, date: date, product: "Flatalert \(ProductInfo.version)")
        page.section("Name")
        let summary = command.abstract.hasSuffix(".") ? String(command.abstract.dropLast()) : command.abstract
        page.line(Roff.escaped(name) + " \\-\n" + Roff.text(summary.prefix(1).lowercased() + summary.dropFirst()))
        synopsis(&page)
        page.section("Description")
        page.opening(command.abstract)
        if !command.discussion.isEmpty { page.paragraph(command.discussion) }
        commands(&page)
        arguments(&page)
        surroundings(&page)
        page.section("Exit status")
        page.opening("0 if all went well, else 1; what went wrong is said on standard error.")
        seeAlso(&page)
        return page.source
    }

    private func synopsis(_ page: inout Roff) {
        page.section("Synopsis")
        var line = Roff.bold(path.joined(separator: " "))
        if !command.arguments.filter({ $0.kind != .positional }).isEmpty { line += " [" + Roff.italic("flags") + "]" }
        if !command.children.isEmpty { line += " " + Roff.italic("command") }
        if !command.operands.isEmpty, command.arguments.isEmpty { line += " [" + Roff.italic("command") + " ...]" }
        for argument in command.arguments where argument.kind == .positional {
            let name = Roff.italic(argument.valueName) + (argument.isRepeating ? " ..." : "")
            line += argument.isOptional ? " [\(name)]" : " \(name)"
        }
        page.line(line)
    }

    private func commands(_ page: inout Roff) {
        guard !command.children.isEmpty else { return }
        page.section("Commands")
        for child in command.children {
            let note = child.name == command.defaultChild ? " It is meant when none is named." : ""
            page.item(Roff.bold(child.name), child.abstract + note)
        }
    }

    private func arguments(_ page: inout Roff) {
        let arguments = command.arguments
        let positional = arguments.filter { $0.kind == .positional }
        if !positional.isEmpty {
            page.section("Arguments")
            for argument in positional { page.item(Roff.italic(argument.valueName), argument.abstract) }
        }
        let flags = arguments.filter { $0.kind != .positional }
        var sections: [String?] = []
        for flag in flags where !sections.contains(flag.section) { sections.append(flag.section) }
        // A command's own come first.
        for section in sections.sorted(by: { $0 == nil && $1 != nil }) {
            page.section(section ?? "Options")
            for flag in flags where flag.section == section { page.item(Self.tag(flag), Self.meaning(flag)) }
        }
    }

    private static func tag(_ flag: ArgumentModel) -> String {
        let names = flag.names.map { name in
            flag.isInvertible && name.hasPrefix("--") ? Roff.bold("--[no-]\(name.dropFirst(2))") : Roff.bold(name)
        }
        guard flag.kind == .option else { return names.joined(separator: ", ") }
        let separator = flag.names.last?.hasPrefix("--") == true ? "=" : " "
        return names.joined(separator: ", ") + separator + value(flag.values)
    }

    private static func value(_ values: ArgumentModel.Values) -> String {
        switch values {
        // Too many would be one word that fits on no line; the text names them.
        case .words(let words) where words.joined().count <= 40: words.map(Roff.bold).joined(separator: "|")
        case .file: Roff.italic("file")
        case .directory: Roff.italic("directory")
        case .anything, .words, .printed: Roff.italic("value")
        }
    }

    private static func meaning(_ flag: ArgumentModel) -> String {
        flag.abstract + (flag.defaultValue.map { " Default: \($0)" } ?? "")
    }

    private func surroundings(_ page: inout Roff) {
        switch command.surroundings {
        case .none: break
        case .server:
            page.section("Environment")
            page.opening(
                "Each flag is also a variable, FLATALERT_ and its name with underscores for dots and dashes, such as "
                    + "FLATALERT_WEB_LISTEN_ADDRESS=:9093. A flag wins.")
        case .client:
            page.section("Environment")
            page.opening("These give defaults for flags; a flag wins, and they win over the files below.")
            for flag in ClientSettings.flags { page.item(Roff.bold(ClientSettings.variable(flag)), "The default of --\(flag).") }
            page.section("Files")
            page.opening("YAML maps of flags' names to their defaults. The first file that has a flag counts.")
            for file in ClientSettings.files(home: "$HOME") {
                page.item(Roff.italic(file), "Such as: alertmanager.url: http://localhost:9093")
            }
        }
    }

    private func seeAlso(_ page: inout Roff) {
        let above = path.indices.dropFirst().reversed().map { path[..<$0].joined(separator: "-") }
        let names = above + command.children.map { "\(name)-\($0.name)" }
        guard !names.isEmpty else { return }
        page.section("See also")
        for (index, name) in names.enumerated() {
            page.line(".BR \(Roff.escaped(name)) (1)\(index == names.count - 1 ? "" : ",")")
        }
    }
}
