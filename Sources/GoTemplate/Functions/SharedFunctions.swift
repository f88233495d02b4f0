import Labels
import RE2
import Time

extension TemplateFunctions {
    /// Alertmanager's functions (reference 8.2), but `routeLabels`, which needs the notification at hand.
    public static let shared = texts.merging(expressions).merging(times).merging(collections).merging(encodings)

    private static let texts = TemplateFunctions([
        "toUpper": TemplateFunction([.string]) { values, _ in .string(LetterCase.upper(values[0].plainText)) },
        "toLower": TemplateFunction([.string]) { values, _ in .string(LetterCase.lower(values[0].plainText)) },
        "title": TemplateFunction([.string]) { values, _ in values[0].mappingText(LetterCase.title) },
        "trimSpace": TemplateFunction([.string]) { values, _ in trimmed(values[0]) },
        "safeHtml": TemplateFunction([.string]) { values, _ in .object(SafeContent(values[0], .html)) },
        "safeUrl": TemplateFunction([.string]) { values, _ in .object(SafeContent(values[0], .url)) },
        "join": TemplateFunction([.string, .strings]) { (values, _) throws(TemplateFault) in
            let (separator, parts) = (values[0], values[1].elements)
            let length = parts.reduce((separator.textLength ?? 0) * max(0, parts.count - 1)) { $0 + ($1.textLength ?? 0) }
            guard length < GoFormat.maximumOutput else { throw TemplateFault("joined text of \(length) bytes: too long") }
            return .joined(parts, separator: separator)
        },
    ])

    private static let expressions = TemplateFunctions([
        "match": TemplateFunction([.string, .string]) { (values, _) throws(TemplateFault) in
            .bool(try regex(values[0]).matches(values[1].plainText))
        },
        "reReplaceAll": TemplateFunction([.string, .string, .string]) { (values, _) throws(TemplateFault) in
            let (replacement, text) = (values[1], values[2])
            // Every place may match and every match may repeat the whole text, so this product bounds the work before it is done.
            let lengths = (text: text.textLength ?? 0, replacement: replacement.textLength ?? 0)
            let (bound, overflow) = (lengths.text + 1).multipliedReportingOverflow(by: lengths.replacement + 1)
            guard !overflow, bound < 8 * GoFormat.maximumOutput else {
                throw TemplateFault("text of \(lengths.text) bytes is too long for a replacement of \(lengths.replacement)")
            }
            return try bounded(replaced(try regex(values[0]), in: text, with: replacement))
        },
    ])

    /// The expression of a pattern.
    private static func regex(_ pattern: TemplateValue) throws(TemplateFault) -> RE2Regex {
        guard case .bytes(let bytes) = pattern else { return try RegexCache.shared.regex(pattern.plainText) }
        let start = GoBytes.firstStray(bytes) ?? 0
        throw TemplateFault("error parsing regexp: invalid UTF-8: `\(GoBytes.repaired(Array(bytes[start...])))`")
    }

    /// The text with every match replaced. Bytes that are no UTF-8 match as U+FFFD and are kept as they are.
    private static func replaced(_ regex: RE2Regex, in text: TemplateValue, with replacement: TemplateValue) -> TemplateValue {
        if case .string(let text) = text, case .string(let replacement) = replacement {
            return .string(regex.replaceAll(in: text, with: replacement))
        }
        let source = text.textBytes
        var matched: [UInt8] = []
        // Where the bytes that are matched come from.
        var origins: [Int] = []
        GoBytes.walk(source) { piece in
            matched += piece
            origins += piece.indices
        } stray: { _ in
            origins += repeatElement(origins.last.map { $0 + 1 } ?? 0, count: UTF8.encodedReplacementCharacter.count)
            matched += UTF8.encodedReplacementCharacter
        }
        origins.append(source.count)
        return .text(
            matched.withUnsafeBufferPointer { bytes in
                regex.replaceAll(in: bytes, with: replacement.textBytes) { $1 += source[origins[$0.lowerBound]..<origins[$0.upperBound]] }
            })
    }

