/// A sample of a page under examination.
struct LintSample {
    let line: Int
    let name: String
    /// As they are written.
    let labels: [(name: String, value: String)]
    let value: Double

    /// The labels that make a series: an empty one is as good as none.
    func identity(without omitted: String? = nil) -> [String] {
        let kept = labels.filter { !$0.value.isEmpty && $0.name != omitted }
        return kept.sorted { $0.name < $1.name }.flatMap { [$0.name, $0.value] }
    }

    /// `{a="b",c="d"}`, or words for nothing.
    func shown(without omitted: String? = nil) -> String {
        let kept = labels.filter { $0.name != omitted }
        guard !kept.isEmpty else { return "the series without labels" }
        return "{" + kept.map { "\($0.name)=\"\(LintSample.shortened($0.value))\"" }.joined(separator: ",") + "}"
    }

    func label(_ name: String) -> String? { labels.first { $0.name == name }?.value }

    /// A value of a label that fits into a message, on one line.
    static func shortened(_ value: String) -> String {
        let clean = value.count > 60 ? value.prefix(57) + "..." : value[...]
        return clean.contains { $0.isNewline } ? clean.split(whereSeparator: \.isNewline).joined(separator: "\\n") : String(clean)
    }
}

/// A HELP, TYPE or UNIT line.
struct LintMetadata {
    enum Content {
        case help(isEmpty: Bool)
        case type(ExposedMetricType)
        case unit
    }

    let line: Int
    let name: String
    let content: Content

    var keyword: String {
        switch content {
        case .help: "HELP"
        case .type: "TYPE"
        case .unit: "UNIT"
        }
    }
}

/// What the lines of a page say, in their order. A line that cannot be read is told and passed over.
struct LintPage {
    enum Entry {
        case sample(LintSample)
        case metadata(LintMetadata)
    }

    /// More lines than this that cannot be read tell nothing new.
    private static let unreadableLines = 20

    let format: ExpositionFormat
    private(set) var entries: [Entry] = []
    private var lineStarts = [0]

    init(_ page: [UInt8], format: ExpositionFormat, findings: inout LintFindings) {
        self.format = format
        let bytes = LintPage.plain(page, &findings)
        for (index, byte) in bytes.enumerated() where byte == 0x0A { lineStarts.append(index + 1) }
        checkBytes(bytes, &findings)
        bytes.withUnsafeBufferPointer { read($0, &findings) }
        if format == .text { checkLines(bytes, &findings) }
    }

