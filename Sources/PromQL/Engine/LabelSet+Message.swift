import Labels

extension LabelSet {
    /// The set as Prometheus's messages print it: `{__name__="x", a="b"}`, names quoted where they are no classic ones.
    var messageText: String {
        var output: [UInt8] = [UInt8(ascii: "{")]
        forEach { name, value in
            if output.count > 1 { output += ", ".utf8 }
            if isValidLabelName(name, mode: .classic) {
                output += name
            } else {
                GoQuote.append(name, to: &output)
            }
            output.append(UInt8(ascii: "="))
            GoQuote.append(value, to: &output)
        }
        output.append(UInt8(ascii: "}"))
        return String(decoding: output, as: UTF8.self)
    }
}
