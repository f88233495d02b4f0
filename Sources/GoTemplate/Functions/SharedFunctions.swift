import RE2
import Time

extension TemplateFunctions {
    /// Alertmanager's functions (reference 8.2), but `routeLabels`, which needs the notification at hand.
    public static let shared = texts.merging(expressions).merging(times).merging(collections).merging(encodings)

    private static let texts = TemplateFunctions([
        "toUpper": TemplateFunction([.string]) { values, _ in .string(LetterCase.upper(values[0].plainText)) },
        "toLower": TemplateFunction([.string]) { values, _ in .string(LetterCase.lower(values[0].plainText)) },
        "title": TemplateFunction([.string]) { values, _ in .string(LetterCase.title(values[0].plainText)) },
        "trimSpace": TemplateFunction([.string]) { values, _ in .string(trimmed(values[0].plainText)) },
        "safeHtml": TemplateFunction([.string]) { values, _ in .object(SafeContent(values[0].plainText, .html)) },
        "safeUrl": TemplateFunction([.string]) { values, _ in .object(SafeContent(values[0].plainText, .url)) },
        "join": TemplateFunction([.string, .strings]) { (values, _) throws(TemplateFault) in
            let (separator, parts) = (values[0].plainText, values[1].plainTexts)
            let length = parts.reduce(separator.utf8.count * max(0, parts.count - 1)) { $0 + $1.utf8.count }
            guard length < GoFormat.maximumOutput else { throw TemplateFault("joined text of \(length) bytes: too long") }
            return .string(parts.joined(separator: separator))
        },
    ])

    private static let expressions = TemplateFunctions([
        "match": TemplateFunction([.string, .string]) { (values, _) throws(TemplateFault) in
            .bool(try RegexCache.shared.regex(values[0].plainText).matches(values[1].plainText))
        },
        "reReplaceAll": TemplateFunction([.string, .string, .string]) { (values, _) throws(TemplateFault) in
            let (replacement, text) = (values[1].plainText, values[2].plainText)
            // Every place may match and every match may repeat the whole text, so this product bounds the work before it is done.
            let (bound, overflow) = (text.utf8.count + 1).multipliedReportingOverflow(by: replacement.utf8.count + 1)
            guard !overflow, bound < 8 * GoFormat.maximumOutput else {
                throw TemplateFault("text of \(text.utf8.count) bytes is too long for a replacement of \(replacement.utf8.count)")
            }
            return try bounded(RegexCache.shared.regex(values[0].plainText).replaceAll(in: text, with: replacement))
        },
    ])

    private static let times = TemplateFunctions([
        "date": TemplateFunction([.string, .type("time.Time")]) { (values, _) throws(TemplateFault) in
            .string(try GoTime.argument(values[1]).formatted(values[0].plainText))
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
        "stringSlice": TemplateFunction([], variadic: .string) { values, _ in .strings(values.map(\.plainText)) },
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
                guard case .string(let key) = values[index] else {
                    throw TemplateFault("dict: key of type \(GoFormat.typeName(values[index])): keys must be strings")
                }
                entries[key] = values[index + 1]
            }
            return try Nesting.checked(.map(entries))
        },
    ])

    private static let encodings = TemplateFunctions([
        "toJson": TemplateFunction([.any]) { (values, _) throws(TemplateFault) in try bounded(values[0].json()) },
        "urlUnescape": TemplateFunction([.string]) { (values, _) throws(TemplateFault) in
            .string(try TextEscaper.urlQueryUnescaped(values[0].plainText))
        },
        "base64encode": TemplateFunction([.string]) { (values, _) throws(TemplateFault) in
            try bounded(URLSafeBase64.encode(values[0].plainText))
        },
        "base64decode": TemplateFunction([.string]) { (values, _) throws(TemplateFault) in
            .string(try URLSafeBase64.decode(values[0].plainText))
        },
    ])

    /// The text without white space at its ends.
    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}

extension TemplateValue {
    /// The strings of an argument that was declared as a list of them.
    var plainTexts: [String] {
        switch self {
        case .strings(let texts): texts
        default: elements.map(\.plainText)
        }
    }

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
