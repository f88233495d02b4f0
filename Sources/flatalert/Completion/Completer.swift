/// Finds what the word under the cursor may become. It reads a line as the program does: flags may stand anywhere, and a noun without a verb
/// means its usual one.
struct Completer {
    /// What may stand there.
    struct Answer: Hashable {
        enum Kind: Hashable {
            case words, files, directories
            /// The first words of the lines that this command prints.
            case printed(by: [String])
        }

        var kind = Kind.words
        /// The start of the word that stays in front of a file's or printed name: `--config.file=`.
        var prefix = ""
        /// Whole words, with what each means.
        var words: [Word] = []
    }

    /// A whole word to offer, and what it means.
    struct Word: Hashable {
        var text: String
        var meaning = ""
    }

    private var node: CommandModel
    private var arguments: [ArgumentModel]
    /// The flags that are on the line.
    private var given: Set<String> = []
    private var positionals = 0
    private var isAfterTerminator = false
    /// The option that still waits for its value.
    private var open: ArgumentModel?

    /// Reads the words before the cursor.
    private init(_ program: CommandModel, _ words: some Sequence<String>) {
        node = program
        arguments = program.arguments
        for word in words { read(word) }
    }

    /// What the last of these words may become; the program's own name is not among them.
    static func complete(_ words: [String], in program: CommandModel) -> Answer {
        let last = words.last ?? ""
        return Completer(program, words.dropLast()).answer(last)
    }

    // MARK: The words before

    private mutating func read(_ word: String) {
        if open != nil {
            open = nil
        } else if isAfterTerminator {
            positionals += 1
        } else if word == "--" {
            isAfterTerminator = true
        } else if word.hasPrefix("-"), word != "-" {
            readFlag(word)
        } else if let child = node[word] {
            enter(child)
        } else if let operand = node.operands.first(where: { $0.name == word }) {
            enter(operand)
        } else {
            // A word that is no verb is an argument of the usual one.
            while let child = node.defaultChild.flatMap({ node[$0] }) { enter(child) }
            positionals += 1
        }
    }

    private mutating func readFlag(_ word: String) {
        let name = String(word.prefix { $0 != "=" })
        let isWhole = name.count == word.count
        let found = flags.first { $0.allNames.contains(name) } ?? joined(word)
        guard let found else { return }
        given.formUnion(found.allNames)
        if found.kind == .option, isWhole, found.allNames.contains(name) { open = found }
    }

    /// The flag of a short one with its value behind it, such as `-ojson`.
    private func joined(_ word: String) -> ArgumentModel? {
        guard !word.hasPrefix("--") else { return nil }
        return flags.first { $0.names.contains(String(word.prefix(2))) }
    }

    private mutating func enter(_ child: CommandModel) {
        node = child
        arguments = child.arguments
    }

    /// The flags here, those of the usual verb among them.
    private var flags: [ArgumentModel] {
        var flags = arguments.filter { $0.kind != .positional }
        var node = node
        while let child = node.defaultChild.flatMap({ node[$0] }) {
            let known = Set(flags.flatMap(\.names))
            flags += child.arguments.filter { $0.kind != .positional && known.isDisjoint(with: $0.names) }
            node = child
        }
        return flags
    }

    // MARK: The word under the cursor

    private func answer(_ word: String) -> Answer {
        if let open { return values(open, of: word, behind: "") }
        if !isAfterTerminator, word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
            guard let option = flags.first(where: { $0.kind == .option && $0.names.contains(String(word[..<equals])) }) else {
                return Answer()
            }
            return values(option, of: word, behind: String(word[...equals]))
        }
        if !isAfterTerminator, word.hasPrefix("-") { return flagNames(word) }
        let verbs = node.children + node.operands
        var answer = Answer(
            words: isAfterTerminator || positionals > 0 ? [] : words(verbs.map { Word(text: $0.name, meaning: $0.abstract) }, word))
        if answer.words.isEmpty, let argument = positional { answer = values(argument, of: word, behind: "") }
        // Where nothing else can stand, flags can.
        if verbs.isEmpty, positional == nil, word.isEmpty, !isAfterTerminator { answer = flagNames("") }
        return answer
    }

    private func flagNames(_ start: String) -> Answer {
        let names = flags.filter { $0.isRepeating || given.isDisjoint(with: $0.allNames) }.flatMap { flag in
            flag.allNames.filter { $0.hasPrefix("--") }.map { Word(text: $0, meaning: flag.abstract) }
        }
        return Answer(words: words(names, start))
    }

    /// The positional argument that the next word is.
    private var positional: ArgumentModel? {
        var node = node
        while let child = node.defaultChild.flatMap({ node[$0] }) { node = child }
        let list = (node.name == self.node.name ? arguments : node.arguments).filter { $0.kind == .positional }
        if positionals < list.count { return list[positionals] }
        return list.last.flatMap { $0.isRepeating ? $0 : nil }
    }

    private func values(_ argument: ArgumentModel, of word: String, behind prefix: String) -> Answer {
        switch argument.values {
        case .anything: Answer()
        case .words(let values): Answer(words: words(values.map { Word(text: prefix + $0) }, word))
        case .file: Answer(kind: .files, prefix: prefix)
        case .directory: Answer(kind: .directories, prefix: prefix)
        case .printed(let command): Answer(kind: .printed(by: command), prefix: prefix)
        }
    }

    private func words(_ words: [Word], _ start: String) -> [Word] { words.filter { $0.text.hasPrefix(start) } }
}
