import StrictYAML

/// A group as its file has it: decoded, not yet checked.
struct WrittenGroup {
    var position: YAMLPosition
    var name = ""
    var interval: Int64?
    var queryOffset: Int64?
    var limit = 0
    var source: String?
    var labels: [WrittenLabel] = []
    var rules: [WrittenRule] = []
}

/// A rule as its file has it. Milliseconds.
struct WrittenRule {
    var position: YAMLPosition
    var record: WrittenText?
    var alert: WrittenText?
    var expression: WrittenText?
    var holdDuration: Int64 = 0
    var keepFiringFor: Int64 = 0
    var labels: [WrittenLabel] = []
    var annotations: [WrittenLabel] = []

    /// The name that messages show.
    var name: String { alert?.text.isEmpty == false ? alert?.text ?? "" : record?.text ?? "" }
}

/// A text and where it stands.
struct WrittenText {
    var text: String
    var position: YAMLPosition
}

/// A label or annotation.
struct WrittenLabel {
    var name: String
    var value: String
    /// Whether the file has bytes there that are no UTF-8.
    var isDamaged: Bool
}
