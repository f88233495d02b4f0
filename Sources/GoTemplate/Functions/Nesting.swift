/// Keeps the lists and maps that templates build within bounds: whoever walks or frees a value uses stack for its depth, and a list that
/// holds another one many times looks much larger than it is.
enum Nesting {
    /// The deepest allowed nesting.
    private static let depth = 100
    /// The most values, counted wherever they appear.
    private static let values = 100_000

    /// The value, unless it is too deep or too large.
    static func checked(_ value: TemplateValue) throws(TemplateFault) -> TemplateValue {
        var rest = values
        try walk(value, depth: depth, &rest)
        return value
    }

    private static func walk(_ value: TemplateValue, depth: Int, _ rest: inout Int) throws(TemplateFault) {
        rest -= 1
        guard rest > 0 else { throw TemplateFault("list or dict of more than \(values) values") }
        guard depth > 0 else { throw TemplateFault("list or dict nested more than \(Self.depth) deep") }
        switch value {
        case .list(let elements):
            for element in elements { try walk(element, depth: depth - 1, &rest) }
        case .map(let entries):
            for element in entries.values { try walk(element, depth: depth - 1, &rest) }
        case .strings(let texts): rest -= texts.count
        default: break
        }
    }
}
