import CYAML

/// Writes a value as Go's yaml.v2 marshals it: block style, lists not indented below their key, quotes only where needed, literals for texts of
/// several lines, `{}` and `[]` for what is empty.
public struct YAMLWriter: Sendable {
    /// Texts are folded where they grow past this column; nil never folds. yaml.v2 folds at 80.
    public let lineWidth: Int?

    private static let endMark = Array("\n...\n".utf8)

    /// A writer.
    public init(lineWidth: Int? = 80) {
        self.lineWidth = lineWidth
    }

    /// The text of a document, with a newline at its end.
    public func string(_ value: YAMLValue) -> String {
        String(decoding: bytes(value), as: UTF8.self)
    }

    /// The bytes of a document, with a newline at its end.
    public func bytes(_ value: YAMLValue) -> [UInt8] {
        var output: [UInt8] = []
        withUnsafeMutablePointer(to: &output) { output in
            guard let emitter = EventSink(output, lineWidth: lineWidth) else { return }
            emitter.document(value)
        }
        // libyaml ends a document that stops in a literal with open end by a mark that yaml.v2 does not write and no reader needs.
        if value.isCollection, output.suffix(Self.endMark.count).elementsEqual(Self.endMark) { output.removeLast(Self.endMark.count - 1) }
        return output
    }
}

/// libyaml's emitter, fed with the events of a tree. The events are in order by construction, so that it can fail only for want of memory; it
/// then drops what follows.
private struct EventSink: ~Copyable {
    private let emitter: UnsafeMutablePointer<yaml_emitter_t>

    init?(_ output: UnsafeMutablePointer<[UInt8]>, lineWidth: Int?) {
        emitter = .allocate(capacity: 1)
        guard yaml_emitter_initialize(emitter) == 1 else {
            emitter.deallocate()
            return nil
        }
        yaml_emitter_set_unicode(emitter, 1)
        yaml_emitter_set_width(emitter, Int32(clamping: lineWidth ?? -1))
        yaml_emitter_set_output(
            emitter,
            { output, buffer, size in
                output?.assumingMemoryBound(to: [UInt8].self).pointee.append(contentsOf: UnsafeBufferPointer(start: buffer, count: size))
                return 1
            }, output)
    }

    deinit {
        yaml_emitter_delete(emitter)
        emitter.deallocate()
    }

    func document(_ value: YAMLValue) {
        emit { yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
        emit { yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
        self.value(value)
        emit { yaml_document_end_event_initialize($0, 1) }
        emit { yaml_stream_end_event_initialize($0) }
    }

    private func value(_ value: YAMLValue) {
        switch value {
        case .null: scalar("null", YAML_PLAIN_SCALAR_STYLE)
        case .bool(let bool): scalar(bool ? "true" : "false", YAML_PLAIN_SCALAR_STYLE)
        case .integer(let integer): scalar(integer.description, YAML_PLAIN_SCALAR_STYLE)
        case .double(let double): scalar(YAMLFloat.text(double), YAML_PLAIN_SCALAR_STYLE)
        case .string(let text): scalar(text, Self.style(text))
        case .sequence(let elements):
            emit { yaml_sequence_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_SEQUENCE_STYLE) }
            for element in elements { self.value(element) }
            emit { yaml_sequence_end_event_initialize($0) }
        case .mapping(let members):
            emit { yaml_mapping_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
            for member in members {
                scalar(member.key, Self.style(member.key))
                self.value(member.value)
            }
            emit { yaml_mapping_end_event_initialize($0) }
        }
    }

    /// The style that yaml.v2 asks for; the emitter falls back to quotes where it does not fit.
    private static func style(_ text: String) -> yaml_scalar_style_t {
        var hasNewline = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": hasNewline = true
            // Line ends in YAML 1.1 but not in 1.2: only as escapes do they mean the same to every reader.
            case "\u{2028}", "\u{2029}": return YAML_DOUBLE_QUOTED_SCALAR_STYLE
            default: break
            }
        }
        if hasNewline { return YAML_LITERAL_SCALAR_STYLE }
        if case .string = YAMLScalarValue(resolving: text), text != "<<", !YAMLFloat.isBase60(text), !YAMLTimestamp.isOne(text) {
            return YAML_PLAIN_SCALAR_STYLE
        }
        return YAML_DOUBLE_QUOTED_SCALAR_STYLE
    }

    private func scalar(_ text: String, _ style: yaml_scalar_style_t) {
        var text = text
        text.withUTF8 { bytes in
            emit { event in
                yaml_scalar_event_initialize(
                    event, nil, nil, bytes.baseAddress ?? ("" as StaticString).utf8Start, Int32(clamping: bytes.count), 1, 1, style)
            }
        }
    }

    private func emit(_ initialize: (UnsafeMutablePointer<yaml_event_t>) -> Int32) {
        var event = yaml_event_t()
        // The emitter takes the event over, also when it fails.
        if initialize(&event) == 1 { yaml_emitter_emit(emitter, &event) }
    }
}
