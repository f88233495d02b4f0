extension TemplateValue {
    /// What `if`, `and`, `or` and `not` make of it: nothing, zero, false and the empty are false, structures always true.
    var isTrue: Bool {
        switch self {
        case .missing, .null: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .float(let number): number != 0
        case .string(let text): !text.isEmpty
        case .bytes(let bytes): !bytes.isEmpty
        case .list(let elements): !elements.isEmpty
        case .strings(let elements): !elements.isEmpty
        case .map(let entries): !entries.isEmpty
        case .object(let number as GoComplex): number.isTrue
        case .object(let object):
            switch object.kind {
            case .structure: true
            case .map, .list: object.count > 0
            case .basic: object.basic?.isTrue ?? false
            }
        }
    }
}
