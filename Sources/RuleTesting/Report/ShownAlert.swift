import Labels

/// An alert as failures show it.
struct ShownAlert: Hashable {
    /// Sorted by name.
    var labels: [NamedText]
    /// Sorted by name.
    var annotations: [NamedText]

    init(labels: [NamedText], annotations: [NamedText]) {
        self.labels = labels
        self.annotations = annotations
    }

    init(labels: LabelSet, annotations: LabelSet) {
        self.labels = labels.namedTexts
        self.annotations = annotations.namedTexts
    }

    /// The same with this alertname, whatever it had.
    func named(_ name: String) -> ShownAlert {
        let others = labels.filter { $0.name != "alertname" }
        return ShownAlert(labels: (others + [NamedText(name: "alertname", value: name)]).sorted { $0 < $1 }, annotations: annotations)
    }

    /// Two lines.
    var lines: [String] { ["Labels:\(NamedText.list(labels))", "Annotations:\(NamedText.list(annotations))"] }

    /// Alerts as promtool lists them: `[]`, or numbered from 0, a bracket around.
    static func text(_ alerts: [ShownAlert], indent: String) -> String {
        guard !alerts.isEmpty else { return "[]" }
        let parts = alerts.enumerated().map { index, alert in
            "\(indent)\(index):\n" + alert.lines.map { "\(indent)  \($0)" }.joined(separator: "\n")
        }
        return "[\n" + parts.joined(separator: ",\n") + "\n\(indent)]"
    }

    /// What is missing with `-`, what is too much with `+`, what is right with a blank.
    static func difference(expected: [ShownAlert], found: [ShownAlert], indent: String) -> String {
        var rest = found
        var lines: [String] = []
        for alert in expected {
            let place = rest.firstIndex(of: alert)
            if let place { rest.remove(at: place) }
            lines += alert.lines.map { (place == nil ? "- " : "  ") + $0 }
        }
        for alert in rest { lines += alert.lines.map { "+ " + $0 } }
        return lines.map { indent + $0 }.joined(separator: "\n")
    }
}

extension ShownAlert: Comparable {
    static func < (left: ShownAlert, right: ShownAlert) -> Bool {
        left.labels == right.labels
            ? left.annotations.lexicographicallyPrecedes(right.annotations) : left.labels.lexicographicallyPrecedes(right.labels)
    }
}

extension NamedText: Comparable {
    static func < (left: NamedText, right: NamedText) -> Bool {
        left.name == right.name
            ? left.value.utf8.lexicographicallyPrecedes(right.value.utf8) : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }

    /// `{a="b", c="d"}`; names that need it in quotes.
    static func list(_ texts: [NamedText]) -> String {
        let parts = texts.map { text in
            "\(isValidLabelName(text.name, mode: .classic) ? text.name : GoQuote.quote(text.name))=\(GoQuote.quote(text.value))"
        }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}

extension LabelSet {
    /// In the order of their names.
    var namedTexts: [NamedText] { pairs.map { NamedText(name: $0.name, value: $0.value) }.sorted() }
}
