extension LabelSet: CustomStringConvertible {
    /// The set as a group key shows it: `{a="x", b="y"}`, names as they are, values Go-quoted (reference 4.2).
    public var groupKeyText: String {
        var output: [UInt8] = []
        appendGroupKeyText(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends `groupKeyText`.
    public func appendGroupKeyText(to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        forEach { name, value in
            if !isFirst { output += ", ".utf8 }
            isFirst = false
            output += name
            output.append(UInt8(ascii: "="))
            GoQuote.append(value, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    /// The same as `groupKeyText`.
    public var description: String { groupKeyText }
}
