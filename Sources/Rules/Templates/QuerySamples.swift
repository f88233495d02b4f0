import GoTemplate
import JSON
import Labels
import PromQL

/// What the template function `query` gives: samples in the order of the result.
struct QuerySamples: TemplateObject {
    static let goType = "template.queryResult"

    let samples: [QuerySample]

    var goType: String { Self.goType }
    var kind: TemplateKind { .list }
    var count: Int { samples.count }

    func element(at index: Int) -> TemplateValue { .object(samples[index]) }

    func writeJSON(into writer: inout JSONWriter) {
        writer.beginArray()
        for sample in samples { writer.object(of: sample) }
        writer.endArray()
    }
}

/// One of them.
struct QuerySample: TemplateObject {
    static let goType = "*template.sample"

    let labels: LabelSet
    let value: Double

    var goType: String { Self.goType }
    var kind: TemplateKind { .structure }
    var fields: [String] { ["Labels", "Value"] }

    func field(_ name: String) -> TemplateValue? {
        switch name {
        case "Labels": .object(LabelMap(labels))
        case "Value": .float(value)
        default: nil
        }
    }

    func writeJSON(into writer: inout JSONWriter) { writer.object(of: self) }
}

/// What `query` asks: a source at the pass's time. It travels in the environment's values, and templates never see it.
struct TemplateQueries: TemplateObject {
    let source: any QuerySource
    /// Milliseconds; the pass's own time, not moved by `query_offset`.
    let time: Int64
    let options: ParserOptions

    var goType: String { "template.QueryFunc" }
    var kind: TemplateKind { .structure }

    func samples(_ text: String) throws(TemplateFault) -> QuerySamples {
        let query: RuleQuery
        do throws(PromQLSyntaxError) {
            query = try RuleQuery(text, options: options)
        } catch {
            throw TemplateFault(error.description)
        }
        let result: QueryResult
        do throws(QuerySourceError) {
            result = try source.instant(query, at: time)
        } catch {
            throw TemplateFault(error.description)
        }
        guard let elements = result.ruleElements else { throw TemplateFault(RuleFailure.noVector.message) }
        return QuerySamples(samples: elements.map { QuerySample(labels: $0.labels, value: $0.value) })
    }

    func writeJSON(into writer: inout JSONWriter) { writer.null() }
}
