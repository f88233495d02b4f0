/// Reads a body of metrics line by line, in place: nothing is copied or allocated for a sample (reference 5.1, 5.2).
///
/// ```swift
/// var parser = ExpositionParser(body, format: .text)
/// while let event = try parser.next() {
///     guard case .sample(let sample) = event else { continue }
///     // Look `sample.series` up; if it is new:
///     try parser.appendLabels(of: sample, to: &builder, normalizingBounds: true)
/// }
/// ```
///
/// The body must outlive the parser and whatever it gave. After an error the parser must not be asked again.
public struct ExpositionParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let format: ExpositionFormat
    var position = 0
    /// The family of the last `# TYPE` line.
    var family = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var familyType = ExposedMetricType.unknown
    private var isAtEnd = false

    /// A parser at the start of the body.
    public init(_ bytes: UnsafeBufferPointer<UInt8>, format: ExpositionFormat) {
        self.bytes = bytes
        self.format = format
    }

    /// The next line that says something; nil at the end.
    public mutating func next() throws(ExpositionError) -> ExpositionEvent? {
        switch format {
        case .text: try nextText()
        case .openMetrics: try nextOpenMetrics()
        }
    }

    // MARK: Text format

    private mutating func nextText() throws(ExpositionError) -> ExpositionEvent? {
        while position < bytes.count {
            skipBlanks()
            guard position < bytes.count else { return nil }
            switch bytes[position] {
            case 0x0A: position &+= 1
            case UInt8(ascii: "#"):
                if let event = try textComment() { return event }
            default: return .sample(try textSample())
            }
        }
        return nil
    }

    /// A comment; nil for one that says nothing.
    private mutating func textComment() throws(ExpositionError) -> ExpositionEvent? {
        position += 1
        let afterMark = position
        skipBlanks()
        guard position > afterMark, let keyword = metaKeyword() else {
            skipLine()
            return nil
        }
        skipBlanks()
        let family = try metricName()
        let text = restOfLine()
        position = min(position + 1, bytes.count)
        // One byte separates: a blank, or, as Prometheus has it, whatever cannot go on with the name.
        let content = text.isEmpty ? text : UnsafeBufferPointer(rebasing: text[1...])
        return try event(keyword, family, content)
    }

    private mutating func textSample() throws(ExpositionError) -> ExpositionSample {
        let series = try seriesBytes()
        skipBlanks()
        let value = try number("a value")
        skipBlanks()
        var timestamp: Int64?
        if position < bytes.count, bytes[position] != 0x0A {
            timestamp = try milliseconds()
            skipBlanks()
        }
        if position < bytes.count {
            guard bytes[position] == 0x0A else {
                throw failure(timestamp == nil ? "expected a timestamp or the line's end" : "expected the line's end", found: true)
            }
            position &+= 1
        }
        return ExpositionSample(series: series, value: value, timestamp: timestamp, type: type(of: series))
    }

    /// Digits: milliseconds.
    private mutating func milliseconds() throws(ExpositionError) -> Int64 {
        let start = position
        var value: Int64 = 0
        while position < bytes.count, bytes[position] &- 0x30 < 10 {
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = product.addingReportingOverflow(Int64(bytes[position] &- 0x30))
            guard !overflows, !overflowsToo else { throw failure("the timestamp is out of range", at: start) }
            value = sum
            position &+= 1
        }
        guard position > start else { throw failure("expected a timestamp or the line's end", found: true) }
        return value
    }

    // MARK: OpenMetrics

    private mutating func nextOpenMetrics() throws(ExpositionError) -> ExpositionEvent? {
        guard !isAtEnd else { return nil }
        guard position < bytes.count else { throw failure("expected \"# EOF\" at the end") }
        guard bytes[position] == UInt8(ascii: "#") else { return .sample(try openMetricsSample()) }
        position += 1
        try expect(" ", "a blank behind \"#\"")
        if accept("EOF") {
            if position < bytes.count { try expect("\n", "the line's end behind \"# EOF\"") }
            guard position == bytes.count else { throw failure("expected nothing behind \"# EOF\"", found: true) }
            isAtEnd = true
            return nil
        }
        let keywordStart = position
        guard let keyword = metaKeyword() else { throw failure("expected HELP, TYPE, UNIT or EOF", found: true, at: keywordStart) }
        position += 1
        let family = try metricName()
        try expect(" ", "a blank behind the metric's name")
        let text = restOfLine()
        guard position < bytes.count else { throw failure("expected the line's end") }
        position += 1
        return try event(keyword, family, text)
    }

    private mutating func openMetricsSample() throws(ExpositionError) -> ExpositionSample {
        let series = try seriesBytes()
        try expect(" ", "a blank and a value")
        let value = try number("a value")
        var timestamp: Int64?
        if position + 1 < bytes.count, bytes[position] == 0x20, bytes[position + 1] != UInt8(ascii: "#") {
            position += 1
            timestamp = try seconds()
        }
        if position < bytes.count, bytes[position] == 0x20 { try skipExemplar() }
        try expect("\n", timestamp == nil ? "a timestamp, an exemplar or the line's end" : "an exemplar or the line's end")
        return ExpositionSample(series: series, value: value, timestamp: timestamp, type: type(of: series))
    }

    /// A float of seconds, as milliseconds.
    private mutating func seconds() throws(ExpositionError) -> Int64 {
        let start = position
        let seconds = try number("a timestamp")
        guard let milliseconds = Int64(exactly: (seconds * 1000).rounded(.towardZero)) else {
            throw failure("the timestamp is out of range", at: start)
        }
        return milliseconds
    }

    /// ` # {labels} value [timestamp]`: checked, not kept.
    private mutating func skipExemplar() throws(ExpositionError) {
        guard accept(" # {") else { throw failure("expected an exemplar, \" # {\"", found: true) }
        position -= 1
        _ = try labels(allowsName: false)
        try expect(" ", "a blank and the exemplar's value")
        _ = try number("the exemplar's value")
        if position < bytes.count, bytes[position] == 0x20 {
            position += 1
            _ = try seconds()
        }
    }

    // MARK: Shared

    enum MetaKeyword { case help, type, unit }

    /// `HELP`, `TYPE` or `UNIT` with the blank behind it still to come; does not move where there is none.
    private mutating func metaKeyword() -> MetaKeyword? {
        for (word, keyword) in [("HELP", MetaKeyword.help), ("TYPE", .type)] + (format == .openMetrics ? [("UNIT", .unit)] : []) {
            let start = position
            guard accept(word) else { continue }
            if position < bytes.count, format == .text ? Self.isBlank(bytes[position]) : bytes[position] == 0x20 { return keyword }
            position = start
        }
        return nil
    }

    private mutating func event(
        _ keyword: MetaKeyword, _ family: ExposedText, _ text: UnsafeBufferPointer<UInt8>
    ) throws(ExpositionError) -> ExpositionEvent {
        let start = text.baseAddress.map { $0 - (bytes.baseAddress ?? $0) } ?? position
        switch keyword {
        case .help:
            guard Self.isUTF8(text) else { throw failure("the help text is no UTF-8", at: start) }
            return .help(family: family, ExposedText(raw: text, escapesQuotes: format == .openMetrics))
        case .type:
            guard let type = ExposedMetricType(text, format) else {
                throw failure("\(Self.quoted(text)) is no metric type", at: start)
            }
            self.family = family.raw
            familyType = type
            return .type(family: family, type)
        case .unit:
            let (name, count) = (family.raw, text.count)
            let isSuffix = name.count > count && name.suffix(count).elementsEqual(text) && name[name.count - count - 1] == UInt8(ascii: "_")
            guard count == 0 || isSuffix else {
                throw failure("the unit \(Self.quoted(text)) does not end the name \(Self.quoted(name))", at: start)
            }
            return .unit(family: family, text)
        }
    }
}

extension ExposedMetricType {
    /// The type that a format calls so.
    fileprivate init?(_ text: UnsafeBufferPointer<UInt8>, _ format: ExpositionFormat) {
        let word = String(decoding: text, as: UTF8.self)
        switch format {
        case .text:
            guard word != "untyped" else {
                self = .unknown
                return
            }
            guard let type = Self(rawValue: word), [.counter, .gauge, .histogram, .summary].contains(type) else { return nil }
            self = type
        case .openMetrics:
            guard let type = Self(rawValue: word) else { return nil }
            self = type
        }
    }
}
