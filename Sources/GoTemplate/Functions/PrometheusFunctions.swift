import Labels
import Time

extension TemplateFunctions {
    /// Prometheus's functions for rules and console pages that need neither queries nor the server's addresses (Prometheus reference 1.5).
    public static let prometheus = common.merging(collections).merging(numbers).merging(links)

    /// Those that are the same in Alertmanager.
    private static let common = TemplateFunctions(
        ["match", "reReplaceAll", "toUpper", "toLower", "safeHtml", "humanizeDuration"].reduce(into: [:]) { $0[$1] = shared[$1] })

    private static let collections = TemplateFunctions([
        "args": TemplateFunction([], variadic: .any) { (values, _) throws(TemplateFault) in
            var entries: [String: TemplateValue] = [:]
            for (index, value) in values.enumerated() { entries["arg\(index)"] = value }
            return try Nesting.checked(.map(entries))
        },
        "sortByLabel": TemplateFunction([.string, .any]) { values, _ in
            let name = values[0].plainText
            // The place decides between equal labels: Swift does not promise a stable sort.
            let samples = values[1].elements.enumerated().map { (label: label(name, of: $1), place: $0, sample: $1) }
            let sorted = samples.sorted {
                GoPrinter.precedes($0.label, $1.label) || (!GoPrinter.precedes($1.label, $0.label) && $0.place < $1.place)
            }
            return .list(sorted.map(\.sample))
        },
        "title": TemplateFunction([.string]) { values, _ in .string(LetterCase.capitalized(values[0].plainText)) },
    ])

    private static let numbers = TemplateFunctions([
        "humanize": onNumber { .string(Humanizer.decimal($0)) },
        "humanize1024": onNumber { .string(Humanizer.binary($0)) },
        "humanizePercentage": onNumber { .string(Humanizer.general($0 * 100) + "%") },
        "humanizeTimestamp": onNumber { (seconds) throws(TemplateFault) in
            guard seconds.isFinite else { return .string(Humanizer.general(seconds)) }
            return .string(GoTime(try timestamp(seconds)).text ?? "")
        },
        "toTime": onNumber { (seconds) throws(TemplateFault) in
            guard seconds.isFinite else { throw TemplateFault("value is NaN or Inf") }
            return .object(GoTime(try timestamp(seconds)))
        },
        "toDuration": onNumber { (seconds) throws(TemplateFault) in
            guard seconds.isFinite else { throw TemplateFault("value is NaN or Inf") }
            return .object(GoDurationValue(.nanoseconds(try nanoseconds(seconds))))
        },
        "parseDuration": TemplateFunction([.string]) { (values, _) throws(TemplateFault) in
            let text = values[0].plainText
            let isNegative = text.hasPrefix("-")
            do throws(DurationError) {
                let span = try PrometheusDuration.parse(isNegative ? text.dropFirst() : text[...])
                return .float(isNegative ? -span.seconds : span.seconds)
            } catch {
                throw TemplateFault(error.message)
            }
        },
        "now": TemplateFunction([]) { _, environment in .float(environment.now.unixSeconds) },
    ])

    private static let links = TemplateFunctions([
        "graphLink": TemplateFunction([.string]) { values, _ in .string(link(to: values[0], tab: 0)) },
        "tableLink": TemplateFunction([.string]) { values, _ in .string(link(to: values[0], tab: 1)) },
        "urlQueryEscape": TemplateFunction([.string]) { values, _ in .string(TextEscaper.urlQuery(values[0])) },
        "stripPort": TemplateFunction([.string]) { values, _ in
            .string(NetworkAddress(values[0].plainText)?.host ?? values[0].plainText)
        },
        "stripDomain": TemplateFunction([.string]) { values, _ in .string(NetworkAddress.withoutDomain(values[0].plainText)) },
    ])

    /// The path and query under which a server shows an expression's result as a table: what alerts link to (Prometheus reference 2.3).
    public static func tableLink(_ expression: String) -> String { link(to: .string(expression), tab: 1) }

    private static func onNumber(_ body: @escaping @Sendable (Double) throws(TemplateFault) -> TemplateValue) -> TemplateFunction {
        TemplateFunction([.any]) { (values, _) throws(TemplateFault) in try body(Humanizer.number(values[0])) }
    }

    private static func link(to expression: TemplateValue, tab: Int) -> String {
        "/graph?g0.expr=\(TextEscaper.urlQuery(expression))&g0.tab=\(tab)"
    }

    private static func nanoseconds(_ seconds: Double) throws(TemplateFault) -> Int64 {
        guard let nanoseconds = Int64(exactly: (seconds * 1e9).rounded(.towardZero)) else {
            throw TemplateFault("\(GoFloat.text(seconds, "g")) cannot be represented as a nanoseconds timestamp since it overflows int64")
        }
        return nanoseconds
    }

    /// The time, cut to milliseconds.
    private static func timestamp(_ seconds: Double) throws(TemplateFault) -> Timestamp {
        Timestamp(unixNanoseconds: try nanoseconds(seconds) / 1_000_000 * 1_000_000)
    }

    /// A label of a sample, which is a structure or a map with `Labels`; empty when there is none.
    private static func label(_ name: String, of sample: TemplateValue) -> String {
        let labels: TemplateValue?
        switch sample {
        case .object(let object): labels = object.field("Labels") ?? object.value(forKey: "Labels")
        case .map(let entries): labels = entries["Labels"]
        default: labels = nil
        }
        switch labels {
        case .map(let entries)?: return entries[name]?.plainText ?? ""
        case .object(let object)?: return object.value(forKey: name)?.plainText ?? ""
        default: return ""
        }
    }
}
