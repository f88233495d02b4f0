import JSON

/// How silences are printed (reference 12.3).
enum SilenceTable {
    static func print(_ silences: [SilenceRecord], _ session: ClientSession) {
        let silences = silences.enumerated().sorted { ($0.element.endsAt, $0.offset) < ($1.element.endsAt, $1.offset) }.map(\.element)
        switch session.output {
        case .simple: session.console.write(.output, simple(silences, session))
        case .extended: session.console.write(.output, extended(silences, session))
        case .json: session.console.printJSON(silences.map(\.json))
        }
    }

    private static func simple(_ silences: [SilenceRecord], _ session: ClientSession) -> String {
        var table = Table(titles: ["ID", "Matchers", "Ends At", "Created By", "Comment"])
        for silence in silences {
            let matchers = silence.matchers.map { "\($0)" }.joined(separator: " ")
            table.add([silence.id, matchers, session.format(silence.endsAt), silence.createdBy, silence.comment])
        }
        return table.rendered
    }

    private static func extended(_ silences: [SilenceRecord], _ session: ClientSession) -> String {
        var table = Table(titles: ["ID", "Matchers", "Starts At", "Ends At", "Updated At", "Created By", "Comment"])
        for silence in silences {
            table.add([
                silence.id, "\(silence.matchers)", session.format(silence.startsAt), session.format(silence.endsAt),
                session.format(silence.updatedAt), silence.createdBy, silence.comment,
            ])
        }
        return table.rendered
    }
}
