import Exposition
import Labels
import SampleStore

/// Takes the lines that tell of metrics instead of samples: type, help, unit.
enum MetadataReader {
    /// Adds a line to the hash that shows whether any has changed since the last scrape.
    static func combine(_ event: ExpositionEvent, into hash: inout SeededByteHash) {
        switch event {
        case .type(let family, let type):
            hash.combine(family.raw)
            hash.combine(code(of: type))
        case .help(let family, let text):
            hash.combine(family.raw)
            hash.combine(text.raw)
        case .unit(let family, let unit):
            hash.combine(family.raw)
            hash.combine(unit)
        case .sample: break
        }
    }

    private static func code(of type: ExposedMetricType) -> UInt64 {
        switch type {
        case .counter: 1
        case .gauge: 2
        case .histogram: 3
        case .gaugehistogram: 4
        case .summary: 5
        case .info: 6
        case .stateset: 7
        case .unknown: 8
        }
    }

    /// Stores the metadata of a body that was read without an error before.
    static func store(_ body: UnsafeBufferPointer<UInt8>, as format: ExpositionFormat, in store: SampleStore) {
        var parser = ExpositionParser(body, format: format)
        var all: [String: MetricMetadata] = [:]
        while case .some(let event) = try? parser.next() {
            switch event {
            case .type(let family, let type): all[family.string, default: MetricMetadata(type: "unknown")].type = type.rawValue
            case .help(let family, let text): all[family.string, default: MetricMetadata(type: "unknown")].help = text.string
            case .unit(let family, let unit):
                all[family.string, default: MetricMetadata(type: "unknown")].unit = String(decoding: unit, as: UTF8.self)
            case .sample: break
            }
        }
        for (metric, metadata) in all { store.setMetadata(metadata, of: metric) }
    }
}
