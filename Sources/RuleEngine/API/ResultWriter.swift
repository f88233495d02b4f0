import JSON
import Labels
import PromQL
import Time
import WebServer

extension WebResponse {
    /// A JSON answer of these bytes.
    static func json(_ bytes: [UInt8]) -> WebResponse {
        WebResponse(status: 200, headers: [("Content-Type", "application/json")], body: .bytes(bytes))
    }

    /// `{"status":"success","data":…}`, and warnings if there are any.
    static func data(warnings: [String] = [], _ write: (inout JSONWriter) -> Void) -> WebResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("status")
        json.string("success")
        json.key("data")
        write(&json)
        ResultWriter.notes("warnings", warnings, into: &json)
        json.endObject()
        return .json(json.bytes)
    }
}

/// Query results in the API's form (reference 4.2).
enum ResultWriter {
    /// How many warnings, or infos, an answer shows.
    private static let maximumNotes = 10

    static func write(_ result: QueryResult, limit: Int, statistics: QueryStatistics?) -> [UInt8] {
        var warnings = shown(result.warnings, kind: "warning")
        let value = limited(result.value, to: limit)
        if value.isCut { warnings.append("results truncated due to limit") }
        var json = JSONWriter()
        json.beginObject()
        json.key("status")
        json.string("success")
        json.key("data")
        json.beginObject()
        write(value.value, into: &json)
        if let statistics { write(statistics, into: &json) }
        json.endObject()
        notes("warnings", warnings, into: &json)
        notes("infos", shown(result.infos, kind: "info"), into: &json)
        json.endObject()
        return json.bytes
    }

    static func notes(_ name: StaticString, _ texts: [String], into json: inout JSONWriter) {
        guard !texts.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for text in texts { json.string(text) }
        json.endArray()
    }

    private static func shown(_ texts: [String], kind: String) -> [String] {
        guard texts.count > maximumNotes else { return texts }
        return texts.prefix(maximumNotes) + ["\(texts.count - maximumNotes) more \(kind) annotations omitted"]
    }

    private static func limited(_ value: QueryValue, to limit: Int) -> (value: QueryValue, isCut: Bool) {
        guard limit > 0 else { return (value, false) }
        switch value {
        case .vector(let elements) where elements.count > limit: return (.vector(Array(elements.prefix(limit))), true)
        case .matrix(let elements) where elements.count > limit: return (.matrix(Array(elements.prefix(limit))), true)
        default: return (value, false)
        }
    }

    private static func write(_ value: QueryValue, into json: inout JSONWriter) {
        json.key("resultType")
        switch value {
        case .scalar(let time, let value):
            json.string("scalar")
            json.key("result")
            point(time, GoFloat.text(value, "f"), into: &json)
        case .string(let time, let value):
            json.string("string")
            json.key("result")
            point(time, value, into: &json)
        case .vector(let elements):
            json.string("vector")
            json.key("result")
            json.beginArray()
            for element in elements {
                json.beginObject()
                metric(element.labels, into: &json)
                json.key("value")
                point(element.time, sample(element.value), into: &json)
                json.endObject()
            }
            json.endArray()
        case .matrix(let elements):
            json.string("matrix")
            json.key("result")
            json.beginArray()
            for element in elements {
                json.beginObject()
                metric(element.labels, into: &json)
                json.key("values")
                json.beginArray()
                for index in element.samples.times.indices {
                    point(element.samples.times[index], sample(element.samples.values[index]), into: &json)
                }
                json.endArray()
                json.endObject()
            }
            json.endArray()
        }
    }

    private static func metric(_ labels: LabelSet, into json: inout JSONWriter) {
        json.key("metric")
        ResultWriter.labels(labels, into: &json)
    }

    static func labels(_ labels: LabelSet, into json: inout JSONWriter) {
        json.beginObject()
        labels.forEach { name, value in
            json.key(name)
            json.string(value)
        }
        json.endObject()
    }

    private static func point(_ time: Int64, _ value: String, into json: inout JSONWriter) {
        json.beginArray()
        json.raw(seconds(time))
        json.string(value)
        json.endArray()
    }

    /// Seconds without decimals where they are whole, with exactly three where not.
    static func seconds(_ milliseconds: Int64) -> String {
        let (seconds, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        let sign = milliseconds < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(seconds)" }
        let decimals = String(rest)
        return "\(sign)\(seconds).\(String(repeating: "0", count: 3 - decimals.count))\(decimals)"
    }

    /// RFC 3339 with the digits that are needed; Go's zero time where there is none.
    static func time(_ milliseconds: Int64?) -> String {
        guard let milliseconds else { return RFC3339.string(.goZero, fraction: .asNeeded) }
        return RFC3339.string(.epoch + .milliseconds(milliseconds), fraction: .asNeeded)
    }

    /// In Prometheus's form: `15s`.
    static func duration(_ milliseconds: Int64) -> String { PrometheusDuration.format(.milliseconds(milliseconds)) }

    /// Digits only, with an exponent below a millionth and from 1e21 on.
    static func sample(_ value: Double) -> String {
        // The common case: whole numbers.
        if let whole = Int32(exactly: value), whole != 0 { return String(whole) }
        let magnitude = value.magnitude
        return GoFloat.text(value, magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21) ? "e" : "f")
    }

    private static func write(_ statistics: QueryStatistics, into json: inout JSONWriter) {
        json.key("stats")
        json.beginObject()
        json.key("timings")
        json.beginObject()
        for (name, seconds) in [
            ("evalTotalTime", statistics.evaluated), ("innerEvalTime", statistics.evaluated),
            ("execQueueTime", statistics.queued), ("execTotalTime", statistics.queued + statistics.evaluated),
        ] {
            json.key(name)
            json.double(seconds)
        }
        json.endObject()
        json.key("samples")
        json.beginObject()
        json.key("totalQueryableSamples")
        json.integer(statistics.samples)
        json.endObject()
        json.endObject()
    }
}
