import Exposition
import Labels

/// What a body says, an event a line: `foo{a="b"} 1.0 @5`, `TYPE foo counter`, `HELP foo text`, `UNIT foo unit`; the error last.
func events(_ body: [UInt8], _ format: ExpositionFormat, normalizingBounds: Bool = false) -> [String] {
    body.withUnsafeBufferPointer { bytes in
        var events: [String] = []
        var parser = ExpositionParser(bytes, format: format)
        do throws(ExpositionError) {
            while let event = try parser.next() {
                switch event {
                case .sample(let sample):
                    var builder = LabelSetBuilder()
                    try parser.appendLabels(of: sample, to: &builder, normalizingBounds: normalizingBounds)
                    let labels = LabelSet(packing: &builder).pairs.map { "\($0.name)=\($0.value.debugDescription)" }
                    let time = sample.timestamp.map { " @\($0)" } ?? ""
                    events.append("{\(labels.joined(separator: ","))} \(sample.value)\(time)")
                case .type(let family, let type): events.append("TYPE \(family.string) \(type)")
                case .help(let family, let text): events.append("HELP \(family.string) \(text.string)")
                case .unit(let family, let unit): events.append("UNIT \(family.string) \(String(decoding: unit, as: UTF8.self))")
                }
            }
        } catch {
            events.append("error \(error)")
        }
        return events
    }
}

func events(_ body: String, _ format: ExpositionFormat, normalizingBounds: Bool = false) -> [String] {
    events(Array(body.utf8), format, normalizingBounds: normalizingBounds)
}

/// A body, and its last event.
struct BodyVector: Sendable {
    let body: String
    let expected: String

    init(_ body: String, _ expected: String) {
        self.body = body
        self.expected = expected
    }
}
