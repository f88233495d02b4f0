import Glibc
public import Labels

extension ExpositionParser {
    // MARK: Labels on demand

    /// Adds the sample's labels to the builder, the name as `__name__`. Empty values are added too.
    ///
    /// - Parameter normalizingBounds: writes `le` of histograms and `quantile` of summaries as OpenMetrics does:
    ///   `1` becomes `1.0` (reference 5.2).
    /// - Throws: where a label stands twice.
    public func appendLabels(
        of sample: ExpositionSample, to builder: inout LabelSetBuilder, normalizingBounds: Bool
    ) throws(ExpositionError) {
        guard let start = sample.series.baseAddress, let body = bytes.baseAddress else { return }
        var scanner = SeriesScanner(sample.series)
        var seen: [UnsafeBufferPointer<UInt8>] = []
        while let label = scanner.next() {
            let name = label.name
            guard !seen.contains(where: { Self.equal($0, name) }) else {
                throw failure("the label \(Self.quoted(name)) stands twice", at: start - body)
            }
            seen.append(name)
            if normalizingBounds, let bound = Self.normalized(label, sample.type) {
                bound.withUnsafeBufferPointer { builder.append(name: name, value: $0) }
            } else if label.nameIsEscaped || label.valueIsEscaped {
                Self.appendUnescaped(label, to: &builder)
            } else {
                builder.append(name: name, value: label.value)
            }
        }
    }

    private static func appendUnescaped(_ label: SeriesScanner.Label, to builder: inout LabelSetBuilder) {
        var name: [UInt8] = []
        var value: [UInt8] = []
        ExposedText.appendUnescaped(label.name, escapesQuotes: true, to: &name)
        ExposedText.appendUnescaped(label.value, escapesQuotes: true, to: &value)
        name.withUnsafeBufferPointer { name in value.withUnsafeBufferPointer { builder.append(name: name, value: $0) } }
    }

    /// The bound in OpenMetrics' form; nil where the label is none.
    private static func normalized(_ label: SeriesScanner.Label, _ type: ExposedMetricType) -> [UInt8]? {
        let name: StaticString
        switch type {
        case .histogram: name = "le"
        case .summary: name = "quantile"
        default: return nil
        }
        let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        guard equal(label.name, wanted), let bound = ExposedFloat.parse(label.value) else { return nil }
        var text: [UInt8] = []
        GoFloat.append(bound, UInt8(ascii: "g"), precision: nil, to: &text)
        if bound.isFinite, !text.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }) { text += ".0".utf8 }
        return text
    }

    // MARK: Checking a series

    /// The name and labels at the position, checked.
    mutating func seriesBytes() throws(ExpositionError) -> UnsafeBufferPointer<UInt8> {
        let start = position
        var hasName = false
        if bytes[position] != UInt8(ascii: "{") {
            skip(Self.nameStart, Self.nameByte)
            guard position > start else { throw failure("expected a metric's name", found: true) }
            hasName = true
        }
        var end = position
        if format == .text { skipBlanks() }
        if position < bytes.count, bytes[position] == UInt8(ascii: "{") {
            hasName = try labels(allowsName: !hasName) || hasName
            guard hasName else { throw failure("expected a metric's name among the labels", at: start) }
            end = position
        }
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    /// `{name="value",…}` from the brace on; whether a quoted name stands among them.
    mutating func labels(allowsName: Bool) throws(ExpositionError) -> Bool {
        position &+= 1
        var hasName = false
        while true {
            skipBlanksOfText()
            guard position < bytes.count else { throw failure("expected \"}\"") }
            if bytes[position] == UInt8(ascii: "}") {
                position &+= 1
                return hasName
            }
            let start = position
            let isQuoted = bytes[position] == UInt8(ascii: "\"")
            if isQuoted { try skipString() } else { skip(Self.labelStart, Self.labelByte) }
            guard position > start else { throw failure("expected a label's name", found: true) }
            let end = position
            skipBlanksOfText()
            if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
                guard !isQuoted || end - start > 2 else { throw failure("a label's name is empty", at: start) }
                position &+= 1
                skipBlanksOfText()
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                    throw failure("expected a label's value in quotes", found: true)
                }
                try skipString()
                let quote = isQuoted ? 1 : 0
                if Self.equal(UnsafeBufferPointer(rebasing: bytes[(start + quote)..<(end - quote)]), SeriesScanner.nameLabel) {
                    guard allowsName, !hasName else { throw failure("the metric's name stands twice", at: start) }
                    hasName = true
                }
            } else {
                guard isQuoted else { throw failure("expected \"=\"", found: true) }
                guard allowsName, !hasName else { throw failure("the metric's name stands twice", at: start) }
                guard end - start > 2 else { throw failure("the metric's name is empty", at: start) }
                hasName = true
            }
            skipBlanksOfText()
            guard position < bytes.count else { throw failure("expected \",\" or \"}\"") }
            if bytes[position] == UInt8(ascii: ",") {
                position &+= 1
                // Only the text format lets a comma end the list.
                if format == .openMetrics, position < bytes.count, bytes[position] == UInt8(ascii: "}") {
                    throw failure("expected a label's name", found: true)
                }
            } else if format == .openMetrics, bytes[position] != UInt8(ascii: "}") {
                // Prometheus does without commas in the text format.
                throw failure("expected \",\" or \"}\"", found: true)
            }
        }
    }

    /// A string from the quote on: UTF-8, and in OpenMetrics without a bare newline.
    private mutating func skipString() throws(ExpositionError) {
        let start = position
        position &+= 1
        var all: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            position &+= 1
            all |= byte
            if byte == UInt8(ascii: "\"") {
                guard all < 0x80 || Self.isUTF8(UnsafeBufferPointer(rebasing: bytes[start..<position])) else {
                    throw failure("the string is no UTF-8", at: start)
                }
                return
            }
            if byte == UInt8(ascii: "\\"), position < bytes.count {
                guard bytes[position] != 0x0A else { break }
                all |= bytes[position]
                position &+= 1
            } else if byte == 0x0A, format == .openMetrics {
                break
            }
        }
        throw failure("expected a quote that ends the string", at: start)
    }

    /// The name of a family, in quotes or not.
    mutating func metricName() throws(ExpositionError) -> ExposedText {
        let start = position
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            try skipString()
            return ExposedText(raw: UnsafeBufferPointer(rebasing: bytes[(start + 1)..<(position - 1)]), escapesQuotes: true)
        }
        skip(Self.nameStart, Self.nameByte)
        guard position > start else { throw failure("expected a metric's name", found: true) }
        return ExposedText(raw: UnsafeBufferPointer(rebasing: bytes[start..<position]), escapesQuotes: false)
    }

    /// The type of the last family, where the series belongs to it.
    func type(of series: UnsafeBufferPointer<UInt8>) -> ExposedMetricType {
        guard familyType != .unknown, let start = series.baseAddress, let family = family.baseAddress else { return .unknown }
        if series.count >= self.family.count, memcmp(start, family, self.family.count) == 0 { return familyType }
        // A quoted name stands inside the braces, mostly first.
        guard start[0] == UInt8(ascii: "{") else { return .unknown }
        var scanner = SeriesScanner(series)
        while let label = scanner.next() {
            guard Self.equal(label.name, SeriesScanner.nameLabel) else { continue }
            return label.value.starts(with: self.family) ? familyType : .unknown
        }
        return .unknown
    }
}

