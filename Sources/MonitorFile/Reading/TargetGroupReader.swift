import Labels
import StrictYAML

/// Reads one group of `static_configs` or of a list of targets in YAML.
struct TargetGroupReader {
    let decoder: YAMLDecoder
    var legacyNames = false

    /// A group; nil for null, without a complaint.
    ///
    /// - Parameter check: Looks at each target's address.
    func group(_ element: YAMLElement, source: String, check: (YAMLElement, _ address: String) -> Void = { _, _ in }) -> TargetGroup? {
        element.mapping(as: "target_group") { fields in
            let targets = fields.list("targets") { target -> LabelSet? in
                guard let address = target.isNull ? "" : target.string() else { return nil }
                check(target, address)
                return LabelSet(["__address__": address])
            }
            return TargetGroup(targets: targets ?? [], labels: labels(fields["labels"]), source: source)
        }
    }

    private func labels(_ element: YAMLElement?) -> LabelSet {
        var labels: [(String, String)] = []
        for (name, position, value) in element?.entries() ?? [] {
            guard let text = value.isNull ? "" : value.string() else { continue }
            if isValidLabelName(name, mode: legacyNames ? .classic : .utf8) {
                labels.append((name, text))
            } else {
                decoder.report("\(GoQuote.quote(name)) is not a valid label name", at: position)
            }
        }
        return LabelSet(labels)
    }
}
