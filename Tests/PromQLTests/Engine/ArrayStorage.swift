import Labels
import PromQL

/// Samples in arrays: the simplest source there is.
struct ArrayStorage: SampleSource {
    struct Series: Sendable {
        let labels: LabelSet
        var samples: SampleBuffer
    }

    private(set) var series: [Series] = []

    /// One series a line: `name{a="b"} 1 2 _ stale NaN`, the first value at `start`, each further one `step` milliseconds later.
    init(every step: Int64 = 60_000, from start: Int64 = 0, _ lines: String = "") throws {
        for line in lines.split(separator: "\n") where !line.allSatisfy({ $0 == " " }) { try add(String(line), every: step, from: start) }
    }

    init(_ series: [Series]) { self.series = series }

    private mutating func add(_ line: String, every step: Int64, from start: Int64) throws {
        let text = line.drop { $0 == " " }
        let end = text.firstIndex(of: "}").map { text.index(after: $0) } ?? text.firstIndex(of: " ") ?? text.endIndex
        let matchers = try Expression.parseSelector(String(text[..<end]))
        var samples = SampleBuffer()
        for (index, word) in text[end...].split(separator: " ").enumerated() where word != "_" {
            let value = word == "stale" ? Double.staleMarker : word == "NaN" ? Double(bitPattern: SpecialNaN.ordinary) : Double(word)
            guard let value else { throw QueryError.storage("bad value \(word)") }
            samples.append(time: start + Int64(index) * step, value: value)
        }
        series.append(Series(labels: LabelSet(matchers.map { ($0.name, $0.value) }), samples: samples))
    }

    func select(_ matchers: [Matcher], after: Int64, through: Int64) throws -> any SeriesSelection {
        Selection(series: series.filter { series in matchers.allSatisfy { $0.matches(series.labels) } })
    }

    struct Selection: SeriesSelection {
        let series: [Series]

        var count: Int { series.count }

        func labels(at index: Int) -> LabelSet { series[index].labels }

        func read(at index: Int, after: Int64, through: Int64, into buffer: inout SampleBuffer) {
            let samples = series[index].samples
            for place in 0..<samples.count where samples.times[place] > after && samples.times[place] <= through {
                buffer.append(time: samples.times[place], value: samples.values[place])
            }
        }
    }
}

/// Asks an engine and prints its answers: a line a series, `name{a="b"} value…`, `_` where a step has no sample.
struct Querying {
    let storage: ArrayStorage
    var engine = QueryEngine()
    var parsing = ParserOptions.all

    init(every step: Int64 = 60_000, from start: Int64 = 0, _ lines: String = "") throws {
        storage = try ArrayStorage(every: step, from: start, lines)
    }

    /// The same samples with names removed at the end of the query.
    var delayed: Querying {
        var other = self
        other.engine.options.delaysNameRemoval = true
        return other
    }

    func result(_ text: String, at seconds: Double = 0, control: QueryControl? = nil) throws -> QueryResult {
        let expression = try Expression.parse(text, options: parsing)
        return try engine.instant(expression, text: text, at: Int64(seconds * 1000), source: storage, control: control)
    }

    func result(_ text: String, from start: Double, through end: Double, step: Double) throws -> QueryResult {
        let expression = try Expression.parse(text, options: parsing)
        return try engine.range(
            expression, text: text, from: Int64(start * 1000), through: Int64(end * 1000), step: Int64(step * 1000), source: storage)
    }

    /// An instant query's lines in the order of the answer.
    func ordered(_ text: String, at seconds: Double = 0) throws -> [String] {
        switch try result(text, at: seconds).value {
        case .scalar(_, let value): return [Self.print(value)]
        case .string(_, let value): return [value]
        case .vector(let elements): return elements.map { "\(Self.print($0.labels)) \(Self.print($0.value))" }
        case .matrix(let elements):
            return elements.map { element in
                let samples = zip(element.samples.times, element.samples.values).map { "\(Self.print($1))@\($0 / 1000)" }
                return ([Self.print(element.labels)] + samples).joined(separator: " ")
            }
        }
    }

    /// An instant query's lines, sorted.
    func instant(_ text: String, at seconds: Double = 0) throws -> [String] { try ordered(text, at: seconds).sorted() }

    /// A range query's lines in the order of the answer.
    func range(_ text: String, from start: Double = 0, through end: Double, step: Double = 60) throws -> [String] {
        guard case .matrix(let elements) = try result(text, from: start, through: end, step: step).value else { return ["no matrix"] }
        let times = stride(from: start, through: end, by: step).map { Int64($0 * 1000) }
        return elements.map { element in
            let known = Dictionary(uniqueKeysWithValues: zip(element.samples.times, element.samples.values))
            return ([Self.print(element.labels)] + times.map { known[$0].map(Self.print) ?? "_" }).joined(separator: " ")
        }
    }

    /// The text of the error that a query gives; nil when it gives none.
    func error(_ text: String, at seconds: Double = 0) -> String? {
        do {
            _ = try result(text, at: seconds)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func print(_ value: Double) -> String { GoFloat.text(value, "g") }

    private static func print(_ labels: LabelSet) -> String {
        let name = labels["__name__"] ?? ""
        let rest = labels.filter { name, _ in !name.elementsEqual("__name__".utf8) }
        return rest.isEmpty && !name.isEmpty ? name : name + rest.description
    }
}
