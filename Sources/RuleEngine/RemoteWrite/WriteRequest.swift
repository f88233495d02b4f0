import Labels
import SampleStore

/// A remote-write request (version 1): time series with their samples, and metadata of metrics. Exemplars and native histograms are read over.
struct WriteRequest {
    var batch = SampleBatch()
    var metadata: [(metric: String, metadata: MetricMetadata)] = []

    private static let types = ["unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"]

    init(_ bytes: [UInt8]) throws(ProtobufReader.Problem) {
        var builder = LabelSetBuilder()
        let result: Result<Void, ProtobufReader.Problem> = bytes.withUnsafeBufferPointer { bytes in
            Result { () throws(ProtobufReader.Problem) in
                var reader = ProtobufReader(bytes)
                while let (field, value) = try reader.next() {
                    guard case .bytes(let message) = value else { continue }
                    switch field {
                    case 1: try readSeries(message, &builder)
                    case 3: try readMetadata(message)
                    default: continue
                    }
                }
            }
        }
        try result.get()
    }

    private mutating func readSeries(_ message: UnsafeBufferPointer<UInt8>, _ builder: inout LabelSetBuilder) throws(ProtobufReader.Problem)
    {
        builder.removeAll()
        var reader = ProtobufReader(message)
        var samples: [(time: Int64, value: Double)] = []
        while let (field, value) = try reader.next() {
            guard case .bytes(let message) = value else { continue }
            switch field {
            case 1:
                let (name, value) = try Self.label(message)
                builder.append(name: name, value: value)
            case 2: samples.append(try Self.sample(message))
            default: continue
            }
        }
        let labels = LabelSet(packing: &builder, droppingEmptyValues: true)
        guard !labels.isEmpty else { throw ProtobufReader.Problem(message: "a series without labels") }
        for sample in samples { batch.append(labels, time: sample.time, value: sample.value) }
    }

    private static func label(
        _ message: UnsafeBufferPointer<UInt8>
    ) throws(ProtobufReader.Problem) -> (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) {
        var name = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        var value = name
        var reader = ProtobufReader(message)
        while let (field, content) = try reader.next() {
            guard case .bytes(let text) = content else { continue }
            if field == 1 { name = text } else if field == 2 { value = text }
        }
        guard !name.isEmpty, isUTF8(name), isUTF8(value) else {
            throw ProtobufReader.Problem(message: "a label whose name is empty or whose text is no UTF-8")
        }
        return (name, value)
    }

    private static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    private static func sample(_ message: UnsafeBufferPointer<UInt8>) throws(ProtobufReader.Problem) -> (Int64, Double) {
        var value = 0.0
        var time: Int64 = 0
        var reader = ProtobufReader(message)
        while let (field, content) = try reader.next() {
            switch (field, content) {
            case (1, .fixed64(let bits)): value = Double(bitPattern: bits)
            case (2, .varint(let number)): time = Int64(bitPattern: number)
            default: continue
            }
        }
        return (time, value)
    }

    private mutating func readMetadata(_ message: UnsafeBufferPointer<UInt8>) throws(ProtobufReader.Problem) {
        var type = 0
        var texts: [UInt64: String] = [:]
        var reader = ProtobufReader(message)
        while let (field, content) = try reader.next() {
            switch (field, content) {
            case (1, .varint(let number)): type = Int(clamping: number)
            case (_, .bytes(let bytes)): texts[field] = String(decoding: bytes, as: UTF8.self)
            default: continue
            }
        }
        guard let name = texts[2], !name.isEmpty else { return }
        let word = Self.types.indices.contains(type) ? Self.types[type] : "unknown"
        metadata.append((name, MetricMetadata(type: word, help: texts[4] ?? "", unit: texts[5] ?? "")))
    }
}
