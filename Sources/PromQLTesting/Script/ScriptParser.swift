import Labels
import Time

/// Reads a promqltest script (reference 9.1).
struct ScriptParser {
    /// Trimmed lines; comments have become blank.
    private let lines: [Substring]
    private var next = 0

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let line = line.trimmed
            return line.first == "#" ? "" : line
        }
    }

    /// The commands, and what could not be read: the rest of such a block is left out.
    mutating func commands() -> (commands: [ScriptCommand], errors: [ScriptError]) {
        var commands: [ScriptCommand] = []
        var errors: [ScriptError] = []
        while next < lines.count {
            let line = lines[next]
            next += 1
            if line.isEmpty { continue }
            let number = next
            do throws(ScriptError) { commands.append(ScriptCommand(line: number, action: try action(line))) } catch {
                errors.append(error)
                while blockLine() != nil {}
            }
        }
        return (commands, errors)
    }

    private mutating func action(_ line: Substring) throws(ScriptError) -> ScriptCommand.Action {
        let word = line.prefix { !$0.isWhitespace }
        let rest = line.dropFirst(word.count).trimmed
        switch word.lowercased() {
        case "clear":
            guard rest.isEmpty else { throw error("nothing may follow \"clear\", found \"\(rest)\"") }
            return .clear
        case "load": return try load(rest, buildsHistograms: false)
        case "load_with_nhcb": return try load(rest, buildsHistograms: true)
        case "eval", "eval_fail", "eval_warn", "eval_info", "eval_ordered":
            var evaluation = try Self.evaluation(rest, line: next)
            switch word.lowercased() {
            case "eval_fail": evaluation.expectation.failure = .any
            case "eval_warn": evaluation.expectation.warnings = .all([.any])
            case "eval_info": evaluation.expectation.infos = .all([.any])
            case "eval_ordered": evaluation.expectation.isOrdered = true
            default: break
            }
            try readExpectation(&evaluation)
            return .evaluation(evaluation)
        default: throw error("expected clear, load, load_with_nhcb or eval, found \"\(word)\"")
        }
    }

    private func error(_ message: String) -> ScriptError { ScriptError(line: next, message: message) }

    /// The next line of the block; nil at its end.
    private mutating func blockLine() -> Substring? {
        guard next < lines.count, !lines[next].isEmpty else { return nil }
        next += 1
        return lines[next - 1]
    }

    private mutating func load(_ step: Substring, buildsHistograms: Bool) throws(ScriptError) -> ScriptCommand.Action {
        let step = try Self.milliseconds(step, line: next)
        var series: [LoadedSeries] = []
        var hasStartTimestamps = false
        while let line = blockLine() {
            if Self.isStartTimestampLine(line) {
                hasStartTimestamps = true
                continue
            }
            let notation = try notation(line)
            // A series repeated in one load replaces its earlier line.
            series.removeAll { $0.notation.labels == notation.labels }
            series.append(LoadedSeries(notation: notation, hasStartTimestamps: hasStartTimestamps))
            hasStartTimestamps = false
        }
        return .load(step: step, series: series, buildsHistograms: buildsHistograms)
    }

    /// `series@st offsets`: the mark stands outside quotes.
    private static func isStartTimestampLine(_ line: Substring) -> Bool {
        var quote: Character?
        var rest = line
        while let character = rest.first {
            if character == quote {
                quote = nil
            } else if quote == nil, "\"'`".contains(character) {
                quote = character
            } else if quote == nil, rest.hasPrefix("@st") {
                return true
            } else if quote != nil, quote != "`", character == "\\" {
                rest = rest.dropFirst()
            }
            rest = rest.dropFirst()
        }
        return false
    }

    private func notation(_ line: Substring) throws(ScriptError) -> SeriesNotation {
        do { return try SeriesNotation(line) } catch { throw self.error(error.message) }
    }

    /// `instant at T expression` or `range from A to B step S expression`.
    private static func evaluation(_ text: Substring, line: Int) throws(ScriptError) -> ScriptEvaluation {
        var words = Words(text)
        switch words.next()?.lowercased() {
        case "instant":
            var time: Int64 = 0
            if words.take("at") { time = try milliseconds(words.next() ?? "", line: line) }
            return ScriptEvaluation(times: .instant(at: time), expression: String(words.rest))
        case "range":
            guard words.take("from"), let from = words.next(), words.take("to"), let through = words.next(), words.take("step"),
                let step = words.next()
            else { throw ScriptError(line: line, message: "expected \"eval range from A to B step S expression\"") }
            return ScriptEvaluation(
                times: .range(
                    from: try milliseconds(from, line: line), through: try milliseconds(through, line: line),
                    step: try milliseconds(step, line: line)),
                expression: String(words.rest))
        default: throw ScriptError(line: line, message: "expected \"instant\" or \"range\" after eval, found \"\(text)\"")
        }
    }

    static func milliseconds(_ text: Substring, line: Int) throws(ScriptError) -> Int64 {
        let isNegative = text.first == "-"
        do {
            let span = try PrometheusDuration.parse(isNegative ? text.dropFirst() : text)
            return (isNegative ? -1 : 1) * (span.nanoseconds / 1_000_000)
        } catch { throw ScriptError(line: line, message: "\"\(text)\": \(error.message)") }
    }

    private mutating func readExpectation(_ evaluation: inout ScriptEvaluation) throws(ScriptError) {
        while let line = blockLine() {
            if let text = line.after("expected_fail_message") {
                evaluation.expectation.failure = .literal(String(text))
            } else if let text = line.after("expected_fail_regexp") {
                evaluation.expectation.failure = .pattern(String(text))
            } else if let text = line.after("expect") {
                try expect(text, of: &evaluation.expectation)
            } else {
                try readResult(line, of: &evaluation.expectation)
            }
        }
    }

    /// What follows the word `expect`.
    private func expect(_ text: Substring, of expectation: inout Expectation) throws(ScriptError) {
        var words = Words(text)
        switch words.next() {
        case "fail": expectation.failure = try expected(words.rest)
        case "warn": expectation.warnings = expectation.warnings.adding(try expected(words.rest))
        case "info": expectation.infos = expectation.infos.adding(try expected(words.rest))
        case "no_warn": expectation.warnings = .none
        case "no_info": expectation.infos = .none
        case "ordered": expectation.isOrdered = true
        case "string":
            do { expectation.string = try QuotedString.value(of: String(words.rest)) } catch { throw self.error(error.message) }
        case "range":
            guard words.take("vector"), words.take("from"), let from = words.next(), words.take("to"), let through = words.next(),
                words.take("step"), let step = words.next()
            else { throw error("expected \"expect range vector from A to B step S\"") }
            expectation.rangeVector = .range(
                from: try Self.milliseconds(from, line: next), through: try Self.milliseconds(through, line: next),
                step: try Self.milliseconds(step, line: next))
        case let word: throw error("unknown expectation \"\(word ?? "")\"")
        }
    }

    private func expected(_ text: Substring) throws(ScriptError) -> Expectation.Text {
        if text.isEmpty { return .any }
        if text.hasPrefix("msg:") { return .literal(String(text.dropFirst(4).trimmed)) }
        if text.hasPrefix("regex:") { return .pattern(String(text.dropFirst(6).trimmed)) }
        throw error("expected \"msg:\" or \"regex:\", found \"\(text)\"")
    }

    private func readResult(_ line: Substring, of expectation: inout Expectation) throws(ScriptError) {
        if expectation.series.isEmpty, expectation.scalar == nil, let number = Self.number(line) {
            expectation.scalar = number
            return
        }
        let notation = try notation(line)
        expectation.series.append(.init(labels: notation.labels, values: notation.values, line: next))
    }

    /// A number alone on its line; hexadecimal is allowed here.
    private static func number(_ line: Substring) -> Double? {
        let isNegative = line.first == "-"
        let digits = isNegative || line.first == "+" ? line.dropFirst() : line
        var scanner = NotationScanner(digits)
        let magnitude: Double? =
            if digits.hasPrefix("0x") || digits.hasPrefix("0X") { UInt64(digits.dropFirst(2), radix: 16).map { Double($0) } } else {
                scanner.unsignedNumber().flatMap { scanner.isAtEnd ? $0 : nil }
            }
        return magnitude.map { isNegative ? -$0 : $0 }
    }
}

extension Expectation.Annotations {
    fileprivate func adding(_ text: Expectation.Text) -> Self {
        if case .all(let texts) = self { return .all(texts + [text]) }
        return .all([text])
    }
}

/// Words of a line, one after the other.
private struct Words {
    private(set) var rest: Substring

    init(_ text: Substring) { rest = text.trimmed }

    mutating func next() -> Substring? {
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest.dropFirst(word.count).trimmed
        return word.isEmpty ? nil : word
    }

    mutating func take(_ word: String) -> Bool {
        var copy = self
        guard copy.next()?.lowercased() == word else { return false }
        self = copy
        return true
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self.drop { $0.isWhitespace }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return text
    }

    /// What follows a word at the start of this line; nil when another word stands there.
    fileprivate func after(_ word: String) -> Substring? {
        guard hasPrefix(word) else { return nil }
        let rest = dropFirst(word.count)
        guard rest.first.map(\.isWhitespace) ?? true else { return nil }
        return rest.trimmed
    }
}
