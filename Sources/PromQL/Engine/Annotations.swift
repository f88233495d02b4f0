/// What a query says beside its answer: warnings and infos, each with the part of the text that it is about (reference 3.14).
///
/// They never fail a query. Equal texts about the same place count once, so a function may say the same of every series and every step.
struct Annotations: Sendable {
    /// One thing said, without its prefix and its position.
    struct Note: Hashable, Sendable {
        let text: String
        let range: SourceRange
    }

    private(set) var warnings: [Note] = []
    private(set) var infos: [Note] = []
    private var known: Set<Note> = []
    private var knownInfos: Set<Note> = []

    init() {}

    var isEmpty: Bool { count == 0 }

    /// How many things were said.
    var count: Int { warnings.count + infos.count }

    /// Says that an answer is likely not what was wanted. The text comes without `PromQL warning: ` and without its position.
    mutating func warn(_ text: String, at range: SourceRange) {
        let note = Note(text: text, range: range)
        if known.insert(note).inserted { warnings.append(note) }
    }

    /// Says what may be worth a look. The text comes without `PromQL info: ` and without its position.
    mutating func inform(_ text: String, at range: SourceRange) {
        let note = Note(text: text, range: range)
        if knownInfos.insert(note).inserted { infos.append(note) }
    }

    /// The texts as Prometheus gives them, with prefix and position in the query's text, each once.
    func rendered(in text: String) -> (warnings: [String], infos: [String]) {
        (Self.render(warnings, "PromQL warning: ", text), Self.render(infos, "PromQL info: ", text))
    }

    private static func render(_ notes: [Note], _ prefix: String, _ text: String) -> [String] {
        var seen: Set<String> = []
        var lines: [String] = []
        for note in notes {
            let place = note.range.position(in: text)
            let line = "\(prefix)\(note.text) (\(place.line):\(place.column))"
            if seen.insert(line).inserted { lines.append(line) }
        }
        return lines
    }
}
