import GoTemplate
import Labels

/// A rule with its templates parsed.
struct CompiledRule: Sendable {
    /// The text of a label or annotation.
    enum Content: Sendable {
        /// Stands for itself.
        case plain(String)
        /// Is filled in for each sample.
        case template(Template)
        /// Is no template: why.
        case broken(ExpansionError)
    }

    /// A label or annotation.
    struct Text: Sendable {
        let name: String
        let content: Content
    }

    /// Where messages link to, behind the external URL (reference 2.3).
    let graphPath: String
    private let name: String
    private let labels: [Text]
    private let annotations: [Text]
    /// All annotations where none is a template.
    private let plainAnnotations: LabelSet?
    /// Whether no label is a template, so that a sample's labels alone decide the alert's.
    let hasPlainLabels: Bool
    /// Whether the same sample gives the same annotations again and again.
    let hasRepeatableAnnotations: Bool
    /// The same for labels.
    let hasRepeatableLabels: Bool

    init(_ definition: RuleDefinition) {
        name = definition.name
        graphPath = TemplateFunctions.tableLink(definition.query.text)
        func compiled(_ texts: [TemplatedText]) -> [Text] {
            texts.map { text in
                guard definition.kind == .alerting, RuleTemplate.hasActions(text.template) else {
                    return Text(name: text.name, content: .plain(text.template))
                }
                do throws(TemplateError) {
                    return Text(name: text.name, content: .template(try RuleTemplate.compile(text.template, alert: definition.name)))
                } catch {
                    let reason = "error parsing template \(RuleTemplate.name(definition.name)): \(error.description)"
                    return Text(name: text.name, content: .broken(ExpansionError(text: reason)))
                }
            }
        }
        labels = compiled(definition.labels)
        annotations = compiled(definition.annotations)
        hasPlainLabels = labels.allSatisfy(\.isPlain)
        hasRepeatableLabels = definition.labels.allSatisfy(Self.isRepeatable)
        hasRepeatableAnnotations = definition.annotations.allSatisfy(Self.isRepeatable)
        if annotations.allSatisfy(\.isPlain) {
            var builder = LabelSetBuilder()
            for case let (name, .plain(text)) in annotations.map({ ($0.name, $0.content) }) { builder.append(name: name, value: text) }
            plainAnnotations = LabelSet(packing: &builder, fingerprinted: false)
        } else {
            plainAnnotations = nil
        }
    }

    /// Whether templates must be filled in at all.
    var hasTemplates: Bool { !hasPlainLabels || plainAnnotations == nil }

    /// A sample's labels, the rule's over them, and what `alertname` or the series' name is.
    func labels(of element: LabelSet, _ builder: inout LabelSetBuilder, kind: RuleDefinition.Kind, _ expand: (Content) -> String)
        -> LabelSet
    {
        builder.removeAll()
        element.forEach { name, value in
            // Of equal names the last one wins, so that the rule's labels only have to come later.
            if !name.elementsEqual("__name__".utf8) { builder.append(name: name, value: value) }
        }
        if kind == .recording { builder.append(name: "__name__", value: name) }
        for label in labels { builder.append(name: label.name, value: expand(label.content)) }
        if kind == .alerting { builder.append(name: "alertname", value: name) }
        return LabelSet(packing: &builder, droppingEmptyValues: true)
    }

    /// The annotations of a sample's alert.
    func annotations(_ builder: inout LabelSetBuilder, _ expand: (Content) -> String) -> LabelSet {
        if let plainAnnotations { return plainAnnotations }
        builder.removeAll()
        for annotation in annotations { builder.append(name: annotation.name, value: expand(annotation.content)) }
        return LabelSet(packing: &builder, fingerprinted: false)
    }

    /// A text that mentions neither queries nor the clock gives the same for the same sample.
    private static func isRepeatable(_ text: TemplatedText) -> Bool {
        !RuleTemplate.hasActions(text.template) || !(text.template.mentions("query") || text.template.mentions("now"))
    }
}

extension CompiledRule.Text {
    fileprivate var isPlain: Bool {
        if case .plain = content { true } else { false }
    }
}

extension String {
    /// Whether a text stands anywhere in it.
    fileprivate func mentions(_ word: StaticString) -> Bool {
        let word = Array(String(describing: word).utf8)
        let bytes = Array(utf8)
        guard bytes.count >= word.count else { return false }
        return (0...(bytes.count - word.count)).contains { bytes[$0..<$0 + word.count].elementsEqual(word) }
    }
}
