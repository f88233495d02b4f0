extension TemplateNode {
    /// Whether this is nothing but space.
    var isBlank: Bool {
        if case .text(let node) = self { node.text.unicodeScalars.allSatisfy(\.properties.isWhitespace) } else { false }
    }
}