    private static let times = TemplateFunctions([
        "date": TemplateFunction([.string, .type("time.Time")]) { (values, _) throws(TemplateFault) in
            values[0].mappingText(try GoTime.argument(values[1]).formatted)
        },
        "tz": TemplateFunction([.string, .type("time.Time")]) { (values, _) throws(TemplateFault) in
            let time = try GoTime.argument(values[1])
            do throws(ZoneError) {
                return .object(GoTime(time.timestamp, zone: try Zone.named(values[0].plainText)))
            } catch {
                throw TemplateFault(error.message)
            }
        },
        "now": TemplateFunction([]) { _, environment in .object(GoTime(environment.now, zone: environment.local)) },
        "since": TemplateFunction([.type("time.Time")]) { (values, environment) throws(TemplateFault) in
            .object(GoDurationValue(environment.now - (try GoTime.argument(values[0]).timestamp)))
        },
        "humanizeDuration": TemplateFunction([.any]) { (values, _) throws(TemplateFault) in
            .string(Humanizer.duration(try Humanizer.number(values[0])))
        },
        "toDate": TemplateFunction([.string, .string]) { values, _ in
            let time = try? GoLayout.parse(layout: values[0].plainText, values[1].plainText)
            return .object(GoTime(time ?? .goZero))
        },
        "mustToDate": TemplateFunction([.string, .string]) { (values, _) throws(TemplateFault) in
            do throws(GoLayout.ParseError) {
                return .object(GoTime(try GoLayout.parse(layout: values[0].plainText, values[1].plainText)))
            } catch {
                throw TemplateFault(error.message)
            }
        },
    ])

    private static let collections = TemplateFunctions([
        "stringSlice": TemplateFunction([], variadic: .string) { values, _ in GoStrings.value(of: values) },
        "list": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in try Nesting.checked(.list(values)) },
        "append": TemplateFunction([.list], variadic: .any) { (values, _) throws(TemplateFault) in
            try Nesting.checked(.list(values[0].elements + values.dropFirst()))
        },
        "dict": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in
            guard values.count.isMultiple(of: 2) else {
                throw TemplateFault("dict: \(values.count) arguments: expected pairs of a key and a value")
            }
            var entries: [String: TemplateValue] = [:]
            for index in stride(from: 0, to: values.count, by: 2) {
                switch values[index] {
                case .string, .bytes: entries[values[index].plainText] = values[index + 1]
                case let key: throw TemplateFault("dict: key of type \(GoFormat.typeName(key)): keys must be strings")
                }
            }
            return try Nesting.checked(.map(entries))
        },
    ])

    private static let encodings = TemplateFunctions([
        "toJson": TemplateFunction([.any]) { (values, _) throws(TemplateFault) in try bounded(.string(values[0].json())) },
        "urlUnescape": TemplateFunction([.string]) { (values, _) throws(TemplateFault) in
            try TextEscaper.urlQueryUnescaped(values[0].textBytes)
        },
        "base64encode": TemplateFunction([.string]) { (values, _) throws(TemplateFault) in
            try bounded(.string(URLSafeBase64.encode(values[0].textBytes)))
        },
        "base64decode": TemplateFunction([.string]) { (values, _) throws(TemplateFault) in
            .text(try URLSafeBase64.decode(values[0].textBytes))
        },
    ])

    /// The text without white space at its ends.
    private static func trimmed(_ text: TemplateValue) -> TemplateValue {
        let characters = text.plainText
        let scalars = characters.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return .string("") }
        guard case .bytes(let bytes) = text else { return .string(String(scalars[first...last])) }
        // What is white space is UTF-8, and so as long in the bytes.
        let leading = characters.utf8.distance(from: characters.startIndex, to: first)
        let trailing = characters.utf8.distance(from: scalars.index(after: last), to: characters.endIndex)
        return .bytes(Array(bytes[leading..<(bytes.count - trailing)]))
    }
}

extension TemplateValue {
    /// The elements of a list of any type.
    var elements: [TemplateValue] {
        switch self {
        case .list(let elements): elements
        case .strings(let texts): texts.map { .string($0) }
        case .object(let object) where object.kind == .list: (0..<object.count).map { object.element(at: $0) }
        default: []
        }
    }
}
