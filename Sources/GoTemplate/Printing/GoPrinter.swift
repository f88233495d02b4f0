/// Writes values as Go's `fmt` does, into bytes.
struct GoPrinter {
    /// What was written so far.
    var bytes: [UInt8] = []
    /// The flags of the directive at hand.
    var flags = FormatFlags()
    /// Inside an error form, where values show themselves without their `String()`.
    var isReporting = false
    /// Something was left out because the output became too long.
    private(set) var isFull = false

    /// What was written so far, as a string.
    var text: TemplateValue { .text(bytes) }

    // MARK: Calls

    /// Go's `Sprint`.
    mutating func print(_ values: [TemplateValue]) {
        var followsString = true
        for (index, value) in values.enumerated() {
            let isString = Self.isString(value)
            if index > 0, !isString, !followsString { append(" ") }
            print(argument: value, "v")
            followsString = isString
        }
    }

    /// Go's `Sprintln`.
    mutating func println(_ values: [TemplateValue]) {
        for (index, value) in values.enumerated() {
            if index > 0 { append(" ") }
            print(argument: value, "v")
        }
        append("\n")
    }

    /// Whether the value's kind is Go's string.
    static func isString(_ value: TemplateValue) -> Bool {
        switch value {
        case .string, .bytes: true
        case .object(let object):
            switch object.basic {
            case .string?, .bytes?: true
            default: false
            }
        default: false
        }
    }

    // MARK: Values

    /// An argument of a call, by a verb.
    mutating func print(argument value: TemplateValue, _ verb: Unicode.Scalar) {
        switch value {
        case .missing, .null:
            if verb == "v" || verb == "T" { pad("<nil>") } else { unfit(value, verb) }
        case _ where verb == "T": string(GoFormat.typeName(value), "s", of: value)
        default: show(value, verb, depth: 0)
        }
    }

    /// A value at a depth below the argument.
    mutating func show(_ value: TemplateValue, _ verb: Unicode.Scalar, depth: Int) {
        guard hasRoom, depth < Self.maximumDepth else { return }
        // Addresses and wrapped errors: template values have neither.
        if verb == "p" || verb == "w" { return unfit(value, verb) }
        switch value {
        case .missing, .null: append(flags.sharpV ? "interface {}(nil)" : "<nil>")
        case .bool(let flag):
            guard verb == "t" || verb == "v" else { return unfit(value, verb) }
            pad(flag ? "true" : "false")
        case .int(let number): integer(number, verb, of: value)
        case .float(let number): float(number, verb, of: value)
        case .string(let text): string(text, verb, of: value)
        case .bytes(let bytes): string(bytes, verb, of: value)
        case .list(let elements):
            list(elements.count, verb, type: "[]interface {}", depth: depth) { elements[$0] }
        case .strings(let elements):
            list(elements.count, verb, type: "[]string", depth: depth) { .string(elements[$0]) }
        case .map(let entries):
            map(entries.keys.sorted(by: Self.precedes), verb, type: "map[string]interface {}", depth: depth) { entries[$0] ?? .missing }
        case .object(let number as GoComplex): complex(number, verb)
        case .object(let object): show(object, verb, of: value, depth: depth)
        }
    }

    private mutating func show(_ object: any TemplateObject, _ verb: Unicode.Scalar, of value: TemplateValue, depth: Int) {
        if !isReporting, !flags.sharpV, Self.textVerbs.contains(verb), let text = object.text {
            return string(text, verb, of: value)
        }
        switch object.kind {
        case .basic:
            switch object.basic ?? .null {
            case .int(let number): integer(number, verb, of: value)
            case .float(let number): float(number, verb, of: value)
            case .string(let text): string(text, verb, of: value)
            case .bytes(let bytes): string(bytes, verb, of: value)
            case let plain: show(plain, verb, depth: depth)
            }
        case .list: list(object.count, verb, type: object.goType, depth: depth) { object.element(at: $0) }
        case .map: map(object.keys, verb, type: object.goType, depth: depth) { object.value(forKey: $0) ?? object.zeroElement }
        case .structure: structure(object, verb, depth: depth)
        }
    }

