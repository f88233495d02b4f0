import JSON
import Testing

@testable import Exporters

@Suite("Totals of the CNI event log")
struct CNIEventTotalsTests {
    @discardableResult
    private static func count(_ line: String, _ totals: inout CNIEventTotals) -> LineResult {
        Array(line.utf8).withUnsafeBufferPointer { totals.count($0) }
    }

    @Test("operations, durations, errors and registrations are counted by what the line says")
    func counting() {
        var totals = CNIEventTotals()
        let lines = [
            #"{"timestamp":"2026-01-15T01:31:44.207Z","operation":"ADD","status":"success","duration_ms":10,"registration":{"success":2,"failure":1}}"#,
            #"{"operation":"ADD","status":"failure","duration_ms":11,"error_code":102,"message":"ADD failed: no available IP addresses in range"}"#,
            #"{"operation":"ADD","status":"failure","duration_ms":30001,"error_code":999,"message":"ADD failed: no IP addresses available in range set: 10.87.9.2-10.87.9.6"}"#,
            #"{"operation":"DEL","status":"failure","duration_ms":0,"exit_code":137}"#,
            #"{"operation":"CHECK","status":"failure","duration_ms":25.4,"error_code":777}"#,
            #"{"operation":"DEL","status":"success","duration_ms":5000,"deregistration":{"success":0,"failure":3}}"#,
        ]
        for line in lines { #expect(Self.count(line, &totals) == .ok) }
        #expect(totals[.add].success == 1 && totals[.add].failure == 2)
        #expect(totals[.add].buckets == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] && totals[.add].milliseconds == 30_022)
        #expect(totals[.check].buckets[1] == 1 && totals[.check].milliseconds == 25)
        #expect(totals[.delete].buckets == [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
        let errors = Dictionary(uniqueKeysWithValues: totals.errorsByCode.map { ($0.code, $0.count) })
        #expect(errors["102"] == 1 && errors["999"] == 1 && errors["none"] == 1 && errors["other"] == 1 && errors["5"] == 0)
        #expect(totals.exhausted == 2)
        #expect(totals.registrations == .init(success: 2, failure: 1) && totals.deregistrations == .init(success: 0, failure: 3))
        #expect(totals.lastEvent?.unixSeconds == 1_768_440_704.207)
    }

    @Test(
        "a line that is no operation changes nothing",
        arguments: [
            ("", LineResult.ignored), (#"{"level":"INFO","message":"backup done"}"#, .ignored), (#"{"operation":"GC"}"#, .ignored),
            (#"{"operation":7}"#, .ignored), ("backup done", .unparsed), ("[]", .unparsed), (#"{"operation":"ADD""#, .unparsed),
            (#"{"operation":"ADD","status":"success"}"#, .unparsed), (#"{"operation":"ADD","status":"odd","duration_ms":1}"#, .unparsed),
            (#"{"operation":"ADD","status":"success","duration_ms":-1}"#, .unparsed),
            (#"{"operation":"ADD","status":"success","duration_ms":1e300}"#, .unparsed),
            (String(repeating: "[", count: 60_000), .unparsed),
        ] as [(String, LineResult)])
    func others(_ line: String, _ result: LineResult) {
        var totals = CNIEventTotals()
        #expect(Self.count(line, &totals) == result)
        #expect(totals == CNIEventTotals())
    }

    @Test("what is written down is what is read back, and counting goes on from there")
    func restored() throws {
        var totals = CNIEventTotals()
        let line =
            #"{"timestamp":"2026-01-15T01:31:44Z","operation":"DEL","status":"failure","duration_ms":70,"error_code":104,"deregistration":{"success":1,"failure":2}}"#
        for _ in 0..<3 { Self.count(line, &totals) }
        var restored = CNIEventTotals()
        restored.restore(try JSONValue.parse(totals.state.text))
        #expect(restored == totals)
        Self.count(line, &totals)
        Self.count(line, &restored)
        #expect(restored == totals && restored[.delete].failure == 4)
    }

    @Test("a state of another version keeps what is understood")
    func foreign() throws {
        var totals = CNIEventTotals()
        totals.restore(
            try JSONValue.parse(#"{"operations":{"ADD":{"success":7,"buckets":{"10":3,"11":9}},"STATUS":{}},"errors":{"x":1,"5":2}}"#))
        #expect(totals[.add].success == 7 && totals[.add].buckets[0] == 3 && totals[.add].failure == 0)
        #expect(totals.errorsByCode.first { $0.code == "5" }?.count == 2)
    }

    @Test("hostile numbers do not run away")
    func hostile() {
        var totals = CNIEventTotals()
        Self.count(
            #"{"operation":"ADD","status":"success","duration_ms":1,"registration":{"success":9223372036854775807,"failure":-4}}"#, &totals)
        #expect(totals.registrations == .init(success: 1_000, failure: 0))
    }
}
