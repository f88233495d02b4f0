import Labels

extension GoPrinter {
    /// A float by a verb. `value` is what an error form shows.
    mutating func float(_ number: Double, _ verb: Unicode.Scalar, of value: TemplateValue) {
        switch verb {
        case "v": float(number, as: "g", precision: nil)
        case "b", "g", "G", "x", "X": float(number, as: verb, precision: nil)
        case "f", "e", "E": float(number, as: verb, precision: 6)
        case "F": float(number, as: "f", precision: 6)
        default: unfit(value, verb)
        }
    }

    /// A complex number by a verb: both parts as floats with the width and precision for each, and a sign before the second always.
    mutating func complex(_ number: GoComplex, _ verb: Unicode.Scalar) {
        guard Self.floatVerbs.contains(verb) else { return unfit(.object(number), verb) }
        let plus = flags.plus
        append("(")
        float(number.real, verb, of: .object(number))
        flags.plus = true
        float(number.imaginary, verb, of: .object(number))
        append("i)")
        flags.plus = plus
    }

    /// The verbs that `float` knows.
    private static let floatVerbs: [Unicode.Scalar] = ["v", "b", "g", "G", "x", "X", "f", "F", "e", "E"]

    private mutating func float(_ number: Double, as verb: Unicode.Scalar, precision: Int?) {
        let precision = flags.precision ?? precision
        var text: [UInt8] = []
        GoFloat.append(number, UInt8(truncatingIfNeeded: verb.value), precision: precision, to: &text)
        let plus = UInt8(ascii: "+")
        if text[0] != UInt8(ascii: "-"), text[0] != plus { text.insert(plus, at: 0) }
        if flags.space, text[0] == plus, !flags.plus { text[0] = UInt8(ascii: " ") }
        guard number.isFinite else {
            if number.isNaN, !flags.space, !flags.plus { text.removeFirst() }
            if number == .infinity, !flags.plus, text[0] == plus { text[0] = plus }
            return padWithSpaces(text)
        }
        if flags.sharp, verb != "b" { text = withPoint(text, verb, precision: precision) }
        if !flags.plus, text[0] == plus {
            pad(text.dropFirst(), characters: text.count - 1)
        } else if flags.zero, !flags.minus, let width = flags.width, width > text.count {
            // The sign stands before the zeros.
            bytes.append(text[0])
            fill(width - text.count)
            bytes.append(contentsOf: text.dropFirst())
        } else {
            pad(text, characters: text.count)
        }
    }

    /// What `#` asks for: a point always, and for `%g` the trailing zeros too.
    private func withPoint(_ text: [UInt8], _ verb: Unicode.Scalar, precision: Int?) -> [UInt8] {
        let point = UInt8(ascii: ".")
        let zero = UInt8(ascii: "0")
        let isHexadecimal = verb == "x" || verb == "X"
        var missing = verb == "g" || verb == "G" || verb == "x" ? precision ?? 6 : 0
        let marks = Array((isHexadecimal ? "pP" : "eE").utf8)
        let end = text.firstIndex { marks.contains($0) } ?? text.endIndex
        var number = Array(text[..<end])
        // Digits count from the first that is not zero; to Go that is the x of the hexadecimal prefix, so all digits after it count too.
        missing -= number[1...].filter { $0 != point }.drop { $0 == zero }.count
        if !number.contains(point) {
            if number.count == 2, number[1] == zero { missing -= 1 }
            number.append(point)
        }
        number += repeatElement(zero, count: max(0, missing))
        return number + text[end...]
    }
}
