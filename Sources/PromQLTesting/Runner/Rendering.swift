import Labels
import PromQL

/// Query results as short texts for messages.
enum Rendering {
    static func text(of value: QueryValue) -> String {
        switch value {
        case .scalar(_, let value): "the scalar \(value)"
        case .string(_, let value): "the string \(GoQuote.quote(value))"
        case .vector(let elements): listed(elements.map { "\(metric($0.labels)) \($0.value)" })
        case .matrix(let elements):
            listed(
                elements.map { element in
                    "\(metric(element.labels)) "
                        + zip(element.samples.times, element.samples.values).map { "\($1)@\($0)" }.joined(separator: " ")
                })
        }
    }

    /// `name{label="value", …}`, `{}` for no labels.
    static func metric(_ labels: LabelSet) -> String {
        let inner = labels.pairs.filter { $0.name != "__name__" }.map { "\($0.name)=\(GoQuote.quote($0.value))" }.joined(separator: ", ")
        let name = labels["__name__"] ?? ""
        return inner.isEmpty && !name.isEmpty ? name : "\(name){\(inner)}"
    }

    private static func listed(_ parts: [String]) -> String {
        guard !parts.isEmpty else { return "nothing" }
        return parts.count == 1 ? parts[0] : parts.map { "\n      \($0)" }.joined()
    }
}
