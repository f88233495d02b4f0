import AlertCore
import JSON
import Labels
import Time

/// Reads the body of POST `/alerts` from bytes straight into packed labels: no tree, no dictionary (DESIGN 3, reference 3.2, 3.6).
///
/// The order of complaints is Alertmanager's: a text that is not JSON, then the first value of a wrong type, then the first missing or
/// malformed property. Only then is each alert judged for itself.
struct AlertsDecoder {
    /// What a body held.
    struct Batch {
        var alerts: [Alert] = []
        /// Why others were refused, in order.
        var problems: [String] = []
        var firing = 0
        var resolved = 0
    }

    let now: Timestamp
    let resolveTimeout: TimeSpan
    let mode: LabelNameMode

    private var senders: SenderFinder
    private var labels = LabelSetBuilder()
    private var annotations = LabelSetBuilder()
    private var batch = Batch()
    /// The first value of a wrong type, and the first missing or malformed property.
    private var typeProblem: String?
    private var propertyProblem: RequestError?
    private var index = 0

    init(now: Timestamp, resolveTimeout: TimeSpan, mode: LabelNameMode, senders: SenderFinder) {
        self.now = now
        self.resolveTimeout = resolveTimeout
        self.mode = mode
        self.senders = senders
    }

    /// Reads a whole body.
    mutating func decode(_ body: [UInt8]) throws(RequestError) -> Batch {
        guard !JSONBody.isBlank(body) else { throw .required("alerts") }
        // What follows the first value is not looked at, as in Alertmanager.
        let outcome: Result<Void, JSONError> = body.withUnsafeBufferPointer { bytes in
            var reader = JSONReader(bytes, depthLimit: JSONBody.depthLimit)
            do throws(JSONError) {
                return .success(try readAlerts(&reader))
            } catch {
                return .failure(error)
            }
        }
        if case .failure(let error) = outcome { throw .unparsable("alerts", JSONBody.reason(error)) }
        if let typeProblem { throw .unparsable("alerts", typeProblem) }
        if let propertyProblem { throw propertyProblem }
        return batch
    }

    private mutating func readAlerts(_ reader: inout JSONReader) throws(JSONError) {
        if try reader.readNull() { return }
        guard try Self.expect(.array, "Go value of type models.PostableAlerts", &reader, problem: &typeProblem) else { return }
        try reader.beginArray()
        while try reader.nextElement() {
            try readAlert(&reader)
            index += 1
        }
    }

    private mutating func readAlert(_ reader: inout JSONReader) throws(JSONError) {
        if try reader.readNull() {
            note(.required("\(index).labels"))
            return
        }
        guard try Self.expect(.object, "Go value of type models.PostableAlert", &reader, problem: &typeProblem) else { return }
        labels.removeAll()
        annotations.removeAll()
        var hasLabels = false
        var url = ""
        var sender: SenderID?
        var startsAt: Timestamp?
        var endsAt: Timestamp?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch Field(key) {
            case .labels: hasLabels = try Self.readLabels(&reader, "Alert.labels", into: &labels, problem: &typeProblem) || hasLabels
            case .annotations: _ = try Self.readLabels(&reader, ".annotations", into: &annotations, problem: &typeProblem)
            case .startsAt: startsAt = try readTime(&reader) ?? startsAt
            case .endsAt: endsAt = try readTime(&reader) ?? endsAt
            case .generatorURL: url = try readURL(&reader, sender: &sender)
            case nil: try reader.skipValue()
            }
        }
        guard hasLabels else { return note(.required("\(index).labels")) }
        let nowhere = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        add(url: url, startsAt: startsAt, endsAt: endsAt, sender: sender ?? senders.sender(of: nowhere))
    }

    private mutating func add(url: String, startsAt: Timestamp?, endsAt: Timestamp?, sender: SenderID) {
        guard typeProblem == nil, propertyProblem == nil else { return }
        let start = startsAt.flatMap { $0.isGoZero ? nil : $0 }
        let end = endsAt.flatMap { $0.isGoZero ? nil : $0 }
        if (end ?? now + resolveTimeout) > now { batch.firing += 1 } else { batch.resolved += 1 }
        let result = Alert.normalize(
            labels: LabelSet(packing: &labels, droppingEmptyValues: true),
            annotations: LabelSet(packing: &annotations, fingerprinted: false),
            generatorURL: url, startsAt: start, endsAt: end, now: now, resolveTimeout: resolveTimeout, mode: mode)
        switch result {
        case .success(var alert):
            alert.sender = sender
            batch.alerts.append(alert)
        case .failure(let problem): batch.problems.append(problem.message)
        }
    }

    // MARK: Values

    /// Reads an object of texts; false when it is null. A null value counts as empty text.
    private static func readLabels(
        _ reader: inout JSONReader, _ field: String, into builder: inout LabelSetBuilder, problem: inout String?
    ) throws(JSONError) -> Bool {
        if try reader.readNull() { return false }
        guard try expect(.object, "Go struct field \(field) of type models.LabelSet", &reader, problem: &problem) else { return true }
        try reader.beginObject()
        while let name = try reader.nextKey() {
            if try reader.readNull() {
                builder.append(name: name.bytes, value: UnsafeBufferPointer(start: nil, count: 0))
            } else if try expect(.string, "Go struct field \(field) of type string", &reader, problem: &problem) {
                builder.append(name: name.bytes, value: try reader.readString().bytes)
            }
        }
        return true
    }

    private mutating func readTime(_ reader: inout JSONReader) throws(JSONError) -> Timestamp? {
        if try reader.readNull() { return nil }
        guard try Self.expect(.string, "Go value of type string", &reader, problem: &typeProblem) else { return nil }
        let text = try reader.readString()
        if let time = RFC3339.parseLenient(text.bytes) { return time }
        if typeProblem == nil { typeProblem = JSONBody.invalidTime(text.string) }
        return nil
    }

    private mutating func readURL(_ reader: inout JSONReader, sender: inout SenderID?) throws(JSONError) -> String {
        if try reader.readNull() { return "" }
        guard try Self.expect(.string, "Go struct field Alert.generatorURL of type string", &reader, problem: &typeProblem) else {
            return ""
        }
        let text = try reader.readString()
        if !text.isEmpty, !RequestURI.isValid(text.bytes) {
            note(.framework(code: 601, "\(index).generatorURL in body must be of type uri: \(GoQuote.quote(text.string))"))
        }
        sender = senders.sender(of: text.bytes)
        return text.string
    }

    /// Whether the next value is of this kind; one that is not is noted and read over.
    private static func expect(
        _ wanted: JSONKind, _ place: @autoclosure () -> String, _ reader: inout JSONReader, problem: inout String?
    ) throws(JSONError) -> Bool {
        let kind = try reader.peek()
        if kind == wanted { return true }
        if problem == nil { problem = JSONBody.wrongType(kind, wanted: place()) }
        try reader.skipValue()
        return false
    }

    private mutating func note(_ problem: RequestError) {
        if propertyProblem == nil { propertyProblem = problem }
    }

    /// The properties of an alert. Names are matched as Go matches them: in any case.
    private enum Field {
        case labels, annotations, startsAt, endsAt, generatorURL

        init?(_ key: JSONText) {
            switch key.bytes.count {
            case 6 where key == "labels" || key.namesField("labels"): self = .labels
            case 6 where key.namesField("endsAt"): self = .endsAt
            case 8 where key.namesField("startsAt"): self = .startsAt
            case 11 where key.namesField("annotations"): self = .annotations
            case 12 where key.namesField("generatorURL"): self = .generatorURL
            default: return nil
            }
        }
    }
}
