import AlertCore
import Labels
import Testing
import Time

@Suite("Taking an alert in (reference 3.6, steps 1–6)")
struct AlertNormalizeTests {
    private func normalize(
        _ labels: [String: String] = ["alertname": "x"], annotations: [String: String] = [:], _ start: Double? = nil, _ end: Double? = nil,
        mode: LabelNameMode = .utf8
    ) -> Result<Alert, InvalidAlert> {
        Alert.normalize(
            labels: LabelSet(labels), annotations: LabelSet(annotations), generatorURL: "", startsAt: start.map { .at($0) },
            endsAt: end.map { .at($0) }, now: .at(10), resolveTimeout: .span(300), mode: mode)
    }

    private func message(_ result: Result<Alert, InvalidAlert>) -> String? {
        if case .failure(let error) = result { error.message } else { nil }
    }

    @Test("missing times are filled in")
    func times() throws {
        let bare = try normalize().get()
        #expect(bare.startsAt == .at(10) && bare.endsAt == .at(310) && bare.isTimeout && bare.updatedAt == .at(10))
        let ended = try normalize(["a": "b"], nil, 5).get()
        #expect(ended.startsAt == .at(5) && ended.endsAt == .at(5) && !ended.isTimeout)
        let started = try normalize(["a": "b"], 5).get()
        #expect(started.startsAt == .at(5) && started.endsAt == .at(310) && started.isTimeout)
    }

    @Test("Go's zero time counts as missing")
    func zero() throws {
        let alert = try Alert.normalize(
            labels: LabelSet(["a": "b"]), annotations: LabelSet(), generatorURL: "", startsAt: .goZero, endsAt: .goZero, now: .at(10),
            resolveTimeout: .span(300), mode: .utf8
        ).get()
        #expect(alert.startsAt == .at(10) && alert.isTimeout)
    }

    @Test("an end at the start is fine, an end before it is not")
    func order() {
        #expect(message(normalize(["a": "b"], 5, 5)) == nil)
        #expect(message(normalize(["a": "b"], 5, 4.999)) == "start time must be before end time")
        // The end that a timeout gives counts as well.
        #expect(message(normalize(["a": "b"], 1000)) == "start time must be before end time")
    }

    @Test("labels without a value are dropped, annotations without one are kept")
    func emptyValues() throws {
        let alert = try normalize(["alertname": "x", "gone": ""], annotations: ["kept": ""]).get()
        #expect(alert.body.labels.count == 1)
        #expect(alert.body.annotations["kept"] == "")
        #expect(message(normalize(["gone": ""])) == "at least one label pair required")
    }

    @Test("label names follow the mode")
    func names() {
        #expect(message(normalize(["00": "x"], mode: .classic)) == "invalid label set: invalid name \"00\"")
        #expect(message(normalize(["00": "x"])) == nil)
        #expect(message(normalize(["": "x"])) == "invalid label set: invalid name \"\"")
        #expect(message(normalize(annotations: ["a b": "x"], mode: .classic)) == "invalid annotations: invalid name \"a b\"")
        #expect(message(normalize(["a": "Σ"], mode: .classic)) == nil)
    }
}
