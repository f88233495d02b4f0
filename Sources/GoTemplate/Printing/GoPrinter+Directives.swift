extension GoPrinter {
    /// Go's `Sprintf`.
    mutating func print(format: [UInt8], _ values: [TemplateValue]) {
        var reader = DirectiveReader(format: format, values: values)
        while hasRoom, reader.copyLiteral(to: &bytes) {
            flags = FormatFlags()
            if let fault = reader.readFlags(&flags) { append(fault) }
            guard let verb = reader.verb() else {
                append("%!(NOVERB)")
                break
            }
            if verb == "%" {
                append("%")
            } else if !reader.isArgumentGood {
                unusable(verb, "(BADINDEX)")
            } else if let value = reader.nextValue() {
                flags.settle(for: verb)
                print(argument: value, verb)
            } else {
                unusable(verb, "(MISSING)")
            }
        }
        flags = FormatFlags()
        reportExtra(reader.unused)
    }

    private mutating func unusable(_ verb: Unicode.Scalar, _ reason: String) {
        append("%!")
        append(verb: verb)
        append(reason)
    }

    private mutating func reportExtra(_ values: ArraySlice<TemplateValue>) {
        guard let first = values.indices.first, hasRoom else { return }
        append("%!(EXTRA ")
        for index in values.indices {
            if index > first { append(", ") }
            switch values[index] {
            case .missing, .null: append("<nil>")
            case let value:
                append(GoFormat.typeName(value))
                append("=")
                print(argument: value, "v")
            }
        }
        append(")")
    }
}

/// Walks a format and the arguments that its directives take.
private struct DirectiveReader {
    private let format: [UInt8]
    private let values: [TemplateValue]
    private var position = 0
    private var argument = 0
    /// An explicit index was used, so unused arguments are meant.
    private var isReordered = false
    /// The explicit indexes of this directive name arguments that there are.
    private(set) var isArgumentGood = true
    /// An explicit index came last: only a verb or `*` may follow it.
    private var followsIndex = false

    /// Go's bound for widths, precisions and indexes.
    private static let largest = 1_000_000

    init(format: [UInt8], values: [TemplateValue]) {
        self.format = format
        self.values = values
    }

    /// What no directive took, when that is a mistake.
    var unused: ArraySlice<TemplateValue> { isReordered ? [] : values.dropFirst(argument) }

    /// Copies up to the next percent sign and passes it; false at the end.
    mutating func copyLiteral(to output: inout [UInt8]) -> Bool {
        let start = position
        while position < format.count, format[position] != UInt8(ascii: "%") { position += 1 }
        output += format[start..<position]
        guard position < format.count else { return false }
        position += 1
        return true
    }

    /// Reads flags, width and precision; gives what Go reports about them.
    mutating func readFlags(_ flags: inout FormatFlags) -> String? {
        isArgumentGood = true
        followsIndex = false
        readMarks(&flags)
        var faults = ""
        readIndex()
        if take("*") {
            if let width = integerArgument() {
                if width < 0 {
                    flags.minus = true
                    flags.zero = false
                }
                flags.width = Int(width.magnitude)
            } else {
                faults += "%!(BADWIDTH)"
            }
            followsIndex = false
        } else {
            flags.width = number()
            if followsIndex, flags.width != nil { isArgumentGood = false }
        }
        // A point at the very end is no precision but a verb that nothing fits.
        if position + 1 < format.count, take(".") {
            if followsIndex { isArgumentGood = false }
            readIndex()
            if take("*") {
                if let precision = integerArgument(), precision >= 0 {
                    flags.precision = precision
                } else {
                    faults += "%!(BADPREC)"
                }
                followsIndex = false
            } else {
                flags.precision = number() ?? 0
            }
        }
        if !followsIndex { readIndex() }
        return faults.isEmpty ? nil : faults
    }

    private mutating func readMarks(_ flags: inout FormatFlags) {
        while position < format.count {
            switch format[position] {
            case UInt8(ascii: "#"): flags.sharp = true
            case UInt8(ascii: "0"): flags.zero = !flags.minus
            case UInt8(ascii: "+"): flags.plus = true
            case UInt8(ascii: "-"):
                flags.minus = true
                flags.zero = false
            case UInt8(ascii: " "): flags.space = true
            default: return
            }
            position += 1
        }
    }

    /// The verb; nil when the format ends before it.
    mutating func verb() -> Unicode.Scalar? {
        guard position < format.count else { return nil }
        guard let length = GoBytes.characterLength(format, at: position) else {
            position += 1
            return "\u{FFFD}"
        }
        defer { position += length }
        if length == 1 { return Unicode.Scalar(format[position]) }
        return String(decoding: format[position..<position + length], as: UTF8.self).unicodeScalars.first
    }

    mutating func nextValue() -> TemplateValue? {
        guard argument < values.count else { return nil }
        defer { argument += 1 }
        return values[argument]
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard position < format.count, format[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    /// The argument of a `*`; nil when it is no integer or too large.
    private mutating func integerArgument() -> Int? {
        guard let value = nextValue() else { return nil }
        switch value {
        case .int(let number) where number.magnitude <= Self.largest: return Int(number)
        case .object(let object):
            if case .int(let number)? = object.basic, number.magnitude <= Self.largest { return Int(number) }
            return nil
        default: return nil
        }
    }

    /// The digits at the position. A number that is too large swallows the rest of the format, as in Go.
    private mutating func number() -> Int? {
        let start = position
        var number = 0
        while position < format.count, format[position] &- 0x30 < 10 {
            // Go looks before it takes the next digit, so numbers of one digit more pass.
            if number > Self.largest {
                position = format.count
                return nil
            }
            number = number * 10 + Int(format[position] &- 0x30)
            position += 1
        }
        return position > start ? number : nil
    }

    /// Reads an explicit index `[n]` and goes to that argument.
    private mutating func readIndex() {
        followsIndex = false
        guard position < format.count, format[position] == UInt8(ascii: "[") else { return }
        isReordered = true
        guard let close = format[position...].firstIndex(of: UInt8(ascii: "]")), format.count - position >= 3 else {
            isArgumentGood = false
            position += 1
            return
        }
        let digits = format[(position + 1)..<close]
        var index: Int?
        if !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) { index = Int(String(decoding: digits, as: UTF8.self)) }
        position = close + 1
        guard let index, index / 10 <= Self.largest else { return isArgumentGood = false }
        followsIndex = true
        if index >= 1, index <= values.count { argument = index - 1 } else { isArgumentGood = false }
    }
}
