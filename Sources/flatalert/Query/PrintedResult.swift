import JSON
import Labels
import Time

/// The answer of a query API, ready to be printed.
struct PrintedResult {
    struct Series {
        /// `name{label="value"}`.
        var name: String
        var points: [(time: Timestamp, value: String)]
    }

    var type: String
    var series: [Series]

    /// Reads the `data` of an answer.
    init(_ data: JSONValue) throws(ClientError) {
        guard let type = data["resultType"]?.stringValue, let result = data["result"] else {
            throw .failed("the answer has no result: is that a Prometheus query API?")
        }
        self.type = type
        switch type {
        case "scalar", "string": series = [Series(name: "", points: [try Self.point(result)])]
        default:
            var series: [Series] = []
            for element in result.arrayValue ?? [] {
                if element["histogram"] != nil || element["histograms"] != nil {
                    throw .failed("the answer has native histograms, which this version cannot print; -o json shows them")
                }
                var points: [(Timestamp, String)] = []
                if let value = element["value"] { points.append(try Self.point(value)) }
                for value in element["values"]?.arrayValue ?? [] { points.append(try Self.point(value)) }
                series.append(Series(name: Self.name(of: element["metric"]), points: points))
            }
            self.series = series
        }
    }

    private static func point(_ value: JSONValue) throws(ClientError) -> (time: Timestamp, value: String) {
        guard let seconds = value[0]?.doubleValue, abs(seconds) < 1e13, let text = value[1]?.stringValue else {
            throw .failed("the answer has a sample that is no pair of a time and a text: \(value.text)")
        }
        let milliseconds = Int64((seconds * 1000).rounded())
        let rest = (milliseconds % 1000 + 1000) % 1000
        return (Timestamp(seconds: (milliseconds - rest) / 1000, nanoseconds: Int32(rest) * 1_000_000), text)
    }

    private static func name(of metric: JSONValue?) -> String {
        let labels = metric?.objectValue.map { $0.map { ($0.key, $0.value.stringValue ?? "") } } ?? []
        let name = labels.first { $0.0 == "__name__" }?.1 ?? ""
        let rest = labels.filter { $0.0 != "__name__" }.map { "\($0.0)=\(GoQuote.quote($0.1))" }
        return rest.isEmpty ? (name.isEmpty ? "{}" : name) : "\(name){\(rest.joined(separator: ", "))}"
    }

    /// One line a series; one line a sample where there are several.
    func table(_ session: ClientSession) -> String {
        switch type {
        case "scalar", "string": return (series.first?.points.first?.value ?? "") + "\n"
        case "vector":
            guard !series.isEmpty else { return "no series\n" }
            var table = Table(titles: ["Series", "Value"])
            for series in series { table.add([series.name, series.points.first?.value ?? ""]) }
            return table.rendered
        default:
            guard !series.isEmpty else { return "no series\n" }
            var text = ""
            for series in series {
                text += series.name + "\n"
                for point in series.points { text += "  \(session.format(point.time))  \(point.value)\n" }
            }
            return text
        }
    }
}