/// Walks over the labels of a series that is known to be well formed, its name first or wherever it is quoted.
struct SeriesScanner {
    struct Label {
        let name: UnsafeBufferPointer<UInt8>
        let value: UnsafeBufferPointer<UInt8>
        let nameIsEscaped: Bool
        let valueIsEscaped: Bool
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ series: UnsafeBufferPointer<UInt8>) { bytes = series }

    private static let nameText: StaticString = "__name__"
    /// `__name__`
    static var nameLabel: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: nameText.utf8Start, count: nameText.utf8CodeUnitCount)
    }

    mutating func next() -> Label? {
        if position == 0, let first = bytes.first, first != UInt8(ascii: "{") {
            while position < bytes.count, ExpositionParser.nameByte[Int(bytes[position])] { position &+= 1 }
            return Label(
                name: Self.nameLabel, value: UnsafeBufferPointer(rebasing: bytes[..<position]), nameIsEscaped: false, valueIsEscaped: false)
        }
        // Braces, commas and blanks before a name mean nothing here.
        while position < bytes.count, Self.separates(bytes[position]) { position &+= 1 }
        guard position < bytes.count, bytes[position] != UInt8(ascii: "}") else { return nil }
        let (name, nameIsEscaped) = text()
        skipBlanks()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            return Label(name: Self.nameLabel, value: name, nameIsEscaped: false, valueIsEscaped: nameIsEscaped)
        }
        position &+= 1
        skipBlanks()
        let (value, valueIsEscaped) = text()
        return Label(name: name, value: value, nameIsEscaped: nameIsEscaped, valueIsEscaped: valueIsEscaped)
    }

    private static func separates(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: ",") || byte == 0x20 || byte == 0x09
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position &+= 1 }
    }

    /// A name or a string without its quotes.
    private mutating func text() -> (UnsafeBufferPointer<UInt8>, isEscaped: Bool) {
        guard bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < bytes.count, ExpositionParser.labelByte[Int(bytes[position])] { position &+= 1 }
            // Well-formed series have a name here; moving on keeps any other from standing still.
            if position == start { position &+= 1 }
            return (UnsafeBufferPointer(rebasing: bytes[start..<position]), false)
        }
        position &+= 1
        let start = position
        var isEscaped = false
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") {
                isEscaped = true
                position &+= 1
            }
            position &+= 1
        }
        let end = min(position, bytes.count)
        position = end &+ 1
        return (UnsafeBufferPointer(rebasing: bytes[start..<end]), isEscaped)
    }
}