    /// The form of a value that the verb does not fit: `%!d(string=hi)`.
    mutating func unfit(_ value: TemplateValue, _ verb: Unicode.Scalar) {
        let outer = isReporting
        isReporting = true
        append("%!")
        append(verb: verb)
        append("(")
        switch value {
        case .missing, .null: append("<nil>")
        default:
            append(GoFormat.typeName(value))
            append("=")
            show(value, "v", depth: 0)
        }
        append(")")
        isReporting = outer
    }

    // MARK: Containers

    private mutating func list(
        _ count: Int, _ verb: Unicode.Scalar, type: String, depth: Int, _ element: (Int) -> TemplateValue
    ) {
        if flags.sharpV { append(type) }
        append(flags.sharpV ? "{" : "[")
        for index in 0..<count where hasRoom {
            if index > 0 { append(flags.sharpV ? ", " : " ") }
            show(element(index), verb, depth: depth + 1)
        }
        append(flags.sharpV ? "}" : "]")
    }

    private mutating func map(
        _ keys: [String], _ verb: Unicode.Scalar, type: String, depth: Int, _ entry: (String) -> TemplateValue
    ) {
        append(flags.sharpV ? type + "{" : "map[")
        for (index, key) in keys.enumerated() where hasRoom {
            if index > 0 { append(flags.sharpV ? ", " : " ") }
            show(.string(key), verb, depth: depth + 1)
            append(":")
            show(entry(key), verb, depth: depth + 1)
        }
        append(flags.sharpV ? "}" : "]")
    }

    private mutating func structure(_ object: any TemplateObject, _ verb: Unicode.Scalar, depth: Int) {
        let isPointer = object.goType.hasPrefix("*")
        // A structure without visible fields has nothing to show but its text.
        let fields = object.fields
        if flags.sharpV, let time = object as? GoTime { return append(time.goString) }
        if fields.isEmpty, let text = object.text { return append(text) }
        // Go shows an address for a pointer below the argument; it would change from call to call and tell nobody anything.
        if isPointer, depth == 0 || flags.sharpV { append("&") }
        if flags.sharpV { append(isPointer ? String(object.goType.dropFirst()) : object.goType) }
        append("{")
        for (index, name) in fields.enumerated() where hasRoom {
            if index > 0 { append(flags.sharpV ? ", " : " ") }
            if flags.plusV || flags.sharpV {
                append(name)
                append(":")
            }
            show(object.field(name) ?? .missing, verb, depth: depth + 1)
        }
        append("}")
    }

    // MARK: Bytes

    /// Verbs for which a value shows its `String()`.
    private static let textVerbs: [Unicode.Scalar] = ["v", "s", "x", "X", "q"]
    /// Values nested deeper are not shown, so that the stack holds.
    private static let maximumDepth = 200

    /// Go orders strings by bytes, Swift by characters.
    static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

    /// Whether more may be written.
    var hasRoom: Bool {
        mutating get {
            if bytes.count >= GoFormat.maximumOutput { isFull = true }
            return !isFull
        }
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(verb scalar: Unicode.Scalar) {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Appends a text, filled up to the width.
    mutating func pad(_ text: some Collection<UInt8>, characters: Int) {
        guard let width = flags.width, width > characters else { return bytes.append(contentsOf: text) }
        if flags.minus {
            bytes.append(contentsOf: text)
            fill(width - characters)
        } else {
            fill(width - characters)
            bytes.append(contentsOf: text)
        }
    }

    /// Appends a text, filled up to the width.
    mutating func pad(_ text: String) {
        if flags.width == nil { return bytes.append(contentsOf: text.utf8) }
        pad(text.utf8, characters: text.unicodeScalars.count)
    }

    /// Appends what fills a width.
    mutating func fill(_ count: Int) {
        guard count > 0, hasRoom else { return }
        bytes += [UInt8](repeating: UInt8(ascii: flags.zero && !flags.minus ? "0" : " "), count: count)
    }
}