    /// The page without what keeps every line from being read.
    private static func plain(_ page: [UInt8], _ findings: inout LintFindings) -> [UInt8] {
        var bytes = page
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            findings.add(.syntax, line: 1, "the page begins with a byte order mark: write it without one")
            bytes.removeFirst(3)
        }
        let ends = zip(bytes, bytes.dropFirst()).count { $0 == 0x0D && $1 == 0x0A }
        guard ends > 0 else { return bytes }
        let before = bytes.prefix { $0 != 0x0D }.count { $0 == 0x0A }
        findings.add(
            .carriageReturns, line: before + 1,
            "\(ends) lines end in CR LF, which Prometheus takes for a part of the value: end lines with LF alone")
        var unix: [UInt8] = []
        unix.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue }
            unix.append(byte)
        }
        return unix
    }

    private mutating func checkBytes(_ bytes: [UInt8], _ findings: inout LintFindings) {
        // In OpenMetrics the page may end with the mark itself.
        if let last = bytes.last, last != 0x0A, format == .text || !bytes.suffix(5).elementsEqual("# EOF".utf8) {
            findings.add(
                .noFinalNewline, line: line(of: bytes.count - 1),
                "the last line has no line feed: the page may have been cut off; end it with one")
        }
        guard bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil else { return }
        for (number, start) in lineStarts.enumerated() {
            let end = number + 1 < lineStarts.count ? lineStarts[number + 1] : bytes.count
            if String(validating: bytes[start..<end], as: UTF8.self) == nil {
                findings.add(
                    .invalidUTF8, line: number + 1, "the line holds bytes that are no UTF-8: write label values and help texts in UTF-8")
            }
        }
    }

    /// Comments that look as if they should say something, and blanks that only some readers pass over.
    private func checkLines(_ bytes: [UInt8], _ findings: inout LintFindings) {
        for (number, start) in lineStarts.enumerated() where start < bytes.count {
            let end = number + 1 < lineStarts.count ? lineStarts[number + 1] - 1 : bytes.count
            let line = bytes[start..<end]
            if line.first == UInt8(ascii: "#") {
                checkComment(line, number: number + 1, &findings)
            } else if let last = line.last, ExpositionParser.isBlank(last), !line.allSatisfy(ExpositionParser.isBlank) {
                findings.add(
                    .trailingBlanks, line: number + 1,
                    "a blank behind the value, for which promtool refuses the page: end the line with the value or the timestamp")
            }
        }
    }

    private func checkComment(_ line: ArraySlice<UInt8>, number: Int, _ findings: inout LintFindings) {
        let isMarked = line.dropFirst().first.map(ExpositionParser.isBlank) ?? false
        let words = line.dropFirst().split(whereSeparator: ExpositionParser.isBlank)
        guard let first = words.first, let word = String(validating: first, as: UTF8.self) else { return }
        if word == "UNIT" || word == "EOF", words.count == (word == "EOF" ? 1 : 3) {
            findings.add(.oddComment, line: number, "\"# \(word)\" is of OpenMetrics and means nothing in the text format: leave it out")
        } else if ["HELP", "TYPE"].contains(word.uppercased()), word != word.uppercased() || !isMarked, words.count > 1 {
            findings.add(
                .oddComment, line: number,
                "this is a comment that says nothing: write \"# \(word.uppercased()) \" in capitals, with one blank in front of it")
        }
    }

    // MARK: Reading

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, _ findings: inout LintFindings) {
        var parser = ExpositionParser(bytes, format: format)
        var unreadable = 0
        while true {
            do throws(ExpositionError) {
                guard let event = try parser.next() else { return }
                take(event, line: line(of: max(0, parser.position - 1)), &findings)
            } catch {
                if format == .openMetrics, parser.position >= bytes.count, error.message.contains("\"# EOF\"") {
                    findings.add(
                        .missingEOF, line: line(of: max(0, bytes.count - 1)),
                        "an OpenMetrics page must end with the line \"# EOF\": without it Prometheus takes it for cut off")
                    return
                }
                if !findings.has(.invalidUTF8, line: error.line) {
                    findings.add(.syntax, line: error.line, "column \(error.column): \(error.message)")
                }
                unreadable += 1
                guard error.line < lineStarts.count, unreadable < Self.unreadableLines else { return }
                parser.position = lineStarts[error.line]
            }
        }
    }

    private mutating func take(_ event: ExpositionEvent, line: Int, _ findings: inout LintFindings) {
        switch event {
        case .sample(let sample): take(sample, line: line, &findings)
        case .type(let family, let type): append(LintMetadata(line: line, name: family.string, content: .type(type)))
        case .unit(let family, _): append(LintMetadata(line: line, name: family.string, content: .unit))
        case .help(let family, let text):
            if let escape = Self.badEscape(text.raw, quotes: format == .openMetrics) {
                findings.add(.escape, line: line, metric: family.string, "the help text holds \(escape)")
            }
            append(LintMetadata(line: line, name: family.string, content: .help(isEmpty: text.raw.allSatisfy(ExpositionParser.isBlank))))
        }
    }

    private mutating func append(_ metadata: LintMetadata) { entries.append(.metadata(metadata)) }

    private mutating func take(_ sample: ExpositionSample, line: Int, _ findings: inout LintFindings) {
        var scanner = SeriesScanner(sample.series)
        var name = ""
        var labels: [(name: String, value: String)] = []
        var escapes: [String] = []
        while let label = scanner.next() {
            if label.valueIsEscaped, let escape = Self.badEscape(label.value, quotes: true) { escapes.append(escape) }
            let value = ExposedText(raw: label.value, escapesQuotes: true).string
            if ExpositionParser.equal(label.name, SeriesScanner.nameLabel) {
                name = value
                continue
            }
            let labelName = ExposedText(raw: label.name, escapesQuotes: true).string
            if label.value.contains(0x0A) { escapes.append("a bare line feed in the label \(labelName): write it as \\n") }
            labels.append((labelName, value))
        }
        if sample.series.first == UInt8(ascii: "{") || labels.contains(where: { !Self.isClassic($0.name) }) {
            findings.add(
                .quotedName, line: line, metric: name, "a name in quotes is read by Prometheus 3 alone: use letters, digits and underscores"
            )
        }
        for escape in escapes { findings.add(.escape, line: line, metric: name, "the series holds \(escape)") }
        if sample.timestamp != nil {
            findings.add(
                .timestamp, line: line, metric: name,
                "the sample carries a timestamp: leave it out, so that the series ends when the target does and never becomes stale by itself"
            )
        }
        entries.append(.sample(LintSample(line: line, name: name, labels: labels, value: sample.value)))
    }

    private static func isClassic(_ name: String) -> Bool {
        guard let first = name.utf8.first, ExpositionParser.labelStart[Int(first)] else { return false }
        return name.utf8.allSatisfy { ExpositionParser.labelByte[Int($0)] }
    }

    /// An escape that the format does not have, in words.
    private static func badEscape(_ raw: UnsafeBufferPointer<UInt8>, quotes: Bool) -> String? {
        var position = 0
        while position < raw.count {
            guard raw[position] == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            let next = position + 1 < raw.count ? raw[position + 1] : nil
            guard next == UInt8(ascii: "\\") || next == UInt8(ascii: "n") || quotes && next == UInt8(ascii: "\"") else {
                let found = next.map { "\\" + String(UnicodeScalar($0 < 0x80 ? $0 : UInt8(ascii: "?"))) } ?? "\\ at its end"
                return "the escape \(found), which the format does not have: write a backslash as \\\\"
            }
            position += 2
        }
        return nil
    }

    private func line(of place: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= place { low = middle } else { high = middle }
        }
        return low + 1
    }
}
