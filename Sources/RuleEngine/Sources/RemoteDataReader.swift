import JSON
import Labels
import PromQL

/// Reads the `data` of an answer to a query (reference 4.2). Keys may come in any order.
struct RemoteDataReader {
    private let bytes: [UInt8]
    private var builder = LabelSetBuilder()
    /// Where the text at hand begins in the answer.
    private var start = 0
    /// Samples that are native histograms: by reference 3.13 the same as absent.
    private(set) var skippedHistograms = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The value in these bytes of the answer.
    mutating func value(in data: Range<Int>) throws(AnswerProblem) -> QueryValue {
        var type: String?
        var result: Range<Int>?
        try read(data) { (_, reader) throws(JSONError) in
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "resultType": type = try reader.readString().string
                case "result":
                    let start = reader.offset
                    try reader.skipValue()
                    result = data.lowerBound + start..<data.lowerBound + reader.offset
                default: try reader.skipValue()
                }
            }
        }
        guard let type else { throw AnswerProblem("data without \"resultType\"", at: data.lowerBound) }
        guard let result else { throw AnswerProblem("data without \"result\"", at: data.lowerBound) }
        var value: QueryValue?
        try read(result) { (data, reader) throws(JSONError) in
            switch type {
            case "vector": value = .vector(try data.vector(&reader))
            case "matrix": value = .matrix(try data.matrix(&reader))
            case "scalar":
                let (time, text) = try data.point(&reader)
                value = .scalar(time: time, value: try data.float(text, reader))
            case "string":
                let (time, text) = try data.point(&reader)
                value = .string(time: time, value: text)
            default: break
            }
        }
        guard let value else { throw AnswerProblem("the result's type \"\(type)\" is not known", at: data.lowerBound) }
        return value
    }

    private mutating func read(
        _ range: Range<Int>, _ body: (inout Self, inout JSONReader) throws(JSONError) -> Void
    ) throws(AnswerProblem) {
        start = range.lowerBound
        let outcome: Result<Void, JSONError> = bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(UnsafeBufferPointer(rebasing: buffer[range]))
            do throws(JSONError) { return .success(try body(&self, &reader)) } catch { return .failure(error) }
        }
        do throws(JSONError) { try outcome.get() } catch { throw AnswerProblem(error, from: range.lowerBound) }
    }

    // MARK: Values

    private mutating func vector(_ reader: inout JSONReader) throws(JSONError) -> [VectorElement] {
        var elements: [VectorElement] = []
        try reader.beginArray()
        while try reader.nextElement() {
            var labels: LabelSet?
            var sample: (time: Int64, value: Double)?
            var hasHistogram = false
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "metric": labels = try self.labels(&reader)
                case "value":
                    let (time, text) = try point(&reader)
                    sample = (time, try float(text, reader))
                case "histogram":
                    try reader.skipValue()
                    hasHistogram = true
                default: try reader.skipValue()
                }
            }
            guard let labels else { throw problem("an element without \"metric\"", reader) }
            if let sample {
                elements.append(VectorElement(labels: labels, time: sample.time, value: sample.value))
            } else if hasHistogram {
                skippedHistograms += 1
            } else {
                throw problem("an element without \"value\"", reader)
            }
        }
        return elements
    }

    private mutating func matrix(_ reader: inout JSONReader) throws(JSONError) -> [MatrixElement] {
        var elements: [MatrixElement] = []
        try reader.beginArray()
        while try reader.nextElement() {
            var labels: LabelSet?
            var samples: SampleBuffer?
            var histograms = 0
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "metric": labels = try self.labels(&reader)
                case "values":
                    var buffer = SampleBuffer()
                    try reader.beginArray()
                    while try reader.nextElement() {
                        let (time, text) = try point(&reader)
                        if let last = buffer.times.last, last >= time { throw problem("times that do not ascend", reader) }
                        buffer.append(time: time, value: try float(text, reader))
                    }
                    samples = buffer
                case "histograms":
                    try reader.beginArray()
                    while try reader.nextElement() {
                        try reader.skipValue()
                        histograms += 1
                    }
                default: try reader.skipValue()
                }
            }
            guard let labels else { throw problem("a series without \"metric\"", reader) }
            skippedHistograms += histograms
            if let samples {
                elements.append(MatrixElement(labels: labels, samples: samples))
            } else if histograms == 0 {
                throw problem("a series without \"values\"", reader)
            }
        }
        return elements.sorted { LabelOrder.precedes($0.labels, $1.labels) }
    }

    private mutating func labels(_ reader: inout JSONReader) throws(JSONError) -> LabelSet {
        builder.removeAll()
        try reader.beginObject()
        while let name = try reader.nextKey() {
            let value = try reader.readString()
            builder.append(name: name.bytes, value: value.bytes)
        }
        // A label without a value is the same as none.
        return LabelSet(packing: &builder, droppingEmptyValues: true)
    }

    /// `[t, "v"]`: seconds, and a text. The time in milliseconds.
    private func point(_ reader: inout JSONReader) throws(JSONError) -> (time: Int64, text: String) {
        try reader.beginArray()
        guard try reader.nextElement() else { throw problem("an empty array where [time, \"value\"] must stand", reader) }
        let seconds = try reader.readDouble()
        guard abs(seconds) < 1e13 else { throw problem("the time \(seconds) is out of range", reader) }
        guard try reader.nextElement() else { throw problem("a time without a value", reader) }
        let text = try reader.readString().string
        guard try !reader.nextElement() else { throw problem("more than a time and a value", reader) }
        return (Int64((seconds * 1000).rounded()), text)
    }

    /// Any float of Go's syntax. The only NaN that is taken is the ordinary one: no answer can pretend that a series ended.
    private func float(_ text: String, _ reader: borrowing JSONReader) throws(JSONError) -> Double {
        guard let value = Double(text) else { throw problem("\"\(text)\" is no number", reader) }
        if value.isNaN { return Double(bitPattern: SpecialNaN.ordinary) }
        if value.isInfinite, text.utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            throw problem("the number \(text) is out of range", reader)
        }
        return value
    }

    private func problem(_ message: String, _ reader: borrowing JSONReader) -> JSONError {
        let offset = reader.offset
        return bytes.withUnsafeBufferPointer {
            JSONError(kind: .wrongType, message: message, offset: offset, in: UnsafeBufferPointer(rebasing: $0[start...]))
        }
    }
}
