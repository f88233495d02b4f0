import CYAML

/// One step of libyaml's walk through a file.
struct YAMLEvent {
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(String, YAMLScalar.Style)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
    }

    let kind: Kind
    let position: YAMLPosition
    /// The name after `&`.
    var anchor: String?
    /// The tag in full: `tag:yaml.org,2002:str`, `!x`.
    var tag: String?
}

/// libyaml's event parser over bytes that outlive it.
struct EventSource: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeBufferPointer<UInt8>
    private let isReady: Bool
    /// The last place that was looked up: libyaml counts characters, the text holds bytes.
    private var lookedUp = (characters: 0, bytes: 0)

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        parser = .allocate(capacity: 1)
        isReady = yaml_parser_initialize(parser) == 1
        if isReady { yaml_parser_set_input_string(parser, text.baseAddress ?? ("" as StaticString).utf8Start, text.count) }
    }

    deinit {
        if isReady { yaml_parser_delete(parser) }
        parser.deallocate()
    }

    /// The next event, or what is wrong with the file there.
    mutating func next() throws(TreeBuilder.Stopped) -> YAMLEvent {
        guard isReady else {
            throw TreeBuilder.Stopped(issue: YAMLIssue(position: YAMLPosition(line: 1, column: 1), message: "out of memory"))
        }
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw TreeBuilder.Stopped(issue: failure()) }
        defer { yaml_event_delete(&event) }
        try checkTagEnd(event)
        return Self.converted(event)
    }

    /// YAML 1.1, and Go's yaml.v2, take a comma right behind a tag for a part of it; libyaml for its end.
    private mutating func checkTagEnd(_ event: yaml_event_t) throws(TreeBuilder.Stopped) {
        guard event.type == YAML_SCALAR_EVENT, event.data.scalar.tag != nil, event.data.scalar.length == 0,
            event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
        else { return }
        let end = Int(event.end_mark.index)
        while lookedUp.characters < end, lookedUp.bytes < text.count {
            lookedUp.bytes += 1
            while lookedUp.bytes < text.count, text[lookedUp.bytes] & 0xC0 == 0x80 { lookedUp.bytes += 1 }
            lookedUp.characters += 1
        }
        guard lookedUp.characters == end, lookedUp.bytes < text.count, text[lookedUp.bytes] == UInt8(ascii: ",") else { return }
        throw TreeBuilder.Stopped(
            issue: YAMLIssue(position: YAMLPosition(event.end_mark), message: "a comma right behind a tag; put a blank between them"))
    }

    private static func converted(_ event: yaml_event_t) -> YAMLEvent {
        let position = YAMLPosition(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, position: position)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, position: position)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, position: position)
        case YAML_ALIAS_EVENT: return YAMLEvent(kind: .alias(string(event.data.alias.anchor) ?? ""), position: position)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return YAMLEvent(
                kind: .scalar(text, style(scalar.style)), position: position, anchor: string(scalar.anchor), tag: string(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return YAMLEvent(kind: .sequenceStart, position: position, anchor: string(start.anchor), tag: string(start.tag))
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, position: position)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return YAMLEvent(kind: .mappingStart, position: position, anchor: string(start.anchor), tag: string(start.tag))
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, position: position)
        default: return YAMLEvent(kind: .streamEnd, position: position)
        }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    // MARK: Failures

    private func failure() -> YAMLIssue {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the file cannot be read as YAML"
        guard parser.pointee.error != YAML_READER_ERROR else {
            let value = parser.pointee.problem_value
            let found = value >= 0 ? " (0x\(String(value, radix: 16, uppercase: true)))" : ""
            return YAMLIssue(position: YAMLPosition(offset: Int(parser.pointee.problem_offset), in: text), message: problem + found)
        }
        let mark = parser.pointee.problem_mark
        var message = problem
        if problem.hasPrefix("found a tab character") {
            message = Self.tabAdvice
        } else if problem == "found character that cannot start any token", let advice = advice(at: Int(mark.index)) {
            message = advice
        } else if let context = parser.pointee.context {
            let start = YAMLPosition(parser.pointee.context_mark)
            let place = start == YAMLPosition(mark) ? "" : " that begins at line \(start.line), column \(start.column)"
            message += ", \(String(cString: context))\(place)"
        }
        return YAMLIssue(position: YAMLPosition(mark), message: message)
    }

    private static let tabAdvice = "found a tab; YAML is indented with spaces"

    /// What to do about a character that no value may begin with. `index` counts characters, as libyaml's marks do.
    private func advice(at index: Int) -> String? {
        guard let character = String(decoding: text, as: UTF8.self).unicodeScalars.dropFirst(index).first else { return nil }
        return character == "\t" ? Self.tabAdvice : "a value cannot begin with '\(character)'; put it in quotes"
    }
}

extension YAMLPosition {
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    /// The place of a byte.
    init(offset: Int, in text: UnsafeBufferPointer<UInt8>) {
        var line = 1
        var column = 1
        for byte in text.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(line: line, column: column)
    }
}
