/// The lexical rules that the text format 0.0.4 and OpenMetrics 1.0 share, and where they differ.
enum TextFormat {
    /// Appends a text with backslashes and line feeds escaped, and quotes where they must be: in label values, and in OpenMetrics everywhere.
    static func append(escaping text: String, quotes: Bool, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                let byte = bytes[index]
                guard byte == UInt8(ascii: "\\") || byte == 0x0A || quotes && byte == UInt8(ascii: "\"") else { continue }
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                output.append(UInt8(ascii: "\\"))
                output.append(byte == 0x0A ? UInt8(ascii: "n") : byte)
                start = index + 1
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
    }

    /// Appends a value and ends the line: the shortest text that reads back as the same value, whole numbers without a fraction.
    static func append(_ value: Double, to text: inout [UInt8]) {
        if value == value.rounded(.towardZero), value.magnitude < 1e15 {
            if value < 0 { text.append(UInt8(ascii: "-")) }
            append(digits: UInt64(value.magnitude), to: &text)
        } else {
            var number = number(value)
            number.withUTF8 { text.append(contentsOf: $0) }
        }
        text.append(0x0A)
    }

    /// Appends a whole number and ends the line.
    static func append(_ value: UInt64, to text: inout [UInt8]) {
        append(digits: value, to: &text)
        text.append(0x0A)
    }

    private static func append(digits value: UInt64, to text: inout [UInt8]) {
        // No number of 64 bits has more than twenty digits.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var position = digits.count
            var rest = value
            repeat {
                position -= 1
                digits[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            text.append(contentsOf: UnsafeBufferPointer(rebasing: digits[position...]))
        }
    }

    /// The shortest text that reads back as the same value; whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.description
    }
}

/// The value of `le` or `quantile`, which is `1` in the text format and `1.0` in OpenMetrics.
struct BoundText: Sendable {
    private let text: [UInt8]
    private let isWhole: Bool

    init(_ bound: Double) {
        let number = TextFormat.number(bound)
        text = Array(number.utf8)
        isWhole = number.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0 &- 0x30 < 10 }
    }

    func append(to output: inout [UInt8], as format: ExpositionFormat) {
        output += text
        guard isWhole, format == .openMetrics else { return }
        output.append(UInt8(ascii: "."))
        output.append(UInt8(ascii: "0"))
    }
}

/// How the lines of a series begin: a metric's name, label names, and room for the labels' values.
struct SeriesTemplate: Sendable {
    /// What stands in front of each value: `name{label="`, then `",label="`.
    private let leads: [[UInt8]]
    private let name: [UInt8]

    init(_ name: String, labels: [String]) {
        self.name = Array(name.utf8)
        leads = labels.enumerated().map { index, label in Array("\(index == 0 ? "\(name){" : "\",")\(label)=\"".utf8) }
    }

    /// Appends `name{label="value",…} `, up to where the sample's value follows.
    func append(_ values: [String], to output: inout [UInt8]) {
        guard !leads.isEmpty else {
            output += name
            output.append(0x20)
            return
        }
        open(values, to: &output)
        SeriesTemplate.close(&output)
    }

    /// Appends the same up to the quote in front of the first label that has no value yet.
    func open(_ values: [String], to output: inout [UInt8]) {
        for (lead, value) in zip(leads, values) {
            output += lead
            TextFormat.append(escaping: value, quotes: true, to: &output)
        }
        if values.count < leads.count { output += leads[values.count] }
    }

    /// Appends what follows the last label's value.
    static func close(_ output: inout [UInt8]) {
        // Byte by byte: this is the hot place of a page, and appending a string's bytes takes many times as long.
        output.append(UInt8(ascii: "\""))
        output.append(UInt8(ascii: "}"))
        output.append(UInt8(ascii: " "))
    }
}

/// One metric of a family as its lines name it.
struct MetricChild {
    let name: String
    let labels: [String]
    let values: [String]

    /// `name_suffix{label="value",…} ` up to where the value follows.
    func line(suffix: String = "") -> [UInt8] {
        var line: [UInt8] = []
        SeriesTemplate(name + suffix, labels: labels).append(values, to: &line)
        return line
    }

    /// `name_suffix{label="value",…,extra="` up to where the value of `extra` follows.
    func line(suffix: String = "", before extra: String) -> [UInt8] {
        var line: [UInt8] = []
        SeriesTemplate(name + suffix, labels: labels + [extra]).open(values, to: &line)
        return line
    }
}
